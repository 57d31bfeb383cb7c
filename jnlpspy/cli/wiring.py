"""The composition root: builds sinks, the pipeline and the analysis command from options."""

import json as json_text
import os
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from jnlpspy.cli.exits import say
from jnlpspy.cli.options import Color, Table
from jnlpspy.cli.purposes import open_purposes
from jnlpspy.exhibit import Exhibit
from jnlpspy.export.format import Chosen
from jnlpspy.export.jsonl import SCHEMA, JsonlSink, format_line
from jnlpspy.model.choice import Choice, every
from jnlpspy.model.events import CommandSent, Event, Fact
from jnlpspy.model.known import Known
from jnlpspy.model.secret import NO_SECRETS, Secret
from jnlpspy.pipeline import Judge, Pipeline, Sink
from jnlpspy.remoting.purposes import WELL_KNOWN, Purposes

SECRETS_VARIABLE = "JNLPSPY_AGENT_SECRETS"
"""Where the analysis process finds agents' secrets: a command line is there for everyone to see."""

if TYPE_CHECKING:
    from rich.console import Console

    from jnlpspy.cli.knowing import Knowledge
    from jnlpspy.diagnosis.engine import DiagnosisSink
    from jnlpspy.diagnosis.runs import Runs
    from jnlpspy.diagnosis.verdict import Verdict
    from jnlpspy.view.reports import Record, Report


class Selection:
    """Hands on the events of one connection or kind of fact, up to a number that are asked for; None means all."""

    def __init__(
        self,
        sink: Sink,
        connection: int | None,
        limit: int | None,
        kind: type[Fact] | None = None,
        choice: Choice = every,
    ) -> None:
        self._choice = choice
        self._sink = sink
        self._connection = connection
        self._left = limit
        self._kind = kind
        self.handed_on = False
        """True once an event was handed on."""

    @property
    def full(self) -> bool:
        """True once no further event will be handed on."""
        return self._left == 0

    def observe(self, event: Event) -> None:
        """Hand an event on if it is chosen."""
        if self.full or self._connection not in (None, event.connection):
            return
        if self._kind is not None and not isinstance(event.fact, self._kind):
            return
        if self._left is not None and self._choice(event):
            self._left -= 1
        self.handed_on = True
        self._sink.observe(event)

    def finish(self) -> None:
        """Let the sink finish."""
        self._sink.finish()


