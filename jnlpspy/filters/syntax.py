"""Reads a filter by the grammar of grammar.lark: text to nodes, whose names and values are words not looked at yet."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken
from lark.parsers.lalr_interactive_parser import InteractiveParser

from jnlpspy.filters import limits
from jnlpspy.filters.problem import FilterError
from jnlpspy.filters.values import UNITS


@dataclass(frozen=True, slots=True)
class Word:
    """A name, an operator or a value as it stands in the filter."""

    text: str
    """Without its quotes."""
    column: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """All from one value to another; None where it is open. A value by itself is both ends."""

    low: Word | None
    high: Word | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A name that stands for itself."""

    name: Word


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field, an operator and a value; several, or intervals, behind `in`."""

    field: Word
    operator: Word
    values: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Inverted:
    """What holds where another does not."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class Joined:
    """What holds where all of several do, or any of them."""

    needs_all: bool
    nodes: tuple["Node", ...]


Node = Standing | Comparison | Inverted | Joined


def parse(text: str) -> Node:
    """Return a filter's node.

    Raises:
        FilterError: it breaks the grammar, or is longer or deeper than anybody needs.
    """
    if len(text) > limits.LENGTH:
        raise FilterError(f"expected at most {limits.LENGTH} characters, got {len(text)}", text, limits.LENGTH)
    try:
        node = cast("Node", _grammar().parse(text))  # which is what the builder makes of a tree
    except UnexpectedInput as error:
        raise _explained(error, text) from None
    _refuse_depth(node, text)
    return node


def begin(text: str) -> tuple[list[Token], frozenset[str]]:
    """Return the tokens of the beginning of a filter, and the names of what may follow: nothing if none begins so."""
    reader = _grammar().parse_interactive(text)
    tokens = []
    try:
        for token in reader.iter_parse():
            tokens.append(token)  # noqa: PERF402 - those before an error count too
    except UnexpectedInput:
        return tokens, frozenset()
    return tokens, _accepted(reader)


def unquoted(token: Token) -> Word:
    """Return what a token says: of a quoted text what is in the quotes, where a backslash keeps a quote or itself."""
    text, column = str(token), token.start_pos or 0
    if token.type != "TEXT":
        return Word(text, column)
    return Word(re.sub(r"\\([\\\"'])", r"\1", text[1:-1]), column, quoted=True)


class _Builder(Transformer[Token, object]):
    """Makes nodes of what the parser has found, from the inside out, as it finds it."""

    def any(self, nodes: list[Node]) -> Node:
        return Joined(False, tuple(nodes))  # noqa: FBT003 - the name is the method's

    def all(self, nodes: list[Node]) -> Node:
        return Joined(True, tuple(nodes))  # noqa: FBT003 - as above

    def inverted(self, nodes: list[Node]) -> Node:
        return Inverted(nodes[0])

    def standing(self, tokens: list[Token]) -> Node:
        return Standing(unquoted(tokens[0]))

    def comparison(self, tokens: list[Token]) -> Node:
        name, operator, value = map(unquoted, tokens)
        return Comparison(name, operator, (Interval(value, value),))

    def membership(self, found: list[Token | Interval]) -> Node:
        name, operator = (unquoted(each) for each in found[:2] if isinstance(each, Token))
        return Comparison(name, operator, tuple(each for each in found[2:] if isinstance(each, Interval)))

    def value(self, tokens: list[Token]) -> Interval:
        words = [None if each.type == "DOTS" else unquoted(each) for each in tokens]
        if len(words) == 3:  # from, dots, to
            del words[1]
        return Interval(words[0], words[-1])


@cache
def _grammar() -> Lark:
    text = files("jnlpspy.filters").joinpath("grammar.lark").read_text("utf-8")
    return Lark(text, parser="lalr", lexer="contextual", transformer=_Builder())


def _refuse_depth(node: Node, text: str) -> None:
    """Refuse what is nested deeper than it could be gone through."""
    level: list[Node] = [node]
    for _ in range(limits.DEPTH):
        level = [each for outer in level for each in _inside(outer)]
        if not level:
            return
    raise FilterError(f"expected at most {limits.DEPTH} levels of `not`, `and`, `or`, got more", text, 0)


def _inside(node: Node) -> tuple[Node, ...]:
    match node:
        case Inverted(node=inner):
            return (inner,)
        case Joined(nodes=nodes):
            return nodes
        case _:
            return ()


_MEANT = {"&&": "and", "||": "or", "!": "not", "=": "==", "=~": "~", "<>": "!=", "matches": "~", "eq": "==", "ne": "!="}
"""How other languages write it."""

_UNITS = {unit.lower() for units in UNITS.values() for unit in units}


def _explained(error: UnexpectedInput, text: str) -> FilterError:
    """Return the error that says what could have come where something else did."""
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    column = len(text.rstrip()) if at_end else cast("int", error.pos_in_stream)
    rest = text[column:]
    if at_end:
        got = "the end" if text.strip() else "nothing"
    elif rest[0] in "\"'" and not isinstance(error, UnexpectedToken):
        return FilterError(f"expected {rest[0]} at the end of the text that begins here, got none", text, column)
    else:
        word = re.match(r"""[\w.$-]+|[^\s\w()"',]+|.""", rest, re.DOTALL)
        came = word[0] if word else rest[0]
        meant = _meant(text[:column], came, rest)
        got = f"`{came}`; did you mean `{meant}`?" if meant else f"`{came}`"
    accepted = _accepted(error.interactive_parser)
    return FilterError(f"expected {_told(accepted)}, got {got}", text, column)


def _meant(before: str, came: str, rest: str) -> str:
    """Return what was perhaps meant by a word that cannot stand where it does; "" if nobody knows."""
    number = re.search(r"\d+$", before.rstrip())
    if number is not None and came.lower() in _UNITS:
        return f"{number[0]}{came}"
    quoted = re.match(r"""("[^"]*"|'[^']*')\s*$""", rest)
    if quoted is not None and not before.strip():
        return f"text contains {quoted[1]}"
    return "in" if came.startswith("..") else _MEANT.get(came.lower(), "")


def _accepted(reader: InteractiveParser) -> frozenset[str]:
    return frozenset(reader.accepts())  # type: ignore[no-untyped-call] # as lark leaves it


def _told(accepted: frozenset[str]) -> str:
    if "NAME" in accepted:
        return "a field or a type of event"
    if "WORD" in accepted:
        return "a value"
    words = {  # in this order
        "OPERATOR": "an operator",
        "COMMA": "`,`",
        "_AND": "`and`",
        "_OR": "`or`",
        "RPAR": "`)`",
        "$END": "the end",
    }
    told = [word for terminal, word in words.items() if terminal in accepted]
    return " or ".join(filter(None, (", ".join(told[:-1]), told[-1])))
