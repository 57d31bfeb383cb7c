"""A field of events: its name, its kind, and how it is read; with a maker for each kind."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from operator import attrgetter

from jnlpspy.filters.values import Kind, Scalar, Value
from jnlpspy.model.events import Event
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Side


@dataclass(frozen=True, slots=True)
class Field:
    """A key of an event's JSON; one of an object inside has its path, with dots."""

    name: str
    kind: Kind
    read: Callable[[Event], Value]
    choices: tuple[str, ...] = ()
    """The words it may be; of ranks the lowest first."""
    many: bool = False
    """True if it is a list."""
    cost: int = 1
    """How long it takes to read, in attributes."""


def number(name: str, place: str = "") -> Field:
    """Return a field that counts or numbers something."""
    return Field(name, Kind.NUMBER, _at(place or name))


def size(name: str) -> Field:
    """Return a field in bytes."""
    return Field(name, Kind.SIZE, _at(name))


def duration(name: str) -> Field:
    """Return a field in seconds."""
    read = attrgetter(f"fact.{name}")
    return Field(name, Kind.DURATION, lambda event: round(read(event), 6))


def truth(name: str) -> Field:
    """Return a field that is true or false."""
    return Field(name, Kind.TRUTH, _at(name))


def text(name: str, place: str = "") -> Field:
    """Return a field of words; a secret is its fingerprint."""
    read = attrgetter(f"fact.{place or name}")
    return Field(name, Kind.TEXT, lambda event: _shown(read(event)))


def words(name: str, place: str = "") -> Field:
    """Return a field of words that is null if there are none."""
    read = attrgetter(f"fact.{place or name}")
    return Field(name, Kind.TEXT, lambda event: read(event) or None)


def texts(name: str, place: str = "") -> Field:
    """Return a list of texts."""
    return Field(name, Kind.TEXT, _at(place or name), many=True)


def address(name: str) -> Field:
    """Return a field with `HOST:PORT`."""
    read = attrgetter(f"fact.{name}")
    return Field(name, Kind.ADDRESS, lambda event: str(read(event)), cost=3)


def choice(name: str, words: type[Enum], place: str = "") -> Field:
    """Return a field that is one of an enum's values."""
    return Field(name, Kind.CHOICE, _at(f"{place or name}.value"), tuple(each.value for each in words))


def side(name: str) -> Field:
    """Return a field that is a side, or null."""
    read = attrgetter(f"fact.{name}")
    return Field(name, Kind.CHOICE, lambda event: None if (found := read(event)) is None else found.value, SIDES)


def each_side(name: str, kind: Kind, inner: str = "") -> tuple[Field, ...]:
    """Return the fields of an object that has a value of each side, or an object with the inner one."""
    path = f".{inner}" if inner else ""
    return tuple(Field(f"{name}.{side.value}{path}", kind, _of_side(name, side, kind, inner), cost=2) for side in Side)


def of_each(name: str, inner: str, kind: Kind, place: str = "", choices: tuple[str, ...] = ()) -> Field:
    """Return what each element of a list of objects has under a name."""
    read, told = attrgetter(f"fact.{name}"), attrgetter(place or inner)
    return Field(
        f"{name}.{inner}",
        kind,
        lambda event: tuple(_exact(kind, told(each)) for each in read(event)),
        choices,
        many=True,
        cost=5,
    )


SIDES = tuple(each.value for each in Side)


def _at(place: str) -> Callable[[Event], Value]:
    return attrgetter(f"fact.{place}")


def _shown(value: str | Secret | None) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)


def _of_side(name: str, side: Side, kind: Kind, inner: str) -> Callable[[Event], Value]:
    read, told = attrgetter(f"fact.{name}"), attrgetter(inner or "real")  # a number's own value

    def read_side(event: Event) -> Value:
        found = read(event).get(side)
        return None if found is None else _exact(kind, told(found))

    return read_side


def _exact(kind: Kind, value: Scalar) -> Scalar:
    """Return a value as JSON has it."""
    return round(value, 6) if kind is Kind.DURATION and isinstance(value, float) else value
