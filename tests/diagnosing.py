"""Runs rules over what a test says that happened."""

from collections.abc import Iterable

from conversation import decode
from specimens import observations_of

from jnlpspy.diagnosis.engine import DiagnosisSink
from jnlpspy.model.events import (
    ChannelEstablished,
    ConnectionClosed,
    ConnectionOpened,
    Event,
    Fact,
    HandshakeAccepted,
    HeadersSent,
    ProtocolOffered,
)
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.known import NOTHING_KNOWN, Known
from jnlpspy.model.tap import Address, CloseReason, Side


class Tale:
    """Facts of any number of connections, in order; each call goes on where the last one stopped."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.when = 1000.0
        self._connection = 0

    def opened(self, connection: int = 1, *, agent: str = "10.0.0.5", port: int = 50000) -> "Tale":
        """A connection begins; what follows is told of it."""
        self._connection = connection
        return self.fact(ConnectionOpened(Address(agent, 50_000 + connection), Address("10.0.0.2", port)))

    def channel(self, connection: int = 1, *, name: str = "a1", agent: str = "10.0.0.5") -> "Tale":
        """A connection begins and gets a channel; what follows is told of it."""
        self.opened(connection, agent=agent).agent(ProtocolOffered("JNLP4-connect"), HeadersSent({}, name))
        self.controller(HandshakeAccepted("JNLP4-connect", name))
        return self.fact(ChannelEstablished("JNLP4-connect", name))

    def on(self, connection: int) -> "Tale":
        """What follows is told of this connection; 0 for none."""
        self._connection = connection
        return self

    def agent(self, *facts: Fact) -> "Tale":
        """Facts from the agent's bytes."""
        return self._all(facts, Side.AGENT)

    def controller(self, *facts: Fact) -> "Tale":
        """Facts from the controller's bytes."""
        return self._all(facts, Side.CONTROLLER)

    def fact(self, *facts: Fact) -> "Tale":
        """Facts from no bytes."""
        return self._all(facts, None)

    def wait(self, seconds: float) -> "Tale":
        """Time passes."""
        self.when += seconds
        return self

    def closed(
        self,
        by: Side | None = Side.AGENT,
        how: CloseReason = CloseReason.EOF,
        *,
        orderly: bool = False,
        agent_bytes: int = 100,
        controller_bytes: int = 100,
        cut_off: Side | None = None,
    ) -> "Tale":
        """The connection ends, in the middle of a message of the side `cut_off`."""
        sent = {Side.AGENT: agent_bytes, Side.CONTROLLER: controller_bytes}
        unfinished = {side: 2 if side is cut_off else 0 for side in Side}
        here = [event for event in self.events if event.connection == self._connection]
        heard = max((event.when for event in here if event.side is not None), default=self.when)
        duration = self.when - here[0].when if here else 0.0
        return self.fact(ConnectionClosed(by, how, orderly, sent, unfinished, duration, self.when - heard))

    def _all(self, facts: Iterable[Fact], side: Side | None) -> "Tale":
        for fact in facts:
            self.events.append(Event(len(self.events) + 1, self._connection, self.when, fact, side))
        return self


def diagnose(events: Tale | Iterable[Event], known: Known = NOTHING_KNOWN) -> list[Finding]:
    """Return every finding, in the order in which they became certain."""
    told: list[Finding] = []

    def hear(event: Event) -> None:
        assert isinstance(event.fact, Finding)
        told.append(event.fact)

    sink = DiagnosisSink(hear, known)
    for event in events.events if isinstance(events, Tale) else events:
        sink.observe(event)
    sink.finish()
    return told


def found(rule: str, events: Tale | Iterable[Event], known: Known = NOTHING_KNOWN) -> list[Finding]:
    """Return one rule's findings."""
    return [finding for finding in diagnose(events, known) if finding.rule == rule]


def findings_in(specimen: str) -> list[Finding]:
    """Return every finding in a specimen."""
    return diagnose(decode(observations_of(specimen)))


def a_finding(
    rule: str,
    severity: Severity = Severity.ERROR,
    *,
    subject: str = "",
    confidence: float = 1.0,
    under: str | None = None,
) -> Finding:
    """Return a finding for those who only pass it on."""
    return Finding(rule, severity, f"{rule} it is", (1,), ("a cause",), ("a cure",), confidence, subject, under)
