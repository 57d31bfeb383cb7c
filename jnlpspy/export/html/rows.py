"""Rows of a report's tables: calls and pipes from start to end, loads, and everything else that happened."""

from collections import OrderedDict
from dataclasses import dataclass, field

from jnlpspy.export.html.kept import Kept
from jnlpspy.export.sequence import Tone, tone_of
from jnlpspy.model.commands import CloseCommand
from jnlpspy.model.describe import shorten
from jnlpspy.model.describe_events import describe_fact
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    ClassLoaded,
    CommandSent,
    Event,
    PipeClosed,
    PipeOpened,
)
from jnlpspy.model.findings import Finding
from jnlpspy.model.session import FAILED_OUTCOMES, Outcome, PipeEnd
from jnlpspy.model.tap import Side
from jnlpspy.view.rows import KINDS

OPEN = 20_000
"""Calls and pipes whose end is awaited; of more the oldest are forgotten: their answers may never come."""

LONGEST = 400
"""Characters of a cell; a whole stack trace belongs to `show --tree`."""

_BAD = 1e12
"""Rank of what went wrong: before anything that only took long."""


@dataclass(slots=True, eq=False)
class CallRow:
    """A call, and what has become of it."""

    seq: int
    connection: int
    side: Side | None
    began: float
    call: str
    callable: str
    arguments: str
    purpose: str
    parent: str | None
    certain: bool
    wanted: bool
    duration: float | None = None
    """None as long as it is open."""
    outcome: Outcome | None = None
    exception: str = ""


@dataclass(slots=True, eq=False)
class PipeRow:
    """A pipe, and what went through it."""

    seq: int
    connection: int
    began: float
    fact: PipeOpened
    wanted: bool
    closed: PipeClosed | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LoadRow:
    """What was loaded."""

    seq: int
    connection: int
    began: float
    fact: ClassLoaded


@dataclass(frozen=True, slots=True, eq=False)
class EventRow:
    """What is no call, pipe, load or command."""

    seq: int
    connection: int
    side: Side | None
    began: float
    word: str
    text: str
    tone: Tone


@dataclass(slots=True)
class Rows:
    """The rows of one report, or of one session's part of it."""

    calls: Kept[CallRow]
    pipes: Kept[PipeRow]
    loads: Kept[LoadRow]
    events: Kept[EventRow]


@dataclass(slots=True)
class Ledger:
    """Makes rows of events, and hands each out once it is complete."""

    calls: OrderedDict[tuple[int, str], CallRow] = field(default_factory=OrderedDict)
    pipes: OrderedDict[tuple[int, str], PipeRow] = field(default_factory=OrderedDict)

    def observe(self, event: Event, *, wanted: bool) -> CallRow | PipeRow | LoadRow | EventRow | None:
        """Return the row that an event completes; None if there is none, or if nothing of it is wanted."""
        match event.fact:
            case CommandSent() if not isinstance(event.fact.command, CloseCommand):
                return None
            case CallStarted():
                self.calls[event.connection, event.fact.call] = _call(event, event.fact, wanted=wanted)
                _bound(self.calls)
                return None
            case CallFinished():
                return self._finish_call(event, event.fact, wanted=wanted)
            case PipeOpened():
                opened = PipeRow(event.seq, event.connection, event.when, event.fact, wanted)
                self.pipes[event.connection, event.fact.pipe] = opened
                _bound(self.pipes)
                return None
            case PipeClosed():
                row = self.pipes.pop((event.connection, event.fact.pipe), None)
                if row is None or not (row.wanted or wanted):
                    return None
                row.closed = event.fact
                return row
            case ClassLoaded():
                return LoadRow(event.seq, event.connection, event.when, event.fact) if wanted else None
            case Finding():
                return None
            case _:
                return _event(event) if wanted else None

    def finish(self) -> list[CallRow | PipeRow]:
        """Return what is still open."""
        rows: list[CallRow | PipeRow] = [*self.calls.values(), *self.pipes.values()]
        return [row for row in rows if row.wanted]

    def _finish_call(self, event: Event, fact: CallFinished, *, wanted: bool) -> CallRow | None:
        row = self.calls.pop((event.connection, fact.call), None)
        if row is None or not (row.wanted or wanted):
            return None
        row.duration, row.outcome = fact.duration, fact.outcome
        told = [each for each in (fact.exception, *fact.causes) if each]
        row.exception = shorten(", caused by ".join(told), LONGEST)
        return row


def rank_of(row: CallRow | PipeRow | LoadRow | EventRow) -> float:
    """Return how much a row is worth keeping: what went wrong first, then what took longest."""
    match row:
        case CallRow():
            bad = row.outcome is None or row.outcome in FAILED_OUTCOMES
            return (row.duration or 0.0) + (_BAD if bad else 0)
        case PipeRow():
            closed = row.closed
            bad = closed is None or closed.error is not None or closed.how in (PipeEnd.DEAD, PipeEnd.CUT)
            return (0.0 if closed is None else closed.duration + closed.stalled) + (_BAD if bad else 0)
        case LoadRow():
            return row.fact.duration + (0 if row.fact.found else _BAD)
        case EventRow():
            return {Tone.BAD: _BAD, Tone.GOOD: 2.0, Tone.PLAIN: 1.0, Tone.QUIET: 0.0}[row.tone]


def _call(event: Event, fact: CallStarted, *, wanted: bool) -> CallRow:
    return CallRow(
        event.seq,
        event.connection,
        event.side,
        event.when,
        fact.call,
        shorten(fact.callable, LONGEST),
        shorten(fact.arguments, LONGEST),
        fact.purpose,
        fact.parent,
        fact.certain,
        wanted,
    )


def _event(event: Event) -> EventRow:
    word = KINDS[type(event.fact)].word
    return EventRow(
        event.seq, event.connection, event.side, event.when, word, describe_fact(event.fact), tone_of(event.fact)
    )


def _bound(waiting: OrderedDict[tuple[int, str], CallRow] | OrderedDict[tuple[int, str], PipeRow]) -> None:
    if len(waiting) > OPEN:
        waiting.popitem(last=False)
