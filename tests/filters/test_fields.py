"""The fields of filters are the keys of the events' JSON, no more and no fewer, with the same values."""

from functools import cache
from typing import get_args

import pytest
from facts import EVENTS
from flattened import EVERYWHERE, names_and_values, values_of
from specimens import FOLDER

from jnlpspy.export.jsonl import TYPES
from jnlpspy.filters.field import Field
from jnlpspy.filters.fields import OF_FACT
from jnlpspy.filters.names import find_field
from jnlpspy.model.events import Event, Fact
from jnlpspy.reading import read_events

SPECIMENS = ("3.33-JNLP4-connect-workload", "3.33-JNLP4-connect-wrong-secret", "3.33-JNLP2-connect-fallback")
OBJECTS = ("headers.", "fields.")
"""Their names are not told by the kind of fact."""


@cache
def events() -> list[Event]:
    return [*EVENTS, *(event for name in SPECIMENS for event in read_events(FOLDER / f"{name}.pcapng"))]


def field_of(name: str, event: Event) -> Field:
    field = find_field(name)
    assert field is not None, f"no field {name}"
    assert type(event.fact) in field.fields, f"no field {name} of {type(event.fact).__name__}"
    return field.fields[type(event.fact)]


def test_every_kind_of_fact_has_its_fields() -> None:
    assert set(OF_FACT) == set(get_args(Fact))


def test_every_key_of_every_event_is_a_field_with_the_same_values() -> None:
    for event in events():
        for name in {name for name, _ in names_and_values(event)} - {"text"}:
            found = field_of(name, event).read(event)
            read = [] if found is None else list(found) if isinstance(found, tuple) else [found]
            assert read == values_of(event, name), f"{name} of {event}"


@pytest.mark.parametrize("fact", OF_FACT, ids=lambda fact: TYPES[fact])
def test_no_field_is_made_up(fact: type[Fact]) -> None:
    told = {name for event in events() if isinstance(event.fact, fact) for name, _ in names_and_values(event)}
    known = {field.name for field in OF_FACT[fact]}
    assert known == {name for name in told if not name.startswith(OBJECTS)} - {*EVERYWHERE, "text"}


def test_a_name_means_the_same_kind_of_value_everywhere() -> None:
    kinds = {(field.name, field.kind) for several in OF_FACT.values() for field in several}
    assert len(kinds) == len({name for name, _ in kinds})


def test_a_word_is_one_of_those_that_a_filter_accepts() -> None:
    for event in events():
        for field in OF_FACT[type(event.fact)]:
            if field.choices:
                assert set(values_of(event, field.name)) <= set(field.choices)
