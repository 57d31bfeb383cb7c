"""Discovery takes long.

What it means: the page that tells agents where the agent port is came late or not at all. It costs Jenkins nothing, so
what is slow is Jenkins as a whole or the way there. Agents wait 60 seconds for it, and 5 after a lost connection.
Usual causes:
- a thread in Jenkins holds its lock, as when the configuration of a cloud is saved
- Jenkins collects garbage, is short of memory or still loading jobs
- a proxy on the way is overloaded, or waits for a backend that is gone
What to do:
- take a thread dump of Jenkins (`jstack`, or /threadDump) at that moment
- measure past the proxy: `curl -w '%{time_total}' URL`
What is printed:
- agent: `Failed to connect to http://jenkins/tcpSlaveAgentListener/: Read timed out`
- agent: `Controller isn't ready to talk to us on ... Will try again` (after a lost connection)
Where it was seen:
- fabric8io/kubernetes-client#5824, jenkinsci/amazon-ecs-plugin#102
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.discovery import is_agent_path, url_of
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.events import DiscoveryAnswered, DiscoveryAsked, Event
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.tap import Side

SLOW = 5.0
"""Seconds that an agent waits when it asks whether a lost controller is back."""

READ_TIMEOUT = 60.0
"""Seconds that an agent waits otherwise."""


class DiscoverySlow(Rule):
    """Measures from the question to its answer."""

    watches = (DiscoveryAnswered,)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if an answer came late."""
        asked = self.story.last(DiscoveryAsked)
        answer = event.fact
        if asked is None or not isinstance(answer, DiscoveryAnswered) or not is_agent_path(answer.url):
            return
        waited = event.when - asked.event.when
        if waited >= SLOW:
            yield self.finding(
                f"{url_of(self.story, answer)} took {waited:.0f} s to answer",
                evidence=(asked.event, event),
                severity=Severity.ERROR if waited >= READ_TIMEOUT else Severity.WARNING,
                subject=answer.url,
            )

    def finish(self) -> Iterator[Finding]:
        """Yield the finding if an agent gave up waiting."""
        asked, answered, closed = self.story.last(DiscoveryAsked), self.story.last(DiscoveryAnswered), self.story.closed
        if asked is None or closed is None or not is_agent_path(asked.fact.url):
            return
        if (answered is None or answered.event.seq < asked.event.seq) and closed.fact.by is Side.AGENT:
            waited = closed.event.when - asked.event.when
            if waited >= SLOW:
                yield self.finding(
                    f"{asked.fact.url} was not answered: the agent gave up after {waited:.0f} s",
                    evidence=(asked.event, closed.event),
                    severity=Severity.ERROR,
                    subject=asked.fact.url,
                )
