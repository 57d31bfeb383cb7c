"""What kinds of values the fields of events have, and how a filter writes a value of each."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum

from jnlpspy.filters.problem import nearest

Scalar = bool | int | float | str
Value = None | Scalar | tuple[Scalar, ...]
"""What an event has under a name: None if nothing, several if it is a list."""


class Operator(Enum):
    """How a field is compared with a value."""

    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    LIKE = "~"
    CONTAINS = "contains"
    IN = "in"

    @property
    def orders(self) -> bool:
        """True if it asks for more or less."""
        return self in _ORDERING


_ORDERING = {Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST}
_TEXTUAL = {Operator.LIKE, Operator.CONTAINS}


class Kind(Enum):
    """A kind of value; its own value is what it is called."""

    NUMBER = "a number"
    TIME = "a time"
    DURATION = "a duration"
    SIZE = "a size"
    TEXT = "a text"
    CHOICE = "a word"
    RANK = "a rank"
    TRUTH = "true or false"
    ADDRESS = "an address"
    ANY = "a value"

    @property
    def operators(self) -> tuple[Operator, ...]:
        """What it can be compared by."""
        match self:
            case Kind.NUMBER | Kind.TIME | Kind.DURATION | Kind.SIZE:
                return tuple(each for each in Operator if each not in _TEXTUAL)
            case Kind.CHOICE | Kind.ADDRESS:
                return tuple(each for each in Operator if each not in _ORDERING)
            case Kind.TRUTH:
                return (Operator.EQUAL, Operator.UNEQUAL)
            case _:
                return tuple(Operator)

    @property
    def is_number(self) -> bool:
        """True if it is read as a number, with or without a unit."""
        return self in _NUMBERS


_NUMBERS = {Kind.NUMBER, Kind.TIME, Kind.DURATION, Kind.SIZE}

UNITS: Mapping[Kind, Mapping[str, float]] = {
    Kind.DURATION: {"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400},
    Kind.SIZE: {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30},
}
"""What one of each unit is in seconds and in bytes, which a number without a unit counts."""

_FORMS = {
    Kind.NUMBER: "a number",
    Kind.TIME: "a time such as 2026-11-22T10:15:24, or seconds since the epoch",
    Kind.DURATION: "a duration such as 1s, 250ms or 2min",
    Kind.SIZE: "a size such as 64KiB or 512",
    Kind.TRUTH: "true or false",
}

_NUMBER = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)([a-z]*)", re.IGNORECASE | re.ASCII)
_INTEGER = re.compile(r"[+-]?(?:0x[0-9a-f]+|\d+)", re.IGNORECASE | re.ASCII)


class WrongValue(ValueError):
    """A text that is no value of its kind; says what was expected."""


def read_number(kind: Kind, text: str) -> int | float:
    """Return a value of a kind that is a number: in seconds, in bytes, or as it stands.

    Raises:
        WrongValue: it is none.
    """
    if kind is Kind.TIME and not _NUMBER.fullmatch(text):
        return _read_time(text)
    if _INTEGER.fullmatch(text):
        return int(text, 16 if "x" in text.lower() else 10)
    number = _NUMBER.fullmatch(text)
    if number is None or (number[2] and kind not in UNITS):
        raise WrongValue(f"expected {_FORMS[kind]}, got `{text}`")
    value = float(number[1]) * _unit(kind, number[2], text)
    return round(value, 6) if kind is Kind.DURATION else value  # as JSON has it


def read_truth(text: str) -> bool:
    """Return what `true` or `false` says.

    Raises:
        WrongValue: it is neither.
    """
    if text.lower() not in ("true", "false"):
        raise WrongValue(f"expected {_FORMS[Kind.TRUTH]}, got `{text}`")
    return text.lower() == "true"


def read_choice(text: str, choices: Sequence[str]) -> str:
    """Return the word that is meant; case does not matter.

    Raises:
        WrongValue: it is none of them.
    """
    for each in choices:
        if each.casefold() == text.casefold():
            return each
    near = nearest(text, choices)
    told = "" if near and len(choices) > _FEW else f" {', '.join(f'`{each}`' for each in choices)}"
    raise WrongValue(f"expected one of{told or f' {len(choices)} words'}, got `{text}`{near}")


_FEW = 10
"""Words that an error has room for."""


def _unit(kind: Kind, unit: str, text: str) -> float:
    if not unit:
        return 1
    units = {each.lower(): size for each, size in UNITS[kind].items()}
    if unit.lower() in units:
        return units[unit.lower()]
    for other, names in UNITS.items():
        if unit.lower() in (each.lower() for each in names):
            raise WrongValue(f"expected {_FORMS[kind]}, got {other.value}: `{text}`")
    raise WrongValue(f"expected a unit out of {', '.join(UNITS[kind])}, got `{unit}`{nearest(unit, UNITS[kind])}")


def _read_time(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        raise WrongValue(f"expected {_FORMS[Kind.TIME]}, got `{text}`") from None
