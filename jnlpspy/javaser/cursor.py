"""What reading a stream needs at every place: position, handles, caps, strings, and where an error stands."""

import struct
from collections.abc import Mapping
from typing import Final, NoReturn

from jnlpspy.errors import DecodeError, LimitExceeded, MalformedBytes
from jnlpspy.javaser.known_classes import KnownChain
from jnlpspy.javaser.known_sources import LATER, LaterObject
from jnlpspy.javaser.limits import DEFAULT_LIMITS, Limits
from jnlpspy.javaser.modified_utf8 import decode_modified_utf8
from jnlpspy.javaser.tags import BASE_WIRE_HANDLE
from jnlpspy.model.java import BlockData, JavaClass, JavaContent, JavaObject, JavaString, JavaValue


class WriteAborted(Exception):
    """TC_EXCEPTION was read: no object it stands in goes on."""


class NotMade(Exception):
    """A value was referred to that its reader did not make."""


CUT_SHORT: Final = (IndexError, struct.error)
"""What indexing and unpacking raise behind the last byte; checking each read for it would cost much of the speed."""

UNWINDING: Final = (DecodeError, WriteAborted, *CUT_SHORT)
"""What passes through the levels of a value that cannot be finished."""

read_int: Final = struct.Struct(">i").unpack_from
read_long: Final = struct.Struct(">q").unpack_from
_read_short = struct.Struct(">H").unpack_from
_read_handle = struct.Struct(">I").unpack_from


_NO_CLASSES: Final = frozenset[JavaClass]()


