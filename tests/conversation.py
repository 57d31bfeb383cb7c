"""What two sides say to each other and what the decoder tells of it: one test, and three of fragmentation.

A conversation is written in the order of the wire: who sends what, and right behind it the facts it makes known. Its
end fails on facts nobody expected, and feeds the same bytes again one at a time and in pieces of uneven size: facts,
sides and spans must be the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random

from jnlpspy.decoder import Decoder
from jnlpspy.model.events import ChannelEnded, ConnectionOpened, Event, ExportsLeft, Fact
from jnlpspy.model.java import JavaObject
from jnlpspy.model.secret import NO_SECRETS, Secret
from jnlpspy.model.span import Span
from jnlpspy.model.tap import (
    Address,
    Closed,
    CloseReason,
    Ended,
    Gap,
    Observation,
    Opened,
    Segment,
    Side,
    Tap,
)

AGENT_ADDRESS = Address("10.0.0.5", 51020)
CONTROLLER_ADDRESS = Address("10.0.0.2", 50000)

SUMMARIES = (ExportsLeft, ChannelEnded)
"""What a channel came to, told at its end: few conversations are about it, so the others need not expect it."""

TIMES = ("duration", "silence")
"""What facts say of time, which depends on when pieces of a message come."""

Sizes = Callable[[], int]

Told = tuple[Side | None, Span | None, object]
"""A fact that can be compared: side, span, and what it says."""


class Conversation:
    """One connection, written down as it goes."""

    def __init__(
        self, *, pseudonyms: bool = False, tap: Tap = Tap.DECRYPTED, secrets: Mapping[str, Secret] = NO_SECRETS
    ) -> None:
        self._tap = tap
        self._secrets = secrets
        self._decoder = Decoder(secrets)
        self._when = 1000.0
        self._unexpected: list[Event] = []
        self.observations: list[Observation] = []
        self.events: list[Event] = []
        self._observe(Opened(1, self._when, AGENT_ADDRESS, CONTROLLER_ADDRESS, pseudonyms=pseudonyms))
        self.expect(ConnectionOpened(AGENT_ADDRESS, CONTROLLER_ADDRESS))

    def agent(self, *data: bytes) -> None:
        """The agent sends bytes, in one segment."""
        self._observe(Segment(1, self._when, Side.AGENT, b"".join(data), self._tap))

    def controller(self, *data: bytes) -> None:
        """The controller sends bytes, in one segment."""
        self._observe(Segment(1, self._when, Side.CONTROLLER, b"".join(data), self._tap))

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self._when += seconds

    def gap(self, sender: Side, length: int) -> None:
        """Bytes of a side were not seen; 0 if nobody knows how many."""
        self._observe(Gap(1, self._when, sender, length))

    def fin(self, sender: Side) -> None:
        """A side says that it will send no more."""
        self._observe(Ended(1, self._when, sender))

    def close(self, by: Side | None = Side.AGENT, how: CloseReason = CloseReason.EOF) -> None:
        """The connection ends; what it tells is still to be expected."""
        self._observe(Closed(1, self._when, by, how))

    def observe(self, observation: Observation) -> None:
        """Anything else was seen."""
        self._observe(observation)

    def expect(self, *facts: Fact) -> None:
        """These facts came since the last call, and no others but what sums up a channel."""
        named = tuple({type(fact) for fact in facts})
        came = [
            event.fact
            for event in self._unexpected
            if isinstance(event.fact, named) or not isinstance(event.fact, SUMMARIES)
        ]
        assert list(map(comparable, came)) == list(map(comparable, facts)), _difference(facts, came)
        self._unexpected.clear()

    def take(self) -> list[Event]:
        """Return the events since the last call, for what `expect` cannot say; without what sums up a channel."""
        taken, self._unexpected = self._unexpected, []
        return [event for event in taken if not isinstance(event.fact, SUMMARIES)]

    def end(self, *left: Fact) -> None:
        """Expect what is left to say, no more; fail if other fragments of the same bytes tell anything else."""
        self._take_in(self._decoder.finish())
        self.expect(*left)
        check_fragments(self.observations, told(self.events), secrets=self._secrets)

    def _observe(self, observation: Observation) -> None:
        self.observations.append(observation)
        self._take_in(self._decoder.feed(observation))

    def _take_in(self, events: list[Event]) -> None:
        self.events += events
        self._unexpected += events


def decode(observations: Iterable[Observation], secrets: Mapping[str, Secret] = NO_SECRETS) -> list[Event]:
    """Return all that a decoder tells of these observations, its end included."""
    decoder = Decoder(secrets)
    events = [event for observation in observations for event in decoder.feed(observation)]
    return events + decoder.finish()


def told(events: Iterable[Event]) -> list[Told]:
    """Return what events say apart from when, so that two decodings can be compared."""
    return [(event.side, event.span, comparable(event.fact)) for event in events]


def comparable(value: object) -> object:
    """Return what a fact says, with Java's values, which compare by identity, as text."""
    slots = getattr(type(value), "__dataclass_fields__", None)
    if slots is None:
        return [comparable(each) for each in value] if isinstance(value, tuple) else value
    if getattr(type(value), "__eq__", None) is object.__eq__:
        return _shape(value, {})
    return type(value), [comparable(getattr(value, name)) for name in slots if name not in TIMES]


def check_fragments(
    observations: Sequence[Observation],
    expected: list[Told],
    *,
    seed: int = 0,
    secrets: Mapping[str, Secret] = NO_SECRETS,
) -> None:
    """Decode the same bytes in other pieces and demand the same facts."""
    random = Random(seed)  # noqa: S311 - pieces of a test
    for name, sizes in (
        ("one byte at a time", lambda: 1),
        ("a few bytes at a time", lambda: random.randint(1, 7)),
        ("pieces of any size", lambda: random.choice((1, 2, 3, 50, 700, 9000))),
    ):
        pieces: list[Observation] = []
        for observation in observations:
            pieces += cut(observation, sizes) if isinstance(observation, Segment) else [observation]
        came = told(decode(pieces, secrets))
        assert came == expected, f"{name}: " + _difference(expected, came)


def cut(segment: Segment, sizes: Sizes) -> list[Segment]:
    """Return a segment in pieces of these sizes."""
    pieces: list[Segment] = []
    position = 0
    while position < len(segment.data):
        size = sizes()
        pieces.append(replace(segment, data=segment.data[position : position + size]))
        position += size
    return pieces


def _shape(value: object, seen: dict[int, int]) -> object:
    """Return a Java value as nested lists; what was met before as its number, for values refer to each other."""
    if id(value) in seen:
        return f"#{seen[id(value)]}"
    slots = getattr(type(value), "__dataclass_fields__", None)
    if slots is not None:
        seen[id(value)] = len(seen)
        kind = JavaObject if isinstance(value, JavaObject) else type(value)  # whether or not it is read later
        said = [name for name, slot in slots.items() if slot.init]  # the rest was found out about it, sooner or later
        return [kind.__name__, *(_shape(getattr(value, name), seen) for name in said)]
    if isinstance(value, list | tuple):
        return [_shape(each, seen) for each in value]
    return repr(value) if isinstance(value, float) else value


def _difference(expected: Iterable[object], came: Iterable[object]) -> str:
    wanted, got = [[str(each) for each in lines] for lines in (expected, came)]
    same = next((i for i, pair in enumerate(zip(wanted, got, strict=False)) if pair[0] != pair[1]), None)
    lines = [f"  {sign} {line}" for sign, each in (("-", wanted), ("+", got)) for line in each]
    return f"expected (-) and told (+), the first difference at {same}:\n" + "\n".join(lines)
