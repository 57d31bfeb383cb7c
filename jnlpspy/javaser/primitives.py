"""Primitive values on the wire: the fields of a class packed together, and the elements of an array."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from jnlpspy.model.java import JavaValue

WIDTHS: Final = {"B": 1, "Z": 1, "C": 2, "S": 2, "F": 4, "I": 4, "D": 8, "J": 8}
"""Bytes of each primitive type, by its typecode."""

OBJECT_TYPECODES: Final = "L["
"""Typecodes of references."""

_FORMATS: Final = {"B": "b", "Z": "?", "C": "H", "S": "h", "F": "f", "I": "i", "D": "d", "J": "q"}


@dataclass(slots=True)  # not frozen, nor a tuple: both take longer, this is asked for each part of each object
class FieldLayout:
    """How the field values of one class lie on the wire: the primitives together, then the objects."""

    packed: struct.Struct
    """All primitive fields."""
    unpack: Callable[[bytes, int], tuple[JavaValue, ...]]
    """Reads them at an offset."""
    size: int
    """Bytes of them."""
    primitives: int
    """How many they are."""
    chars: tuple[int, ...]
    """Which of them are `char`: Python's struct knows no such type."""
    objects: int
    """How many fields stand behind them."""


def field_layout(typecodes: str) -> FieldLayout:
    """Lay out the fields of a class, given their typecodes.

    Raises:
        ValueError: A typecode is none, or a primitive stands behind an object (Java: "illegal field order").
    """
    return _remembered_layout(typecodes) if len(typecodes) <= _MOST_FIELDS else _layout(typecodes)


def _layout(typecodes: str) -> FieldLayout:
    primitives = typecodes.rstrip(OBJECT_TYPECODES)
    if not WIDTHS.keys() >= set(primitives):
        raise ValueError(typecodes)
    packed = struct.Struct(">" + "".join(_FORMATS[code] for code in primitives))
    chars = tuple(index for index, code in enumerate(primitives) if code == "C")
    objects = len(typecodes) - len(primitives)
    return FieldLayout(packed, packed.unpack_from, packed.size, len(primitives), chars, objects)


_remembered_layout = lru_cache(maxsize=1024)(_layout)  # real classes share some hundred

_MOST_FIELDS: Final = 256
"""Of a layout that is remembered: a stranger's classes may have 65535, which take some MiB."""


def unpack_elements(typecode: str, data: bytes, offset: int, length: int) -> list[JavaValue]:
    """Read the elements of a primitive array."""
    values = list(struct.unpack_from(f">{length}{_FORMATS[typecode]}", data, offset))
    return list(map(chr, values)) if typecode == "C" else values


def pack_fields(layout: FieldLayout, values: Sequence[JavaValue]) -> bytes:
    """Write the primitive fields of a class.

    Raises:
        ValueError: A value is none of its field's type.
    """
    numbers = list(values)
    for index in layout.chars:
        numbers[index] = _code_unit(numbers[index])
    return _pack(layout.packed, numbers)


def pack_elements(typecode: str, values: Sequence[JavaValue]) -> bytes:
    """Write the elements of a primitive array.

    Raises:
        ValueError: A value is none of the element type, or there is no such type.
    """
    if typecode not in _FORMATS:
        raise ValueError(f"expected the typecode of a primitive, got {typecode!r}")
    numbers = [_code_unit(value) for value in values] if typecode == "C" else values
    return _pack(struct.Struct(f">{len(values)}{_FORMATS[typecode]}"), numbers)


def _code_unit(value: JavaValue) -> int:
    if isinstance(value, str) and len(value) == 1:
        return ord(value)
    raise ValueError(f"expected one character, got {value!r}")


def _pack(form: struct.Struct, numbers: Sequence[JavaValue]) -> bytes:
    try:
        return form.pack(*numbers)
    except struct.error as error:
        raise ValueError(f"expected numbers for {form.format}, got {numbers!r}: {error}") from None
