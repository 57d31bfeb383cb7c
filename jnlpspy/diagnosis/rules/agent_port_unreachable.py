"""Nobody is reached at the agent port.

What it means: discovery went well, and the host and port that it announced, or that a tunnel puts in their place, take
no connection. Agents try that with an empty connection before they begin.
Usual causes:
- the agent port is not published: the container, Service, load balancer or firewall lets only the web page through
- a firewall drops the packets (timed out), or nothing listens there (refused)
- the announced port is the inner one, and another leads to it from outside
- the agent port is random and has changed since
What to do:
- publish the port, and give Jenkins a fixed one: Manage Jenkins, Security, Agents
- if another address leads to it, give it with `-tunnel HOST:PORT`, or announce it:
  `-Dhudson.TcpSlaveAgentListener.hostName=...` and `.port=...` for the controller
- or use `-webSocket`, which needs the web page's port only
What is printed:
- agent: `http://jenkins:8080/ provided port:50000 is not reachable` (from 3068 on: `... on host X`)
- agent: `Failed to connect to HOST:PORT`, `Connecting to HOST:PORT (retrying:2)`
Where it was seen:
- jenkinsci/helm-charts#298, jenkinsci/helm-charts#493, helm/charts#7360, nodejs/build#4304, jenkinsci/helm-charts#187,
  jenkinsci/amazon-ecs-plugin#134, jenkinsci/amazon-ecs-plugin#198
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.announced import is_announcement, port_of
from jnlpspy.diagnosis.discovery import is_listener
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import header_of
from jnlpspy.diagnosis.unreached import read_unreached
from jnlpspy.model.events import BytesMissing, ConnectFailed, DiscoveryAnswered, DiscoveryAsked, Event, Remark
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.tap import DialFailure

LIKELIEST = {
    DialFailure.TIMEOUT: (1, 0, 2, 3),
    DialFailure.REFUSED: (0, 3, 2, 1),
    DialFailure.UNREACHABLE: (1, 2, 0, 3),
}
"""The order of the causes in the help, by how it failed."""

UNSEEN = 0.5

ELSEWHERE = (
    "the agent gave up before it tried: its log says why, `Agent version X or newer is required` for one",
    "it did connect, and the capture has the web port's traffic only, or ended too soon",
)
"""Why an agent may not be seen at the port although that is there."""


class AgentPortUnreachable(Rule):
    """Watches connections to the agent port that failed."""

    watches = (ConnectFailed, Remark)
    explains = ("handshake-stalled", "abrupt-close", "controller-vanished", "port-probe")

    def conclude(self) -> Iterator[Finding]:
        """Yield the finding if an agent was told of the port, and never came."""
        asked = self.story.last(DiscoveryAsked)
        told = self.story.last(DiscoveryAnswered)
        if asked is None or told is None or not is_announcement(told.fact) or not is_listener(told.fact.url):
            return
        is_agent = "Java/" in (header_of(asked.fact, "User-Agent") or "")
        if is_agent and not self.story.has(BytesMissing) and not self._is_told() and not self._came(told.event.when):
            yield self.finding(
                f"An agent was told of agent port {port_of(told.fact)}, and was not seen there",
                evidence=(told,),
                causes=(*self.help.causes[:2], *ELSEWHERE),
                confidence=UNSEEN,
                subject=str(port_of(told.fact)),
                severity=Severity.INFO,
            )

    def _is_told(self) -> bool:
        """Return whether it is known already why agents do not connect."""
        found = (finding for each in self.story.chronicle for finding in each.findings)
        return any(finding.severity is Severity.ERROR for finding in found)

    def _came(self, announced: float) -> bool:
        """Return whether any connection began since that is no question of discovery."""
        since = (each for each in self.story.chronicle if each.connection and each.began >= announced)
        return any(each is not self.story and not each.has(DiscoveryAsked) for each in since)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if nobody was reached."""
        unreached = read_unreached(event.fact)
        if unreached is None or unreached.is_web or not unreached.port or unreached.failure not in LIKELIEST:
            return
        order = LIKELIEST[unreached.failure]
        yield self.finding(
            f"Nobody is reached at the agent port {unreached.target}: {unreached.failure.value}",
            evidence=(event,),
            causes=[self.help.causes[place] for place in order],
            subject=unreached.target,
        )
