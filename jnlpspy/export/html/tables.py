"""A report's tables: they sort and filter in the browser, and are whole without it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from jnlpspy.export.html.book import Totals
from jnlpspy.export.html.cells import OPEN, clock, is_bad, java_name, outcome_of, session_link, side_of, span_of
from jnlpspy.export.html.kept import Kept
from jnlpspy.export.html.markup import NOTHING, Markup, element, join
from jnlpspy.export.html.rows import LONGEST, CallRow, EventRow, LoadRow, PipeRow, Rows
from jnlpspy.export.sequence import Tone
from jnlpspy.model.describe import shorten
from jnlpspy.model.describe_events import count
from jnlpspy.model.session import PipeKind
from jnlpspy.model.tap import Side
from jnlpspy.view.pipes import ENDS


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading, and whether it holds numbers."""

    title: str
    numeric: bool = False
    wide: bool = False
    """True for text that may be long."""
    narrow: bool = False
    """True for text that may be broken early."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, what it sorts by if not by its text, and how it looks."""

    content: str
    order: float | None = None
    tone: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row, and the connection it is of."""

    connection: int
    cells: list[Cell]


def table(key: str, title: str, columns: tuple[Column, ...], rows: Iterable[Row], note: str = "") -> Iterator[Markup]:
    """Yield a section with a table, piece by piece; `note` says which rows it does not have."""
    written = 0
    for row in rows:
        if not written:
            yield Markup(f'<section class="card" id="{key}" aria-labelledby="{key}-title">')
            yield element("h2", title, id=f"{key}-title")
            yield _tools(key, title)
            yield Markup(f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{key}-title">')
            yield _head(title, columns)
        written += 1
        yield _row(columns, row)
    if not written:
        yield element("p", f"No {title.lower()}.", id=key, class_="quiet none")
        return
    yield Markup("</tbody></table></div>")
    if note:
        yield element("p", note, class_="note")
    yield Markup("</section>\n")


_Kept = TypeVar("_Kept")


def left_out(kept: Kept[_Kept], noun: str, how: str, option: str) -> str:
    """Return which rows are not there, and how to see them all; nothing if all are."""
    if len(kept) == kept.seen:
        return ""
    return (
        f"{len(kept):,} of {count(kept.seen, noun)}: the first {kept.first:,}, and of the others the"
        f" {kept.worst:,} that {how}. All of them: jnlpspy show CAPTURE {option}"
    )


CALLS = (
    Column("event", numeric=True),
    Column("session", numeric=True),
    Column("time"),
    Column("call"),
    Column("from"),
    Column("callable", wide=True),
    Column("arguments", wide=True),
    Column("duration", numeric=True),
    Column("outcome", wide=True),
)
PIPES = (
    Column("event", numeric=True),
    Column("session", numeric=True),
    Column("time"),
    Column("pipe"),
    Column("kind"),
    Column("from"),
    Column("call"),
    Column("bytes", numeric=True),
    Column("chunks", numeric=True),
    Column("duration", numeric=True),
    Column("stood still", numeric=True),
    Column("end", wide=True),
)
LOADS = (
    Column("event", numeric=True),
    Column("session", numeric=True),
    Column("time"),
    Column("call"),
    Column("kind"),
    Column("name", wide=True),
    Column("bytes", numeric=True),
    Column("Java", numeric=True),
    Column("duration", numeric=True),
    Column("note"),
)
EVENTS = (
    Column("event", numeric=True),
    Column("session", numeric=True),
    Column("time"),
    Column("from"),
    Column("what"),
    Column("text", wide=True),
)
COMMANDS = (
    Column("command", wide=True),
    Column("from agent", numeric=True),
    Column("bytes", numeric=True),
    Column("from controller", numeric=True),
    Column("bytes", numeric=True),
)


def row_tables(rows: Rows, totals: Totals) -> Iterator[Markup]:
    """Yield the tables of everything that happened on channels, and around them."""
    calls = sorted(rows.calls, key=lambda row: row.seq)
    note = left_out(rows.calls, "call", "went wrong or took longest", "--calls")
    yield from table("calls", "Calls", CALLS, map(_call, calls), note)
    pipes = sorted(rows.pipes, key=lambda row: row.seq)
    note = left_out(rows.pipes, "pipe", "ended badly or took longest", "--pipes")
    yield from table("pipes", "Pipes", PIPES, map(_pipe, pipes), note)
    loads = sorted(rows.loads, key=lambda row: row.seq)
    note = left_out(rows.loads, "load", "failed or took longest", "--classes")
    yield from table("classes", "Classes", LOADS, map(_load, loads), note)
    yield from table("commands", "Commands", COMMANDS, _commands(totals))
    events = sorted(rows.events, key=lambda row: row.seq)
    note = left_out(rows.events, "event", "tell of trouble", "--no-summary")
    yield from table("events", "Events", EVENTS, map(_event, events), note)


def _tools(key: str, title: str) -> Markup:
    """Return what filters the table; of use in the browser only, and shown there only."""
    return element(
        "div",
        element("label", f"Filter {title.lower()}", for_=f"{key}-filter"),
        element(
            "input",
            id=f"{key}-filter",
            type="search",
            placeholder="words, all of which a row must have",
            autocomplete="off",
            spellcheck="false",
        ),
        element("output", "", for_=f"{key}-filter"),
        class_="tools",
    )


def _head(title: str, columns: tuple[Column, ...]) -> Markup:
    cells = join(
        element("th", element("span", each.title), scope="col", class_="number" if each.numeric else None)
        for each in columns
    )
    return Markup(f"<table>{element('caption', title)}<thead><tr>{cells}</tr></thead><tbody>")


def _row(columns: tuple[Column, ...], row: Row) -> Markup:
    cells = join(_cell(column, cell) for column, cell in zip(columns, row.cells, strict=True))
    return Markup(f'<tr data-session="{row.connection}">{cells}</tr>\n')


def _cell(column: Column, cell: Cell) -> Markup:
    kinds = (
        "number" if column.numeric else "",
        "wide" if column.wide else "narrow" if column.narrow else "",
        cell.tone or "",
    )
    return element("td", cell.content, class_=" ".join(filter(None, kinds)) or None, data_order=cell.order)


def _call(row: CallRow) -> Row:
    purpose = element("span", f" {row.purpose}", class_="purpose") if row.purpose else NOTHING
    served = ""
    if row.parent:
        served = element("span", f" serves {row.parent}{'' if row.certain else '?'}", class_="quiet")
    outcome = outcome_of(row)
    told = join([outcome, f" {row.exception}" if row.exception else ""])
    cells = [
        *_place(row.seq, row.connection, row.began),
        Cell(join([row.call, served])),
        Cell(side_of(row.side)),
        Cell(java_name(row.callable)),
        Cell(join([row.arguments, purpose])),
        Cell(span_of(row.duration), row.duration),
        Cell(told, tone="bad" if is_bad(row) else outcome),
    ]
    return Row(row.connection, cells)


def _pipe(row: PipeRow) -> Row:
    fact, closed = row.fact, row.closed
    end, tone = (OPEN, OPEN) if closed is None else (ENDS[closed.how][0], None)
    if closed is not None and (closed.error or ENDS[closed.how][1].endswith("bad")):
        end, tone = f"{end}{f': {shorten(closed.error, LONGEST)}' if closed.error else ''}", "bad"
    cells = [
        *_place(row.seq, row.connection, row.began),
        Cell(fact.pipe),
        Cell("text" if fact.kind is PipeKind.WRITER else fact.kind.value),
        Cell(side_of(fact.writer)),
        Cell(fact.call or ""),
        _number(None if closed is None else closed.bytes),
        _number(None if closed is None else closed.chunks),
        Cell(span_of(closed.duration if closed else None), closed.duration if closed else None),
        Cell(span_of(closed.stalled) if closed and closed.stalls else "", closed.stalled if closed else None),
        Cell(end, tone=tone),
    ]
    return Row(row.connection, cells)


def _load(row: LoadRow) -> Row:
    fact = row.fact
    told = "" if fact.found else "not found"
    if fact.jar and not fact.bytes:
        told = f"in jar {fact.jar[:8]}"
    if fact.prefetched:
        told = f"{told}{', ' if told else ''}prefetched"
    cells = [
        *_place(row.seq, row.connection, row.began),
        Cell(fact.call),
        Cell(fact.kind.value),
        Cell(java_name(shorten(fact.name, LONGEST))),
        _number(fact.bytes or None),
        _number(fact.class_version),
        Cell(span_of(fact.duration), fact.duration),
        Cell(told, tone=None if fact.found else "bad"),
    ]
    return Row(row.connection, cells)


def _event(row: EventRow) -> Row:
    tone = None if row.tone is Tone.PLAIN else row.tone.value
    cells = [
        *_place(row.seq, row.connection, row.began),
        Cell(side_of(row.side)),
        Cell(row.word, tone=tone),
        Cell(row.text, tone=tone if row.tone is Tone.BAD else None),
    ]
    return Row(row.connection, cells)


def _commands(totals: Totals) -> Iterator[Row]:
    names = dict.fromkeys(name for (_, name), _ in totals.commands.most_common())
    for name in names:
        cells = [Cell(name)]
        for side in Side:
            cells += [_number(totals.commands[side, name] or None), _number(totals.sizes[side, name] or None)]
        yield Row(0, cells)


def _place(seq: int, connection: int, began: float) -> list[Cell]:
    return [Cell(str(seq), seq), Cell(session_link(connection), connection), Cell(clock(began), began)]


def _number(value: int | None) -> Cell:
    return Cell("" if value is None else f"{value:,}", value)