class Cursor:
    """A place in the bytes, and what was met before it.

    Methods that read a value are entered with the offset behind the tag and leave it behind the value. While an error
    unwinds, each level adds its step to the path and hands what it has of its value to the level above.
    """

    def __init__(self, data: bytes, offset: int = 0, limits: Limits = DEFAULT_LIMITS) -> None:
        self.offset = offset
        self.unfinished: JavaContent | None = None
        """What there is of the value that an error ended."""
        # All that the halves of the reader know of a stream stands here: what a class holds takes longer to get.
        self._data = data
        self._limits = limits
        self._elements = limits.elements
        self._max_handles = limits.handles
        self._deepest = limits.depth
        """The deepest level that needs no word; lower while somebody wants to know how deep it goes."""
        self._handles: list[JavaValue] = []
        self._path: list[str] = []
        """Steps to the value that could not be read, the innermost first."""
        self._outer: list[tuple[int, JavaValue]] = []
        """Handles that chains refer to, with what they stand for."""
        self._remembers = limits is DEFAULT_LIMITS or _comparable(limits) == _comparable(DEFAULT_LIMITS)
        """True if what other streams described may be taken for what stands here."""
        self._latest: KnownChain | None = None
        """The chain that was found last: it knows what came next the last time."""
        self._met: dict[int, KnownChain] | None = None
        """The chains of the object at hand by where they begin; None if nobody wants to know."""
        self._replayed: Mapping[int, KnownChain] | None = None
        """The same when the object is read again."""
        self._strings: Mapping[int, JavaString] | None = None
        """The strings of an object that is read again, by handle: they are the same as the first time."""
        self._later: LaterObject | None = None
        """The object whose data is not read unless asked for: a stream describes its class once only."""
        self._without_fields = _NO_CLASSES
        """Classes found to write no fields though they declare some."""
        self._reread = 0
        """Bytes that were read a second time."""

    def _where(self) -> str:
        root = self.unfinished.class_name.rpartition(".")[2] if isinstance(self.unfinished, JavaObject) else ""
        return (root + "".join(reversed(self._path))).removeprefix(".")

    def _spend(self, elements: int) -> None:
        self._elements -= elements
        if self._elements < 0:
            raise LimitExceeded(f"at most {self._limits.elements} elements", "more", offset=self.offset)

    def _descend(self, depth: int) -> None:
        """Go to a level deeper than any before."""
        if depth > self._limits.depth:
            raise LimitExceeded(f"at most {self._limits.depth} levels of nesting", "more", offset=self.offset - 1)
        self._deepest = depth

    def _register(self, value: JavaValue) -> None:
        handles = self._handles
        handles.append(value)
        if len(handles) > self._max_handles:
            self._too_many_handles()

    def _refuse_more(self) -> NoReturn:
        if len(self._handles) > self._max_handles:
            self._too_many_handles()
        raise LimitExceeded(f"at most {self._limits.elements} elements", "more", offset=self.offset)

    def _too_many_handles(self) -> NoReturn:
        raise LimitExceeded(f"at most {self._max_handles} handles", "more", offset=self.offset)

    def _forget_handles(self) -> None:
        self._spend(len(self._handles))  # or a stream of resets could hold any number of values
        self._handles = []
        self._remembers = False  # or a class that is described again would be the one of the first time
        self._latest = None

    def read_reference(self, _depth: int) -> JavaValue:
        """Read a handle and return what it stands for."""
        (handle,) = _read_handle(self._data, self.offset)
        handles = self._handles
        index: int = handle - BASE_WIRE_HANDLE
        if not 0 <= index < len(handles):
            expected = f"one of {len(handles)} handles from {BASE_WIRE_HANDLE:#x}"
            raise MalformedBytes(expected, f"{handle:#x}", offset=self.offset)
        self.offset += 4
        found = handles[index]
        return self._read_late(index) if found is LATER else found

    def _read_late(self, index: int) -> JavaValue:
        """Read the object that the value of a handle stands in."""
        late = self._later
        if late is not None:
            self._handles[late.first_handle : late.end_handle] = late.handles[late.first_handle :]
        if self._handles[index] is LATER:
            raise NotMade
        return self._handles[index]

    def read_string(self, _depth: int) -> JavaString:
        """Read a string of at most 65535 bytes."""
        data, handles, start = self._data, self._handles, self.offset + 2
        (length,) = _read_short(data, start - 2)
        raw = data[start : start + length]
        if self._strings is None and len(raw) == length and raw.isascii():
            result = JavaString(raw, "ascii")  # nearly every one
            self.offset = start + length
        else:
            text = self._utf()
            result = JavaString(text) if self._strings is None else self._strings[len(handles)]
        handles.append(result)
        if len(handles) > self._max_handles:
            self._too_many_handles()
        return result

    def read_long_string(self, _depth: int) -> JavaString:
        """Read a string of any length."""
        (length,) = read_long(self._data, self.offset)
        if not 0 <= length <= self._limits.string:
            error = MalformedBytes if length < 0 else LimitExceeded
            raise error(f"a string of at most {self._limits.string} bytes", f"{length}", offset=self.offset)
        self.offset += 8
        text = self._text(self._block(length))
        result = JavaString(text) if self._strings is None else self._strings[len(self._handles)]
        self._register(result)
        return result

    def _utf(self) -> str:
        data = self._data
        start = self.offset + 2
        (length,) = _read_short(data, self.offset)
        self.offset = end = start + length
        raw = data[start:end]
        if len(raw) != length:
            raise MalformedBytes(f"{length} bytes", f"{len(raw)}", offset=start)
        return raw.decode() if raw.isascii() else self._text(raw)

    def _text(self, raw: bytes) -> str:
        try:
            return decode_modified_utf8(raw)
        except UnicodeDecodeError as error:
            raise MalformedBytes("modified UTF-8", error.reason, offset=self.offset - len(raw)) from None

    def _block(self, length: int) -> bytes:
        start = self.offset
        end = start + length
        if end > len(self._data):
            raise MalformedBytes(f"{length} bytes", f"{len(self._data) - start}", offset=start)
        self.offset = end
        return self._data[start:end]

    def read_null(self, _depth: int) -> None:
        """Return null."""

    def read_block_data(self, _depth: int) -> BlockData:
        """Read primitive data of at most 255 bytes."""
        length = self._data[self.offset]
        self.offset += 1
        return BlockData(self._block(length))

    def read_block_data_long(self, _depth: int) -> BlockData:
        """Read primitive data of any length."""
        (length,) = read_int(self._data, self.offset)
        if length < 0:
            raise MalformedBytes("a length", f"{length}", offset=self.offset)
        self.offset += 4
        return BlockData(self._block(length), long=True)

    def refuse_tag(self, _depth: int) -> NoReturn:
        """Refuse a tag that begins no value."""
        at = self.offset - 1
        raise MalformedBytes("a value's tag", f"{self._data[at]:#04x}", offset=at)


def _comparable(limits: Limits) -> tuple[int, int, int]:
    """Return the caps that decide whether one descriptor or object can be read at all, wherever it stands."""
    return limits.depth, limits.lineage, limits.string
