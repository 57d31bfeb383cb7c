"""What may stand at a place of a filter: fields, types of events, operators, values, units."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lark import Token

from jnlpspy.export.jsonl import TYPES
from jnlpspy.filters import limits
from jnlpspy.filters.names import (
    FAMILIES,
    GROUPS,
    HEADERS,
    KNOWN_HEADERS,
    PRINTED,
    Named,
    fields,
    fields_of_group,
    find_field,
)
from jnlpspy.filters.syntax import begin
from jnlpspy.filters.values import UNITS, Kind, Operator


@dataclass(frozen=True, slots=True)
class Completion:
    """A word that may stand where one is being written."""

    text: str
    start: int
    """Where it begins, from 0; it replaces what stands from there to the cursor."""
    help: str
    """What it is, in a few words."""


_WORD = re.compile(r"""(?<![=!<>~])[=!<>~]+$|(?<![^\s()"',<>=!~])[^\s()"',<>=!~]*$""")
"""The word at the end, looked for from its beginning only: a text may be one long word."""

_OPEN_QUOTE = re.compile(r"""(?:[^"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*+(["'])""", re.DOTALL)
_JOINS = {"_AND": ("and", "both hold"), "_OR": ("or", "one of both holds"), "RPAR": (")", "ends the parenthesis")}
_OPERATORS = {
    Operator.EQUAL: "is",
    Operator.UNEQUAL: "is there, and is not",
    Operator.LESS: "is less than",
    Operator.AT_MOST: "is at most",
    Operator.GREATER: "is more than",
    Operator.AT_LEAST: "is at least",
    Operator.LIKE: "is like a pattern with * and ?, or has the text in it",
    Operator.CONTAINS: "has the text in it",
    Operator.IN: "is one of several, or in a range: 1, 4..9",
}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?=[a-z]*$)", re.IGNORECASE)


def complete_filter(text: str, column: int) -> tuple[Completion, ...]:
    """Return what may stand at the cursor, in place of the word being written there; nothing where nothing fits.

    What begins like that word comes first, then what has it inside.
    """
    before = text[: max(0, column)]
    if len(before) > limits.LENGTH:
        return ()
    quote = _OPEN_QUOTE.match(before)
    found = _WORD.search(before)
    start = quote.start(1) if quote is not None else found.start() if found is not None else column
    word = before[start:]
    tokens, accepted = begin(before[:start])
    told: dict[str, str] = {}
    for name, what in _offers(tokens, accepted, word):
        told[name] = f"{told[name]}; or {what}" if name in told else what
    offers = list(told.items())
    bare = word.lstrip("\"'").casefold()
    beginning = sorted((each for each in offers if _bare(each).startswith(bare)), key=lambda each: _bare(each) != bare)
    inside = [each for each in offers if bare in _bare(each) and each not in beginning] if len(bare) > 1 else []
    return tuple(Completion(name, start, what) for name, what in (*beginning, *inside))


Offer = tuple[str, str]
"""A word and what it is."""


def _offers(tokens: list[Token], accepted: frozenset[str], word: str) -> Iterator[Offer]:
    """Yield what may follow some tokens, whatever has been written of it."""
    if "WORD" in accepted:
        yield from _values(tokens, word)
    if "NAME" in accepted:
        yield from _names(word)
        yield "not", "what follows does not hold"
    if "OPERATOR" in accepted:
        field = find_field(str(tokens[-1]))
        for operator in field.kind.operators if field is not None else ():
            yield operator.value, _OPERATORS[operator]
    for terminal, offer in _JOINS.items():
        if terminal in accepted:
            yield offer


def _names(word: str) -> Iterator[Offer]:
    group, dot, _ = word.partition(".")
    if not dot:
        yield from ((name, f"events: {', '.join(types)}") for name, types in FAMILIES.items())
        yield from ((name, _about(each)) for name, each in fields().items() if "." not in name)
        objects = dict.fromkeys(name.partition(".")[0] for name in fields() if "." in name)
        yield from ((f"{name}.", "an object; its fields follow") for name in (HEADERS, *objects))
        yield from ((name, "events of this type") for name in TYPES.values())
        yield from ((name, f"events: {', '.join(types)}") for name, types in PRINTED.items())
        return
    yield from ((name, _about(each)) for name, each in fields().items() if "." in name)
    yield from ((f"{HEADERS}.{name}", "a header") for name in KNOWN_HEADERS)
    if group in GROUPS:
        yield from ((f"{group}.{name}", _about(fields()[name])) for name in fields_of_group(group))


def _values(tokens: list[Token], word: str) -> Iterator[Offer]:
    name = next((token for token in reversed(tokens) if token.type == "NAME"), None)
    field = find_field(str(name)) if name is not None else None
    if field is None:
        return
    if field.kind is Kind.TRUTH:
        yield from (("true", _about(field)), ("false", _about(field)))
    number = _NUMBER.match(word)
    if number is not None:
        yield from ((f"{number[0]}{unit}", field.kind.value) for unit in UNITS.get(field.kind, ()))
    yield from ((_written(each), field.name) for each in field.choices)


def _about(field: Named) -> str:
    return f"{field.kind.value}: {', '.join(field.choices)}" if field.choices else field.kind.value


def _written(value: str) -> str:
    """Return a value as a filter has it, in quotes if it needs them."""
    return value if _WORD.fullmatch(value) else f'"{value}"'


def _bare(offer: Offer) -> str:
    return offer[0].strip('"').casefold()
