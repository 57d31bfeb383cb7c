"""The URL of Jenkins is written wrong.

What it means: the agent was given a URL that leads nowhere, or to something else than the root of Jenkins' web page. It
is found before any packet, or when the port turns out to be another one.
Usual causes:
- the scheme is missing, or written twice by a template that puts `http://` before a value that has it already
- the agent port (50000) was given where the web page's address is meant
- the URL of a page below Jenkins, with quotes or blanks, was pasted
What to do:
- open the URL in a browser, on the agent's machine: the first page of Jenkins must come
- give that URL, with its path if Jenkins has one (`https://example/jenkins/`), and end it with a slash
What is printed:
- agent: `Failed to connect to http://http://jenkins:80/tcpSlaveAgentListener/: http` (UnknownHostException)
- agent: `Cannot parse agent endpoint URL ... Skipping it`, `no protocol: ...`
- agent: `Failed to connect to https://10.0.3.51:50000/tcpSlaveAgentListener/: Read timed out`
Where it was seen:
- jenkins-x/jx#7208, bazelbuild/continuous-integration#86, jenkinsci/amazon-ecs-plugin#102, jenkinsci/docker#788
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.discovery import is_from_agent_port, is_listener, url_of
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.tunnels import read_detour
from jnlpspy.diagnosis.unreached import read_unreached
from jnlpspy.diagnosis.urls import WEB_PORTS, flaws_of_url, read_place
from jnlpspy.model.events import ConnectFailed, DiscoveryAnswered, Event, InputsRead, Remark
from jnlpspy.model.findings import Finding
from jnlpspy.model.inputs import AgentInputs
from jnlpspy.model.tap import DialFailure


class UrlMalformed(Rule):
    """Looks at URLs as they are written, and at what shows that a port is not the web page's."""

    watches = (InputsRead, DiscoveryAnswered, ConnectFailed, Remark)
    explains = (
        "name-not-resolved",
        "discovery-not-found",
        "discovery-unavailable",
        "discovery-slow",
        "headers-eaten-by-proxy",
        "identity-missing",
        "environment-conflict",
    )
    explains_later = ("name-not-resolved", "discovery-not-found", "discovery-unavailable")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield a finding for each URL that is wrong."""
        match event.fact:
            case InputsRead(source, inputs):
                yield from self._lint(event, source, inputs)
            case DiscoveryAnswered() as answer if is_listener(answer.url) and is_from_agent_port(answer):
                url = url_of(self.story, answer)
                yield self.finding(
                    f"{url} leads to the agent port: the port itself answered, and not Jenkins' web page",
                    evidence=(event,),
                    causes=("the agent port was given as the port of the URL",),
                    subject=url,
                )
            case ConnectFailed() | Remark():
                unreached = read_unreached(event.fact)
                if unreached is not None and unreached.failure is DialFailure.NOT_TLS and unreached.is_web:
                    yield self.finding(
                        f"{unreached.target} begins with https://, and no TLS is spoken on that port",
                        evidence=(event,),
                        causes=("the URL must begin with http://", "the port is not the web page's but the agent port"),
                        advice=(f"try http://{unreached.target.partition('://')[2]}", *self.help.advice),
                        subject=unreached.target,
                    )
            case _:
                pass

    def _lint(self, event: Event, source: str, inputs: AgentInputs) -> Iterator[Finding]:
        urls = [(url, True) for url in inputs.urls]
        urls += [(inputs.jnlp_url, False)] if inputs.jnlp_url else []
        for url, root in urls:
            for flaw in flaws_of_url(url, root=root):
                yield self.finding(
                    f"The URL {url!r} of the {source} {flaw.text}",
                    evidence=(event,),
                    advice=(flaw.advice, *self.help.advice),
                    confidence=1.0 if flaw.certain else 0.8,
                    subject=url,
                )
                break
            else:
                yield from self._agent_port(event, source, url, inputs)

    def _agent_port(self, event: Event, source: str, url: str, inputs: AgentInputs) -> Iterator[Finding]:
        """Yield the finding if a URL has the very port that a tunnel or -direct leads to."""
        place = read_place(url)
        detour = read_detour(inputs.tunnel or inputs.direct or "")
        if place and detour and detour.port == place.port and place.port not in WEB_PORTS:
            yield self.finding(
                f"The URL {url!r} of the {source} has the port of the agent port, {place.port}",
                evidence=(event,),
                confidence=0.7,
                subject=url,
            )
