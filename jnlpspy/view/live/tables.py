"""The table of sessions: which columns there are at a width, and what stands in them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from rich.text import Text

from jnlpspy.model.describe_events import describe_fact
from jnlpspy.model.findings import Severity
from jnlpspy.model.tap import Side
from jnlpspy.view.live.amounts import short_age, short_bytes, short_count
from jnlpspy.view.live.cells import cell
from jnlpspy.view.live.session import LiveSession, Tone
from jnlpspy.view.rows import ARROWS, kind_of

QUIET = 60.0
"""Seconds of silence from which on a channel is called quiet."""

MARKS = {
    Severity.ERROR: ("✖", "kind.bad"),
    Severity.WARNING: ("!", "waiting"),
    Severity.INFO: ("i", "from.agent"),
}
"""What stands for a finding where there is no room for its name."""


@dataclass(frozen=True, slots=True)
class SessionColumn:
    """A column of the table."""

    title: str
    width: int
    tell: Callable[[LiveSession, float], Text]
    """Of a session, at a time."""
    right: bool = False
    least: int = 0
    """Columns of the terminal from which on there is room for it."""
    most: int = 10_000
    """Columns of the terminal from which on another one says it better."""
    share: int = 0
    """Its part of the room that the others leave."""
    style: str = "heading"


def _text(tell: Callable[[LiveSession], str], style: str = "") -> Callable[[LiveSession, float], Text]:
    return lambda session, _now: Text(tell(session), style)


def _state(session: LiveSession, now: float) -> Text:
    silent = now - session.heard
    if session.is_open and session.has_channel and session.heard and silent >= QUIET:
        return Text(f"{session.state}, quiet {short_age(silent)}", Tone.OVER.value)
    return Text(session.state, session.tone.value)


def _age(session: LiveSession, now: float) -> Text:
    return Text(short_age((now if session.is_open else session.closed) - session.opened))


def _calls(session: LiveSession, _now: float) -> Text:
    return Text(short_count(len(session.calls)) if session.calls else "·", "" if session.calls else "summary.quiet")


def _bytes(side: Side) -> Callable[[LiveSession, float], Text]:
    return lambda session, _now: Text(short_bytes(session.bytes[side]))


def _rate(*sides: Side) -> Callable[[LiveSession, float], Text]:
    def tell(session: LiveSession, _now: float) -> Text:
        rate = sum(session.rates[side] for side in sides)
        return Text(short_bytes(rate)) if rate else Text("·", "summary.quiet")

    return tell


def _last(session: LiveSession, _now: float) -> Text:
    if session.last is None:
        return Text()
    kind = kind_of(session.last.fact)
    return Text.assemble((f"{kind.word} ", kind.style), (describe_fact(session.last.fact), kind.summary))


def _mark(session: LiveSession, _now: float) -> Text:
    return Text() if session.worst is None else Text(*MARKS[session.worst.severity])


def _finding(session: LiveSession, _now: float) -> Text:
    if session.worst is None:
        return Text()
    mark, style = MARKS[session.worst.severity]
    return Text(f"{mark} {session.worst.rule}", style)


_AGENT, _CONTROLLER = ARROWS[Side.AGENT][1], ARROWS[Side.CONTROLLER][1]
_WIDE = 120
COLUMNS = (
    SessionColumn("#", 4, _text(lambda session: str(session.connection), "connection"), right=True),
    SessionColumn("agent", 12, _text(lambda session: session.name or f"({session.agent})"), share=1),
    SessionColumn("proto", 5, _text(lambda session: session.protocol.removesuffix("-connect")), least=60, most=_WIDE),
    SessionColumn("protocol", 13, _text(lambda session: session.protocol), least=_WIDE),
    SessionColumn("state", 14, _state, share=2),
    SessionColumn("age", 4, _age, right=True),
    SessionColumn("calls", 5, _calls, right=True, least=66),
    SessionColumn("─▶", 5, _bytes(Side.AGENT), right=True, style=_AGENT),
    SessionColumn("/s", 5, _rate(Side.AGENT), right=True, least=_WIDE, style=_AGENT),
    SessionColumn("◀─", 5, _bytes(Side.CONTROLLER), right=True, style=_CONTROLLER),
    SessionColumn("/s", 5, _rate(Side.CONTROLLER), right=True, least=_WIDE, style=_CONTROLLER),
    SessionColumn("/s", 5, _rate(*Side), right=True, least=72, most=_WIDE),
    SessionColumn("last event", 12, _last, least=_WIDE, share=5),
    SessionColumn("", 1, _mark, most=_WIDE),
    SessionColumn("finding", 20, _finding, least=_WIDE, share=1),
)
"""All of them, in their order."""

_MARGIN = 2
"""Where the mark of the selected one stands."""


@lru_cache(maxsize=16)
def columns_for(width: int) -> tuple[tuple[SessionColumn, int], ...]:
    """Return the columns there is room for, each with its width, which depends on nothing else."""
    chosen = [column for column in COLUMNS if column.least <= width < column.most]
    rest = width - _MARGIN - sum(column.width + 1 for column in chosen) + 1
    shares = sum(column.share for column in chosen)
    widths = [column.width + max(0, rest) * column.share // shares for column in chosen]
    left = max(0, rest) - sum(each - column.width for column, each in zip(chosen, widths, strict=True))
    roomiest = max(range(len(chosen)), key=lambda index: chosen[index].share)
    widths[roomiest] += left
    return tuple(zip(chosen, widths, strict=True))


def heading(width: int) -> Text:
    """Return the line above the sessions."""
    line = Text(" " * _MARGIN, end="")
    for number, (column, room) in enumerate(columns_for(width)):
        line += Text(" " if number else "", end="") + cell(column.title, room, column.style, right=column.right)
    return cell(line, width)


def session_line(session: LiveSession, now: float, width: int, *, selected: bool) -> Text:
    """Return a session's line."""
    line = Text("▸ " if selected else "  ", end="")
    for number, (column, room) in enumerate(columns_for(width)):
        told = column.tell(session, now)
        line += Text(" " if number else "", end="") + cell(told, room, right=column.right)
    line = cell(line, width)
    if selected:
        line.stylize("live.selected")
    elif not session.is_open:
        line.stylize("summary.quiet")
    return line
