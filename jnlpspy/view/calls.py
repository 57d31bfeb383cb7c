"""The calls of all channels as a table."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from jnlpspy.model.choice import Choice, every
from jnlpspy.model.describe import short_class
from jnlpspy.model.describe_events import describe_duration
from jnlpspy.model.events import CallFinished, CallStarted, CallsWaiting, Event
from jnlpspy.model.session import CallKind, Outcome
from jnlpspy.view.columns import Column, Cut, print_table, sender_cell
from jnlpspy.view.reports import Record, Report, Rows

COLUMNS = (
    Column("event", right=True),
    Column("#", right=True),
    Column("call", right=True),
    Column("from"),
    Column("callable", cut=Cut.MIDDLE, least=22),
    Column("arguments", cut=Cut.END, least=10),
    Column("duration", right=True),
    Column("outcome", cut=Cut.END, least=10),
)

OUTCOMES = {
    Outcome.RETURNED: "good",
    Outcome.THREW: "summary.bad",
    Outcome.CANCELLED: "waiting",
    Outcome.UNANSWERED: "kind.bad",
}


@dataclass(slots=True)
class CallRow:
    """A call, and what has become of it."""

    started: Event
    fact: CallStarted
    parent: int = 0
    """Number of the event that started the call this one serves; 0 for none."""
    finished: CallFinished | None = None


class CallTable(Report):
    """Every call: who called what with which arguments, how long it took and how it ended."""

    title = "Calls"

    def __init__(self, limit: int | None = None, choice: Choice = every) -> None:
        self._choice = choice
        self._rows: Rows[int, CallRow] = Rows(limit, "call")
        self._open: dict[tuple[int, str], int] = {}

    def observe(self, event: Event) -> None:
        """Note a call's start or end."""
        match event.fact:
            case CallStarted():
                parent = self._open.get((event.connection, event.fact.parent or ""), 0)
                self._open[event.connection, event.fact.call] = event.seq
                self._rows.propose(event.seq, CallRow(event, event.fact, parent))
                self._choose(event, event.seq)
            case CallFinished():
                seq = self._open.pop((event.connection, event.fact.call), 0)
                row = self._rows.find(seq)
                if row is not None:
                    row.finished = event.fact
                self._choose(event, seq)
                self._rows.forget(seq)
            case CallsWaiting():
                self._choose(event, *(self._open.get((event.connection, each.call), 0) for each in event.fact.calls))
            case _:
                pass

    def print_to(self, console: Console) -> None:
        """Print the table."""
        print_table(console, COLUMNS, [_cells(row, depth) for row, depth in self._nested()])
        self._rows.print_left_out(console)

    def records(self) -> Iterator[Record]:
        """Yield a `call_row` for each call."""
        for row, depth in self._nested():
            yield _record(row, depth)

    def _choose(self, event: Event, *seqs: int) -> None:
        """Choose the calls that an event tells of if it is asked for."""
        if self._choice(event):
            for seq in seqs:
                self._rows.choose(seq)

    def _nested(self) -> Iterator[tuple[CallRow, int]]:
        """Yield the calls as they began, each followed by those it caused, with their depth."""
        caused: dict[int, list[CallRow]] = {}
        shown = {row.started.seq for row in self._rows}
        for row in self._rows:
            parent = row.parent if row.parent in shown else 0
            caused.setdefault(parent, []).append(row)
        stack = [(row, 0) for row in reversed(caused.get(0, []))]
        while stack:
            row, depth = stack.pop()
            yield row, depth
            stack += [(each, depth + 1) for each in reversed(caused.get(row.started.seq, []))]


def _cells(row: CallRow, depth: int) -> list[Text]:
    event, fact = row.started, row.fact
    outcome, how = _outcome(row)
    return [
        Text(str(event.seq), "time"),
        Text(str(event.connection), "connection"),
        Text(fact.call, "kind.call"),
        sender_cell(event.side),
        Text.assemble((_branch(fact, depth), "summary.quiet"), fact.callable),
        Text.assemble((fact.arguments, "summary.quiet"), _purpose(fact)),
        Text("" if row.finished is None else describe_duration(row.finished.duration)),
        Text(outcome, how),
    ]


def _branch(fact: CallStarted, depth: int) -> str:
    """Return the branch a call hangs on; one that was inferred from several says so."""
    return "  " * (depth - 1) + ("└ " if fact.certain else "└? ") if depth else ""


def _purpose(fact: CallStarted) -> str:
    """Return what a Callable is for; of a method, its name says it."""
    told = fact.purpose if fact.kind is CallKind.USER else ""
    return f"{' · ' if fact.arguments else ''}{told}" if told else ""


def _outcome(row: CallRow) -> tuple[str, str]:
    if row.finished is None:
        return "open", "waiting"
    told = row.finished.outcome.value
    if row.finished.exception is not None:
        told += f" {_thrown(row.finished.exception)}"
    told += "".join(f", caused by {_thrown(cause)}" for cause in row.finished.causes)
    return told, OUTCOMES[row.finished.outcome]


def _thrown(told: str) -> str:
    """Return `class: message` without the class's package."""
    name, colon, message = told.partition(": ")
    return f"{short_class(name)}{colon}{message}"


def _record(row: CallRow, depth: int) -> Record:
    event, fact, finished = row.started, row.fact, row.finished
    return {
        "type": "call_row",
        "connection": event.connection,
        "seq": event.seq,
        "call": fact.call,
        "side": None if event.side is None else event.side.value,
        "parent": fact.parent,
        "certain": fact.certain,
        "depth": depth,
        "kind": fact.kind.value,
        "callable": fact.callable,
        "arguments": fact.arguments,
        "purpose": fact.purpose or None,
        "when": event.when,
        "duration": None if finished is None else round(finished.duration, 6),
        "outcome": None if finished is None else finished.outcome.value,
        "exception": None if finished is None else finished.exception,
        "causes": [] if finished is None else list(finished.causes),
        "suppressed": [] if finished is None else list(finished.suppressed),
    }
