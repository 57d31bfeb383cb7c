"""The pipes of all channels as a table."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from jnlpspy.model.choice import Choice, every
from jnlpspy.model.describe_events import describe_duration
from jnlpspy.model.events import Event, PipeClosed, PipeOpened, PipeStalled
from jnlpspy.model.session import PipeEnd, PipeKind
from jnlpspy.view.columns import Column, Cut, print_table, sender_cell
from jnlpspy.view.reports import Record, Report, Rows

COLUMNS = (
    Column("event", right=True),
    Column("#", right=True),
    Column("pipe", right=True),
    Column("kind"),
    Column("from"),
    Column("call", right=True),
    Column("bytes", right=True),
    Column("chunks", right=True),
    Column("duration", right=True),
    Column("stood still", right=True, rare=True),
    Column("end", cut=Cut.END, least=10),
)

ENDS = {
    PipeEnd.EOF: ("closed", "good"),
    PipeEnd.DEAD: ("reader gone", "summary.bad"),
    PipeEnd.RELEASED: ("released", "summary"),
    PipeEnd.CUT: ("cut off", "kind.bad"),
}


@dataclass(slots=True)
class PipeRow:
    """A pipe, and what went through it once that is known."""

    opened: Event
    fact: PipeOpened
    closed: PipeClosed | None = None


class PipeTable(Report):
    """Every pipe: who wrote, for which call, how much, how long its writer had to wait, how it ended."""

    title = "Pipes"

    def __init__(self, limit: int | None = None, choice: Choice = every) -> None:
        self._choice = choice
        self._rows: Rows[tuple[int, str], PipeRow] = Rows(limit, "pipe")

    def observe(self, event: Event) -> None:
        """Note a pipe's start or end."""
        match event.fact:
            case PipeOpened():
                key = (event.connection, event.fact.pipe)
                self._rows.propose(key, PipeRow(event, event.fact))
                self._choose(event, key)
            case PipeStalled():
                self._choose(event, (event.connection, event.fact.pipe))
            case PipeClosed():
                key = (event.connection, event.fact.pipe)
                row = self._rows.find(key)
                if row is not None:
                    row.closed = event.fact
                self._choose(event, key)
                self._rows.forget(key)
            case _:
                pass

    def _choose(self, event: Event, key: tuple[int, str]) -> None:
        if self._choice(event):
            self._rows.choose(key)

    def print_to(self, console: Console) -> None:
        """Print the table."""
        print_table(console, COLUMNS, [_cells(row) for row in self._rows])
        self._rows.print_left_out(console)

    def records(self) -> Iterator[Record]:
        """Yield a `pipe_row` for each pipe."""
        return (_record(row) for row in self._rows)


def _cells(row: PipeRow) -> list[Text]:
    event, fact, closed = row.opened, row.fact, row.closed
    return [
        Text(str(event.seq), "time"),
        Text(str(event.connection), "connection"),
        Text(fact.pipe, "kind.call"),
        Text("text" if fact.kind is PipeKind.WRITER else fact.kind.value),
        sender_cell(fact.writer),
        Text(fact.call or ""),
        Text("" if closed is None else f"{closed.bytes:,}"),
        Text("" if closed is None else f"{closed.chunks:,}"),
        Text("" if closed is None else describe_duration(closed.duration)),
        Text(describe_duration(closed.stalled) if closed is not None and closed.stalls else "", "waiting"),
        _end(closed),
    ]


def _end(closed: PipeClosed | None) -> Text:
    if closed is None:
        return Text("open", "waiting")
    told, style = ENDS[closed.how]
    if closed.in_flight:
        told += f" with {closed.in_flight:,} in flight"
    if closed.error:
        told, style = f"{told}: {closed.error}", "summary.bad"
    return Text(told, style)


def _record(row: PipeRow) -> Record:
    event, fact, closed = row.opened, row.fact, row.closed
    return {
        "type": "pipe_row",
        "connection": event.connection,
        "seq": event.seq,
        "when": event.when,
        "pipe": fact.pipe,
        "kind": fact.kind.value,
        "writer": fact.writer.value,
        "call": fact.call,
        "bytes": None if closed is None else closed.bytes,
        "chunks": None if closed is None else closed.chunks,
        "duration": None if closed is None else round(closed.duration, 6),
        "stalls": None if closed is None else closed.stalls,
        "stalled": None if closed is None else round(closed.stalled, 6),
        "in_flight": None if closed is None else closed.in_flight,
        "how": None if closed is None else closed.how.value,
        "error": None if closed is None else closed.error,
    }