class EventList:
    """Keeps events."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def observe(self, event: Event) -> None:
        """Keep an event."""
        self.events.append(event)

    def finish(self) -> None:
        """Nothing is left to say."""


def open_console(color: Color) -> "Console":
    """Return a console on stdout that colours as asked; auto: on a terminal, as NO_COLOR and FORCE_COLOR say."""
    from jnlpspy.view.screen import Screen

    plain = color is Color.NEVER or (color is Color.AUTO and bool(os.environ.get("NO_COLOR")))
    return Screen(force_terminal=True if color is Color.ALWAYS else False if plain else None)


def open_sinks(
    *,
    json: bool,
    color: Color,
    summary: bool,
    silent: bool = False,
    brief: bool = False,
    diagnosis: "Diagnosis | None" = None,
    choice: Choice = every,
) -> list[Sink]:
    """Return the sinks that options ask for: JSON Lines, or a line an event and a summary a session.

    Summed up are the sessions of which an event is asked for.
    With a diagnosis findings say what to do as they come, and all of them are said again in order at the end.
    """
    if json:
        return [Chosen(JsonlSink(write_line), choice)]
    from jnlpspy.view.rows import LogSink
    from jnlpspy.view.sessions import SummarySink

    console = open_console(color)
    sinks: list[Sink] = [] if silent else [Chosen(LogSink(console, brief=brief), choice)]
    sinks += [SummarySink(console, choice)] if summary else []
    if diagnosis is None:
        return sinks
    from jnlpspy.diagnosis.runs import Runs
    from jnlpspy.view.verdicts import FindingSink, VerdictSink

    return [*sinks[:1], FindingSink(console), *sinks[1:], VerdictSink(diagnosis.verdict, console, Runs(), always=False)]


def open_tables(
    tables: Collection[Table],
    *,
    json: bool,
    color: Color,
    connection: int | None,
    limit: int | None,
    choice: Choice = every,
) -> list[Selection]:
    """Return the sinks of the tables asked for, in the order in which tables stand in `Table`.

    A row is shown if one of the events that it is made of is asked for.
    """
    from jnlpspy.view.commands import CommandRecords, CommandTable
    from jnlpspy.view.reports import PrintedReport, RecordedReport

    console = open_console(color)
    selections = []
    for table in (each for each in Table if each in tables):
        sink: Sink
        if table is Table.COMMANDS:
            sink = CommandRecords(write_record) if json else CommandTable(console)
            selections.append(Selection(Chosen(sink, choice), connection, limit, CommandSent, choice))
            continue
        report = _open_report(table, connection, limit, choice)
        sink = RecordedReport(report, write_record) if json else PrintedReport(report, console, titled=len(tables) > 1)
        # what a session's discovery told came on another connection: the summary chooses by itself
        selections.append(Selection(sink, None if table is Table.SUMMARY else connection, None))
    return selections


def _open_report(table: Table, connection: int | None, limit: int | None, choice: Choice) -> "Report":
    from jnlpspy.view.calls import CallTable
    from jnlpspy.view.classes import ClassTable
    from jnlpspy.view.overview import OverviewReport
    from jnlpspy.view.pipes import PipeTable
    from jnlpspy.view.timeline import TimelineReport

    match table:
        case Table.SUMMARY:
            return OverviewReport(limit, connection, choice)
        case Table.CALLS:
            return CallTable(limit, choice)
        case Table.PIPES:
            return PipeTable(limit, choice)
        case Table.CLASSES:
            return ClassTable(limit, choice)
        case _:
            return TimelineReport(limit, choice)


def show_tree(exhibit: Exhibit, *, json: bool, color: Color) -> None:
    """Show an event as a tree."""
    from jnlpspy.view.detail import print_event, print_tree, tree_record

    if json:
        write_record(tree_record(exhibit.event, exhibit.root, exhibit.made_at, exhibit.note, exhibit.thrown))
        return
    console = open_console(color)
    print_event(console, exhibit.event, exhibit.note)
    if exhibit.root is not None:
        print_tree(console, exhibit.root, exhibit.data, exhibit.made_at, exhibit.thrown)


def show_hexdump(exhibit: Exhibit, *, json: bool, color: Color) -> None:
    """Show an event's bytes."""
    from jnlpspy.view.detail import print_event
    from jnlpspy.view.hexdump import hex_record, print_hexdump

    if json:
        write_record(hex_record(exhibit.event, exhibit.root, exhibit.data, exhibit.note))
        return
    console = open_console(color)
    print_event(console, exhibit.event, exhibit.note)
    if exhibit.root is not None:
        print_hexdump(console, exhibit.root, exhibit.data)


def write_record(record: "Record") -> None:
    """Write a record as a line of JSON with the schema's number."""
    write_line(format_line({"v": SCHEMA, **record}))


def open_pipeline(
    sinks: Iterable[Sink],
    secrets: Mapping[str, Secret] = NO_SECRETS,
    purposes: Purposes = WELL_KNOWN,
    *,
    judge: Judge | None = None,
    strict: bool = False,
) -> Pipeline:
    """Return a pipeline whose failing sinks are reported on stderr; a stdout that takes nothing ends the program.

    If it is strict, so does any sink that fails: what it writes would not be whole.
    """
    sinks = list(sinks)

    def report(sink: Sink, error: Exception) -> None:
        if isinstance(error, OSError) or (strict and sink in sinks):
            raise error
        say(f"a bug stopped {type(sink).__name__}: {type(error).__name__}: {error}; everything else goes on")

    return Pipeline(sinks, report, secrets, purposes, judge=judge)


