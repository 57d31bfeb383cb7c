"""What names stand for."""

import pytest
from facts import EVENTS

from jnlpspy.export.jsonl import TYPES
from jnlpspy.filters.filter import parse_filter
from jnlpspy.filters.names import FAMILIES, GROUPS, PRINTED, fields, fields_of_group, find_field
from jnlpspy.filters.problem import FilterError
from jnlpspy.model.events import ClassLoaded, Event, HeadersSent
from jnlpspy.view.rows import KINDS


def test_every_type_stands_for_itself() -> None:
    assert {name: GROUPS[name] for name in TYPES.values()} == {name: {fact} for fact, name in TYPES.items()}


def test_the_families_of_the_contract_exist() -> None:
    assert {"call", "pipe", "class", "command", "refused", "finding"} <= FAMILIES.keys()


@pytest.mark.parametrize("fact", KINDS, ids=lambda fact: TYPES[fact])
def test_what_show_prints_of_an_event_stands_for_it(fact: type) -> None:
    assert fact in GROUPS[KINDS[fact].word]


def test_no_word_has_two_meanings() -> None:
    assert not PRINTED.keys() & FAMILIES.keys()
    assert not (PRINTED.keys() | FAMILIES.keys()) & set(TYPES.values()) - {"finding"}


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_every_group_has_fields_that_can_be_asked_for(group: str) -> None:
    for name in fields_of_group(group):
        assert find_field(f"{group}.{name}") is not None or name.partition(".")[0] == group


def test_a_field_of_a_group_is_narrowed_to_it() -> None:
    field = find_field("class.kind")
    assert field is not None
    assert set(field.fields) == {ClassLoaded}
    assert field.choices == ("class", "resource", "jar")


@pytest.mark.parametrize(
    ("text", "column", "told"),
    [
        ("call and callabel ~ x", 9, "expected a field or a type of event, got `callabel`; did you mean `callable`"),
        (
            "comand",
            0,
            "expected a field or a type of event, got `comand`; did you mean `command` or ",
        ),
        ("qqq == x", 0, "expected a field or a type of event, got `qqq`"),
        ("class.nam == x", 6, "expected a field of class events, got `nam`; did you mean `name`"),
        ("pipe.outcome == threw", 5, "expected a field of pipe events, got `outcome`"),
        ("fields.methodNam == x", 0, "expected a field or a type of event, got `fields.methodNam`; did you mean"),
        ("qqq", 0, "expected a field or a type of event, got `qqq`; did you mean `text contains qqq`?"),
        (
            "class == hudson.Work",
            0,
            "expected a field, such as `class.name`, `class.kind`, `class.bytes`, got `class` by",
        ),
        (
            "finding ~ x",
            0,
            "expected a field, such as `finding.rule`, `finding.severity`, `finding.title`, got `finding`",
        ),
        ("headers. == x", 7, "expected an operator"),
    ],
)
def test_a_name_that_nothing_has_is_pointed_at_with_what_is_near(text: str, column: int, told: str) -> None:
    with pytest.raises(FilterError) as raised:
        parse_filter(text)
    assert raised.value.reason.startswith(told)
    assert raised.value.column == column


@pytest.mark.parametrize(
    "text",
    [
        "headers.X-Jenkins-JNLP-Port == 50000",
        "headers.x-jenkins-jnlp-port == 50000",
        'headers."X-Jenkins-JNLP-Port" == "50000"',
        "answers.headers.X-Jenkins-JNLP-Port",
    ],
)
def test_a_header_is_asked_for_by_its_name(text: str) -> None:
    chosen = parse_filter(text)
    assert [event.seq for event in EVENTS if chosen.matches(event)] == [3]


def test_a_header_whose_name_has_a_dot_needs_no_quotes() -> None:
    event = Event(1, 1, 0.0, HeadersSent({"JnlpAgentProtocol.cookie": "c", "empty": None}))
    assert parse_filter("headers.JnlpAgentProtocol.cookie == c").matches(event)
    assert parse_filter('headers."JnlpAgentProtocol.cookie" == c').matches(event)
    assert not parse_filter("headers.empty").matches(event)


@pytest.mark.parametrize(
    "text",
    [
        "disk full",
        "hudson.Work",
        "cannot reach",
        "X-Jenkins-JNLP-Port",
        "JNLP4-connect, Ping",
        "secret-rejected",
        "fetch3",
    ],
)
def test_text_is_the_line_of_an_event_and_all_texts_in_it(text: str) -> None:
    chosen = parse_filter(f'text contains "{text}"')
    assert any(chosen.matches(event) for event in EVENTS) is (text != "X-Jenkins-JNLP-Port")


def test_text_is_not_what_every_event_has() -> None:
    chosen = parse_filter("text contains call_finished or text == agent")
    assert not any(chosen.matches(event) for event in EVENTS if TYPES[type(event.fact)] == "call_finished")


def test_fields_are_known_by_name() -> None:
    assert {"duration", "fields.methodName", "bytes.agent", "calls.age", "text", "type"} <= fields().keys()
