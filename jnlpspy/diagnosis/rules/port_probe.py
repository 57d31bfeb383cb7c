"""Something connects to the agent port again and again and says nothing.

What it means: connections without a byte come from an address from which no agent comes. Each leaves a line in the
controller's log and does no harm. Agents probe the port too, once before they connect; those are not meant.
Usual causes:
- a load balancer or Kubernetes checks whether the port is open
- a monitoring system or a port scanner
What to do:
- let it be, or let the check come more seldom
- point the check at the web port (`/login`), or let it send `GET / HTTP/1.0`, which the agent port answers
What is printed:
- controller: `Connection #N from /ADDRESS failed: null`
- controller: `Connection #N failed: java.io.EOFException`
Where it was seen:
- jenkinsci/jenkins#7053, jenkinsci/amazon-ecs-plugin#170, jenkinsci/openstack-cloud-plugin#296, nodejs/build#4434
"""

from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import Story
from jnlpspy.model.events import ConnectionClosed, ConnectionOpened, Event
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.tap import Side

PROBES = 3
"""Empty connections in a row that make a habit."""

AGENTS_OWN = 15.0
"""Seconds after an agent's connection within which an empty one is its own: it tries again every ten."""


class PortProbe(Rule):
    """Watches for empty connections from where no agent comes."""

    severity = Severity.INFO
    watches = (ConnectionClosed,)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding for an empty connection that has had others before it, and nothing else between."""
        host = self.story.agent_host or ""
        row = self._row() if _is_probe(self.story) else []
        if len(row) >= PROBES:
            times = sorted(each.began for each in row)
            period = median(later - earlier for earlier, later in pairwise(times))
            yield self.finding(
                f"{host} opens an empty connection to {self.story.controller} every {_describe(period)}",
                evidence=(event, f"{len(row)} empty connections, and no agent from there between them"),
                subject=host,
            )

    def _row(self) -> list[Story]:
        """Return this and the empty connections before it, back to the last one of an agent and a while behind that."""
        row = [self.story]
        for each in self.story.chronicle.before(self.story):
            if not each.has(ConnectionOpened):
                continue
            if not _is_probe(each):
                return [one for one in row if one.began - _end_of(each) > AGENTS_OWN]
            row.append(each)
        return row


def _is_probe(story: Story) -> bool:
    closed = story.closed
    return closed is not None and closed.fact.by is Side.AGENT and not any(closed.fact.bytes.values())


def _end_of(story: Story) -> float:
    return story.began if story.last_event is None else story.last_event.when


def _describe(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
