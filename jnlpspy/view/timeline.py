"""What happened when: each session as bars over its time, with its turning points below."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Console
from rich.text import Text

from jnlpspy.model.choice import Choice, every
from jnlpspy.model.describe_events import count, count_bytes, describe_duration, describe_fact
from jnlpspy.model.events import (
    BytesMissing,
    CallFinished,
    CallStarted,
    CallsWaiting,
    ChannelEnded,
    ChannelEstablished,
    CommandSent,
    ConnectionClosed,
    DiscoveryAnswered,
    Event,
    Fact,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    PipeStalled,
    ProtocolOffered,
    Remark,
    SecretChecked,
    TlsStarted,
    Undecodable,
)
from jnlpspy.model.tap import Side
from jnlpspy.view.reports import ChosenConnections, Record, Report, Rows
from jnlpspy.view.rows import ARROWS, KINDS, Kind, kind_of, print_line

SLICES = 512
"""Slices of time kept of a session, more than any terminal has columns; they grow wider as it goes on."""

FIRST_SLICE = 0.001
"""Seconds of a slice at first."""

MARKS = 40
"""Turning points kept of a session: the first half of them and the last."""

MARKED: tuple[type[Fact], ...] = (
    ProtocolOffered,
    TlsStarted,
    HeadersSent,
    SecretChecked,
    HandshakeAccepted,
    HandshakeRefused,
    ChannelEstablished,
    PipeStalled,
    CallsWaiting,
    ChannelEnded,
    Undecodable,
    BytesMissing,
    Remark,
    ConnectionClosed,
)

_REFUSED = 400
"""The first of HTTP's status codes that refuse."""

_BARS = " ▁▂▃▄▅▆▇█"
_LABEL = 10
"""Cells before the bars."""


class Lane:
    """Numbers over time, in slices that double when they run out."""

    def __init__(self, *, add: bool) -> None:
        self.width = FIRST_SLICE
        self.values = array("q", bytes(8 * SLICES))
        self._add = add
        """True if numbers of a slice add up; else the largest counts."""

    def put(self, start: float, end: float, value: int) -> None:
        """Put a number into the slices from `start` to `end` seconds."""
        while end >= self.width * SLICES:
            self._double()
        for index in range(max(0, int(start / self.width)), int(max(end, 0) / self.width) + 1):
            self.values[index] = self.values[index] + value if self._add else max(self.values[index], value)

    def resampled(self, duration: float, columns: int) -> list[int]:
        """Return as many numbers as there are columns for that duration."""
        result = [0] * columns
        for index, value in enumerate(self.values):
            if value:
                start = int(index * self.width / duration * columns)
                end = start if self._add else int((index + 1) * self.width / duration * columns - 1e-9)
                for column in range(min(start, columns - 1), min(max(start, end), columns - 1) + 1):
                    result[column] = result[column] + value if self._add else max(result[column], value)
        return result

    def _double(self) -> None:
        pairs = zip(self.values[::2], self.values[1::2], strict=True)
        merged = array("q", [first + second if self._add else max(first, second) for first, second in pairs])
        self.values = merged + array("q", bytes(8 * (SLICES - len(merged))))
        self.width *= 2


@dataclass(slots=True)
class Line:
    """What a session's timeline is drawn from."""

    connection: int
    began: float
    who: str = ""
    last: float = 0.0
    sent: dict[Side, Lane] = field(default_factory=lambda: {side: Lane(add=True) for side in Side})
    calls: Lane = field(default_factory=lambda: Lane(add=False))
    open_calls: int = 0
    most_calls: int = 0
    changed: float = 0.0
    marks: list[Event] = field(default_factory=list)
    left_out: int = 0


