"""Finds where class descriptors end, as their bytes come; keeps of a class what says how its objects are laid out."""

import struct
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from jnlpspy.errors import LimitExceeded, MalformedBytes
from jnlpspy.javaser.limits import Limits
from jnlpspy.javaser.modified_utf8 import decode_modified_utf8
from jnlpspy.javaser.plans import NO_CLASS, Part, Plan, extend_plan
from jnlpspy.javaser.primitives import OBJECT_TYPECODES
from jnlpspy.javaser.tags import (
    BASE_WIRE_HANDLE,
    SC_EXTERNALIZABLE,
    SC_SERIALIZABLE,
    TC_CLASSDESC,
    TC_LONGSTRING,
    TC_NULL,
    TC_PROXYCLASSDESC,
    TC_REFERENCE,
    TC_STRING,
)
from jnlpspy.model.java import JavaClass, JavaField
from jnlpspy.wire.buffer import ByteQueue

_BOTH_KINDS: Final = SC_SERIALIZABLE | SC_EXTERNALIZABLE

read_length: Final = struct.Struct(">i").unpack
_read_long_length = struct.Struct(">q").unpack

Step = Callable[[], bool]
"""Takes bytes and says True, or takes none and says False: more are needed."""


class Try(NamedTuple):
    """Where to go back to if a class did not write its fields."""

    part: Part
    depth: int
    at: int
    handles: list[JavaClass | None]
    known: int


