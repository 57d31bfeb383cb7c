"""Tables that are whole without a script, and say what they leave out."""

from itertools import chain

from facts import EVENTS
from pages import Node, parse

from jnlpspy.export.html.book import Totals
from jnlpspy.export.html.kept import Kept
from jnlpspy.export.html.markup import join
from jnlpspy.export.html.rows import CallRow, EventRow, Ledger, LoadRow, PipeRow, Rows, rank_of
from jnlpspy.export.html.tables import Cell, Column, Row, left_out, row_tables, table


def made(*cells: Cell, columns: tuple[Column, ...] = (Column("n", numeric=True), Column("text", wide=True))) -> Node:
    return parse(join(table("rows", "Rows", columns, [Row(3, list(cells))])))


def filled(first: int) -> tuple[Rows, Totals]:
    rows, totals, ledger = Rows(Kept(first, 0), Kept(first, 0), Kept(first, 0), Kept(first, 0)), Totals(), Ledger()
    for event in EVENTS:
        totals.observe(event)
    told = [ledger.observe(event, wanted=True) for event in EVENTS]
    for row in chain(told, ledger.finish()):
        match row:
            case CallRow():
                rows.calls.add(row, rank_of(row))
            case PipeRow():
                rows.pipes.add(row, rank_of(row))
            case LoadRow():
                rows.loads.add(row, rank_of(row))
            case EventRow():
                rows.events.add(row, rank_of(row))
            case None:
                pass
    return rows, totals


def test_a_table_has_a_name_and_what_filters_it_is_labelled() -> None:
    page = made(Cell("1", 1), Cell("<x>", tone="bad"))
    assert page.one("caption").text == "Rows"
    assert page.one("label").attributes["for"] == page.one("input").attributes["id"]
    assert [each.text for each in page.all("th")] == ["n", "text"]
    number, text = page.one("tbody").all("td")
    assert number.attributes == {"class": "number", "data-order": "1"}
    assert (text.attributes, text.text) == ({"class": "wide bad"}, "<x>")
    assert page.one("tbody").one("tr").attributes == {"data-session": "3"}


def test_without_rows_it_is_a_sentence() -> None:
    page = parse(join(table("rows", "Rows", (Column("n"),), [])))
    assert page.one("p", id="rows").text == "No rows."
    assert page.all("table") == []


def test_what_is_left_out_is_told_with_how_to_see_it() -> None:
    kept = Kept[int](1, 1)
    for number in range(1234):
        kept.add(number, number)
    told = (
        "2 of 1,234 calls: the first 1, and of the others the 1 that went wrong. All of them: jnlpspy show CAPTURE -c"
    )
    assert left_out(kept, "call", "went wrong", "-c") == told
    assert left_out(Kept[int](1, 1), "call", "went wrong", "-c") == ""
    page = parse(join(table("rows", "Rows", (Column("n"),), [Row(0, [Cell("x")])], told)))
    assert page.one("p", class_="note").text == told


def test_every_row_is_in_its_table() -> None:
    page = parse(join(row_tables(*filled(1000))))
    rows = {each.one("caption").text: each.one("tbody").all("tr") for each in page.all("table")}
    assert {name: len(found) for name, found in rows.items()} == {
        "Calls": 1,
        "Pipes": 1,
        "Classes": 3,
        "Commands": 5,
        "Events": len(filled(1000)[0].events),
    }
    (call,) = rows["Calls"]
    cells = [each.text for each in call.all("td")]
    assert cells[3:] == [
        "c7",
        "← controller",
        "hudson.slaves.SlaveComputer$SlaveVersion",
        cells[6],
        "268 ms",
        "returned",
    ]
    assert 'text="hello"' in cells[6]
    missing = rows["Classes"][2].all("td")[-1]
    assert (missing.text, missing.attributes["class"]) == ("not found", "bad")


def test_a_table_that_is_cut_says_so() -> None:
    page = parse(join(row_tables(*filled(2))))
    assert len(page.all("p", class_="note")) == 2
