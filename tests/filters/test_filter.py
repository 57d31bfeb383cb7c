"""Filters as users write them, on one event of every kind."""

import pytest
from facts import EVENTS

from jnlpspy.export.jsonl import TYPES
from jnlpspy.filters.filter import parse_filter
from jnlpspy.model.events import CallFinished
from jnlpspy.model.findings import Finding


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
