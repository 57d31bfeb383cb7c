"""A session over its time as SVG: bytes of each side, calls nested in rows, pipes, turning points."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jnlpspy.export.html.book import Detail, Session
from jnlpspy.export.html.cells import OPEN, outcome_of, span_of
from jnlpspy.export.html.markup import Markup, element, join, number
from jnlpspy.export.html.rows import CallRow, PipeRow
from jnlpspy.export.sequence import Tone, tone_of
from jnlpspy.model.describe import short_class, shorten
from jnlpspy.model.describe_events import count_bytes, describe_fact
from jnlpspy.model.session import PipeEnd
from jnlpspy.model.tap import Side
from jnlpspy.view.rows import KINDS
from jnlpspy.view.timeline import Lane

WIDTH = 1000
LEFT = 118
"""Where time begins; before it stand the names of the lanes."""
RIGHT = WIDTH - 12

MOST_ROWS = 12
"""Rows of bars in a lane; what finds no free one shares the last."""

_AREA = 30
_BAR = 13
_GAP = 10
_TOP = 34
_COLUMNS = 290
_LETTER = 6.0
"""Width of a letter in a bar."""

_LEAST = 1.5
"""Width of the shortest bar, so that it can be seen."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where times stand."""

    began: float
    duration: float

    def x(self, when: float) -> float:
        """Return the place of a time."""
        share = (when - self.began) / self.duration
        return LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT)


@dataclass(frozen=True, slots=True)
class Bar:
    """What is drawn from one time to another."""

    start: float
    end: float
    kind: str
    """How it looks: an outcome."""
    label: str
    title: str
    key: str = ""
    parent: str = ""


def draw_timeline(session: Session, detail: Detail, most: int) -> Markup:
    """Return a session's timeline, of its bars the longest so many."""
    last = max(session.summary.last, session.began + 0.001)
    scale = Scale(session.began, last - session.began)
    parts: list[Markup] = []
    y = float(_TOP)
    for side in Side:
        if side in detail.sent:
            parts.append(_area(side, detail.sent[side], scale, y))
            y += _AREA + _GAP
    longest = sorted(detail.calls, key=lambda row: -(last if row.duration is None else row.duration))[:most]
    for side in Side:
        bars = [_call_bar(each, last) for each in longest if each.side is side]
        if bars:
            drawn, y = _lane(f"{side.value} calls", bars, scale, y)
            parts += drawn
    pipes = [_pipe_bar(each, last) for each in detail.pipes]
    if pipes:
        drawn, y = _lane("pipes", pipes, scale, y)
        parts += drawn
    ticks = _ticks(scale, y)
    marks = _marks(detail, scale, y)
    name = f"s{session.connection}-timeline"
    return element(
        "svg",
        element("title", f"Timeline of session {session.connection}", id=name),
        join(ticks),
        join(parts),
        join(marks),
        role="img",
        aria_labelledby=name,
        viewBox=f"0 0 {WIDTH} {number(y + 8)}",
        class_="timeline",
    )


def _area(side: Side, lane: Lane, scale: Scale, y: float) -> Markup:
    heights = lane.resampled(scale.duration, _COLUMNS)
    highest = max(heights)
    base = y + _AREA
    step = (RIGHT - LEFT) / _COLUMNS
    points = [f"M{LEFT} {number(base)}"]
    for column, height in enumerate(heights):
        before = heights[column - 1] if column else 0
        if height and not before:
            points.append(f"L{number(LEFT + column * step)} {number(base)}")
        if height or before:
            top = number(base - height / (highest or 1) * _AREA)
            points.append(f"L{number(LEFT + column * step)} {top}L{number(LEFT + (column + 1) * step)} {top}")
    path = f"{''.join(points)}L{RIGHT} {number(base)}Z"
    title = f"{side.value} sends; the highest is {count_bytes(highest)} in {span_of(scale.duration / _COLUMNS)}"
    return join(
        [
            element("text", f"{side.value} sends", x=LEFT - 8, y=base - 8, class_="lane"),
            element("path", element("title", title), d=path, class_=f"area {side.value}"),
            element("line", x1=LEFT, x2=RIGHT, y1=base, y2=base, class_="base"),
        ]
    )


def _call_bar(row: CallRow, last: float) -> Bar:
    end = last if row.duration is None else row.began + row.duration
    ended = f"{outcome_of(row)}{f' {row.exception}' if row.exception else ''}"
    told = f"{row.call} {row.callable}({shorten(row.arguments, 120)}): {ended} after {span_of(end - row.began)}"
    serves = f", serves {row.parent}" if row.parent else ""
    return Bar(row.began, end, outcome_of(row), _short(row.callable), told + serves, row.call, row.parent or "")


