"""Findings for people: what is the matter, how sure that is, on what evidence, why, what to do, and what follows."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from jnlpspy.diagnosis.runs import Runs
from jnlpspy.diagnosis.verdict import Conclusion
from jnlpspy.model.describe_events import count, describe_fact
from jnlpspy.model.events import Event
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.view.rows import KINDS, print_line

WIDEST = 120
"""Columns of running text: longer lines are hard to read, however wide the terminal is."""

CERTAIN = 0.95
LIKELY = 0.65

NAMED_CONNECTIONS = 8
"""Connections that are named; of more the rest is counted."""

_STYLES = {Severity.ERROR: "finding.error", Severity.WARNING: "finding.warning", Severity.INFO: "finding.info"}

Item = tuple[str, Text]
"""A mark and the text behind it."""


def print_conclusions(console: Console, conclusions: Iterable[Conclusion], runs: Runs) -> None:
    """Print findings, the worst first, each with its consequences under it."""
    for number, conclusion in enumerate(conclusions):
        if number:
            console.print()
        print_conclusion(console, conclusion, runs)


def print_conclusion(console: Console, conclusion: Conclusion, runs: Runs) -> None:
    """Print a finding with all that is known of it."""
    finding = conclusion.finding
    _print(console, 0, _heading(finding))
    _print(console, 2, Text(", ".join(_place(conclusion, runs)), "summary.quiet"))
    _section(console, "evidence", _evidence(conclusion, runs))
    _section(console, "usual causes, the likeliest first", _numbered(finding.causes))
    _section(console, "what to do", _numbered(finding.advice))
    _section(console, "what follows from it", [("└", each) for each in _consequences(conclusion, runs)])


def print_finding(console: Console, event: Event) -> None:
    """Print below a finding's line, while more is to come, the first things to know and to do."""
    finding = event.fact
    if isinstance(finding, Finding) and finding.severity is not Severity.INFO and finding.consequence_of is None:
        told = [("why", each) for each in finding.causes[:1]] + [("do", each) for each in finding.advice[:2]]
        lead = [("sure", confidence_in_words(finding.confidence))] if finding.confidence < CERTAIN else []
        _print_items(console, 4, [(f"{mark}:", Text(text)) for mark, text in (*lead, *told)])


def confidence_in_words(confidence: float) -> str:
    """Return how sure a finding is."""
    if confidence >= CERTAIN:
        return "certain"
    return f"{'likely' if confidence >= LIKELY else 'possible'} ({confidence:.0%})"


def name_connections(connections: Sequence[int], runs: Runs) -> str:
    """Return `connections 3, 5 and 7`, with the captures they are of where several were read."""
    by_capture: dict[str, list[int]] = {}
    for each in connections:
        number, name = runs.connection(each)
        if each:
            by_capture.setdefault(name, []).append(number)
    named = [f"{_enumerate(numbers)}{runs.label(name)}" for name, numbers in by_capture.items()]
    return "; ".join(named)


def _enumerate(numbers: Sequence[int]) -> str:
    shown = [str(each) for each in numbers[:NAMED_CONNECTIONS]]
    more = len(numbers) - len(shown)
    if more:
        return f"connections {', '.join(shown)} and {more:,} more"
    if len(shown) == 1:
        return f"connection {shown[0]}"
    return f"connections {', '.join(shown[:-1])} and {shown[-1]}"


def _heading(finding: Finding) -> Text:
    return Text.assemble(
        (f"{finding.severity.value.upper()} ", _STYLES[finding.severity]),
        (finding.title, "heading"),
    )


def _place(conclusion: Conclusion, runs: Runs) -> Iterator[str]:
    yield conclusion.finding.rule
    yield confidence_in_words(conclusion.finding.confidence)
    named = name_connections(conclusion.connections, runs)
    if named:
        yield f"on {named}"
        when = datetime.fromtimestamp(conclusion.when).astimezone()
        yield f"{'first ' if len(conclusion.connections) > 1 else ''}at {when:%Y-%m-%d %H:%M:%S}"
    else:
        yield "in what was given"


def _evidence(conclusion: Conclusion, runs: Runs) -> list[Item]:
    _, capture = runs.connection(conclusion.connections[0])
    evidence = conclusion.evidence
    return [("·", Text(each)) if isinstance(each, str) else _event_item(each, runs, capture) for each in evidence]


def _event_item(event: Event, runs: Runs, capture: str) -> Item:
    """Return an event as evidence, with the capture it is of if that is another than the finding's."""
    number, name = runs.event(event.seq)
    when = datetime.fromtimestamp(event.when).astimezone()
    who = f"{event.side.value} " if event.side is not None else ""
    text = Text.assemble(
        (f"{when:%H:%M:%S}.{when.microsecond // 1000:03} ", "time"),
        (f"{who}{KINDS[type(event.fact)].word}: ", "kind.call"),
        describe_fact(event.fact),
        (runs.label(name) if name != capture else "", "summary.quiet"),
    )
    return f"event {number}", text


def _numbered(lines: Sequence[str]) -> list[Item]:
    return [(f"{number}.", Text(line)) for number, line in enumerate(lines, start=1)]


def _consequences(conclusion: Conclusion, runs: Runs) -> Iterator[Text]:
    for each in conclusion.consequences:
        elsewhere = each.connections != conclusion.connections and name_connections(each.connections, runs)
        where = f", on {elsewhere}" if elsewhere else ""
        yield Text.assemble(each.finding.title, (f" ({each.finding.rule}{where})", "summary.quiet"))
        yield from _consequences(each, runs)


def _section(console: Console, title: str, items: Sequence[Item]) -> None:
    if items:
        _print(console, 2, Text(title, "kind.opening"))
        _print_items(console, 4, items)


def _print_items(console: Console, indent: int, items: Sequence[Item]) -> None:
    if not console.file.isatty():
        for mark, text in items:
            print_line(console, Text(f"{' ' * indent}{mark} ") + text)
        return
    grid = Table.grid(padding=(0, 1, 0, 0))
    for mark, text in items:
        grid.add_row(Text(mark, "summary.quiet"), text)
    console.print(Padding(grid, (0, 0, 0, indent), expand=False), width=_width(console))


def _print(console: Console, indent: int, text: Text) -> None:
    if console.file.isatty():
        console.print(Padding(text, (0, 0, 0, indent), expand=False), width=_width(console))
    else:
        print_line(console, Text(" " * indent) + text)


def _width(console: Console) -> int:
    return min(console.width, WIDEST)


def describe_nothing(connections: int, sessions: int, hidden: int) -> list[str]:
    """Return what is said where no rule found anything."""
    if not connections:
        return ["Nothing found: there is no connection in it."]
    counted = f"Nothing found: {count(connections, 'connection')}, {count(sessions, 'agent session')}"
    if not hidden:
        return [f"{counted}, all in order."]
    return [f"{counted}.", f"{count(hidden, 'connection')} could not be seen into: what was said there is not judged."]
