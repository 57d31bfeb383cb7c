"""Filters as users write them, on one event of every kind."""

import pytest
from facts import EVENTS
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.export.jsonl import TYPES
from jnlpspy.filters.filter import Filter, parse_filter
from jnlpspy.filters.names import GROUPS, fields
from jnlpspy.filters.problem import FilterError
from jnlpspy.filters.values import UNITS, Operator
from jnlpspy.model.events import CallFinished
from jnlpspy.model.findings import Finding

PIECES = [
    *GROUPS,
    *fields(),
    *(operator.value for operator in Operator),
    *(f"{number}{unit}" for number in ("1", "-.5e3", "0x", "٣") for units in UNITS.values() for unit in ("", *units)),
    *("and", "or", "not", "(", ")", ",", "..", '"a b"', "'*?[a'", '"', "\\", "true", "agent", "warning", "headers.X-Y"),
    *("2026-11-22T10:15:24", "9" * 400, "hudson.*", "$", "\x00", "\ud800", "\n", "é", "threw", "timed out"),
]


def matching(text: str) -> list[int]:
    chosen = parse_filter(text)
    return [event.seq for event in EVENTS if chosen.matches(event)]


def matching_types(text: str) -> set[str]:
    return {TYPES[type(EVENTS[seq - 1].fact)] for seq in matching(text)}


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("call", {"call_started", "call_finished", "calls_waiting"}),
        ("pipe", {"pipe_opened", "pipe_stalled", "pipe_closed"}),
        ("class", {"class_loaded"}),
        ("command", {"command_sent"}),
        ("refused or finding", {"handshake_refused", "finding"}),
        ("call_finished", {"call_finished"}),
        ("answer", {"call_finished"}),
        ("call and not answer", {"call_started", "calls_waiting"}),
        ("not (call or pipe) and duration > 1s", {"connection_closed"}),
        ("connection in 3..7 and type ~ pipe*", {"pipe_opened", "pipe_stalled", "pipe_closed"}),
        ("connection in 4..7", set()),
        ("type in pipe_opened, pipe_closed", {"pipe_opened", "pipe_closed"}),
    ],
)
def test_types_and_families_stand_for_themselves(text: str, types: set[str]) -> None:
    assert matching_types(text) == types


def test_the_filters_of_the_contract_find_what_they_say() -> None:
    assert matching('call and callable ~ "slaveversion" and duration > 200ms') == [22]
    assert matching("side == agent and size > 1KiB") == [18]
    assert matching('class.name ~ "hudson.*"') == [31, 32]
    assert matching('text contains "DISK full"') == [23]
    assert matching("seq in 1,4,9") == matching("seq in (1, 4, 9)") == [1, 4, 9]


def test_a_filter_knows_which_facts_it_asks_for_by_name() -> None:
    assert parse_filter("refused or finding").asks_for(Finding)
    assert parse_filter("severity >= warning").asks_for(Finding)
    assert parse_filter("type == finding").asks_for(Finding)
    assert not parse_filter("connection == 3 and not call").asks_for(Finding)
    assert parse_filter("not answer").asks_for(CallFinished)


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)))
def test_any_text_is_a_filter_or_an_error_that_points_at_its_place(text: str) -> None:
    read = parsed(text)
    if isinstance(read, Filter):
        assert {read.matches(event) for event in EVENTS} <= {True, False}
    else:
        assert 0 <= read.column <= len(text)
        assert read.reason.startswith("expected ")
        assert str(read).replace("\n", "").isprintable()


def parsed(text: str) -> Filter | FilterError:
    try:
        return parse_filter(text)
    except FilterError as error:
        return error


@given(st.sampled_from(sorted(fields())), st.sampled_from(Operator), st.sampled_from(PIECES))
def test_a_comparison_of_anything_with_anything_raises_nothing_else(name: str, operator: Operator, value: str) -> None:
    read = parsed(f"{name} {operator.value} {value} or not {name}")
    if isinstance(read, Filter):
        assert {read.matches(event) for event in EVENTS} <= {True, False}


def test_filters_of_the_same_text_are_equal() -> None:
    assert parse_filter("call") == parse_filter("call") != parse_filter("pipe")
    assert repr(parse_filter("call")) == "Filter(text='call')"
    assert len({parse_filter("call"), parse_filter("call")}) == 1


def test_a_filter_of_many_parts_is_read_and_asked() -> None:
    chosen = parse_filter(" or ".join(["duration > 1h"] * 200))
    assert isinstance(chosen, Filter)
    assert [event.seq for event in EVENTS if chosen.matches(event)] == [25]
    deep = "not (" * 30 + "call" + ")" * 30
    assert matching(deep) == matching("call")
