"""One connection as the steps of a sequence diagram: the handshake whole, long runs on the channel folded."""

from collections import Counter, deque
from dataclasses import dataclass, field
from enum import Enum

from jnlpspy.model.commands import CloseCommand
from jnlpspy.model.describe_events import count, describe_fact
from jnlpspy.model.events import (
    BytesMissing,
    CallFinished,
    CallsWaiting,
    CapabilityAnnounced,
    ChannelEstablished,
    ClassLoaded,
    CommandSent,
    DiscoveryAnswered,
    Event,
    ExportsLeft,
    Fact,
    HandshakeAccepted,
    OpaqueBytes,
    PipeClosed,
    PipeOpened,
    PipeStalled,
    Undecodable,
)
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.tap import Side
from jnlpspy.model.trouble import is_trouble
from jnlpspy.view.rows import KINDS

HANDSHAKE = 40
"""Steps kept of a handshake; the longest, JNLP4's behind discovery, has some twenty."""

FIRST = 8
"""Steps kept from where the channel begins."""

LAST = 8
"""Steps kept up to the end."""

BAD = 10
"""Steps kept between them because something went wrong there."""


class Tone(Enum):
    """How a step is meant."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Step:
    """A message from one side to the other, or a note that belongs to both."""

    seq: int
    when: float
    side: Side | None
    """Who sent it; None for a note."""
    word: str
    """What it is, as the views name it."""
    text: str
    tone: Tone = Tone.PLAIN
    answer: bool = False
    """True if it answers an earlier step."""


@dataclass(slots=True)
class Fold:
    """Steps that are only counted."""

    numbers: Counter[str] = field(default_factory=Counter)

    def describe(self) -> str:
        """Return what was left out, in words."""
        told = [count(number, f"more {noun}") for noun, number in self.numbers.most_common()]
        return f"… {', '.join(told)}"


class Sequence:
    """Collects the steps of a connection; however long it lasts, only so many are kept."""

    def __init__(self) -> None:
        self._kept: list[Step | Fold] = []
        self._last: deque[Step] = deque()
        self._room = HANDSHAKE
        self._bad = BAD

    def observe(self, event: Event) -> None:
        """Take an event of the connection."""
        if isinstance(event.fact, CommandSent | ClassLoaded | PipeOpened | ExportsLeft) and not _is_told(event.fact):
            return  # nearly all events: calls stand for them
        step = step_of(event)
        if self._room:
            self._room -= 1
            self._kept.append(step)
        else:
            self._last.append(step)
            if len(self._last) > LAST:
                self._fold(self._last.popleft())
        if isinstance(event.fact, ChannelEstablished):
            self._room = min(self._room, FIRST)

    def steps(self) -> list[Step | Fold]:
        """Return what is to be drawn, in order."""
        return [*self._kept, *self._last]

    def _fold(self, step: Step) -> None:
        if step.tone is Tone.BAD and self._bad:
            self._bad -= 1
            self._kept.append(step)
            return
        if not self._kept or not isinstance(self._kept[-1], Fold):
            self._kept.append(Fold())
        fold = self._kept[-1]
        if isinstance(fold, Fold):
            fold.numbers[_NOUNS.get(step.word, "event")] += 1


def step_of(event: Event) -> Step:
    """Return an event as a step."""
    fact = event.fact
    side = event.side if not isinstance(fact, _NOTES) else None
    answer = isinstance(fact, CallFinished | DiscoveryAnswered)
    return Step(event.seq, event.when, side, KINDS[type(fact)].word, describe_fact(fact), tone_of(fact), answer)


_NOTES = (CallsWaiting, PipeStalled, PipeClosed, Undecodable, BytesMissing, OpaqueBytes, Finding)
"""What is found out about bytes rather than said by them."""


def tone_of(fact: Fact) -> Tone:
    """Return how a fact is meant."""
    match fact:
        case HandshakeAccepted() | ChannelEstablished():
            return Tone.GOOD
        case Finding(consequence_of=str()) | Finding(severity=Severity.INFO):
            return Tone.QUIET
        case Finding():
            return Tone.BAD
        case _ if is_trouble(fact):
            return Tone.BAD
        case CapabilityAnnounced() | PipeClosed():
            return Tone.QUIET
        case _:
            return Tone.PLAIN


_NOUNS = {"call": "call", "answer": "answer", "piped": "pipe"}
"""What steps are called when they are counted."""


def _is_told(fact: Fact) -> bool:
    return isinstance(fact, CommandSent) and isinstance(fact.command, CloseCommand)
