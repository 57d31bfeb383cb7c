"""Opens TLS in a capture of the wire with logged keys: what comes out is what the proxy itself would have recorded."""

from collections.abc import Iterator
from typing import Final

from jnlpspy.capture.key_log import KeyLog
from jnlpspy.capture.tls_opening import AlertInside, HandshakeDone, Plaintext, StaysClosed, TlsOpening
from jnlpspy.model.tap import Closed, Ended, Gap, Observation, Opened, Remarked, Segment, Side, Tap, TlsOpened
from jnlpspy.protocols import SPECS
from jnlpspy.wire.foreign import looks_like_tls
from jnlpspy.wire.handshake import HandshakeMachine

WATCHED_BYTES: Final = 256 * 1024
"""Bytes of both sides in which TLS, and then its handshake, has to begin and end; they are kept meanwhile."""


class Decryption:
    """Turns observations of the wire into those of what remoting sees, where the keys are known."""

    def __init__(self, keys: KeyLog) -> None:
        self._keys = keys
        self._wires: dict[int, _Wire] = {}

    def observe(self, observation: Observation) -> Iterator[Observation]:
        """Yield what an observation turns into: itself, where there is no TLS or no key for it."""
        match observation:
            case Opened():
                self._wires[observation.connection] = _Wire(self._keys)
                yield observation
            case Segment(tap=Tap.WIRE) | Gap() | Ended() | Closed() if observation.connection in self._wires:
                wire = self._wires[observation.connection]
                yield from wire.observe(observation)
                if wire.is_plain or isinstance(observation, Closed):
                    del self._wires[observation.connection]
            case _:
                yield observation


class _Wire:
    """One connection: first what stands before TLS, then the TLS handshake, then records that can be opened."""

    def __init__(self, keys: KeyLog) -> None:
        self.is_plain = False
        """True once nothing here is to be opened."""
        self._machine = HandshakeMachine(SPECS, through_tls=False)
        self._opening = TlsOpening(keys)
        self._begins_with_tls = False
        self._in_tls: set[Side] = set()
        self._held: list[Segment] = []
        """What was sent in TLS up to the end of its handshake."""
        self._finished: set[Side] = set()
        self._lost: set[Side] = set()
        self._seen = 0

    def observe(self, observation: Segment | Gap | Ended | Closed) -> Iterator[Observation]:
        """Yield what an observation turns into."""
        match observation:
            case Segment():
                yield from self._receive(observation)
                return
            case Gap():
                if not self._finished:
                    yield from self._give_up()
                else:
                    self._lost.add(observation.sender)
            case Ended():
                yield from self._end(observation.connection, observation.when, observation.sender)
            case Closed():
                if not self._finished:
                    yield from self._give_up()
                for side in Side:
                    yield from self._end(observation.connection, observation.when, side)
        yield observation

    def _receive(self, segment: Segment) -> Iterator[Observation]:
        self._seen += len(segment.data)
        if self._seen > WATCHED_BYTES and not self._finished:
            yield from self._give_up()
        if self.is_plain:
            yield segment
            return
        side, data = segment.sender, segment.data
        if side not in self._in_tls:
            data = self._find_tls(side, data)
            if before := segment.data[: len(segment.data) - len(data)]:
                yield _replaced(segment, before, Tap.WIRE)
            if not data:
                return
        yield from self._open(_replaced(segment, data, Tap.WIRE))

    def _find_tls(self, side: Side, data: bytes) -> bytes:
        """Return the bytes of TLS, which stand at the end."""
        machine = self._machine
        if self._begins_with_tls or (machine.spec is None and side is Side.AGENT and not machine.unread(side)):
            self._begins_with_tls = looks_like_tls(data) is not False  # no offer begins with such a byte
            if self._begins_with_tls:
                self._in_tls = set(Side)
                return data
        machine.feed(side, data)
        if machine.at_tls(side):
            self._in_tls.add(side)
            return data[len(data) - machine.unread(side) :]
        self.is_plain = all(machine.over(each) for each in Side)
        return b""

    def _open(self, segment: Segment) -> Iterator[Observation]:
        connection, when, side = segment.connection, segment.when, segment.sender
        if side in self._lost:
            yield Gap(connection, when, side, len(segment.data))
            return
        if side not in self._finished:
            self._held.append(segment)
        try:
            for told in self._opening.feed(side, segment.data):
                match told:
                    case Plaintext(data):
                        if data:
                            yield Segment(connection, when, side, data, Tap.DECRYPTED)
                    case HandshakeDone(version, cipher, identity):
                        if not self._finished:
                            shown = "" if self._begins_with_tls else identity  # of https it is the web server's
                            yield TlsOpened(connection, when, Side.CONTROLLER, version, cipher, shown)
                        self._finished.add(side)
                        self._held = [each for each in self._held if each.sender is not side]
                    case AlertInside(description):
                        yield from self._take_alert(segment, description)
        except StaysClosed as reason:
            if not self._finished:
                yield from self._give_up()
                return
            self._lost.add(side)
            yield Remarked(connection, when, f"TLS cannot be opened any further: {reason}")
            yield Gap(connection, when, side, self._opening.unfinished(side))

    def _take_alert(self, segment: Segment, description: str) -> Iterator[Observation]:
        if not self._finished:
            yield from self._give_up()
        yield Remarked(segment.connection, segment.when, f"TLS alert of the {segment.sender.value}: {description}")

    def _end(self, connection: int, when: float, side: Side) -> Iterator[Observation]:
        """Yield that a record was cut off, once."""
        if self._finished and side not in self._lost and (length := self._opening.unfinished(side)):
            self._lost.add(side)
            yield Gap(connection, when, side, length)

    def _give_up(self) -> Iterator[Observation]:
        """Yield what was held back: nothing of this connection can be opened."""
        held, self._held = self._held, []
        self.is_plain = True
        yield from held


def _replaced(segment: Segment, data: bytes, tap: Tap) -> Segment:
    return Segment(segment.connection, segment.when, segment.sender, data, tap)
