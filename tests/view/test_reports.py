"""What is kept of rows, and who gets them."""

from collections.abc import Iterator

from facts import EVENTS
from rich.console import Console
from tables import open_console

from jnlpspy.model.events import Event
from jnlpspy.view.reports import KEPT_ROWS, PrintedReport, Record, RecordedReport, Report, Rows


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
