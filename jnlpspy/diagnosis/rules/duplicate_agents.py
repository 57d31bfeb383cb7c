"""Two machines run an agent of the same name.

What it means: connections for one name come from different addresses while the other is alive. The controller takes one
of them, and the other is refused every ten seconds, or each takes the other's place.
Usual causes:
- a container or virtual machine was copied with its agent, or a deployment runs two replicas
- an old machine still starts the agent, as a service for instance
- the addresses are those of two paths of one machine (a proxy, two network cards)
What to do:
- stop the agent on one of the addresses
- give each agent a node and a name of its own
What is printed:
- agent: `NAME is already connected to this controller. Rejecting this connection.`
- controller: `NAME is already connected to this controller. Rejecting this connection.`
- controller: `Disconnecting NAME as we are reconnected from the current peer`
Where it was seen:
- nodejs/build#4434, CloudBees KB 115001762231
"""

from collections.abc import Iterator
from itertools import islice

from jnlpspy.diagnosis.refusals import REFUSALS, Ground, Refusal, RefusalRule, rival_of, was_accepted
from jnlpspy.model.events import Event, HandshakeAccepted
from jnlpspy.model.findings import Finding

REFUSED, FIGHTING = 0.9, 0.8

TURNS = 3
"""Connections in which two addresses take turns that make it no accident: A, B, A."""


class DuplicateAgents(RefusalRule):
    """Watches for the same name from two addresses."""

    watches = (*REFUSALS, HandshakeAccepted)
    explains = ("already-connected", "refused-without-reason", "websocket-upgrade-refused", "abrupt-close")
    explains_later = ("already-connected", "refused-without-reason", "abrupt-close")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if an address is refused for another, or two take turns."""
        yield from super().observe(event)
        name = self.story.agent_name
        if isinstance(event.fact, HandshakeAccepted) and isinstance(name, str):
            latest = (each for each in reversed(self.story.chronicle.of_agent(name)) if was_accepted(each))
            turns = list(islice(latest, TURNS))[::-1]
            hosts = [each.agent_host for each in turns]
            if len(hosts) == TURNS and hosts[0] == hosts[2] != hosts[1]:
                numbers = ", ".join(str(each.connection) for each in turns)
                yield self.finding(
                    f"{hosts[1]} and {hosts[2]} take turns as agent {name!r}",
                    evidence=(event, f"connections {numbers} of {', '.join(map(str, hosts))}"),
                    confidence=FIGHTING,
                    subject=name,
                )

    def judge(self, refusal: Refusal) -> Iterator[Finding]:
        """Yield the finding if the refusal is because of another address."""
        rival = rival_of(self.story) if refusal.ground is Ground.CONNECTED else None
        if rival is not None and rival.agent_host != self.story.agent_host:
            yield self.finding(
                f"Agent {refusal.shown_name} runs twice: on {rival.agent_host}, which is connected, "
                f"and on {self.story.agent_host}, which is refused",
                evidence=(*refusal.evidence, f"connection {rival.connection} from {rival.agent_host} is open"),
                confidence=REFUSED,
                subject=refusal.subject,
            )