class DescriptorScanner(ABC):
    """The half of the scanner that knows what is taken, remembered and described."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._queue = ByteQueue()
        self._stack: list[Step | Try] = []
        self._handles: list[JavaClass | None] = []
        """By handle; what is no class is not kept."""
        self._plans: dict[JavaClass, Plan] = {}
        self._without_fields: set[JavaClass] = set()
        self._found: JavaClass | None = None
        """The class that was described or referred to last."""
        self._strings: dict[int, Step] = {
            TC_STRING: self._string,
            TC_LONGSTRING: self._long_string,
            TC_REFERENCE: self._reference,
        }
        self._elements = self._rereads = 0
        self.at = 0
        """How much of the content was followed."""

    @abstractmethod
    def _annotation(self, depth: int) -> bool:
        """Take contents up to and with TC_ENDBLOCKDATA."""

    def _has(self, size: int) -> bool:
        if self.at + size > self._limits.size:
            raise LimitExceeded(f"an object of at most {self._limits.size} bytes", "more")
        return len(self._queue) >= self.at + size

    def _take(self, size: int) -> bytes | None:
        if not self._has(size):
            return None
        self.at += size
        return self._queue.peek(size, self.at - size)

    def _skip(self, size: int) -> bool:
        if not self._has(size):
            return False
        self.at += size
        return True

    def _take_name(self, behind: int) -> tuple[str, bytes] | None:
        """Take a name behind its length in two bytes, and so many bytes behind it."""
        if not self._has(2):
            return None
        size = int.from_bytes(self._queue.peek(2, self.at), "big")
        if not self._has(2 + size + behind):
            return None
        raw = self._queue.peek(size + behind, self.at + 2)
        self.at += 2 + size + behind
        try:
            return decode_modified_utf8(raw[:size]), raw[size:]
        except UnicodeDecodeError as error:
            raise MalformedBytes("modified UTF-8", error.reason) from None

    def _register(self, value: JavaClass | None) -> None:
        self._handles.append(value)
        if len(self._handles) > self._limits.handles:
            raise LimitExceeded(f"at most {self._limits.handles} handles", "more")

    def _forget_handles(self) -> None:
        self._handles = []
        self._plans = {}
        self._without_fields = set()

    def _spend(self, elements: int) -> None:
        self._elements -= elements
        if self._elements < 0:
            raise LimitExceeded(f"at most {self._limits.elements} elements", "more")

    def _check_depth(self, depth: int) -> None:
        if depth > self._limits.depth:
            raise LimitExceeded(f"at most {self._limits.depth} levels of nesting", "more")

    def _string(self) -> bool:
        if not self._has(2) or not self._skip(2 + int.from_bytes(self._queue.peek(2, self.at), "big")):
            return False
        self._register(None)
        return True

    def _long_string(self) -> bool:
        if not self._skip_counted(8, _read_long_length):
            return False
        self._register(None)
        return True

    def _skip_counted(self, width: int, read: Callable[[bytes], tuple[int, ...]]) -> bool:
        if not self._has(width):
            return False
        (size,) = read(self._queue.peek(width, self.at))
        if size < 0:
            raise MalformedBytes("a length", f"{size}")
        return self._skip(width + size)

    def _reference(self) -> bool:
        handle = self._take(4)
        if handle is None:
            return False
        index = int.from_bytes(handle, "big") - BASE_WIRE_HANDLE
        if not 0 <= index < len(self._handles):
            expected = f"one of {len(self._handles)} handles from {BASE_WIRE_HANDLE:#x}"
            raise MalformedBytes(expected, f"{index + BASE_WIRE_HANDLE:#x}")
        self._found = self._handles[index]
        return True

    def _name(self) -> bool:
        tag = self._take(1)
        if tag is None:
            return False
        if tag[0] not in self._strings:
            raise MalformedBytes("a string", f"tag {tag[0]:#04x}")
        self._stack.append(self._strings[tag[0]])
        return True

    def _described(self) -> JavaClass:
        if self._found is None or self._found not in self._plans:
            raise MalformedBytes("a class descriptor", "something else")
        return self._found

    def _class(self, depth: int) -> bool:
        """Take the descriptor of a value's class."""
        tag = self._take(1)
        if tag is None:
            return False
        if tag[0] == TC_REFERENCE:
            self._stack.append(self._reference)
        elif tag[0] in (TC_CLASSDESC, TC_PROXYCLASSDESC):
            self._describe(tag[0], depth, [])
        else:
            raise MalformedBytes("a class descriptor", f"tag {tag[0]:#04x}")
        return True

    def _describe(self, tag: int, depth: int, chain: list[JavaClass]) -> None:
        """Take a descriptor; those of the classes below it are in the chain."""
        self._stack.append(partial(self._superclass, depth, chain))
        self._stack.append(partial(self._annotation, depth + 1))
        self._stack.append(partial(self._proxy_desc if tag == TC_PROXYCLASSDESC else self._class_desc, chain))

    def _class_desc(self, chain: list[JavaClass]) -> bool:
        name = self._take_name(8)
        if name is None:
            return False
        described = JavaClass(name[0], 0, 0)
        chain.append(described)
        self._register(described)
        self._stack.append(partial(self._flags, described))
        return True

    def _flags(self, described: JavaClass) -> bool:
        head = self._take(3)
        if head is None:
            return False
        described.flags = head[0]
        if head[0] & _BOTH_KINDS == _BOTH_KINDS:
            raise MalformedBytes("a class serializable or externalizable", "both flags")
        count = int.from_bytes(head[1:], "big")
        self._spend(count)
        self._stack.append(partial(self._fields, described, count, []))
        return True

    def _fields(self, described: JavaClass, left: int, fields: list[JavaField]) -> bool:
        if not left:
            described.fields = tuple(fields)
            return True
        typecode = self._queue.peek(1, self.at).decode("latin-1") if self._has(1 + 2) else ""
        size = 1 + 2 + int.from_bytes(self._queue.peek(2, self.at + 1), "big")
        if not typecode or not self._skip(size):
            return False
        fields.append(JavaField(typecode, "", None))
        self._stack.append(partial(self._fields, described, left - 1, fields))
        if typecode in OBJECT_TYPECODES:
            self._stack.append(self._name)
        return True

    def _proxy_desc(self, chain: list[JavaClass]) -> bool:
        head = self._take(4)
        if head is None:
            return False
        (count,) = read_length(head)
        if not 0 <= count <= 0xFFFF:
            raise MalformedBytes("at most 65535 interfaces", f"{count}")
        described = JavaClass("", 0, SC_SERIALIZABLE)
        chain.append(described)
        self._register(described)
        self._spend(count)
        self._stack += [self._interface] * count
        return True

    def _interface(self) -> bool:
        return self._has(2) and self._skip(2 + int.from_bytes(self._queue.peek(2, self.at), "big"))

    def _superclass(self, depth: int, chain: list[JavaClass]) -> bool:
        tag = self._take(1)
        if tag is None:
            return False
        if tag[0] in (TC_CLASSDESC, TC_PROXYCLASSDESC):
            self._describe(tag[0], depth, chain)
        elif tag[0] == TC_REFERENCE:
            self._stack.append(partial(self._plan, chain))
            self._stack.append(self._reference)
        elif tag[0] == TC_NULL:
            self._plan_below(NO_CLASS, chain)
        else:
            raise MalformedBytes("a class descriptor", f"tag {tag[0]:#04x}")
        return True

    def _plan(self, chain: list[JavaClass]) -> bool:
        self._plan_below(self._plans[self._described()], chain)
        return True

    def _plan_below(self, plan: Plan, chain: list[JavaClass]) -> None:
        if plan.height + len(chain) > self._limits.lineage:
            raise LimitExceeded(f"at most {self._limits.lineage} classes in a lineage", "more")
        for java_class in reversed(chain):
            try:
                self._plans[java_class] = plan = extend_plan(plan, java_class)
            except ValueError as error:
                raise MalformedBytes("primitive fields, then objects", f"{error} in {java_class.name}") from None
        self._found = chain[0]
