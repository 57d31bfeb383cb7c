"""The classes, resources and jars that came over all channels as a table."""

from collections import Counter
from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.text import Text

from jnlpspy.model.choice import Choice, every
from jnlpspy.model.describe_events import count_bytes, describe_duration
from jnlpspy.model.events import ClassLoaded, Event
from jnlpspy.model.session import LoadKind
from jnlpspy.view.columns import Column, Cut, print_table
from jnlpspy.view.reports import Record, Report, Rows
from jnlpspy.view.rows import print_line

COLUMNS = (
    Column("event", right=True),
    Column("#", right=True),
    Column("call", right=True),
    Column("kind"),
    Column("name", cut=Cut.MIDDLE, least=20),
    Column("bytes", right=True),
    Column("Java", right=True),
    Column("duration", right=True),
    Column("note", cut=Cut.END, least=9),
)

PLURALS = {LoadKind.CLASS: "classes", LoadKind.RESOURCE: "resources", LoadKind.JAR: "jars"}

_CHECKSUM = 8
"""Hex digits of a jar's checksum that are shown."""


class ClassTable(Report):
    """Everything loaded: its name, its size, the Java version it needs, how long it took."""

    title = "Classes"

    def __init__(self, limit: int | None = None, choice: Choice = every) -> None:
        self._choice = choice
        self._rows: Rows[int, tuple[Event, ClassLoaded]] = Rows(limit, "load")
        self._numbers: Counter[LoadKind] = Counter()
        self._bytes = 0
        self._few = {"not found": 0, "left to the jar cache": 0}

    def observe(self, event: Event) -> None:
        """Note what was loaded."""
        if isinstance(event.fact, ClassLoaded) and self._choice(event):
            self._rows.add(event.seq, (event, event.fact))
            self._numbers[event.fact.kind] += 1
            self._bytes += event.fact.bytes
            self._few["left to the jar cache"] += is_left_to_cache(event.fact)
            self._few["not found"] += not event.fact.found

    def print_to(self, console: Console) -> None:
        """Print the table, and what it adds up to."""
        print_table(console, COLUMNS, [_cells(event, fact) for event, fact in self._rows])
        self._rows.print_left_out(console)
        if self._numbers:
            told = [
                f"{number:,} {PLURALS[kind] if number != 1 else kind.value}" for kind, number in self._numbers.items()
            ]
            few = "".join(f", {each}" for each in count_few(self._few))
            print_line(console, Text(f"{', '.join(told)}: {count_bytes(self._bytes)}{few}", "heading"))

    def records(self) -> Iterator[Record]:
        """Yield a `class_row` for each load."""
        return (_record(event, fact) for event, fact in self._rows)


def count_loads(kind: LoadKind, number: int) -> str:
    """Return a number of classes, resources or jars in words."""
    return f"{number:,} {kind.value if number == 1 else PLURALS[kind]}"


def is_left_to_cache(fact: ClassLoaded) -> bool:
    """Return whether only the jar was named that holds something: the receiver's jar cache has it, or asks for it."""
    return fact.jar is not None and not fact.bytes


def count_few(numbers: Mapping[str, int]) -> list[str]:
    """Return what there is of some kinds in words."""
    return [f"{number:,} {kind}" for kind, number in numbers.items() if number]


def _cells(event: Event, fact: ClassLoaded) -> list[Text]:
    return [
        Text(str(event.seq), "time"),
        Text(str(event.connection), "connection"),
        Text(fact.call, "kind.call"),
        Text(fact.kind.value),
        Text(fact.name, "summary" if fact.found else "summary.bad"),
        Text(f"{fact.bytes:,}" if fact.bytes else ""),
        Text("" if fact.class_version is None else str(fact.class_version)),
        Text(describe_duration(fact.duration)),
        Text(_note(fact), "summary.quiet" if fact.found else "summary.bad"),
    ]


def _note(fact: ClassLoaded) -> str:
    if not fact.found:
        return "not found"
    told = [f"in jar {fact.jar[:_CHECKSUM]}"] if fact.jar and is_left_to_cache(fact) else []
    return ", ".join([*told, "prefetched"] if fact.prefetched else told)


def _record(event: Event, fact: ClassLoaded) -> Record:
    return {
        "type": "class_row",
        "connection": event.connection,
        "seq": event.seq,
        "when": event.when,
        "side": None if event.side is None else event.side.value,
        "call": fact.call,
        "kind": fact.kind.value,
        "name": fact.name,
        "bytes": fact.bytes,
        "class_version": fact.class_version,
        "duration": round(fact.duration, 6),
        "found": fact.found,
        "prefetched": fact.prefetched,
        "jar": fact.jar,
    }
