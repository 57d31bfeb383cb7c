"""What well-known callables are for, in words: the table of purposes.toml."""

import pkgutil
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache

from jnlpspy.model.describe import describe_value, shorten
from jnlpspy.model.java import JavaObject
from jnlpspy.model.session import Payload

TEXT = 200
"""Characters of a purpose: a command line's beginning."""


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


def purpose_of(name: str, payload: Payload | None) -> str:
    """Return what a callable is for; "" if nobody has said."""
    purpose = find_purpose(name)
    if purpose is None:
        return ""
    value = payload.value if payload is not None else None
    if not isinstance(value, JavaObject):
        return purpose.words
    wrapped = value.value_of(purpose.inside) if purpose.inside else None
    words = purpose.words
    if isinstance(wrapped, JavaObject):
        inner = find_purpose(wrapped.class_name)
        words = inner.words if inner is not None else f"{words} ({wrapped.class_name})"
    told = [describe_value(each) for each in map(value.value_of, purpose.fields) if each is not None]
    return shorten(": ".join((words, *([", ".join(told)] if told else []))), TEXT)


@lru_cache(maxsize=1000)
def find_purpose(name: str) -> Purpose | None:
    """Return the first entry that matches a callable's name."""
    exact, patterns = _table()
    return exact.get(name) or next((each for each in patterns if fnmatchcase(name, each.callable)), None)


@cache
def _table() -> tuple[dict[str, Purpose], tuple[Purpose, ...]]:
    data = pkgutil.get_data("jnlpspy.remoting", "purposes.toml") or b""
    purposes = [
        Purpose(**{**entry, "fields": tuple(entry.get("fields", ()))})
        for entry in tomllib.loads(data.decode())["purpose"]
    ]
    exact = {each.callable: each for each in purposes if "*" not in each.callable}
    return exact, tuple(each for each in purposes if "*" in each.callable)