def _pipe_bar(row: PipeRow, last: float) -> Bar:
    closed = row.closed
    end = last if closed is None else row.began + closed.duration
    told = describe_fact(closed or row.fact)
    kind = OPEN if closed is None else "threw" if closed.how is PipeEnd.DEAD or closed.error else "piped"
    return Bar(row.began, end, kind, row.fact.pipe, f"pipe {told}")


def _lane(name: str, bars: list[Bar], scale: Scale, y: float) -> tuple[list[Markup], float]:
    """Return bars in as few rows as they need, and where the lane ends."""
    placed = _place(sorted(bars, key=lambda bar: (bar.start, -bar.end)), scale)
    rows = 1 + max(row for _, row in placed)
    parts = [element("text", name, x=LEFT - 8, y=y + _BAR - 3, class_="lane")]
    for bar, row in placed:
        left = scale.x(bar.start)
        width = max(scale.x(bar.end) - left, _LEAST)
        top = y + row * (_BAR + 2)
        parts.append(
            element(
                "rect",
                element("title", bar.title),
                x=left,
                y=top,
                width=width,
                height=_BAR,
                rx=2,
                class_=f"bar {bar.kind}",
            )
        )
        room = int((width - 6) / _LETTER)
        if room >= 4:  # fewer letters tell nothing
            parts.append(
                element("text", shorten(bar.label, room), x=left + 4, y=top + _BAR - 3.5, class_=f"label {bar.kind}")
            )
    return parts, y + rows * (_BAR + 2) + _GAP


def _place(bars: list[Bar], scale: Scale) -> list[tuple[Bar, int]]:
    ends: list[float] = []
    placed = []
    for bar in bars:
        left, right = scale.x(bar.start), max(scale.x(bar.end), scale.x(bar.start) + _LEAST)
        row = next((number for number, end in enumerate(ends) if end <= left), len(ends))
        if row == len(ends) and row < MOST_ROWS:
            ends.append(right)
        row = min(row, MOST_ROWS - 1)
        ends[row] = max(ends[row], right)
        placed.append((bar, row))
    return placed


def _ticks(scale: Scale, bottom: float) -> Iterator[Markup]:
    steps = 8
    for step in range(steps + 1):
        x = LEFT + (RIGHT - LEFT) * step / steps
        anchor = "start" if not step else "end" if step == steps else "middle"
        yield element("line", x1=x, x2=x, y1=_TOP - 6.0, y2=bottom, class_="tick")
        told = span_of(scale.duration * step / steps) if step else "0"
        yield element("text", told, x=x, y=12, text_anchor=anchor, class_="scale")


def _marks(detail: Detail, scale: Scale, bottom: float) -> Iterator[Markup]:
    """Yield turning points as lines; a name is written where there is room for it, and first what matters most."""
    for event in detail.marks:
        x = number(scale.x(event.when))
        word = KINDS[type(event.fact)].word
        title = element("title", f"{word} {describe_fact(event.fact)}, after {span_of(event.when - scale.began)}")
        yield element("path", title, d=f"M{x} {_TOP - 8}V{number(bottom)}", class_=f"mark {tone_of(event.fact).value}")
    taken: list[tuple[float, float]] = []
    for event in sorted(detail.marks, key=lambda event: _WEIGHTS.get(tone_of(event.fact), 2)):
        word = KINDS[type(event.fact)].word
        width = len(word) * _LETTER + 8
        start = min(scale.x(event.when) + 3, RIGHT - width)
        if all(start + width <= left or right <= start for left, right in taken):
            taken.append((start, start + width))
            yield element("text", word, x=start, y=_TOP - 9.0, class_=f"flag {tone_of(event.fact).value}")


_WEIGHTS = {Tone.BAD: 0, Tone.GOOD: 1}
"""Which names are written before others."""


def _short(name: str) -> str:
    owner, dot, method = name.rpartition(".")
    return f"{short_class(owner)}{dot}{method}" if method[:1].islower() else method


def legend() -> Markup:
    """Return what the colours of bars mean."""
    kinds = ("returned", "threw", "cancelled", "unanswered", OPEN, "piped")
    return element("p", *_named(kinds), class_="legend")


def _named(kinds: Iterable[str]) -> Iterator[Markup]:
    for kind in kinds:
        swatch = element(
            "svg",
            element("rect", x=0, y=0, width=14, height=10, rx=2, class_=f"bar {kind}"),
            width=14,
            height=10,
            aria_hidden="true",
        )
        yield element("span", swatch, f" {'pipe' if kind == 'piped' else kind}", class_="key")
