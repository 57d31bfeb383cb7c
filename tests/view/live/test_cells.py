import pytest
from rich.cells import cell_len
from rich.text import Text

from jnlpspy.view.live.cells import cell, rule, spread


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 4, "abc…"),
        ("abc", 1, "a"),
        ("abc", 0, ""),
        ("a\nb\x1b", 5, "a b\ufffd "),
        ("漢字", 3, "漢…"),
    ],
)
def test_a_cell_is_as_wide_as_it_is_to_be(text: str, width: int, shown: str) -> None:
    assert cell(text, width).plain == shown


def test_a_number_stands_on_the_right() -> None:
    assert cell("42", 5, right=True).plain == "   42"


@pytest.mark.parametrize("width", range(30))
def test_both_ends_of_a_line_share_it_and_the_right_one_stays(width: int) -> None:
    assert cell_len(spread(Text("left" * 3), Text("right"), width).plain) == width
    assert cell_len(rule(Text("title"), Text("told"), max(width, 15)).plain) == max(width, 15)
    if width > 8:
        assert spread(Text("left" * 3), Text("right"), width).plain.endswith("right")
