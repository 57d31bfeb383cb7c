"""A table of a TOML file that is read key by key, and says where something else stands than was expected."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from jnlpspy.errors import CaptureError
from jnlpspy.model.java import JavaValue

_SHOWN: Final = 60
"""Characters of a wrong value that are shown."""

_MISSING: Final = object()


class Table:
    """A table, and which of its keys were read; `where` names it in messages."""

    def __init__(self, where: str, told: Mapping[str, object]) -> None:
        self._where = where
        self._told = told
        self._known: set[str] = set()

    def problem(self, key: str, expected: str, got: str) -> CaptureError:
        """Return the error that says what stands under a key."""
        return CaptureError(f"{self._where}: {key}: expected {expected}, got {got}")

    def names(self) -> tuple[str, ...]:
        """Return its keys."""
        return tuple(self._told)

    def has(self, key: str) -> bool:
        """Return whether a key is there, which is known from now on."""
        self._known.add(key)
        return key in self._told

    def is_flag(self, key: str) -> bool:
        """Return whether true or false stands there."""
        return isinstance(self._told.get(key), bool)

    def is_table(self, key: str) -> bool:
        """Return whether a table stands there."""
        return isinstance(self._told.get(key), dict)

    def one_of(self, keys: Collection[str]) -> str:
        """Return the one key of these that is there."""
        self._known.update(keys)
        found = [key for key in keys if key in self._told]
        if len(found) != 1:
            unknown = [key for key in self._told if key not in self._known]
            got = " and ".join(found) or f"{', '.join(unknown) or 'none'}{_nearest(unknown, keys)}"
            raise CaptureError(f"{self._where}: expected one of {', '.join(keys)}, got {got}")
        return found[0]

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        value = self._take(key)
        if not isinstance(value, str) or not value:
            raise self._unlike(key, "a text")
        return value

    def choice(self, key: str, choices: Collection[str]) -> str:
        """Return one of some words."""
        value = self._take(key)
        if not isinstance(value, str) or value not in choices:
            raise self._unlike(key, " or ".join(f'"{each}"' for each in choices))
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self._unlike(key, "true or false")
        return value

    def whole(self, key: str, within: range, default: int | None = None) -> int:
        """Return a whole number."""
        value = self._take(key, _MISSING if default is None else default)
        if not isinstance(value, int) or isinstance(value, bool) or value not in within:
            raise self._unlike(key, f"a whole number from {within.start} to {within.stop - 1}")
        return value

    def number(self, key: str, least: float, most: float, default: float | None = None) -> float:
        """Return a number."""
        value = self._take(key, _MISSING if default is None else default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            raise self._unlike(key, f"a number from {least:g} to {most:g}")
        return float(value)

    def value(self, key: str) -> JavaValue | Mapping[str, JavaValue]:
        """Return what Java can hold: a text, a number, true or false, or a map of these by text."""
        value = self._take(key)
        if isinstance(value, dict):
            return Table(f"{self._where}: {key}", value).all_values()
        return self._java(key, value)

    def all_values(self) -> dict[str, JavaValue]:
        """Return all of its values, plain ones only."""
        return {key: self._java(key, self._take(key)) for key in self._told}

    def values(self, key: str) -> dict[str, JavaValue]:
        """Return a table of plain values; an empty one if there is none."""
        return self.table(key).all_values()

    def texts(self, key: str) -> dict[str, str]:
        """Return a table of texts; an empty one if there is none."""
        table = self.table(key)
        return {name: table.text(name) for name in table.names()}

    def value_list(self, key: str) -> list[JavaValue]:
        """Return a list of plain values; an empty one if there is none."""
        return [self._java(key, each) for each in self._list(key)]

    def text_list(self, key: str) -> list[str]:
        """Return a list of texts; an empty one if there is none."""
        listed = self._list(key)
        if not all(isinstance(each, str) for each in listed):
            raise self._unlike(key, "a list of texts")
        return [str(each) for each in listed]

    def table(self, key: str) -> "Table":
        """Return a table; an empty one if there is none."""
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self._unlike(key, "a table")
        return Table(f"{self._where}: {key}", value)

    def tables(self, key: str) -> Iterator["Table"]:
        """Yield the tables of a list, numbered from 1."""
        for number, each in enumerate(self._list(key), 1):
            if not isinstance(each, dict):
                raise self._unlike(key, f"tables ([[{key}]])")
            yield Table(f"{self._where}: {key} {number}", each)

    def finish(self) -> None:
        """Complain about a key that nobody reads."""
        for key in self._told:
            if key not in self._known:
                near = _nearest([key], self._known)
                raise CaptureError(
                    f"{self._where}: expected keys among {', '.join(sorted(self._known))}, got {key}{near}"
                )

    def _list(self, key: str) -> list[object]:
        value = self._take(key, [])
        if not isinstance(value, list):
            raise self._unlike(key, "a list")
        return value

    def _take(self, key: str, default: object = _MISSING) -> object:
        self._known.add(key)
        value = self._told.get(key, default)
        if value is _MISSING:
            raise self.problem(key, "a value", "none")
        return value

    def _java(self, key: str, value: object) -> JavaValue:
        if isinstance(value, str | int | float) and (not isinstance(value, int) or -(1 << 63) <= value < 1 << 63):
            return value
        raise self._unlike(key, "a text, a number, true or false")

    def _unlike(self, key: str, expected: str) -> CaptureError:
        shown = repr(self._told.get(key))
        return self.problem(key, expected, shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…")


def _nearest(keys: Collection[str], known: Collection[str]) -> str:
    near = [each for key in keys for each in get_close_matches(key, known, 1)]
    return f" (did you mean {near[0]}?)" if near else ""
