"""What is kept of rows, and who gets them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from facts import EVENTS
from rich.console import Console
from tables import WORKLOAD, open_console, pass_through

from jnlpspy.model.choice import every
from jnlpspy.model.events import Event
from jnlpspy.view.calls import CallTable
from jnlpspy.view.classes import ClassTable
from jnlpspy.view.overview import OverviewReport
from jnlpspy.view.pipes import PipeTable
from jnlpspy.view.reports import (
    KEPT_CONNECTIONS,
    KEPT_ROWS,
    ChosenConnections,
    PrintedReport,
    Record,
    RecordedReport,
    Report,
    Rows,
)
from jnlpspy.view.timeline import TimelineReport

MANUAL = Path(__file__).parents[2] / "docs/command-line.md"


class Counted(Report):
    title = "Number"

    def __init__(self) -> None:
        self.number = 0

    def observe(self, event: Event) -> None:
        self.number += event.seq > 0

    def print_to(self, console: Console) -> None:
        console.print(str(self.number))

    def records(self) -> Iterator[Record]:
        yield {"type": "number_row", "number": self.number}


def test_of_too_many_rows_the_newest_are_kept_and_the_others_counted() -> None:
    rows: Rows[int, int] = Rows(None, "call")
    for number in range(KEPT_ROWS + 5):
        rows.add(number, number)
    assert next(iter(rows)) == 5
    assert len(rows) == KEPT_ROWS
    console, out = open_console(None)
    rows.print_left_out(console)
    assert out.getvalue() == "5 earlier calls left out\n"


def test_with_a_limit_the_first_rows_are_kept() -> None:
    rows: Rows[int, int] = Rows(2, "call")
    for number in range(3):
        rows.add(number, number)
    assert list(rows) == [0, 1]
    assert rows.find(2) is None
    console, out = open_console(None)
    rows.print_left_out(console)
    assert out.getvalue() == "1 more call beyond --limit\n"


def test_a_table_without_rows_says_so() -> None:
    console, out = open_console(None)
    Rows[int, int](None, "pipe").print_left_out(console)
    assert out.getvalue() == "no pipes\n"


def test_a_report_is_printed_at_the_end_with_its_title_if_it_is_not_alone() -> None:
    for titled, expected in ((True, f"\nNumber\n{len(EVENTS)}\n"), (False, f"{len(EVENTS)}\n")):
        console, out = open_console(None)
        sink = PrintedReport(Counted(), console, titled=titled)
        for event in EVENTS:
            sink.observe(event)
        assert out.getvalue() == ""
        sink.finish()
        assert out.getvalue() == expected


def test_a_report_hands_out_records_at_the_end() -> None:
    records: list[Record] = []
    sink = RecordedReport(Counted(), records.append)
    sink.observe(EVENTS[0])
    sink.finish()
    assert records == [{"type": "number_row", "number": 1}]


def test_a_row_is_among_the_rows_once_it_is_chosen_and_stands_where_it_began() -> None:
    rows: Rows[str, str] = Rows(None, "call")
    for name in ("first", "second", "third"):
        rows.propose(name, name.upper())
    assert (list(rows), len(rows), rows.find("second")) == ([], 0, "SECOND")
    for name in ("third", "first", "first", "unknown"):
        rows.choose(name)
    for name in ("first", "second"):
        rows.forget(name)
    rows.choose("second")
    assert list(rows) == ["FIRST", "THIRD"]
    assert rows.find("second") is None


def test_of_too_many_proposed_rows_the_newest_can_be_chosen() -> None:
    rows: Rows[int, int] = Rows(None, "call", 3)
    for number in range(5):
        rows.propose(number, number)
    for number in range(5):
        rows.choose(number)
    assert list(rows) == [2, 3, 4]


def test_a_limit_counts_chosen_rows() -> None:
    rows: Rows[int, int] = Rows(1, "call")
    for number in range(3):
        rows.propose(number, number)
    rows.choose(1)
    rows.choose(0)
    assert list(rows) == [1]
    console, out = open_console(None)
    rows.print_left_out(console)
    assert out.getvalue() == "1 more call beyond --limit\n"


def test_a_connection_stays_chosen_from_the_first_event_that_is_asked_for() -> None:
    chosen = ChosenConnections(lambda event: event.seq == 5)
    assert [chosen.observe(event) for event in EVENTS] == [event.seq >= 5 for event in EVENTS]
    assert all(ChosenConnections(every).observe(event) for event in EVENTS)


def test_of_too_many_chosen_connections_the_newest_are_known() -> None:
    chosen = ChosenConnections(lambda event: event.seq == 1)
    for connection in range(KEPT_CONNECTIONS + 1):
        chosen.observe(replace(EVENTS[0], connection=connection))
    last = KEPT_CONNECTIONS
    assert [chosen.observe(replace(EVENTS[1], connection=each)) for each in (0, 1, last)] == [False, True, True]


@pytest.mark.parametrize("report", [CallTable, PipeTable, ClassTable, TimelineReport, OverviewReport])
def test_the_manual_names_the_keys_of_each_record(report: Callable[[], Report]) -> None:
    records: list[Record] = []
    pass_through(WORKLOAD, RecordedReport(report(), records.append))
    rows = re.findall(r"^\| `(\w+_row)` \| (.*) \|$", MANUAL.read_text("utf-8"), re.MULTILINE)
    manual = {name: re.findall(r"`(\w+)`", told) for name, told in rows}
    for record in records:
        assert record.keys() - {"type", "connection"} <= {*manual[str(record["type"])]}
    assert records
