"""Finds one event of a capture again, with the bytes it came from.

Events carry no bytes, and fields no spans: the one event that is looked at is read twice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count

from jnlpspy.connection import Connection
from jnlpspy.decoder import Decoder
from jnlpspy.model.events import CommandSent, Event, Fact
from jnlpspy.model.java import JavaObject
from jnlpspy.model.secret import NO_SECRETS, Secret
from jnlpspy.model.session import FrameSent
from jnlpspy.model.span import Decoded, Form, Span
from jnlpspy.model.tap import Gap, Observation, Opened, Segment, Side, Tap, Tick
from jnlpspy.model.trace import Node
from jnlpspy.redaction import Redactor
from jnlpspy.remoting.anatomy import change_payload, dissect
from jnlpspy.remoting.purposes import WELL_KNOWN, Purposes
from jnlpspy.session.tracker import Tracker
from jnlpspy.wire.frame_trace import trace_frame
from jnlpspy.wire.seal import Sealing
from jnlpspy.wire.text_mode import decode_text
from jnlpspy.wire.websocket import FrameReader, Opcode, Piece

Reading = Callable[[], Iterable[Observation]]
"""Opens a capture anew."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """An event, its bytes with secrets replaced, and what they are made of."""

    event: Event
    data: bytes = b""
    """As they say what they say: deciphered, and decoded from base64."""
    root: Node | None = None
    """None if the event came from no bytes."""
    made_at: JavaObject | None = None
    """Where in the sender's code the command was made."""
    thrown: JavaObject | None = None
    """What the call threw that the command answers."""
    note: str = ""
    """How the bytes went in another form, and where offsets count then; "" if they are as they went."""


def find_exhibit(
    read: Reading, seq: int, secrets: Mapping[str, Secret] = NO_SECRETS, purposes: Purposes = WELL_KNOWN
) -> Exhibit | None:
    """Return event number `seq`; None if there are not so many. `secrets` are the agents' that are known."""
    event = _find_event(read, seq, Decoder(secrets, purposes))
    if event is None or event.side is None or event.span is None:
        return None if event is None else Exhibit(event)
    excerpt = Excerpt(event.connection, event.side, event.span, secrets)
    excerpt.take_from(read())
    mask = excerpt.mask if excerpt.deciphered else None
    return exhibit_bytes(event, bytes(excerpt.data), type(event.fact), mask)


def exhibit_bytes(event: Event, data: bytes, kind: type[Fact], mask: Callable[[bytes], bytes] | None = None) -> Exhibit:
    """Return an event with its bytes taken apart; `mask` hides a secret in what one opened, and says that it did.

    `kind` is that of its fact, which may not be at hand.
    """
    if event.span is None:
        return Exhibit(event)
    start, note = event.span.start, ""
    if len(data) != len(event.span):
        return Exhibit(event, data, _closed(start, len(data), "incomplete: bytes of it were not seen"))
    if mask is not None:
        note = "deciphered with the agent's secret; offsets are the same in what went over the wire"
    if event.decoded is not None:
        data, start, note = _decode(data, event.decoded, note)
    if mask is not None:
        data = change_payload(data, mask)
    if kind is FrameSent:
        return Exhibit(event, data, trace_frame(data, start))
    anatomy = dissect(data, start)
    if kind is CommandSent and not anatomy.is_command:
        return Exhibit(event, data, _closed(start, len(data), "begins as no command does"), note=note)
    return Exhibit(event, data, anatomy.root, anatomy.made_at, anatomy.thrown, note)


def _decode(data: bytes, decoded: Decoded, note: str) -> tuple[bytes, int, str]:
    """Return what a message's text or frames say, where that stands, and a note of it."""
    if decoded.form is Form.FRAMES:
        steps = FrameReader(masks=True).feed(data)  # from any frame of a message on
        of_message = (Opcode.BINARY, Opcode.CONTINUATION)
        pieces = [step for step in steps if isinstance(step, Piece) and step.kind in of_message]
        pieces = [piece for piece in pieces if not piece.frame.reserved]
        said = b"".join(piece.data for piece in pieces)
        masked = ", their masks undone" if any(piece.frame.mask for piece in pieces) else ""
        told = f"taken out of WebSocket frames{masked}; offsets count in what all of the side's messages say"
    else:
        said = decode_text(data)
        told = f"{note.partition(';')[0]}, then decoded" if note else "decoded"
        told = f"{told} from base64; offsets count in what all of the side's text says"
    return said[decoded.lead : decoded.lead + len(decoded.span)], decoded.span.start, told


def _closed(start: int, length: int, why: str) -> Node:
    """Return one piece for bytes in which no field has a place of its own."""
    return Node("bytes", start, start + length, why, bad=True)


def _find_event(read: Reading, seq: int, decoder: Decoder) -> Event | None:
    found: list[Event] = []

    def decode(observation: Observation) -> None:
        found.extend(event for event in decoder.feed(observation) if event.seq == seq)

    redactor = Redactor(decode)
    for observation in read():
        redactor.observe(observation)
        if found:
            return found[0]
    redactor.finish()
    found += [event for event in decoder.finish() if event.seq == seq]
    return found[0] if found else None


class Excerpt:
    """The bytes of one side's span, deciphered where a secret that is known opens them; a gap inside ends them."""

    def __init__(self, connection: int, side: Side, span: Span, secrets: Mapping[str, Secret]) -> None:
        self.data = bytearray()
        self.deciphered = False
        self._number = connection
        self._side = side
        self._span = span
        self._place = 0
        self._is_complete = False
        self._sealing = Sealing(secrets, self._replace)
        self._opens = bool(secrets)
        self._connection: Connection | None = None

    def take_from(self, observations: Iterable[Observation]) -> None:
        """Read on until the bytes are there."""
        redactor = Redactor(self._observe)
        for observation in observations:
            redactor.observe(observation)
            if self._is_complete:
                return
        redactor.finish()

    def mask(self, block: bytes) -> bytes:
        """Return bytes with the secret that opened them replaced by its pseudonym."""
        return self._sealing.mask(block)

    def _observe(self, observation: Observation) -> None:
        if isinstance(observation, Tick) or observation.connection != self._number:
            return
        match observation:
            case Opened() if self._opens:
                self._connection = Connection(observation, count(1), self._sealing, Tracker())
            case Gap() if observation.sender is self._side:
                self._place += observation.length
            case Segment(tap=Tap.DECRYPTED | Tap.WIRE) if observation.sender is self._side:
                self._take(observation.data)
            case _:
                pass
        self._is_complete = self._connection is None and self._place >= self._span.end
        if self._connection is not None:  # bytes may have to wait for the keys: they are read once their event comes
            told = [(event.side, event.span) for event in self._connection.observe(observation)]
            self._is_complete = (self._side, self._span) in told

    def _take(self, data: bytes) -> None:
        if self._place + len(data) > self._span.start and self._place < self._span.end:
            self.data += data[max(0, self._span.start - self._place) : self._span.end - self._place]
        self._place += len(data)

    def _replace(self, side: Side, said: bytes) -> None:
        """Put what a side's last bytes say in the place of them."""
        place = self._place - len(said)
        start, end = max(place, self._span.start), min(self._place, self._span.end)
        if side is self._side and start < end <= self._span.start + len(self.data):
            self.data[start - self._span.start : end - self._span.start] = said[start - place : end - place]
            self.deciphered = True
