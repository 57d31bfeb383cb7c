"""What a filter's nodes mean: tests of events, made for each kind of fact so that most are decided by that alone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import assert_never

from jnlpspy.export.jsonl import TYPES
from jnlpspy.filters.names import GROUPS, TYPE, Named, fields, fields_of_group, find_field
from jnlpspy.filters.predicates import Predicate, predicate_of
from jnlpspy.filters.problem import FilterError, nearest
from jnlpspy.filters.syntax import Comparison, Inverted, Joined, Node, Standing, Word
from jnlpspy.filters.values import Operator, Value
from jnlpspy.model.events import Event, Fact

Check = Callable[[Event], bool]


@dataclass(frozen=True, slots=True)
class Sure:
    """Decided by the kind of fact alone."""

    holds: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Decided by looking at the event."""

    check: Check
    cost: int


Verdict = Sure | Asked
"""What a test makes of all events with one kind of fact."""

Test = Callable[[type[Fact]], Verdict]


@dataclass(frozen=True, slots=True)
class Meaning:
    """A test, and the kinds of fact that are asked for by name."""

    test: Test
    named: frozenset[type[Fact]]
    """Those of groups that stand for themselves, and those that alone have a field."""


def understand(node: Node, text: str) -> Meaning:
    """Return what a node means.

    Raises:
        FilterError: a name or a value means nothing.
    """
    match node:
        case Standing():
            return _understand_name(node.name, text)
        case Comparison():
            return _understand_comparison(node, text)
        case Inverted():
            inner = understand(node.node, text)
            return Meaning(lambda fact: _inverted(inner.test(fact)), inner.named)
        case Joined():
            parts = [understand(each, text) for each in node.nodes]
            join = _all if node.needs_all else _any
            named = frozenset(fact for each in parts for fact in each.named)
            return Meaning(lambda fact: join(each.test(fact) for each in parts), named)
        case _:
            assert_never(node)


def _understand_name(name: Word, text: str) -> Meaning:
    """Return what a name means that stands for itself: events of its group, or that a field is true, or is there."""
    facts = GROUPS.get(name.text.lower())
    if facts is not None:
        return Meaning(lambda fact: Sure(fact in facts), facts)
    field = _field_of(name, text, alone=True)
    return Meaning(_on(field, bool, inverted=False), field.alone)


def _understand_comparison(node: Comparison, text: str) -> Meaning:
    field = _field_of(node.field, text)
    operator = Operator(node.operator.text.lower())
    if operator not in field.kind.operators:
        *first, last = (f"`{each.value}`" for each in field.kind.operators)
        told = f"{', '.join(first)} or {last} for {node.field.text}, which is {field.kind.value}"
        raise FilterError(f"expected {told}, got `{operator.value}`", text, node.operator.column)
    predicates = [predicate_of(field, operator, each, text) for each in node.values]
    predicate = predicates[0] if len(predicates) == 1 else lambda value: any(each(value) for each in predicates)
    if field.name == TYPE:
        facts = frozenset(fact for fact, name in TYPES.items() if predicate(name) is not (operator is Operator.UNEQUAL))
        named = facts if operator in (Operator.EQUAL, Operator.IN) else frozenset[type[Fact]]()
        return Meaning(lambda fact: Sure(fact in facts), named)
    return Meaning(_on(field, predicate, inverted=operator is Operator.UNEQUAL), field.alone)


def _field_of(name: Word, text: str, *, alone: bool = False) -> Named:
    field = find_field(name.text)
    if field is not None:
        return field
    group, dot, rest = name.text.partition(".")
    inside = fields_of_group(group) if group in GROUPS else []
    if dot and inside:
        told, column = f"expected a field of {group} events, got `{rest}`", name.column + len(group) + len(dot)
        raise FilterError(told + nearest(rest, inside), text, column)
    if inside:
        some = ", ".join(f"`{group}.{each}`" for each in inside[:_SOME])
        raise FilterError(f"expected a field, such as {some}, got `{group}` by itself", text, name.column)
    searched = [f"text contains {name.text}"] if alone and '"' not in name.text else []
    near = nearest(name.text, (*GROUPS, *fields()), *searched)
    raise FilterError(f"expected a field or a type of event, got `{name.text}`{near}", text, name.column)


_SOME = 3
"""Fields that an error has room for."""


def _on(field: Named, predicate: Predicate, *, inverted: bool) -> Test:
    """Return the test that a field is there, and that the predicate holds for it, or for none of its values."""

    def test(fact: type[Fact]) -> Verdict:
        found = field.fields.get(fact)
        if found is None:
            return Sure(holds=False)
        return Asked(_check_of(found.read, predicate, inverted=inverted), found.cost)

    return test


def _check_of(read: Callable[[Event], Value], predicate: Predicate, *, inverted: bool) -> Check:
    def check(event: Event) -> bool:
        value = read(event)
        if isinstance(value, tuple):
            return bool(value) and any(map(predicate, value)) is not inverted
        return value is not None and predicate(value) is not inverted

    return check


def _inverted(verdict: Verdict) -> Verdict:
    if isinstance(verdict, Sure):
        return Sure(not verdict.holds)
    check = verdict.check
    return Asked(lambda event: not check(event), verdict.cost)


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict on what holds where all do; what is quick is asked first."""
    asked = []
    for each in verdicts:
        if isinstance(each, Asked):
            asked.append(each)
        elif not each.holds:
            return each
    if len(asked) < 2:
        return asked[0] if asked else Sure(holds=True)
    checks = [each.check for each in sorted(asked, key=_cost)]

    def check(event: Event) -> bool:
        for each in checks:  # noqa: SIM110 - a generator would take twice as long
            if not each(event):
                return False
        return True

    return Asked(check, sum(map(_cost, asked)))


def _any(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict on what holds where any does."""
    return _inverted(_all([_inverted(each) for each in verdicts]))


def _cost(asked: Asked) -> int:
    return asked.cost
