"""What well-known callables are for, in words: the table of purposes.toml, and what a user puts before it."""

import pkgutil
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache

from jnlpspy.errors import CaptureError
from jnlpspy.model.describe import describe_value, shorten
from jnlpspy.model.java import JavaObject
from jnlpspy.model.session import Payload

TEXT = 200
"""Characters of a purpose: a command line's beginning."""

REMEMBERED = 1000
"""Names whose entry is remembered; a session has some dozens."""

_TITLE = re.compile(r"^[ \t]*\[\[[ \t]*purpose[ \t]*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What callables of matching names are for."""

    callable: str
    """Class name or `Interface.method`, with `*` for any part."""
    words: str
    fields: tuple[str, ...] = ()
    """Fields of the callable that say more."""
    inside: str = ""
    """Field with the callable that this one only wraps."""


class Purposes:
    """The well-known callables, and before them what a user's files say: the first file that knows a name counts."""

    def __init__(self, *files: Iterable[Purpose]) -> None:
        self._files = [_sorted(entries) for entries in files]
        self.find = lru_cache(maxsize=REMEMBERED)(self._find)
        """Return the entry that a callable's name matches; None if nobody has said."""

    def tell(self, name: str, payload: Payload | None) -> str:
        """Return what a callable is for; "" if nobody has said."""
        purpose = self.find(name)
        if purpose is None:
            return ""
        value = payload.value if payload is not None else None
        if not isinstance(value, JavaObject):
            return purpose.words
        wrapped = value.value_of(purpose.inside) if purpose.inside else None
        words = purpose.words
        if isinstance(wrapped, JavaObject):
            inner = self.find(wrapped.class_name)
            words = inner.words if inner is not None else f"{words} ({wrapped.class_name})"
        told = [describe_value(each) for each in map(value.value_of, purpose.fields) if each is not None]
        return shorten(": ".join((words, *([", ".join(told)] if told else []))), TEXT)

    def _find(self, name: str) -> Purpose | None:
        for exact, patterns in (*self._files, _well_known()):
            found = exact.get(name) or next((each for each in patterns if fnmatchcase(name, each.callable)), None)
            if found is not None:
                return found
        return None


WELL_KNOWN = Purposes()
"""What stands in purposes.toml, and nothing else."""


def read_purposes(text: str, name: str) -> tuple[Purpose, ...]:
    """Return the entries of a file that is called `name`.

    Raises:
        CaptureError: it is no TOML, or an entry is not made as purposes.toml says.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CaptureError(f"{name}: expected TOML, got: {error}") from error
    if unknown := table.keys() - {"purpose"}:
        raise CaptureError(f"{name}: expected [[purpose]] entries, got the key {min(unknown)!r}")
    entries = table.get("purpose", [])
    if not isinstance(entries, list):
        raise CaptureError(f"{name}: expected [[purpose]] entries, got one [purpose]")
    lines = [text.count("\n", 0, title.start()) + 1 for title in _TITLE.finditer(text)]
    places = (
        [f"line {line}" for line in lines]
        if len(lines) == len(entries)
        else [f"entry {number}" for number in range(1, len(entries) + 1)]
    )
    return tuple(_purpose(entry, f"{name}, {place}") for entry, place in zip(entries, places, strict=True))


def _purpose(entry: object, place: str) -> Purpose:
    if not isinstance(entry, Mapping):
        raise CaptureError(f"{place}: expected a table with callable and words, got {entry!r}")
    if unknown := entry.keys() - {"callable", "words", "fields", "inside"}:
        raise CaptureError(f"{place}: expected callable, words, fields or inside, got the key {min(unknown)!r}")
    fields = entry.get("fields", [])
    if not isinstance(fields, list) or not all(isinstance(each, str) and each for each in fields):
        raise CaptureError(f"{place}: fields: expected a list of names, got {fields!r}")
    inside = _text(entry, "inside", place) if "inside" in entry else ""
    return Purpose(_text(entry, "callable", place), _text(entry, "words", place), tuple(fields), inside)


def _text(entry: Mapping[str, object], key: str, place: str) -> str:
    text = entry.get(key)
    if not isinstance(text, str) or not text:
        raise CaptureError(f"{place}: {key}: expected a text, got {'nothing' if text is None else repr(text)}")
    return text


_Sorted = tuple[dict[str, Purpose], tuple[Purpose, ...]]
"""By name, and those with `*` as they stand."""


def _sorted(entries: Iterable[Purpose]) -> _Sorted:
    exact: dict[str, Purpose] = {}
    patterns: list[Purpose] = []
    for each in entries:
        if "*" in each.callable:
            patterns.append(each)
        else:
            exact.setdefault(each.callable, each)
    return exact, tuple(patterns)


@cache
def _well_known() -> _Sorted:
    data = pkgutil.get_data("jnlpspy.remoting", "purposes.toml") or b""
    return _sorted(read_purposes(data.decode(), "purposes.toml"))