class TimelineReport(Report):
    """Draws sessions over their time."""

    title = "Timeline"

    def __init__(self, limit: int | None = None, choice: Choice = every) -> None:
        self._chosen = ChosenConnections(choice)
        self._lines: Rows[int, Line] = Rows(limit, "session", 1000)

    def observe(self, event: Event) -> None:
        """Note when it happened."""
        chosen = self._chosen.observe(event)
        line = self._lines.find(event.connection)
        if line is None and isinstance(event.fact, ProtocolOffered | CommandSent):  # captures begin in the middle, too
            line = Line(event.connection, event.when)
            self._lines.propose(event.connection, line)
        if chosen:
            self._lines.choose(event.connection)
        if line is None:
            return
        line.last = max(line.last, event.when - line.began)
        match event.fact:
            case HeadersSent() if event.side is Side.AGENT:
                line.who = str(event.fact.agent_name or "")
            case CommandSent() if event.side is not None:
                now = event.when - line.began
                line.sent[event.side].put(now, now, event.fact.size)
            case CallStarted():
                _count_calls(line, event, 1)
            case CallFinished():
                _count_calls(line, event, -1)
            case _:
                pass
        if isinstance(event.fact, MARKED) or _refuses(event.fact):
            line.marks.append(event)
            if len(line.marks) > MARKS:
                del line.marks[MARKS // 2]
                line.left_out += 1

    def print_to(self, console: Console) -> None:
        """Draw each session."""
        for line in self._lines:
            console.print()
            _draw(console, line)
        self._lines.print_left_out(console)

    def records(self) -> Iterator[Record]:
        """Yield a `timeline_row` for each turning point of each session."""
        for line in self._lines:
            for event in line.marks:
                yield {
                    "type": "timeline_row",
                    "connection": line.connection,
                    "seq": event.seq,
                    "when": event.when,
                    "offset": round(event.when - line.began, 6),
                    "what": _kind(event.fact).word,
                    "summary": describe_fact(event.fact),
                }


def _refuses(fact: Fact) -> bool:
    """Return whether a WebSocket is refused, which HTTP does by a status."""
    return isinstance(fact, DiscoveryAnswered) and fact.status >= _REFUSED


def _kind(fact: Fact) -> Kind:
    return KINDS[HandshakeRefused] if _refuses(fact) else kind_of(fact)


def _count_calls(line: Line, event: Event, change: int) -> None:
    now = event.when - line.began
    if line.open_calls:
        line.calls.put(line.changed, now, line.open_calls)
    line.open_calls = max(0, line.open_calls + change)
    line.most_calls = max(line.most_calls, line.open_calls)
    line.calls.put(now, now, line.open_calls)
    line.changed = now


def _draw(console: Console, line: Line) -> None:
    duration = max(line.last, FIRST_SLICE)
    columns = max(20, min(console.width, 200) - _LABEL - 2)
    began = datetime.fromtimestamp(line.began).astimezone()
    heading = f"Session #{line.connection}  {line.who or 'nameless agent'}, from {began:%Y-%m-%d %H:%M:%S}"
    print_line(console, Text(heading, "heading"))
    print_line(console, Text(" " * (_LABEL + 1) + _scale(duration, columns), "time"))
    peak = 0
    for side in Side:
        heights = line.sent[side].resampled(duration, columns)
        peak = max(peak, *heights)
        _draw_lane(console, ARROWS[side], heights)
    _draw_lane(console, ("calls", "kind.call"), line.calls.resampled(duration, columns))
    _draw_marks(console, line, duration, columns)
    slice_told = describe_duration(duration / columns)
    highest = f"highest: {count_bytes(peak)} of commands, {count(line.most_calls, 'call')} at once"
    told = f"a column is {slice_told}; {highest if peak else 'no commands'}"
    print_line(console, Text(f"{'':{_LABEL}} {told}", "summary.quiet"))
    for number, event in enumerate(line.marks):
        if number == MARKS // 2 and line.left_out:
            print_line(console, Text(f"{'':{_LABEL}} … {line.left_out} left out", "summary.quiet"))
        kind = _kind(event.fact)
        print_line(
            console,
            Text.assemble(
                (f"{f'+{describe_duration(event.when - line.began)}':>{_LABEL}} ", "time"),
                (f"{kind.word:<10} ", kind.style),
                (describe_fact(event.fact), kind.summary),
            ),
        )


def _draw_lane(console: Console, label: tuple[str, str], heights: list[int]) -> None:
    highest = max(heights) or 1
    bars = "".join(_BARS[-(-height * (len(_BARS) - 1) // highest)] for height in heights)
    print_line(console, Text.assemble((f"{label[0]:>{_LABEL}}", label[1]), "│", (bars, label[1]), "│"))


def _draw_marks(console: Console, line: Line, duration: float, columns: int) -> None:
    drawn = Text(" " * columns)
    for event in line.marks:
        column = min(columns - 1, int((event.when - line.began) / duration * columns))
        kind = _kind(event.fact)
        bad = kind.style == "kind.bad"
        if drawn.plain[column] != "!":
            before, after = drawn[:column], drawn[column + 1 :]
            drawn = Text.assemble(before, ("!" if bad else "◆", kind.style), after)
    print_line(console, Text.assemble((f"{'marks':>{_LABEL}}", "time"), "│", drawn, "│"))


def _scale(duration: float, columns: int) -> str:
    scale = [" "] * (columns + 1)
    steps = 4 if columns >= 60 else 2
    for step in range(steps + 1):
        told = describe_duration(duration * step / steps) if step else "0"
        start = min(columns * step // steps - (len(told) // 2 if 0 < step < steps else 0), columns - len(told) + 1)
        start = max(0, start)
        scale[start : start + len(told)] = told
    return "".join(scale)
