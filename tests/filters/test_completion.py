"""What may be written next in a filter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.filters.completion import Completion, complete_filter
from jnlpspy.filters.filter import parse_filter


def words(text: str) -> list[str]:
    return [each.text for each in complete_filter(text, len(text))]


def test_an_empty_filter_may_begin_with_any_name() -> None:
    offered = words("")
    assert offered[:3] == ["call", "pipe", "class"]
    assert {"duration", "call_finished", "headers.", "not"} <= set(offered)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("call an", ["and"]),
        ("(call ", ["==", "!=", "<", "<=", ">", ">=", "~", "contains", "in", "and", "or", ")"]),
        ("duration ", ["==", "!=", "<", "<=", ">", ">=", "in", "and", "or"]),
        ("duration >", [">", ">="]),
        ("orderly ", ["==", "!=", "and", "or"]),
        ("side == ", ["agent", "controller"]),
        ('side == "c', ["controller"]),
        ("outcome in returned, th", ["threw"]),
        ("duration > 1.5m", ["1.5ms", "1.5min"]),
        ("size > 64k", ["64kB", "64KiB"]),
        ("orderly == ", ["true", "false"]),
        ("class.n", ["class.name"]),
        ("headers.node", ["headers.Node-Name"]),
        ("fields.method", ["fields.methodName"]),
        ("rate", []),
        ("nothing known ", []),
        ("nothing == ", []),
        ("connection == ", []),
        ('callable ~ "', []),
        ("call)", []),
    ],
)
def test_only_what_fits_is_offered(text: str, offered: list[str]) -> None:
    assert words(text) == offered


def test_a_completion_replaces_the_word_under_the_cursor() -> None:
    text = "call and dur > 1s"
    (completion,) = complete_filter(text, len("call and dur"))
    assert completion == Completion("duration", len("call and "), "a duration")


def test_what_begins_so_comes_before_what_has_it_inside() -> None:
    assert words("call and name")[:2] == ["name", "names"]
    assert "agent_name" in words("call and name")


def test_a_name_that_means_two_things_says_both() -> None:
    told = {each.text: each.help for each in complete_filter("ca", 2)}
    assert told["call"] == "events: call_started, call_finished, calls_waiting; or a text"


@pytest.mark.parametrize("name", words("call."))
def test_a_field_that_is_offered_can_be_asked_for(name: str) -> None:
    parse_filter(name)


def test_a_value_that_needs_quotes_has_them() -> None:
    assert words("failure == ti")[0] == '"timed out"'


@given(st.text(max_size=40), st.integers(-2, 50))
def test_no_text_is_too_odd(text: str, column: int) -> None:
    for each in complete_filter(text, column):
        assert 0 <= each.start <= max(0, min(column, len(text)))


def test_a_text_longer_than_any_filter_gets_nothing() -> None:
    assert complete_filter("call or " * 1000, 8000) == ()
