"""Reads a stream's only object as the values of its fields, where its class was described before, byte for byte.

So it is with nearly every command, and most of what `reader` makes of one is thrown away once its fields are known.
What is out of the ordinary is left to `reader`, which says the same of every stream and more of a broken one.
"""

from functools import partial
from typing import Final

from jnlpspy.errors import DecodeError
from jnlpspy.javaser.cursor import CUT_SHORT, NotMade, WriteAborted
from jnlpspy.javaser.known_classes import KnownChain, find_known_class
from jnlpspy.javaser.known_sources import LATER, SOURCE_HEAD, KnownSource, LaterObject, find_known_source
from jnlpspy.javaser.limits import DEFAULT_LIMITS
from jnlpspy.javaser.plans import plan_of
from jnlpspy.javaser.primitives import FieldLayout
from jnlpspy.javaser.reader import ObjectReader
from jnlpspy.javaser.tags import STREAM_HEADER, TC_CLASSDESC, TC_NULL, TC_OBJECT
from jnlpspy.model.java import JavaClass, JavaObject, JavaValue

_HEAD: Final = STREAM_HEADER + bytes((TC_OBJECT, TC_CLASSDESC))
_CLASS: Final = len(_HEAD) - 1
"""Where the descriptor of the object's class begins."""
_SOURCE: Final = bytes((TC_OBJECT,)) + SOURCE_HEAD
_DEPTH: Final = 2
"""Of what stands in a field of a stream's object."""
_LEFT_TO_READER: Final = (DecodeError, WriteAborted, NotMade, RecursionError, *CUT_SHORT)


def read_fields(data: bytes) -> tuple[JavaClass, list[JavaValue]] | None:
    """Return an object's class and its field values, those of the topmost superclass first; None if `reader` has to."""
    if not data.startswith(_HEAD) or not _CLASS + 3 <= len(data) <= DEFAULT_LIMITS.size:
        return None
    key = 0, data[_CLASS : _CLASS + 3 + data[_CLASS + 2]]  # as a name of up to 255 bytes is remembered
    chain = find_known_class(key, data, _CLASS, [])
    layouts = None if chain is None else plan_of(chain.java_class).layouts
    if chain is None or layouts is None:
        return None
    try:
        values = _read_values(data, chain, layouts)
    except _LEFT_TO_READER:
        return None
    return None if values is None else (chain.java_class, values)


def _read_values(data: bytes, chain: KnownChain, layouts: tuple[FieldLayout, ...]) -> list[JavaValue] | None:
    """Read what stands behind the descriptors; None if it is more than the fields, or begins with a new stack."""
    offset = _CLASS + chain.length
    values: list[JavaValue] = []
    handles = [*chain.handles, LATER]
    stack: LaterObject | None = None
    reader: ObjectReader | None = None  # many commands hold nothing to read but numbers
    for layout in layouts:
        if layout.primitives:
            unpack = layout.unpack
            values.extend(unpack(data, offset))
            offset += layout.size
        for _ in range(layout.objects):
            if data[offset] == TC_NULL:
                offset += 1
                values.append(None)
            elif not values and data.startswith(_SOURCE, offset):
                source = find_known_source(data, offset + 1, _DEPTH, handles)
                if source is None:
                    return None
                stack = LaterObject(source, len(handles), partial(_read_stack, chain, source))
                values.append(stack)
                offset += 1 + source.length
            else:
                if reader is None:
                    reader = ObjectReader(data)
                    reader.go_on(chain, handles, stack)
                reader.offset = offset
                values.append(reader.read_value(_DEPTH))
                offset = reader.offset
    return values if offset == len(data) else None


def _read_stack(chain: KnownChain, source: KnownSource, later: LaterObject) -> list[JavaValue]:
    """Read a stack that was put off, of which the object itself needs no more than to be one of its class."""
    return ObjectReader(source.raw).read_again(source, [*chain.handles, JavaObject(chain.java_class)], later)
