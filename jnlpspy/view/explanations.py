"""What rules and messages mean, to be read: a rule's help, the lines of a log, and what they come to."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from jnlpspy.diagnosis.first_bytes import NamedBytes
from jnlpspy.diagnosis.log_reading import LogConclusion, LogReading, Sighting
from jnlpspy.diagnosis.log_records import format_time
from jnlpspy.diagnosis.messages import Says
from jnlpspy.diagnosis.rule import RuleEntry
from jnlpspy.model.describe import shorten
from jnlpspy.model.describe_events import count
from jnlpspy.model.findings import Severity
from jnlpspy.view.reports import Value
from jnlpspy.view.rows import print_line, without_controls
from jnlpspy.view.sessions import print_wrapped

SHORT: Final = 3
"""Pieces of advice shown where a rule is only pointed to."""

_TEXT: Final = 300
"""Characters of a log's line that are shown."""

_PRINTERS: Final = {
    "either": "agent or controller",
    "image": "the image's entry point",
    "kubernetes": "Kubernetes",
    "java": "Java, in either",
    "plugin": "a plugin of the controller",
}

_SIGNS: Final = {
    Severity.ERROR: ("✗", "kind.bad"),
    Severity.WARNING: ("!", "kind.handshake"),
    Severity.INFO: ("i", "kind.quiet"),
}


def print_help(console: Console, entry: RuleEntry) -> None:
    """Print a rule's help."""
    text = entry.text
    console.print(Text.assemble((text.name, "title"), f"  ({entry.rule.severity.value})"))
    print_wrapped(console, 0, Text(f"{text.title}."))
    _print_section(console, "What it means", [_sentence(text.meaning)], listed=False)
    _print_section(console, "Usual causes, the likeliest first", text.causes)
    _print_section(console, "What to do", text.advice)
    _print_section(console, "What is printed", text.printed)
    _print_section(console, "Where it was seen", text.seen)


def help_record(entry: RuleEntry) -> dict[str, Value]:
    """Return a rule's help as an object."""
    text = entry.text
    return {
        "type": "explanation",
        "rule": text.name,
        "severity": entry.rule.severity.value,
        "title": text.title,
        "meaning": text.meaning,
        "causes": list(text.causes),
        "advice": list(text.advice),
        "printed": list(text.printed),
        "seen": list(text.seen),
    }


def print_meaning(console: Console, sighting: Sighting, rules: Mapping[str, RuleEntry]) -> None:
    """Print what a message means, and the rule that it points to with its cure."""
    message = sighting.match.message
    console.print(Text(shorten(sighting.match.line.strip(), _TEXT), "heading"))
    versions = f"{f', since remoting {message.since}' if message.since else ''}"
    versions += f"{f', until remoting {message.until}' if message.until else ''}"
    print_wrapped(console, 2, Text(sighting.meaning))
    print_wrapped(console, 2, Text(f"printed by: {_PRINTERS.get(message.by, message.by)}{versions}", "kind.quiet"))
    if sighting.rules and sighting.says is not Says.PROGRESS:
        _print_pointer(console, sighting.rules, rules, certain=sighting.says is Says.CAUSE)


def print_unknown(console: Console, text: str, named: Iterable[NamedBytes], recognised: Iterable[str]) -> None:
    """Print what is known of a text that is in no catalogue."""
    console.print(Text(shorten(text, _TEXT), "heading"))
    for each in named:
        print_wrapped(console, 2, Text(f"{each.shown}: {each.words}"))
    for words in recognised:
        print_wrapped(console, 2, Text(words))


def print_sighting(console: Console, sighting: Sighting) -> None:
    """Print what a line of a log means, in a line."""
    sign, style = _SIGNS[sighting.severity]
    if sighting.says is Says.PROGRESS:
        sign, style = "·", "kind.quiet"
    line = Text.assemble((f"{sighting.number:>6} {format_time(sighting.when)} ", "time"), (f"{sign} ", style))
    line.append(sighting.meaning)
    if sighting.rules and sighting.says in (Says.CAUSE, Says.CLUE, Says.DETAIL):
        line.append(f"  [{sighting.rules[0]}{'' if sighting.says is Says.CAUSE else '?'}]", style)
    print_line(console, line)


def print_conclusions(console: Console, reading: LogReading, rules: Mapping[str, RuleEntry]) -> None:
    """Print what logs come to: each root with its consequences."""
    conclusions = reading.conclusions()
    console.print(Text("Verdict", "title"))
    if not conclusions:
        console.print("  Nothing that is known here points to a problem.")
    for each in conclusions:
        _print_conclusion(console, each, rules)
    known = reading.records - reading.unknown
    left = f"; {count(reading.left_out, 'conclusion')} left out" if reading.left_out else ""
    console.print(Text(f"  {count(reading.records, 'record')}, {known} of them known{left}", "kind.quiet"))


