"""Tables at 80 and 160 columns and in a pipe, as kept in snapshots/."""

import pytest
from rich.text import Text
from tables import FOLDER, SHOWN, WIDTHS, open_console

from jnlpspy.view.columns import Column, Cut, cut_middle, fit, print_table

COLUMNS = (Column("number", right=True), Column("class", cut=Cut.MIDDLE, least=8), Column("note", rare=True))


pytestmark = pytest.mark.usefixtures("in_utc")


@pytest.mark.parametrize("kind", WIDTHS)
@pytest.mark.parametrize("name", SHOWN)
def test_a_table_looks_as_it_was_accepted(name: str, kind: str) -> None:
    shown = SHOWN[name](WIDTHS[kind])
    assert shown == (FOLDER / f"{name}-{kind}.txt").read_text("utf-8")


@pytest.mark.parametrize("kind", ["80", "160"])
@pytest.mark.parametrize("name", SHOWN)
def test_no_line_of_a_table_is_wider_than_the_terminal(name: str, kind: str) -> None:
    console, _ = open_console(WIDTHS[kind])
    assert [line for line in SHOWN[name](WIDTHS[kind]).splitlines() if Text(line).cell_len > console.width] == []


@pytest.mark.parametrize("name", [each for each in SHOWN if not each.startswith(("tree", "hex", "timeline"))])
def test_in_a_pipe_nothing_is_cut(name: str) -> None:
    longer = SHOWN[name](None)
    for word in SHOWN[name](1000).split():
        assert word in longer


@pytest.mark.parametrize(
    ("text", "width", "shortened"),
    [
        ("hudson.remoting.RemoteClassLoader$IClassLoader.fetch3", 30, "hudson…IClassLoader.fetch3"),
        ("hudson.remoting.RemoteClassLoader$IClassLoader.fetch3", 22, "…IClassLoader.fetch3"),
        ("  └ peers.work.GetSystemProperties", 26, "  └ …GetSystemProperties"),
        ("peers/work/no-such-thing.txt", 20, "…no-such-thing.txt"),
        ("a.VeryLongNameWithoutEnd", 10, "a.V…outEnd"),
        ("short.Name", 10, "short.Name"),
    ],
)
def test_a_long_name_keeps_whole_words_where_it_can(text: str, width: int, shortened: str) -> None:
    assert cut_middle(text, width) == shortened


def test_no_column_is_shortened_below_what_it_needs() -> None:
    assert fit(COLUMNS, [6, 100, 4], 40) == [6, 26, 4]
    assert fit(COLUMNS, [6, 100, 4], 10) == [6, 8, 4]


def test_a_rare_column_is_left_out_of_a_terminal_while_it_is_empty() -> None:
    for width, note in ((80, ""), (None, "  note")):
        console, out = open_console(width)
        print_table(console, COLUMNS, [[Text("1"), Text("a.B"), Text()]])
        assert out.getvalue() == f"number  class{note}\n     1  a.B\n"