class Diagnosis:
    """The rules' place in a pipeline, and the verdict on what they find."""

    def __init__(self, known: Known, tell: Callable[[str], None] = say) -> None:
        from jnlpspy.diagnosis.verdict import Verdict

        self._known = known
        self._tell = tell
        self._sinks: list[DiagnosisSink] = []
        self.verdict = Verdict(self._find)

    def judge(self, hand_on: Callable[[Event], None]) -> Sink:
        """Return the sink that judges; a rule that fails is reported on stderr, once."""
        from jnlpspy.diagnosis.engine import DiagnosisSink

        def report(rule: str, error: Exception) -> None:
            self._tell(f"a bug stopped the rule {rule}: {type(error).__name__}: {error}; everything else goes on")

        self._sinks.append(DiagnosisSink(hand_on, self._known, on_failure=report))
        return self._sinks[-1]

    def _find(self, connection: int, seq: int) -> Event | None:
        return next((event for sink in self._sinks if (event := sink.find(connection, seq))), None)


def open_diagnosis(
    knowledge: "Knowledge",
    runs: "Runs",
    *,
    json: bool,
    color: Color,
    connection: int | None = None,
    also: Iterable[Sink] = (),
) -> tuple[Pipeline, "Verdict"]:
    """Return a pipeline that says at its end what the rules found, of all connections or one, and where to find it."""
    diagnosis = Diagnosis(knowledge.known)
    sink: Sink
    if json:
        from jnlpspy.export.findings import VerdictRecords

        sink = VerdictRecords(diagnosis.verdict, write_record, runs)
    else:
        from jnlpspy.view.verdicts import VerdictSink

        sink = VerdictSink(diagnosis.verdict, open_console(color), runs, always=True)
    chosen = Selection(sink, connection, None)
    return open_pipeline([*also, chosen], knowledge.secrets, judge=diagnosis.judge), diagnosis.verdict


def write_line(line: str) -> None:
    """Write a line to stdout at once, so that whoever reads it sees it."""
    sys.stdout.write(line)
    sys.stdout.flush()


def analysis_command(
    *, json: bool, color: Color, summary: bool = False, brief: bool = False, purposes: Path | None = None
) -> tuple[str, ...]:
    """Return the command of the analysis process: `show` of the capture stream on its standard input, with findings.

    In brief, the lines of commands that calls and answers tell of are left out.

    Raises:
        CaptureError: a file of purposes cannot be used; better now than when the analysis reads it.
    """
    open_purposes(purposes)
    return (
        *(sys.executable, "-P", "-m", "jnlpspy", "show", "-", "--ignore-interrupts", "--findings"),
        *("--color", color.value),
        *(("--json",) if json else ()),
        *(() if summary else ("--no-summary",)),
        *(("--brief",) if brief else ()),
        *(() if purposes is None else ("--purposes", str(purposes.absolute()))),
    )


def live_command(control: int, *, color: Color, purposes: Path | None) -> tuple[str, ...]:
    """Return the command of the analysis process that has the terminal, and a line to its relay on this descriptor.

    Raises:
        CaptureError: a file of purposes cannot be used.
    """
    open_purposes(purposes)
    return (
        *(sys.executable, "-P", "-m", "jnlpspy", "live", "--control", str(control), "--color", color.value),
        *(() if purposes is None else ("--purposes", str(purposes.absolute()))),
    )


def analysis_environment(secrets: Mapping[str, Secret]) -> dict[str, str]:
    """Return what the environment of the analysis process has besides ours."""
    return {SECRETS_VARIABLE: json_text.dumps({name: secret.value for name, secret in secrets.items()})}


def inherited_secrets() -> dict[str, Secret]:
    """Return the agents' secrets that `proxy` handed to its analysis, if this is it."""
    given = json_text.loads(os.environ.get(SECRETS_VARIABLE, "{}"))
    return {name: Secret(value) for name, value in given.items()}