def sighting_record(sighting: Sighting) -> dict[str, Value]:
    """Return what a line means as an object."""
    match = sighting.match
    return {
        "type": "explanation",
        "log": sighting.log,
        "line": sighting.number,
        "when": format_time(sighting.when) or None,
        "text": shorten(match.line, _TEXT),
        "by": match.message.by,
        "says": sighting.says.value,
        "meaning": sighting.meaning,
        "severity": sighting.severity.value,
        "rules": list(sighting.rules),
        "values": dict(match.values),
        "bytes": [bytes_record(each) for each in match.named],
        "since": match.message.since or None,
        "until": match.message.until or None,
    }


def bytes_record(named: NamedBytes) -> dict[str, Value]:
    """Return what bytes are as an object."""
    return {"hex": named.hex, "shown": named.shown, "meaning": named.words, "rule": named.rule or None}


def unknown_record(text: str, named: Iterable[NamedBytes], recognised: Iterable[str]) -> dict[str, Value]:
    """Return what is known of a text that is in no catalogue as an object."""
    return {
        "type": "explanation",
        "text": shorten(text, _TEXT),
        "meaning": None,
        "rules": [],
        "bytes": [bytes_record(each) for each in named],
        "recognised": list(recognised),
    }


def verdict_record(reading: LogReading) -> dict[str, Value]:
    """Return what logs come to as an object."""
    return {
        "type": "log_verdict",
        "conclusions": [_conclusion_record(each) for each in reading.conclusions()],
        "records": reading.records,
        "unknown": reading.unknown,
        "left_out": reading.left_out,
    }


def _conclusion_record(each: LogConclusion) -> dict[str, Value]:
    return {
        "rule": each.rule or None,
        "certain": each.certain,
        "severity": each.first.severity.value,
        "rules": list(each.first.rules),
        "meaning": each.first.meaning,
        "text": shorten(each.first.match.line, _TEXT),
        "log": each.first.log,
        "line": each.first.number,
        "when": format_time(each.first.when) or None,
        "last_line": each.last.number,
        "last_when": format_time(each.last.when) or None,
        "count": each.count,
        "consequences": [_conclusion_record(other) for other in each.consequences],
    }


def _print_section(console: Console, heading: str, lines: Iterable[str], *, listed: bool = True) -> None:
    console.print()
    console.print(Text(heading, "heading"))
    for line in lines:
        if listed:
            _print_item(console, 2, line)
        else:
            print_wrapped(console, 2, Text(line))


def _print_item(console: Console, indent: int, line: str) -> None:
    """Print one line of a list; on a terminal what is wrapped stands behind its mark."""
    if not console.file.isatty():
        print_wrapped(console, indent, Text(f"- {line}"))
        return
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row("-", without_controls(Text(line)))
    console.print(Padding(grid, (0, 0, 0, indent), expand=False))


def _print_pointer(console: Console, names: tuple[str, ...], rules: Mapping[str, RuleEntry], *, certain: bool) -> None:
    entry = rules.get(names[0])
    if certain or len(names) == 1:
        print_wrapped(console, 2, Text.assemble("rule: ", (names[0], "heading")))
    else:
        print_wrapped(console, 2, Text(f"one of, the likeliest first: {', '.join(names)}"))
    if entry is not None:
        print_wrapped(console, 2, Text(_sentence(entry.text.meaning)))
        for each in entry.text.advice[:SHORT]:
            _print_item(console, 4, each)
        print_wrapped(console, 2, Text(f"more: jnlpspy explain {names[0]}", "kind.quiet"))


def _print_conclusion(console: Console, each: LogConclusion, rules: Mapping[str, RuleEntry]) -> None:
    sign, style = _SIGNS[each.first.severity]
    doubtful = not each.certain and len(each.first.rules) > 1
    title = f"{each.rule}{'?' if doubtful else ''}  "
    if doubtful and each.first.severity is Severity.INFO:
        title = ""
    print_wrapped(console, 2, Text.assemble((f"{sign} {title}", style), each.first.meaning))
    print_wrapped(console, 6, Text(f"{_place(each.first)}: {shorten(each.first.match.line.strip(), _TEXT)}"))
    if each.count > 1:
        print_wrapped(console, 6, Text(f"{count(each.count, 'time')}, last at {_place(each.last)}"))
    if not each.certain and len(each.first.rules) > 1:
        lead = (
            "Could be" if each.first.severity is Severity.INFO else "The text has several causes, the likeliest first"
        )
        print_wrapped(console, 6, Text(f"{lead}: {', '.join(each.first.rules)}"))
    entry = rules.get(each.rule)
    if entry is not None and each.first.severity is not Severity.INFO:
        for advice in entry.text.advice[:SHORT]:
            _print_item(console, 6, advice)
    for other in _all_consequences(each):
        line = shorten(other.first.match.line.strip(), _TEXT)
        print_wrapped(console, 6, Text(f"└ {_place(other.first)}: {line}", "kind.quiet"))


def _all_consequences(each: LogConclusion) -> Iterator[LogConclusion]:
    """Yield what follows from a conclusion, and what follows from that."""
    for other in each.consequences:
        yield other
        yield from _all_consequences(other)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _place(sighting: Sighting) -> str:
    when = format_time(sighting.when)
    log = f"{sighting.log} " if sighting.log else ""
    return f"{log}line {sighting.number}{f' ({when})' if when else ''}"
