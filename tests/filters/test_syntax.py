"""What of a filter is read before anybody asks what it means."""

import pytest

from jnlpspy.filters import limits
from jnlpspy.filters.problem import FilterError
from jnlpspy.filters.syntax import Comparison, Interval, Inverted, Joined, Standing, Word, begin, parse


def test_names_stand_operators_compare_and_words_join() -> None:
    assert parse("not (call and duration > 1s)") == Inverted(
        Joined(
            needs_all=True,
            nodes=(
                Standing(Word("call", 5)),
                Comparison(Word("duration", 14), Word(">", 23), (Interval(Word("1s", 25), Word("1s", 25)),)),
            ),
        )
    )


@pytest.mark.parametrize("text", ["a in 1,2..3,4..,..5", "a in (1, 2..3, 4.., ..5)", "a IN ( 1 ,2 .. 3 ,4 .., .. 5 )"])
def test_what_stands_behind_in_may_be_in_parentheses_or_not(text: str) -> None:
    node = parse(text)
    assert isinstance(node, Comparison)
    ends = [(each.low and each.low.text, each.high and each.high.text) for each in node.values]
    assert ends == [("1", "1"), ("2", "3"), ("4", None), (None, "5")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a == b", "b"),
        ('a == "b c"', "b c"),
        ("a == 'b \"c\"'", 'b "c"'),
        (r'a == "b \" c"', 'b " c'),
        (r'a == "\\"', "\\"),
        (r'a == "C:\temp"', r"C:\temp"),
        ('a == ""', ""),
        ('a == "and"', "and"),
        ("a == and-more", "and-more"),
        ("a ~ hudson.model.*", "hudson.model.*"),
        ("a == [::1]:50000", "[::1]:50000"),
        ("a == 2026-11-22T10:15:24+01:00", "2026-11-22T10:15:24+01:00"),
        ("a==b", "b"),
        ('a\n==\t"b\nc"', "b\nc"),
    ],
)
def test_a_value_is_a_word_or_a_text_in_quotes(text: str, value: str) -> None:
    node = parse(text)
    assert isinstance(node, Comparison)
    assert node.values[0].low is not None
    assert node.values[0].low.text == value


@pytest.mark.parametrize(
    ("text", "column", "told"),
    [
        ("", 0, "expected a field or a type of event, got nothing"),
        ("   ", 0, "expected a field or a type of event, got nothing"),
        ("call and", 8, "expected a field or a type of event, got the end"),
        ("call and ", 8, "expected a field or a type of event, got the end"),
        ("not", 3, "expected a field or a type of event, got the end"),
        ("or call", 0, "expected a field or a type of event, got `or`"),
        ("call pipe", 5, "expected an operator, `and`, `or` or the end, got `pipe`"),
        ("(call", 5, "expected `)`, got the end"),
        ("(call or duration > 1s", 22, "expected `)`, got the end"),
        ("call)", 4, "expected the end, got `)`"),
        ("()", 1, "expected a field or a type of event, got `)`"),
        ("a >", 3, "expected a value, got the end"),
        ("a == and b", 5, "expected a value, got `and`"),
        ("a in ()", 6, "expected a value, got `)`"),
        ("a in 1,", 7, "expected a value, got the end"),
        ('a == "b', 5, 'expected " at the end of the text that begins here, got none'),
        ("a == 'b\" and c", 5, "expected ' at the end of the text that begins here, got none"),
        ("a = 3", 2, "expected an operator, `and`, `or` or the end, got `=`; did you mean `==`?"),
        ("a =~ 3", 2, "expected an operator, `and`, `or` or the end, got `=~`; did you mean `~`?"),
        ("a && b", 2, "expected an operator, `and`, `or` or the end, got `&&`; did you mean `and`?"),
        ("a || b", 2, "expected an operator, `and`, `or` or the end, got `||`; did you mean `or`?"),
        ("!a", 0, "expected a field or a type of event, got `!`; did you mean `not`?"),
        ("a matches b", 2, "expected an operator, `and`, `or` or the end, got `matches`; did you mean `~`?"),
        ("a == 1..2", 6, "expected `and`, `or` or the end, got `..2`; did you mean `in`?"),
        ("class.", 5, "expected an operator, `and`, `or` or the end, got `.`"),
        ("3 == a", 0, "expected a field or a type of event, got `3`"),
        ('"a" == b', 0, 'expected a field or a type of event, got `"`'),
        ('"a b" ', 0, 'expected a field or a type of event, got `"`; did you mean `text contains "a b"`?'),
        ("size > 64 KiB", 10, "expected `and`, `or` or the end, got `KiB`; did you mean `64KiB`?"),
        ("duration > 1 s and call", 13, "expected `and`, `or` or the end, got `s`; did you mean `1s`?"),
        ("size > 64 Kib2", 10, "expected `and`, `or` or the end, got `Kib2`"),
    ],
)
def test_what_breaks_the_grammar_is_pointed_at(text: str, column: int, told: str) -> None:
    with pytest.raises(FilterError) as raised:
        parse(text)
    assert (raised.value.reason, raised.value.column) == (told, column)


def test_a_filter_has_a_length() -> None:
    longest = "call" + " " * (limits.LENGTH - 4)
    assert parse(longest) == parse("call")
    with pytest.raises(FilterError, match="expected at most 4000 characters, got 4001"):
        parse(longest + " ")


def test_parentheses_may_be_many_and_nots_not() -> None:
    assert parse("(" * 1900 + "a" + ")" * 1900) == Standing(Word("a", 1900))
    assert isinstance(parse("not " * (limits.DEPTH - 1) + "a"), Inverted)
    with pytest.raises(FilterError, match="expected at most 64 levels"):
        parse("not " * 900 + "a")


def test_a_filter_may_have_as_many_parts_as_it_is_long() -> None:
    node = parse(" or ".join(["a"] * 600))
    assert isinstance(node, Joined)
    assert len(node.nodes) == 600


def test_a_beginning_tells_what_may_follow() -> None:
    tokens, accepted = begin("call and size > ")
    assert [str(token) for token in tokens] == ["call", "and", "size", ">"]
    assert accepted == {"WORD", "TEXT"}
    assert begin('call and "')[1] == frozenset()
