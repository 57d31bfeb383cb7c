"""`jnlpspy explain`: what a rule, a line of a log or a whole log means."""

import codecs
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from difflib import get_close_matches
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jnlpspy.cli.exits import EXIT_PROBLEM, suggest
from jnlpspy.cli.options import Color, ColorOption, JsonOption
from jnlpspy.cli.wrapping import columns_of, wrap
from jnlpspy.errors import CaptureError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from jnlpspy.diagnosis.log_reading import LogReading

SUGGESTED = 3
"""Names that are suggested for one that is none."""

SHARING = 6
"""Names that are suggested because they share a word with it."""

SHORT_WORD = 3
"""Letters of words such as `not` and `of`, which say nothing of a rule."""

LONGEST = 8_000
"""Characters of a line that are read; the rest of it is passed over."""


def explain(
    text: Annotated[list[str] | None, typer.Argument(metavar="RULE | TEXT", help="A rule's name, or any text.")] = None,
    log: Annotated[
        list[str] | None,
        typer.Option("--log", metavar="FILE", help="A log of an agent or a controller; - for stdin; repeatable."),
    ] = None,
    list_rules: Annotated[
        bool, typer.Option("--list", envvar="JNLPSPY_EXPLAIN_LIST", help="Every rule with its title.")
    ] = False,
    json: JsonOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Say what a rule means, or a message that an agent or a controller prints, or every known line of a log.

    Hex in a message is named. A log ends with what it comes to; exit 1 if that is an error, or if a text is not known.

    Examples: jnlpspy explain 'expected 0x000341434b got 0x485454502f'
              jnlpspy explain secret-rejected
              jnlpspy explain --log agent.log
    """
    words = " ".join(text or ()).strip()
    if bool(words) + bool(log) + list_rules != 1:
        raise UsageError("expected a rule's name, a message in quotes, --log FILE or --list; one of them")
    if log:
        problem = _explain_logs({name: _lines_of(name) for name in log}, json=json, color=color)
    elif list_rules:
        problem = _list_rules(json=json, color=color)
    elif "\n" in words:
        problem = _explain_logs({"": iter(words.splitlines())}, json=json, color=color)
    else:
        problem = _explain_text(words, json=json, color=color)
    if problem:
        raise typer.Exit(EXIT_PROBLEM)


def _explain_text(words: str, *, json: bool, color: Color) -> bool:
    """Explain a rule or a text; return True if it is neither."""
    from jnlpspy.cli.wiring import open_console, write_record
    from jnlpspy.diagnosis.log_reading import LogReading
    from jnlpspy.diagnosis.recognise import bytes_in, hide_secrets, recognised_in
    from jnlpspy.diagnosis.rules import RULES
    from jnlpspy.view import explanations

    entry = RULES.get(words.lower().replace("_", "-"))
    sightings = [] if entry is not None else list(LogReading(about_agents=True).read([words]))
    if entry is None and not sightings:
        _refuse_name(words, RULES)
    text = hide_secrets(words)  # before anything in it is named: a secret is hex too
    named = [] if entry is not None or sightings else list(bytes_in(text))
    recognised = list(recognised_in(text))
    if json:
        records = [explanations.sighting_record(each) for each in sightings]
        if entry is not None:
            records = [explanations.help_record(entry)]
        for record in records or [explanations.unknown_record(text, named, recognised)]:
            write_record(record)
    elif entry is not None:
        explanations.print_help(open_console(color), entry)
    elif sightings:
        console = open_console(color)
        for each in sightings:
            explanations.print_meaning(console, each, RULES)
    else:
        explanations.print_unknown(open_console(color), text, named, recognised)
        _say_unknown(named=bool(named))
    return entry is None and not sightings and not any(each.rule for each in named)


def _say_unknown(*, named: bool) -> None:
    from jnlpspy.cli.exits import say

    if not named:
        say("this text is not in the catalogue; `jnlpspy explain --list` names all rules, --log FILE reads a whole log")


def _refuse_name(words: str, rules: Iterable[str]) -> None:
    """Refuse what looks like a rule's name and is none.

    Raises:
        UsageError: it does; the nearest names are in the message.
    """
    name = words.lower().replace("_", "-")
    known = list(rules)
    nearest = get_close_matches(name, known, n=SUGGESTED, cutoff=0.6) or _sharing_words(name, known)[:SHARING]
    looks_like = words.replace("-", "").isalpha() and words == words.lower()
    if looks_like and ("-" in words or nearest):
        near = f"near it: {', '.join(nearest)}; " if nearest else ""
        raise UsageError(f"expected a rule's name or a text, got {words}; {near}`jnlpspy explain --list` has all names")


def _sharing_words(name: str, rules: Iterable[str]) -> list[str]:
    """Return the rules that share a word with a name, those that share most first."""
    words = {word for word in name.split("-") if len(word) > SHORT_WORD}
    shared = {rule: len(words.intersection(rule.split("-"))) for rule in rules}
    return sorted((rule for rule, number in shared.items() if number), key=lambda rule: -shared[rule])


def _list_rules(*, json: bool, color: Color) -> bool:
    from rich.text import Text

    from jnlpspy.cli.wiring import open_console, write_record
    from jnlpspy.diagnosis.rules import RULES
    from jnlpspy.view.explanations import help_record
    from jnlpspy.view.rows import print_line

    console = open_console(color)
    width = max(map(len, RULES), default=0)
    for entry in RULES.values():
        if json:
            write_record(help_record(entry))
        else:
            severity = entry.rule.severity.value
            line = f"{entry.name:<{width}}  {severity:<7}  {entry.text.title}"
            print_line(console, Text(wrap(line, columns_of(1), indent=" " * (width + 11))))
    if not json:
        suggest("what one means, and what to do: jnlpspy explain RULE")
    return False


def _explain_logs(logs: Mapping[str, Iterable[str]], *, json: bool, color: Color) -> bool:
    """Explain logs; return True if they come to an error."""
    from jnlpspy.cli.wiring import open_console, write_record
    from jnlpspy.diagnosis.log_reading import LogReading
    from jnlpspy.model.findings import Severity
    from jnlpspy.view import explanations

    console = open_console(color)
    reading = LogReading()
    try:
        for name, lines in logs.items():
            if len(logs) > 1 and not json:
                console.print(name)
            with closing(reading.read(lines, name if len(logs) > 1 else "")) as sightings:
                for sighting in sightings:
                    if json:
                        write_record(explanations.sighting_record(sighting))
                    else:
                        explanations.print_sighting(console, sighting)
    except KeyboardInterrupt:  # a log that grows has no other end
        _conclude(reading, console, json=json)
        raise
    _conclude(reading, console, json=json)
    return any(each.first.severity is Severity.ERROR for each in reading.conclusions())


def _conclude(reading: "LogReading", console: "Console", *, json: bool) -> None:
    from jnlpspy.cli.wiring import write_record
    from jnlpspy.diagnosis.rules import RULES
    from jnlpspy.view import explanations

    if json:
        write_record(explanations.verdict_record(reading))
    else:
        explanations.print_conclusions(console, reading, RULES)


def _lines_of(name: str) -> Iterator[str]:
    """Yield a log's lines as they come; what is no text is replaced, what is too long is cut.

    Raises:
        CaptureError: The file cannot be opened or read.
    """
    with ExitStack() as resources:
        try:
            stream = open(0, "rb", closefd=False) if name == "-" else Path(name).open("rb")  # noqa: SIM115 - entered
            yield from _read_lines(resources.enter_context(stream))
        except OSError as error:
            raise CaptureError(f"expected a readable log, got {error.strerror or error}: {name}") from error


def _read_lines(stream: BufferedReader) -> Iterator[str]:
    """Yield the lines of a stream in UTF-8, or in UTF-16 as Windows' tools write it."""
    encoding = "utf-16" if stream.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    text = TextIOWrapper(stream, encoding, errors="replace", newline="\n")
    try:
        while line := text.readline(LONGEST):
            yield line
            while line and not line.endswith("\n"):  # the rest of a line that is too long
                line = text.readline(LONGEST)
    finally:
        text.detach()
