"""Jenkins announces a host or port for agents that is no use to them.

What it means: discovery told the agent where the agent port is, and that is malformed, or nobody is there, although the
web page answers under the name that the agent knows.
Usual causes:
- `-Dhudson.TcpSlaveAgentListener.hostName` of the controller is an inner name, localhost or an old one
- the host that agents reach the web page by is an HTTP proxy, which does not forward the agent port
- `-Dhudson.TcpSlaveAgentListener.port` is not the port that leads there from outside
What to do:
- set `-Dhudson.TcpSlaveAgentListener.hostName=NAME` for the controller to a name that agents reach the agent port by
- or give agents `-tunnel HOST:PORT`, which replaces what is announced
What is printed:
- agent: `http://jenkins/ provided port:50000 is not reachable on host X`
- agent: `http://jenkins/ is publishing an invalid port`
Where it was seen:
- jenkinsci/docker-swarm-plugin#109, jenkinsci/jenkins#1594 (JENKINS-27218), jenkinsci/jenkins#2189
"""

import re
from collections.abc import Iterator

from jnlpspy.diagnosis.discovery import is_listener, url_of
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import Story, Told, header_of
from jnlpspy.diagnosis.unreached import Unreached, read_unreached
from jnlpspy.diagnosis.urls import is_loopback, read_place, read_port
from jnlpspy.model.events import ConnectFailed, DiscoveryAnswered, Event, NameResolved, Remark
from jnlpspy.model.findings import Finding, Severity

HOST, PORTS = "X-Jenkins-JNLP-Host", ("X-Jenkins-JNLP-Port", "X-Hudson-JNLP-Port")


class AdvertisedHostWrong(Rule):
    """Compares what is announced with what is reached."""

    watches = (DiscoveryAnswered, ConnectFailed, NameResolved, Remark)
    explains = ("agent-port-unreachable", "name-not-resolved")
    explains_later = ("agent-port-unreachable", "name-not-resolved")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if what is announced is malformed, or nobody is there."""
        if isinstance(event.fact, DiscoveryAnswered):
            if event.fact.status == 200 and is_listener(event.fact.url):
                yield from self._announced(event, event.fact)
            return
        unreached = read_unreached(event.fact)
        if unreached is not None and not unreached.is_web:
            yield from self._unreached(event, unreached)

    def _announced(self, event: Event, answer: DiscoveryAnswered) -> Iterator[Finding]:
        port = next((value for name in PORTS if (value := header_of(answer, name))), None)
        if port is not None and read_port(port.strip()) is None:
            yield self.finding(
                f"Jenkins announces the agent port {port!r}, which is no port", evidence=(event,), subject=port
            )
        host = header_of(answer, HOST)
        if host is None:
            return
        known = read_place(url_of(self.story, answer))
        if re.search(r"[/\s]|^[^:]*:\d+$|\]:", host):
            yield self.finding(
                f"Jenkins announces the host {host!r} for agents, which is no host name",
                evidence=(event,),
                subject=host,
            )
        elif is_loopback(host) and known is not None and not is_loopback(known.host):
            yield self.finding(
                f"Jenkins announces {host} for agents, which is the agent's own machine to an agent at {known.host}",
                evidence=(event,),
                severity=Severity.WARNING,
                confidence=0.8,
                subject=host,
            )

    def _unreached(self, event: Event, unreached: Unreached) -> Iterator[Finding]:
        for story, told in reversed(self.story.chronicle.discoveries()):
            host = header_of(told.fact, HOST)
            if host is None or host.lower() != unreached.host:
                continue
            known = read_place(url_of(story, told.fact))
            if known is not None and known.host != host.lower():
                yield self._nobody(event, unreached, told, story)
            return

    def _nobody(self, event: Event, unreached: Unreached, told: Told[DiscoveryAnswered], story: Story) -> Finding:
        return self.finding(
            f"Jenkins announces {unreached.target} for agents, and nobody is reached there: {unreached.failure.value}; "
            f"its web page answers at {url_of(story, told.fact)}",
            evidence=(told.event, event),
            causes=(self.help.causes[0], self.help.causes[2]),
            subject=unreached.host,
        )
