"""What is printed of a filter that means nothing."""

from jnlpspy.errors import UsageError
from jnlpspy.filters.problem import FilterError, nearest


def test_a_caret_stands_under_the_place() -> None:
    error = FilterError("expected this, got that", "call and that", 9)
    assert str(error) == "filter: expected this, got that\n  call and that\n           ^"
    assert (error.reason, error.text, error.column) == ("expected this, got that", "call and that", 9)
    assert isinstance(error, UsageError)


def test_wide_characters_do_not_move_the_caret() -> None:
    assert str(FilterError("no", "日本 x", 3)).splitlines()[-1] == "       ^"
    assert str(FilterError("no", "e\u0301 x", 3)).splitlines()[-1] == "    ^"


def test_a_long_filter_is_cut_to_a_line_around_the_place() -> None:
    lines = str(FilterError("no", "a" * 1000 + "b" + "c" * 1000, 1000)).splitlines()
    assert all(len(line) <= 79 for line in lines)
    assert lines[1][len(lines[2]) - 1] == "b"


def test_what_is_printed_cannot_command_the_terminal() -> None:
    told = str(FilterError("got \x1b[31m", "a\n\x1b[31m\ud800b", 5))
    assert told.replace("\n", "").isprintable()
    assert len(told.splitlines()) == 3


def test_what_is_near_is_named_and_what_is_not_is_not() -> None:
    assert nearest("duratoin", ["duration", "call"]) == "; did you mean `duration`?"
    assert nearest("AGENT", ["agent"]) == "; did you mean `agent`?"
    assert nearest("xyz", ["duration", "call"]) == ""
