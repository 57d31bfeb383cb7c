"""Finds one event of a capture again, with the bytes it came from.

Events carry no bytes, and fields no spans: the one event that is looked at is read twice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from jnlpspy.decoder import Decoder
from jnlpspy.model.events import CommandSent, Event
from jnlpspy.model.java import JavaObject
from jnlpspy.model.secret import NO_SECRETS, Secret
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Gap, Observation, Segment, Side, Tap
from jnlpspy.model.trace import Node
from jnlpspy.redaction import Redactor
from jnlpspy.remoting.anatomy import dissect
from jnlpspy.remoting.purposes import WELL_KNOWN, Purposes

Reading = Callable[[], Iterable[Observation]]
"""Opens a capture anew."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """An event, its bytes with secrets replaced, and what they are made of."""

    event: Event
    data: bytes = b""
    root: Node | None = None
    """None if the event came from no bytes."""
    made_at: JavaObject | None = None
    """Where in the sender's code the command was made."""


def find_exhibit(
    read: Reading, seq: int, secrets: Mapping[str, Secret] = NO_SECRETS, purposes: Purposes = WELL_KNOWN
) -> Exhibit | None:
    """Return event number `seq`; None if there are not so many. `secrets` are the agents' that are known."""
    event = _find_event(read, seq, Decoder(secrets, purposes))
    if event is None or event.side is None or event.span is None:
        return None if event is None else Exhibit(event)
    data = _find_bytes(read, event.connection, event.side, event.span)
    anatomy = dissect(data, event.span.start)
    if len(data) != len(event.span) or (isinstance(event.fact, CommandSent) and not anatomy.is_command):
        return Exhibit(event, data, _closed(event.span.start, len(data)))
    return Exhibit(event, data, anatomy.root, anatomy.made_at)


def _closed(start: int, length: int) -> Node:
    """Return one piece for bytes in which no field has a place of its own."""
    return Node("bytes", start, start + length, "incomplete, or encrypted or encoded on the way", bad=True)


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


def _find_bytes(read: Reading, connection: int, side: Side, span: Span) -> bytes:
    """Return the bytes of a side's span; a gap inside it ends them."""
    collected = bytearray()
    place = 0

    def collect(observation: Observation) -> None:
        nonlocal place
        match observation:
            case Gap() if observation.connection == connection and observation.sender is side:
                place += observation.length
            case Segment(tap=Tap.DECRYPTED | Tap.WIRE) if (
                observation.connection == connection and observation.sender is side
            ):
                if place + len(observation.data) > span.start and place < span.end:
                    collected.extend(observation.data[max(0, span.start - place) : span.end - place])
                place += len(observation.data)
            case _:
                pass

    redactor = Redactor(collect)
    for observation in read():
        redactor.observe(observation)
        if place >= span.end:
            return bytes(collected)
    redactor.finish()
    return bytes(collected)
