"""Headers of Jenkins' discovery answer are missing.

What it means: the page was there, and the headers that tell agents where the agent port is were not. Either they were
taken away between Jenkins and the agent, or it was not Jenkins that answered.
Usual causes:
- a reverse proxy lets known headers pass only, or cuts long ones (X-Instance-Identity has 392 characters)
- not Jenkins answered but a cache, a login page or another service
- the headers were changed by a rule that hides what software runs there
What to do:
- compare `curl -sI URL/tcpSlaveAgentListener/` before and behind the proxy
- let every `X-Jenkins-*`, `X-Hudson-*`, `X-Instance-Identity` and `X-Remoting-*` header pass
- or go past the proxy with `-direct` and `-instanceIdentity`, or use `-webSocket`
What is printed:
- agent: `http://jenkins/ is not Jenkins`
- agent: `... appears to be publishing an invalid X-Instance-Identity.` (remoting 3.34 and newer)
- agent: `Did not receive X-Remoting-Capability header` (WebSocket)
Where it was seen:
- jenkinsci/remoting#146 (JENKINS-41730), jenkinsci/jenkins#2749
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.discovery import AnswerRule, is_from_agent_port, is_listener, url_of
from jnlpspy.diagnosis.story import header_of
from jnlpspy.model.events import DiscoveryAnswered, Event
from jnlpspy.model.findings import Finding

PORTS = ("X-Jenkins-JNLP-Port", "X-Hudson-JNLP-Port")
TOLD = ("X-Jenkins", "X-Hudson", "X-Instance-Identity", "X-Jenkins-Agent-Protocols", "X-Remoting-Minimum-Version")


class HeadersEatenByProxy(AnswerRule):
    """Watches for a 200 without the port."""

    explains = ("identity-missing", "no-common-protocol")

    def judge(self, event: Event, answer: DiscoveryAnswered) -> Iterator[Finding]:
        """Yield the finding if the agent is not told the port."""
        if answer.status != 200 or not is_listener(answer.url) or is_from_agent_port(answer):
            return
        if any(header_of(answer, name) for name in PORTS) or _is_page(answer):
            return
        url = url_of(self.story, answer)
        left = [name for name in TOLD if header_of(answer, name)]
        if left:
            title = f"{url} tells no agent port: {', '.join(left)} came through, {PORTS[0]} did not"
        else:
            title = f"{url} answered without any of Jenkins' headers"
        yield self.finding(title, evidence=(event,), confidence=0.9 if left else 0.6, subject=url)


def _is_page(answer: DiscoveryAnswered) -> bool:
    """Return whether a page for people came, which is another matter; Jenkins answers in plain text."""
    html = "html" in (header_of(answer, "Content-Type") or "").lower()
    return html and not any(header_of(answer, name) for name in TOLD)
