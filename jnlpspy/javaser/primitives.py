"""Primitive values on the wire: the fields of a class packed together, and the elements of an array."""

import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from jnlpspy.model.java import JavaValue

WIDTHS: Final = {"B": 1, "Z": 1, "C": 2, "S": 2, "F": 4, "I": 4, "D": 8, "J": 8}
"""Bytes of each primitive type, by its typecode."""

OBJECT_TYPECODES: Final = "L["
"""Typecodes of references."""

_FORMATS: Final = {"B": "b", "Z": "?", "C": "H", "S": "h", "F": "f", "I": "i", "D": "d", "J": "q"}


class FieldLayout(NamedTuple):
    """How the field values of one class lie on the wire: the primitives together, then the objects."""

    packed: struct.Struct
    """All primitive fields."""
    primitives: int
    """How many they are."""
    chars: tuple[int, ...]
    """Which of them are `char`: Python's struct knows no such type."""
    objects: int
    """How many fields stand behind them."""


@lru_cache(maxsize=1024)  # real classes share some hundred layouts
def field_layout(typecodes: str) -> FieldLayout:
    """Lay out the fields of a class, given their typecodes.

    Raises:
        ValueError: A typecode is none, or a primitive stands behind an object (Java: "illegal field order").
    """
    primitives = typecodes.rstrip(OBJECT_TYPECODES)
    if not WIDTHS.keys() >= set(primitives):
        raise ValueError(typecodes)
    packed = struct.Struct(">" + "".join(_FORMATS[code] for code in primitives))
    chars = tuple(index for index, code in enumerate(primitives) if code == "C")
    return FieldLayout(packed, len(primitives), chars, len(typecodes) - len(primitives))


def unpack_elements(typecode: str, data: bytes, offset: int, length: int) -> list[JavaValue]:
    """Read the elements of a primitive array."""
    values = list(struct.unpack_from(f">{length}{_FORMATS[typecode]}", data, offset))
    return list(map(chr, values)) if typecode == "C" else values


def pack_elements(typecode: str, values: Sequence[JavaValue]) -> bytes:
    """Write the elements of a primitive array."""
    numbers = [ord(value) for value in values if isinstance(value, str)] if typecode == "C" else values
    return struct.pack(f">{len(values)}{_FORMATS[typecode]}", *numbers)
