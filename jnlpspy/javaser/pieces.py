"""Bytes read piece by piece, each kept with where it stands and what it says."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from jnlpspy.errors import LimitExceeded, MalformedBytes
from jnlpspy.javaser.modified_utf8 import decode_modified_utf8
from jnlpspy.javaser.primitives import OBJECT_TYPECODES, unpack_elements
from jnlpspy.model.describe import describe_value, shorten
from jnlpspy.model.java import BlockData, JavaArray, JavaClass, JavaContent, JavaObject, JavaString
from jnlpspy.model.stack_traces import describe_element
from jnlpspy.model.trace import Node

NODES: Final = 500_000
"""Pieces of one stream: more than anyone looks through."""

SHOWN_TEXT: Final = 1000
"""Characters shown of a text."""

SHOWN_INTS: Final = 16
"""Bytes of block data that are shown as ints."""


class PieceReader:
    """A place in bytes, and the piece that is being read there."""

    def __init__(self, data: bytes) -> None:
        self.offset = 0
        self._data = data
        self._open: list[Node] = []
        self._nodes = 0

    @property
    def current(self) -> Node:
        """The innermost piece that is not over."""
        return self._open[-1]

    @contextmanager
    def piece(self, label: str, text: str = "") -> Iterator[Node]:
        """Add a piece from here to where the block ends."""
        self._nodes += 1
        if self._nodes > NODES:
            raise LimitExceeded(f"at most {NODES} pieces", "more", offset=self.offset)
        node = Node(label, self.offset, self.offset, text)
        if self._open:
            self._open[-1].children.append(node)
        self._open.append(node)
        try:
            yield node
        finally:
            node.end = self.offset
            self._open.pop()

    def fail(self, why: str) -> None:
        """Add what is left as a piece that cannot be read."""
        with self.piece("unread", why) as node:
            node.bad = True
            self.offset = max(self.offset, len(self._data))

    def take(self, length: int) -> bytes:
        """Take that many bytes."""
        if not 0 <= length <= len(self._data) - self.offset:
            left = len(self._data) - self.offset
            raise MalformedBytes(f"{length} bytes", f"{left}", offset=self.offset)
        self.offset += length
        return self._data[self.offset - length : self.offset]

    def utf(self, width: int) -> str:
        """Take a text behind its length in that many bytes."""
        raw = self.take(self.number(width))
        try:
            return decode_modified_utf8(raw)
        except UnicodeDecodeError as error:
            raise MalformedBytes("modified UTF-8", error.reason, offset=self.offset - len(raw)) from None

    def tag(self, name: str) -> None:
        """Take a tag as a piece of its own."""
        with self.piece(name):
            self.take(1)

    def number(self, width: int) -> int:
        """Take an unsigned number of that many bytes."""
        return int.from_bytes(self.take(width), "big")

    def peek(self) -> int:
        """Return the next byte without taking it."""
        if self.offset >= len(self._data):
            raise MalformedBytes("more bytes", "the end", offset=self.offset)
        return self._data[self.offset]


def describe_piece(value: JavaContent) -> str:
    """Describe a value beside the bytes it came from: what is in it stands below it."""
    match value:
        case JavaString():
            return f'"{shorten(value, SHOWN_TEXT)}"'
        case JavaObject(java_class=JavaClass(name="java.lang.StackTraceElement")):
            return describe_element(value)
        case JavaObject():
            return describe_value(value, 0).removesuffix("()")
        case BlockData():
            return _describe_block(value.data)
        case JavaClass():
            return value.name or f"Proxy<{', '.join(value.interfaces or ())}>"
        case JavaArray(java_class=of, values=[*values]) if of.name[1:2] in OBJECT_TYPECODES:
            return f"{of.name[1:].removeprefix('L').rstrip(';')}[{len(values)}]"
        case _:
            return describe_value(value, 1)


def _describe_block(data: bytes) -> str:
    """Describe block data: mostly a few ints, as a collection's size or the number of a class loader."""
    told = f"{len(data):,} bytes"
    if not data or len(data) > SHOWN_INTS or len(data) % 4:
        return told
    return f"{told}: {', '.join(map(str, unpack_elements('I', data, 0, len(data) // 4)))}"


def kind_of(value: JavaContent) -> str:
    """Return what a value is called that is no field's."""
    match value:
        case JavaObject():
            return "object"
        case BlockData():
            return "block data"
        case None:
            return "null"
        case _:
            return type(value).__name__.removeprefix("Java").lower()
