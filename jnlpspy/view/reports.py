"""What is collected over all events and shown at the end: as a table or as records for machines."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

from rich.console import Console
from rich.text import Text

from jnlpspy.model.describe_events import count
from jnlpspy.model.events import Event
from jnlpspy.view.rows import print_line

KEPT_ROWS = 10_000
"""Rows of a table; of more than these the newest are kept: nobody reads as many, and each takes a kilobyte."""

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]
Record = Mapping[str, Value]

Key = TypeVar("Key")
Row = TypeVar("Row")


class Report(ABC):
    """Collects from events what it will show."""

    title = ""

    @abstractmethod
    def observe(self, event: Event) -> None:
        """Take an event."""

    @abstractmethod
    def print_to(self, console: Console) -> None:
        """Print it."""

    @abstractmethod
    def records(self) -> Iterator[Record]:
        """Yield it as JSON objects, each with its `type`."""


class PrintedReport:
    """A sink that prints a report at the end."""

    def __init__(self, report: Report, console: Console, *, titled: bool) -> None:
        self._report = report
        self._console = console
        self._titled = titled

    def observe(self, event: Event) -> None:
        """Let the report see an event."""
        self._report.observe(event)

    def finish(self) -> None:
        """Print the report."""
        if self._titled:
            self._console.print()
            print_line(self._console, Text(self._report.title, "title"))
        self._report.print_to(self._console)


class RecordedReport:
    """A sink that hands out a report's records at the end."""

    def __init__(self, report: Report, write: Callable[[Record], None]) -> None:
        self._report = report
        self._write = write

    def observe(self, event: Event) -> None:
        """Let the report see an event."""
        self._report.observe(event)

    def finish(self) -> None:
        """Hand out the records."""
        for record in self._report.records():
            self._write(record)


class Rows(Generic[Key, Row]):
    """The rows of a report by their keys: the first so many if a limit was asked for, else the newest."""

    def __init__(self, limit: int | None, noun: str, most: int = KEPT_ROWS) -> None:
        self._rows: OrderedDict[Key, Row] = OrderedDict()
        self._limit = limit
        self._noun = noun
        self._most = max(most, limit or 0)
        self._dropped = 0
        self._beyond = 0

    def add(self, key: Key, row: Row) -> None:
        """Add a row, in place of the oldest where there are too many."""
        if self._limit is not None and len(self._rows) >= self._limit:
            self._beyond += 1
            return
        self._rows[key] = row
        if len(self._rows) > self._most:
            self._rows.popitem(last=False)
            self._dropped += 1

    def find(self, key: Key) -> Row | None:
        """Return the row of a key if it is kept."""
        return self._rows.get(key)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def print_left_out(self, console: Console) -> None:
        """Say which rows are not among those printed."""
        if not self._rows:
            print_line(console, Text(f"no {self._noun}s", "summary.quiet"))
        if self._dropped:
            print_line(console, Text(f"{count(self._dropped, f'earlier {self._noun}')} left out", "summary.quiet"))
        if self._beyond:
            print_line(console, Text(f"{count(self._beyond, f'more {self._noun}')} beyond --limit", "summary.quiet"))
