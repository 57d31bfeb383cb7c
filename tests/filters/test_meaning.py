"""What filters mean, held to the plain way: comparing the values of an event's JSON one by one."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest
from facts import EVENTS
from flattened import Plain, names_and_values, values_of
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.export.jsonl import TYPES
from jnlpspy.filters.filter import parse_filter
from jnlpspy.filters.names import GROUPS, find_field
from jnlpspy.filters.values import Kind, Operator
from jnlpspy.model.events import Event


@dataclass(frozen=True)
class Said:
    """A filter, and what it should say of an event."""

    text: str
    holds: Callable[[Event], bool]


@cache
def known_values() -> list[tuple[str, Plain]]:
    """What stands under the names of all events, without `text`, which is more than its key."""
    found = {pair: None for event in EVENTS for pair in names_and_values(event) if pair[1] is not None}
    return [(name, value) for name, value in found if name != "text"]


def literal(value: Plain) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else json.dumps(value)


def units_of(value: float, kind: Kind) -> list[str]:
    """Return the ways to write a number."""
    if kind is Kind.DURATION:
        return [f"{value!r}", f"{value!r}s", f"{value / 60!r}min"]
    if kind is Kind.SIZE:
        return [f"{value}", f"{value}B", f"{value / 1024!r}KiB"]
    return [repr(value)]


_ORDER: dict[Operator, Callable[[float, float], bool]] = {
    Operator.LESS: lambda one, two: one < two,
    Operator.AT_MOST: lambda one, two: one <= two,
    Operator.GREATER: lambda one, two: one > two,
    Operator.AT_LEAST: lambda one, two: one >= two,
}


@st.composite
def comparisons(draw: st.DrawFn) -> Said:
    name, value = draw(st.sampled_from(known_values()))
    field = find_field(name)
    assert field is not None
    operator = draw(st.sampled_from(field.kind.operators))
    if operator is Operator.IN:
        others = [literal(other) for other_name, other in known_values() if other_name == name][:3]
        wanted = [*others, literal(value)]
        return Said(
            f"{name} in ({', '.join(wanted)})",
            lambda event: any(literal(found) in wanted for found in values_of(event, name)),
        )
    if operator.orders and isinstance(value, int | float) and not isinstance(value, bool):
        written, compare = draw(st.sampled_from(units_of(value, field.kind))), _ORDER[operator]
        return Said(
            f"{name}{operator.value}{written}",
            lambda event: any(
                compare(float(found), float(value)) for found in values_of(event, name) if found is not None
            ),
        )
    if operator in (Operator.LIKE, Operator.CONTAINS):
        part = str(value)[:9].replace("*", "").upper()
        return Said(
            f"{name} {operator.value} {literal(part)}",
            lambda event: any(part.casefold() in str(found).casefold() for found in values_of(event, name)),
        )
    if operator is Operator.UNEQUAL:
        return Said(
            f"{name} != {literal(value)}",
            lambda event: bool(values_of(event, name)) and value not in values_of(event, name),
        )
    return Said(f"{name} == {literal(value)}", lambda event: value in values_of(event, name))


def standing() -> st.SearchStrategy[Said]:
    return st.sampled_from(sorted(GROUPS)).map(lambda name: Said(name, lambda event: type(event.fact) in GROUPS[name]))


def joined(parts: st.SearchStrategy[Said]) -> st.SearchStrategy[Said]:
    several = st.lists(parts, min_size=2, max_size=4)
    return st.one_of(
        several.map(
            lambda all_of: Said(
                " and ".join(f"({each.text})" for each in all_of),
                lambda event: all(each.holds(event) for each in all_of),
            )
        ),
        several.map(
            lambda any_of: Said(
                " OR ".join(f"({each.text})" for each in any_of),
                lambda event: any(each.holds(event) for each in any_of),
            )
        ),
        parts.map(lambda part: Said(f"not ({part.text})", lambda event: not part.holds(event))),
    )


@given(st.recursive(st.one_of(standing(), comparisons()), joined, max_leaves=8))
def test_a_filter_says_of_every_event_what_its_json_says(said: Said) -> None:
    chosen = parse_filter(said.text)
    for event in EVENTS:
        assert chosen.matches(event) is said.holds(event), f"{said.text} of {TYPES[type(event.fact)]} {event.seq}"


def matching(text: str) -> list[int]:
    chosen = parse_filter(text)
    return [event.seq for event in EVENTS if chosen.matches(event)]


@pytest.mark.parametrize("operator", ["==", "!=", "<", ">="])
def test_no_comparison_holds_for_what_an_event_does_not_have(operator: str) -> None:
    having = {event.seq for event in EVENTS if values_of(event, "duration")}
    assert set(matching(f"duration {operator} 61s")) <= having
    assert set(matching(f"not duration {operator} 61s")) >= {event.seq for event in EVENTS} - having


def test_unequal_to_a_value_is_what_has_others_and_not_this_one() -> None:
    assert matching("exception != java.lang.X") == [23]
    assert matching('evidence != "the inventory"') == []
    assert matching("evidence != 8") == [49]
    assert matching("causes != anything") == [49], "a list without elements is not there"


def test_a_field_by_itself_is_true_or_there() -> None:
    assert matching("call_finished and exception") == [23, 24]
    assert matching("orderly") == [42]
    assert matching("connection_closed and not orderly") == [43, 44]
    assert matching("class.jar") == [32]
    assert 10 in matching("reason")
    assert 11 not in matching("reason"), "empty"


def test_and_binds_closer_than_or_and_not_closest() -> None:
    assert matching("refused or call and class") == matching("refused")
    assert matching("(refused or call) and class") == []
    assert matching("not refused and finding") == matching("finding")


def test_severities_have_an_order() -> None:
    assert matching("severity >= warning") == matching("severity == error") == matching("finding")
    assert matching("severity > error") == []


def test_an_address_is_itself_or_its_host() -> None:
    assert matching("agent == 10.0.0.5") == matching("agent == 10.0.0.5:51020") == [1]
    assert matching('controller == "::1"') == [1]
    assert matching("agent == 10.0.0.50") == []


def test_a_field_of_a_group_is_that_of_its_events_only() -> None:
    assert matching("call.duration > 0s") == [22, 23, 24, 25]
    assert matching("pipe.duration > 0s") == [28, 29, 30]
    assert matching("answer.outcome == threw") == matching("call_finished.outcome == threw") == [23]
    assert matching('discovery.headers.location ~ "sso"') == [4]


def test_times_are_written_as_on_a_calendar_or_as_numbers() -> None:
    assert matching("when >= 1700000000.3") == matching("when >= 2023-11-14T22:13:20.300Z")
    assert matching("when >= 2023-11-14T23:13:20.300+01:00") == matching("when >= 1700000000.3")


def test_intervals_have_both_ends_in_them_and_may_be_open() -> None:
    assert matching("seq in 7..9") == [7, 8, 9]
    assert matching("seq in (..2, 4, 48..) and seq < 51") == [1, 2, 4, 48, 49, 50]
    assert matching("duration in 60s..2min and call") == [23]
    assert matching("tls.version in TLSv1.2 .. TLSv1.4") == [6]
