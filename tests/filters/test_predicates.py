"""What values must be like."""

import pytest
from facts import EVENTS

from jnlpspy.filters.filter import parse_filter
from jnlpspy.filters.names import find_field
from jnlpspy.filters.predicates import predicate_of
from jnlpspy.filters.problem import FilterError
from jnlpspy.filters.syntax import Interval, Word
from jnlpspy.filters.values import Operator


def holds(name: str, operator: Operator, wanted: str, value: str) -> bool:
    field, word = find_field(name), Word(wanted, 0)
    assert field is not None
    return predicate_of(field, operator, Interval(word, word), wanted)(value)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("FilePath", "hudson.FilePath$IsUnix", True),
        ("filepath", "hudson.FilePath$IsUnix", True),
        ("hudson.model.*", "hudson.model.Slave", True),
        ("hudson.model.*", "org.hudson.model.Slave", False),
        ("*model*", "hudson.model.Slave", True),
        ("hudson.?odel.Slave", "hudson.model.Slave", True),
        ("hudson.?odel.Slave", "hudson.mmodel.Slave", False),
        ("a.c", "abc", False),
        ("[B", "[B", True),
        ("[*", "[Ljava.lang.String;", True),
        ("[a-z]*", "b", False),
        ("$1 (x|y)+", "class $1 (x|y)+", True),
        ("a*", "a\nb", True),
        ("", "anything", True),
        ("*", "", True),
        ("STRASSE", "Straße", True),
    ],
)
def test_like_is_a_glob_over_all_or_a_text_inside(pattern: str, text: str, fits: bool) -> None:  # noqa: FBT001 - a table
    assert holds("callable", Operator.LIKE, pattern, text) is fits


def test_contains_takes_every_character_as_it_is() -> None:
    assert holds("callable", Operator.CONTAINS, "*", "a*b")
    assert not holds("callable", Operator.CONTAINS, "a*b", "a-b")


def test_a_glob_of_many_stars_comes_to_an_end() -> None:
    assert not holds("callable", Operator.LIKE, "*a" * 500 + "b", "a" * 10_000)


@pytest.mark.parametrize(
    ("text", "column", "told"),
    [
        ("seq in 7..3", 7, "expected the lower end first, got `7..3`"),
        ("side in agent..controller", 8, "expected single values for side, which is a word, got an interval"),
        ("seq in 1,2..x", 12, "expected a number, got `x`"),
        ("duration in 1s..64KiB", 16, "expected a duration such as 1s, 250ms or 2min, got a size: `64KiB`"),
        ("orderly == 1", 11, "expected true or false, got `1`"),
        ("severity >= worse", 12, "expected one of `info`, `warning`, `error`, got `worse`"),
    ],
)
def test_a_value_that_does_not_fit_is_pointed_at(text: str, column: int, told: str) -> None:
    with pytest.raises(FilterError) as raised:
        parse_filter(text)
    assert (raised.value.reason, raised.value.column) == (told, column)


@pytest.mark.parametrize(
    ("text", "seqs"),
    [
        ("evidence == 7", [49]),
        ('evidence == "the inventory"', [49]),
        ("evidence < 8", [49]),
        ("evidence in 8..9", []),
        ("fields.arguments == hudson.Work", [17]),
        ("fields.request.length == 0", [16]),
        ("fields.oid > 1", [17]),
        ("fields.object ~ odd", [20]),
    ],
)
def test_what_may_be_of_any_kind_is_compared_as_what_it_is(text: str, seqs: list[int]) -> None:
    chosen = parse_filter(text)
    assert [event.seq for event in EVENTS if chosen.matches(event)] == seqs
