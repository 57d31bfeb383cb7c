"""What is collected over all events and shown at the end: as a table or as records for machines."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import Generic, TypeVar

from rich.console import Console
from rich.text import Text

from jnlpspy.model.choice import Choice, every
from jnlpspy.model.describe_events import count
from jnlpspy.model.events import Event
from jnlpspy.view.rows import print_line

KEPT_ROWS = 10_000
"""Rows of a table; of more than these the newest are kept: nobody reads as many, and each takes a kilobyte."""

KEPT_CONNECTIONS = 100_000
"""Connections that are known to be asked for; a number takes a hundred bytes."""

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]
Record = Mapping[str, Value]

Key = TypeVar("Key")
Row = TypeVar("Row")


class ChosenConnections:
    """The connections of which an event is asked for, whether or not anything is kept of them yet."""

    def __init__(self, choice: Choice) -> None:
        self.are_all = choice is every
        """True if nobody needs to be asked: every event is asked for."""
        self._choice = choice
        self._connections: OrderedDict[int, None] = OrderedDict()

    def observe(self, event: Event) -> bool:
        """Take an event, and return whether one of its connection was asked for."""
        if self.are_all or event.connection in self._connections:
            return True
        if not self._choice(event):
            return False
        self._connections[event.connection] = None
        if len(self._connections) > KEPT_CONNECTIONS:
            self._connections.popitem(last=False)
        return True


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
    """The rows of a report by their keys: the first so many if a limit was asked for, else the newest.

    Where only some rows are asked for, each is proposed when it begins, and chosen or forgotten later.
    """

    def __init__(self, limit: int | None, noun: str, most: int = KEPT_ROWS) -> None:
        self._rows: OrderedDict[Key, tuple[int, Row]] = OrderedDict()
        self._proposed: OrderedDict[Key, tuple[int, Row]] = OrderedDict()
        self._begun = 0
        self._limit = limit
        self._noun = noun
        self._most = max(most, limit or 0)
        self._beyond = 0
        self.dropped = 0
        """Rows that are no longer kept."""

    def add(self, key: Key, row: Row) -> None:
        """Add a row, in place of the oldest where there are too many."""
        self.propose(key, row)
        self.choose(key)

    def propose(self, key: Key, row: Row) -> None:
        """Keep a row aside: it is not among the rows until it is chosen."""
        self._begun += 1
        self._proposed[key] = (self._begun, row)
        if len(self._proposed) > self._most:
            self._proposed.popitem(last=False)

    def choose(self, key: Key) -> None:
        """Add the row that was proposed under a key, if it was and is not there yet."""
        placed = self._proposed.pop(key, None)
        if placed is None:
            return
        if self._limit is not None and len(self._rows) >= self._limit:
            self._beyond += 1
            return
        self._rows[key] = placed
        if len(self._rows) > self._most:
            self._rows.popitem(last=False)
            self.dropped += 1

    def forget(self, key: Key) -> None:
        """Forget the row that was proposed under a key, unless it was chosen."""
        self._proposed.pop(key, None)

    def find(self, key: Key) -> Row | None:
        """Return the row of a key if it is kept, chosen or not."""
        placed = self._rows.get(key) or self._proposed.get(key)
        return None if placed is None else placed[1]

    def __iter__(self) -> Iterator[Row]:
        """Yield the chosen rows as they began."""
        return (row for _, row in sorted(self._rows.values(), key=itemgetter(0)))

    def __len__(self) -> int:
        return len(self._rows)

    def print_left_out(self, console: Console) -> None:
        """Say which rows are not among those printed."""
        if not self._rows:
            print_line(console, Text(f"no {self._noun}s", "summary.quiet"))
        if self.dropped:
            print_line(console, Text(f"{count(self.dropped, f'earlier {self._noun}')} left out", "summary.quiet"))
        if self._beyond:
            print_line(console, Text(f"{count(self._beyond, f'more {self._noun}')} beyond --limit", "summary.quiet"))
