"""What is observed of one connection: one Opened first, one Closed last, whatever happens between."""

from collections.abc import Callable

from jnlpspy.model.tap import (
    Address,
    Closed,
    CloseReason,
    DialFailed,
    DialFailure,
    Ended,
    Observation,
    Opened,
    Remarked,
    Segment,
    Side,
    Tap,
    TlsOpened,
)

Observe = Callable[[Observation], None]
Clock = Callable[[], float]

LEG_TAPS = {Side.AGENT: Tap.AGENT_LEG, Side.CONTROLLER: Tap.CONTROLLER_LEG}


class Journal:
    """Stamps what happens on a connection and hands it on; nothing before Opened, nothing after Closed."""

    def __init__(self, connection: int, observe: Observe, clock: Clock) -> None:
        self.connection = connection
        self.accepted = clock()
        self.is_open = False
        self.is_closed = False
        self._observe = observe
        self._clock = clock

    def open(self, agent: Address, controller: Address) -> None:
        """Begin, unless begun; the time is that of the agent's dialling."""
        if not self.is_open:
            self.is_open = True
            self._observe(Opened(self.connection, self.accepted, agent, controller))

    def sent(self, sender: Side, data: bytes) -> None:
        """Observe bytes a side sent, before they are forwarded."""
        self._note(Segment(self.connection, self._clock(), sender, data))

    def on_wire(self, leg: Side, sender: Side, data: bytes) -> None:
        """Observe bytes as they are on the wire of a leg."""
        self._note(Segment(self.connection, self._clock(), sender, data, LEG_TAPS[leg]))

    def ended(self, sender: Side) -> None:
        """Observe that a side will send no more, before that is forwarded."""
        self._note(Ended(self.connection, self._clock(), sender))

    def tls_opened(self, leg: Side, version: str, cipher: str, identity: str) -> None:
        """Observe TLS on a leg."""
        self._note(TlsOpened(self.connection, self._clock(), leg, version, cipher, identity))

    def dial_failed(self, target: str, failure: DialFailure, text: str) -> None:
        """Observe that somebody was to be reached, and was not."""
        self._note(DialFailed(self.connection, self._clock(), target, failure, text))

    def remark(self, text: str) -> None:
        """Observe what no byte shows."""
        self._note(Remarked(self.connection, self._clock(), text))

    def close(self, by: Side | None, how: CloseReason) -> None:
        """End, unless ended."""
        self._note(Closed(self.connection, self._clock(), by, how))
        self.is_closed = True

    def _note(self, observation: Observation) -> None:
        if self.is_open and not self.is_closed:
            self._observe(observation)


class LegWire:
    """The wire tap of one leg."""

    def __init__(self, journal: Journal, leg: Side, before: Callable[[], None]) -> None:
        self._journal = journal
        self._leg = leg
        self._before = before
        """Called first: TLS keys must stand in the capture before what they open."""

    def came(self, data: bytes) -> None:
        """See bytes the leg's peer sent."""
        self._before()
        self._journal.on_wire(self._leg, self._leg, data)

    def left(self, data: bytes) -> None:
        """See bytes about to be sent to the leg's peer."""
        self._before()
        self._journal.on_wire(self._leg, self._leg.peer, data)
