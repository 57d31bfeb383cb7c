"""Tables as users see them, kept as text.

`python tests/tables.py` writes them anew; read them before you commit them.
"""

import io
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from facts import Screen
from rich.console import Console
from specimens import observations_of, secrets_of

from jnlpspy.cli.diagnose import LastSeen, renumbered
from jnlpspy.cli.wiring import Diagnosis, Selection
from jnlpspy.diagnosis.runs import Runs
from jnlpspy.exhibit import find_exhibit
from jnlpspy.model.events import CommandSent
from jnlpspy.model.known import NOTHING_KNOWN
from jnlpspy.pipeline import Pipeline, Sink
from jnlpspy.view.calls import CallTable
from jnlpspy.view.classes import ClassTable
from jnlpspy.view.commands import CommandTable
from jnlpspy.view.detail import print_event, print_tree
from jnlpspy.view.hexdump import print_hexdump
from jnlpspy.view.overview import OverviewReport
from jnlpspy.view.pipes import PipeTable
from jnlpspy.view.reports import PrintedReport, Report
from jnlpspy.view.theme import THEME
from jnlpspy.view.timeline import TimelineReport
from jnlpspy.view.verdicts import VerdictSink

FOLDER = Path(__file__).parent / "view" / "snapshots"
WORKLOAD = "3.33-JNLP4-connect-workload"
KILLED = "3.33-JNLP4-connect-kill-controller-midcall"
TEXT = "3.33-JNLP2-connect-text"
PING_MISSED = "3.33-JNLP4-connect-half-open-ping-timeout"
RESET = "3.33-JNLP4-connect-reset-mid-session"
REFUSED = "3.33-JNLP2-connect-wrong-secret"

WIDTHS: Mapping[str, int | None] = MappingProxyType({"80": 80, "160": 160, "pipe": None})
"""Names of snapshots and the columns of the terminal; None for a pipe."""


def open_console(width: int | None) -> tuple[Console, io.StringIO]:
    """Return a console and where its output is found."""
    out = io.StringIO() if width is None else Screen()
    console = Console(
        file=out, theme=THEME, width=width or 80, force_terminal=True, color_system=None, highlight=False, emoji=False
    )
    return console, out


def pass_through(name: str, sink: Sink) -> None:
    """Let a sink see a specimen's events, what its secrets open among them."""

    def fail(_sink: Sink, error: Exception) -> None:
        raise error

    pipeline = Pipeline([sink], fail, secrets_of(name))
    for observation in observations_of(name):
        pipeline.observe(observation)
    pipeline.finish()


def printed(report: Report, name: str, width: int | None) -> str:
    """Return a specimen's report as it is printed."""
    console, out = open_console(width)
    pass_through(name, PrintedReport(report, console, titled=False))
    return out.getvalue()


def printed_commands(name: str, width: int | None) -> str:
    console, out = open_console(width)
    pass_through(name, Selection(CommandTable(console), None, 25, CommandSent))
    return out.getvalue()


def printed_detail(name: str, seq: int, width: int | None, *, as_hex: bool) -> str:
    console, out = open_console(width)
    exhibit = find_exhibit(lambda: observations_of(name), seq)
    assert exhibit is not None
    assert exhibit.root is not None
    print_event(console, exhibit.event, exhibit.note)
    if as_hex:
        print_hexdump(console, exhibit.root, exhibit.data)
    else:
        print_tree(console, exhibit.root, exhibit.data, exhibit.made_at, exhibit.thrown)
    return out.getvalue()


def printed_diagnosis(*names: str, width: int | None) -> str:
    """Return what `diagnose` says of specimens, one after another."""
    console, out = open_console(width)
    diagnosis, runs, last = Diagnosis(NOTHING_KNOWN), Runs(), LastSeen()

    def fail(_sink: Sink, error: Exception) -> None:
        raise error

    sink = VerdictSink(diagnosis.verdict, console, runs, always=True)
    pipeline = Pipeline([last, sink], fail, judge=diagnosis.judge)
    for name in names:
        runs.begin(f"{name}.pcapng", last.connection, last.seq)
        for observation in renumbered(observations_of(name), last.connection):
            pipeline.observe(observation)
        pipeline.end_capture()
    pipeline.finish()
    return out.getvalue()


SHOWN: Mapping[str, Callable[[int | None], str]] = MappingProxyType(
    {
        "calls": lambda width: printed(CallTable(40), WORKLOAD, width),
        "calls-unanswered": lambda width: printed(CallTable(), KILLED, width),
        "commands": lambda width: printed_commands(WORKLOAD, width),
        "pipes": lambda width: printed(PipeTable(), WORKLOAD, width),
        "classes": lambda width: printed(ClassTable(30), WORKLOAD, width),
        "timeline": lambda width: printed(TimelineReport(), WORKLOAD, width),
        "summary": lambda width: printed(OverviewReport(), WORKLOAD, width),
        "summary-unanswered": lambda width: printed(OverviewReport(), KILLED, width),
        "summary-refused": lambda width: printed(OverviewReport(), REFUSED, width),
        "tree-headers": lambda width: printed_detail(WORKLOAD, 9, width, as_hex=False),
        "tree-command": lambda width: printed_detail(WORKLOAD, 15, width, as_hex=False),
        "tree-text": lambda width: printed_detail(TEXT, 35, width, as_hex=False),
        "diagnosis": lambda width: printed_diagnosis(PING_MISSED, width=width),
        "diagnosis-several": lambda width: printed_diagnosis(KILLED, WORKLOAD, RESET, KILLED, width=width),
        "hex-command": lambda width: printed_detail(WORKLOAD, 15, width, as_hex=True),
    }
)
"""What is kept, by name."""


def main() -> None:
    os.environ["TZ"] = "UTC"
    time.tzset()
    for name, show in SHOWN.items():
        for kind, width in WIDTHS.items():
            path = FOLDER / f"{name}-{kind}.txt"
            path.write_text(show(width), "utf-8")
    sys.stdout.write(f"{FOLDER}: read them\n")


if __name__ == "__main__":
    main()
