"""Every command as a row, printed as soon as it comes."""

from collections.abc import Callable
from datetime import datetime

from rich.console import Console
from rich.text import Text

from jnlpspy.model.commands import PACKAGE
from jnlpspy.model.describe import describe_command, short_class
from jnlpspy.model.events import CommandSent, Event
from jnlpspy.view.columns import Column, Cut, fit, print_row, sender_cell
from jnlpspy.view.reports import Record

COLUMNS = (
    Column("event", right=True),
    Column("time"),
    Column("#", right=True),
    Column("from"),
    Column("command", cut=Cut.MIDDLE, least=15),
    Column("bytes", right=True),
    Column("summary", cut=Cut.END, least=19),
)

WIDTHS = (6, 12, 2, 5, 26, 9, 300)
"""Cells of each column: what is printed before all is known keeps to the same places from the first row on."""


class CommandTable:
    """A sink that prints each command: number, time, sender, class, size, summary."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._cuts = console.file.isatty()
        self._widths = fit(COLUMNS, WIDTHS, console.width) if self._cuts else [*WIDTHS]
        self._begun = False

    def observe(self, event: Event) -> None:
        """Print a command."""
        if not isinstance(event.fact, CommandSent):
            return
        if not self._begun:
            self._begun = True
            print_row(self._console, COLUMNS, self._widths, [Text(column.title, "heading") for column in COLUMNS])
        summary = describe_command(event.fact.command, event.fact.payload)
        if self._cuts and len(summary) > self._widths[-1]:
            summary = summary.replace(PACKAGE, "")  # nearly all names begin with it, and what matters stands behind
        print_row(self._console, COLUMNS, self._widths, _cells(event, event.fact, summary))

    def finish(self) -> None:
        """Nothing is left to say."""


class CommandRecords:
    """A sink that hands out a `command_row` for each command."""

    def __init__(self, write: Callable[[Record], None]) -> None:
        self._write = write

    def observe(self, event: Event) -> None:
        """Hand out a command's record."""
        if not isinstance(event.fact, CommandSent):
            return
        self._write(
            {
                "type": "command_row",
                "connection": event.connection,
                "seq": event.seq,
                "when": event.when,
                "side": None if event.side is None else event.side.value,
                "command": event.fact.command.class_name,
                "size": event.fact.size,
                "summary": describe_command(event.fact.command, event.fact.payload),
            }
        )

    def finish(self) -> None:
        """Nothing is left to say."""


def _cells(event: Event, fact: CommandSent, summary: str) -> list[Text]:
    when = datetime.fromtimestamp(event.when).astimezone()
    return [
        Text(str(event.seq), "time"),
        Text(f"{when:%H:%M:%S}.{when.microsecond // 1000:03}", "time"),
        Text(str(event.connection), "connection"),
        sender_cell(event.side),
        Text(short_class(fact.command.class_name).removeprefix("RemoteInvocationHandler$"), "kind.call"),
        Text(f"{fact.size:,}"),
        Text(summary, "summary.quiet"),
    ]
