"""What a value must be like: an operator and what stands behind it, read as the field's kind wants it."""

import operator as operators
import re
from collections.abc import Callable, Mapping
from fnmatch import translate

from jnlpspy.filters.names import Named
from jnlpspy.filters.problem import FilterError
from jnlpspy.filters.syntax import Interval, Word
from jnlpspy.filters.values import Kind, Operator, Scalar, WrongValue, read_choice, read_number, read_truth

Predicate = Callable[[Scalar], bool]

_COMPARE: Mapping[Operator, Callable[[object, object], bool]] = {
    operator: getattr(operators, name)  # typed for values that are known to have an order
    for operator, name in (
        (Operator.EQUAL, "eq"),
        (Operator.UNEQUAL, "eq"),
        (Operator.IN, "eq"),
        (Operator.LESS, "lt"),
        (Operator.AT_MOST, "le"),
        (Operator.GREATER, "gt"),
        (Operator.AT_LEAST, "ge"),
    )
}
"""`!=` is turned round where a field's values are all known: it holds if none of them is equal."""


def predicate_of(field: Named, operator: Operator, wanted: Interval, text: str) -> Predicate:
    """Return what a field's value must be like.

    Raises:
        FilterError: what stands behind the operator is no value of the field's kind.
    """
    low, high = wanted.low, wanted.high
    if low is high and low is not None:
        return _single(field, operator, low, text)
    column = min(word.column for word in (low, high) if word is not None)
    if Operator.AT_LEAST not in field.kind.operators:
        raise FilterError(
            f"expected single values for {field.name}, which is {field.kind.value}, got an interval", text, column
        )
    ends = [
        _single(field, end, word, text) for end, word in ((Operator.AT_LEAST, low), (Operator.AT_MOST, high)) if word
    ]
    if low and high and not _single(field, Operator.AT_MOST, high, text)(_read(field, low, text)):
        raise FilterError(f"expected the lower end first, got `{low.text}..{high.text}`", text, low.column)
    return lambda value: all(holds(value) for holds in ends)


def _single(field: Named, operator: Operator, word: Word, text: str) -> Predicate:
    if operator is Operator.LIKE:
        return _like(word.text)
    if operator is Operator.CONTAINS:
        return _contains(word.text)
    wanted, compare = _read(field, word, text), _COMPARE[operator]
    match field.kind:
        case Kind.RANK:
            ranks = {each: rank for rank, each in enumerate(field.choices)}
            rank = ranks[str(wanted)]
            return lambda value: compare(ranks[str(value)], rank)
        case Kind.ADDRESS:
            return lambda value: value == wanted or _host_of(str(value)) == wanted
        case Kind.ANY:
            return _of_any_kind(compare, str(wanted))
        case _:
            return lambda value: compare(value, wanted)


def _read(field: Named, word: Word, text: str) -> Scalar:
    """Return a value that is written in a filter."""
    try:
        if field.kind.is_number:
            return read_number(field.kind, word.text)
        if field.kind is Kind.TRUTH:
            return read_truth(word.text)
        if field.kind in (Kind.CHOICE, Kind.RANK):
            return read_choice(word.text, field.choices)
    except WrongValue as wrong:
        raise FilterError(str(wrong), text, word.column) from None
    return word.text


def _like(pattern: str) -> Predicate:
    """Return whether a text is as a pattern with `*` and `?` has it, or contains it if it has neither."""
    if "*" not in pattern and "?" not in pattern:
        return _contains(pattern)
    fits = re.compile(translate(pattern.casefold().replace("[", "[[]"))).match
    return lambda value: fits(_text_of(value).casefold()) is not None


def _contains(part: str) -> Predicate:
    folded = part.casefold()
    return lambda value: folded in _text_of(value).casefold()


def _of_any_kind(compare: Callable[[object, object], bool], wanted: str) -> Predicate:
    """Return the predicate on a value that says only itself what it is: number or text."""
    try:
        number = read_number(Kind.NUMBER, wanted)
    except WrongValue:
        number = None

    def holds(value: Scalar) -> bool:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return number is not None and compare(value, number)
        return compare(_text_of(value), wanted)

    return holds


def _text_of(value: Scalar) -> str:
    """Return a value as JSON writes it, a text without quotes."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _host_of(address: str) -> str:
    return address.rpartition(":")[0].strip("[]")
