"""The panels below the table: events, findings with their cure, one event in detail, and the help."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

from rich.text import Text

from jnlpspy.model.commands import Command
from jnlpspy.model.describe import shorten
from jnlpspy.model.describe_events import describe_fact
from jnlpspy.model.events import Event, Fact
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Address
from jnlpspy.view.findings import confidence_in_words
from jnlpspy.view.live.cells import cell
from jnlpspy.view.rows import format_row

_LONGEST_VALUE = 2000
_LABEL = 12
_NUMBER = 2
"""Columns that the number of a connection would take, but for the mark before a line."""
_STYLES = {Severity.ERROR: "finding.error", Severity.WARNING: "finding.warning", Severity.INFO: "finding.info"}

HELP = (
    ("↑ ↓  j k", "one up, one down"),
    ("PgUp PgDn", "a page up, a page down"),
    ("g  G", "to the first, to the last"),
    ("Enter", "the session's events; there: all of an event"),
    ("Esc", "back; on the table: no filter any more"),
    ("/", "filter: sessions and events that match are shown; Tab completes"),
    ("e", "errors only: what is not as it should be"),
    ("f", "follow: the newest event stays in sight"),
    ("p", "pause the screen; traffic and record go on"),
    ("r", "begin a record, or end it"),
    ("Ctrl-L", "draw the screen anew"),
    ("Ctrl-Z", "suspend jnlpspy, and with it the traffic; fg goes on"),
    ("q", "quit; it asks if sessions are open"),
)
"""Keys, and what they do."""

_EXPLAINED = (
    "─▶ bytes the agent sent, ◀─ those the controller sent, /s in a second",
    "calls: requests that are not answered yet",
    "✖ an error was found, ! a warning, i something worth knowing",
)


def event_lines(events: Iterable[Event], selected: Event | None, width: int, height: int) -> list[Text]:
    """Return events as lines; the selected one, if there is any, stands out."""
    lines = []
    for event in events:
        line = cell(format_row(event, width + _NUMBER, numbered=False), width - 2)
        line = Text("▸ " if event is selected else "  ", end="") + line
        if event is selected:
            line.stylize("live.selected")
        lines.append(line)
    return fill(lines, width, height)


def finding_lines(findings: list[Event], width: int, height: int, *, whose: Mapping[int, str]) -> list[Text]:
    """Return findings with their cure, the first ones, as far as there is room."""
    lines: list[Text] = []
    for event in findings:
        if isinstance(event.fact, Finding) and len(lines) < height:
            if lines:
                lines.append(cell("", width))
            lines += _finding(event, event.fact, width, whose.get(event.connection, ""))
    return fill(lines, width, height)


def _finding(event: Event, finding: Finding, width: int, whose: str) -> Iterator[Text]:
    label = f" {finding.severity.value.upper()} "
    where = f"  #{event.connection} {whose}".rstrip() if event.connection else ""
    first, *more = textwrap.wrap(finding.title, max(10, width - len(label) - 2)) or [""]
    yield cell(Text.assemble(" ", (label, _STYLES[finding.severity]), " ", (first, "heading")), width)
    for line in more:
        yield cell(Text.assemble(" " * (len(label) + 2), (line, "heading")), width)
    sure = f"{finding.rule}, {confidence_in_words(finding.confidence)}{where}"
    told = [("why", each) for each in finding.causes[:1]]
    told += [("do", f"{number}. {each}") for number, each in enumerate(finding.advice, start=1)]
    for mark, text in told:
        yield from _labelled(mark, text, width, 5)
    yield cell(Text(f"      {sure}", "summary.quiet"), width)


def _labelled(label: str, text: str, width: int, room: int) -> Iterator[Text]:
    lines = textwrap.wrap(text, max(10, width - room - 2)) or [""]
    for number, line in enumerate(lines):
        yield cell(Text.assemble((f" {'' if number else label:<{room}}", "kind.opening"), line), width)


def detail_lines(event: Event, width: int) -> list[Text]:
    """Return all that an event says."""
    lines = [cell(Text(" ") + format_row(event), width), cell("", width)]
    if isinstance(event.fact, Finding):
        return [*lines, *_finding(event, event.fact, width, "")]
    for label, text in _facts(event):
        lines += _labelled(label, text, width, _LABEL)
    return lines


def _facts(event: Event) -> Iterator[tuple[str, str]]:
    told = describe_fact(event.fact)
    yield "in short", told
    for name, value in _values(event.fact):
        if value != told:
            yield name.replace("_", " "), shorten(value, _LONGEST_VALUE)
    yield "event", str(event.seq)
    if event.side is not None and event.span is not None:
        yield "bytes", f"{event.span.start} to {event.span.end} of the {event.side.value}'s"


def _values(fact: Fact) -> Iterator[tuple[str, str]]:
    for each in fields(fact):
        value = getattr(fact, each.name)
        if value is None or value in ("", ()):
            continue
        if isinstance(value, Mapping):
            for key, one in value.items():
                yield str(key.value if isinstance(key, Enum) else key), _told(one)
        elif isinstance(value, tuple):
            for one in value:
                yield each.name, _told(one)
        elif isinstance(value, Command):
            yield each.name, value.class_name
        elif each.name != "payload":
            yield each.name, _told(value)


def _told(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_dataclass(value) and not isinstance(value, Address | Secret):
        return ", ".join(f"{each.name.replace('_', ' ')} {_told(getattr(value, each.name))}" for each in fields(value))
    return f"{value:g}" if isinstance(value, float) else value.hex(" ") if isinstance(value, bytes) else str(value)


def help_lines(width: int) -> list[Text]:
    """Return the help."""
    lines = [cell(Text.assemble((f"  {keys:<12}", "heading"), told), width) for keys, told in HELP]
    return [*lines, cell("", width), *(cell(Text(f"  {told}", "summary.quiet"), width) for told in _EXPLAINED)]


def fill(lines: list[Text], width: int, height: int) -> list[Text]:
    """Return exactly so many lines."""
    blank = Text(" " * width, end="")
    return [*lines[:height], *[blank] * (height - len(lines))]
