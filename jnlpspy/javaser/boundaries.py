"""Finds where the contents of an endless object stream end, as its bytes come: what ObjectInputStream does by blocking.

It follows the grammar and keeps no values. What is still to come stands on a stack of steps, so that no byte is looked
at twice, save where a class turns out not to have written its fields. A content's bytes are then read by `reader`.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from jnlpspy.errors import DecodeError, MalformedBytes, NotSupported
from jnlpspy.javaser.descriptor_boundaries import DescriptorScanner, Try, read_length
from jnlpspy.javaser.limits import DEFAULT_LIMITS, Limits
from jnlpspy.javaser.plans import Form, Part
from jnlpspy.javaser.primitives import WIDTHS
from jnlpspy.javaser.tags import (
    TC_ARRAY,
    TC_BLOCKDATA,
    TC_BLOCKDATALONG,
    TC_CLASS,
    TC_CLASSDESC,
    TC_ENDBLOCKDATA,
    TC_ENUM,
    TC_EXCEPTION,
    TC_NULL,
    TC_OBJECT,
    TC_PROXYCLASSDESC,
    TC_RESET,
)
from jnlpspy.model.java import JavaClass
from jnlpspy.wire.buffer import ByteQueue

_PRICE_OF_A_TRY: Final = 512
"""What a failed try costs besides reading, as in `reader`."""

_OTHERS: Final = frozenset((TC_CLASSDESC, TC_PROXYCLASSDESC, TC_EXCEPTION))
"""Tags of values that are neither strings nor begin with a class."""


class BoundaryScanner(DescriptorScanner):
    """Follows one stream, content by content; the queue begins where the content does."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        super().__init__(limits)
        self._bodies: dict[int, Callable[[int], bool]] = {
            TC_OBJECT: self._object,
            TC_ARRAY: self._array,
            TC_ENUM: self._enum,
            TC_CLASS: self._class_object,
        }
        """What follows the class of a value, by the value's tag."""

    def advance(self, queue: ByteQueue) -> int | None:
        """Return the length of the content that the queue begins with, None if its end has not come.

        Raises:
            DecodeError: No content begins so; `reset` before going on elsewhere.
        """
        self._queue, stack = queue, self._stack
        if not stack:
            self.at = 0
            self._elements, self._rereads = self._limits.elements, self._limits.rereads
            stack.append(self._top)
        while stack:
            step = stack.pop()
            if isinstance(step, Try):
                continue
            try:
                done = step()
            except DecodeError:
                if not self._go_back():
                    raise
                continue
            if not done:
                stack.append(step)
                return None
        return self.at

    def reset(self) -> None:
        """Forget what was met, as TC_RESET does, and what was begun."""
        self._stack.clear()
        self._forget_handles()

    def _go_back(self) -> bool:
        """Go back to the last class that may not have written its fields; return whether there is one."""
        stack = self._stack
        while stack:
            tried = stack.pop()
            if not isinstance(tried, Try) or not tried.part.java_class.fields:
                continue
            self._rereads -= self.at - tried.at + _PRICE_OF_A_TRY
            if self._rereads < 0:
                return False
            self.at, self._handles = tried.at, tried.handles
            del self._handles[tried.known :]
            stack.append(partial(self._learn, tried.part.java_class))
            stack.append(partial(self._annotation, tried.depth))
            return True
        return False

    def _learn(self, java_class: JavaClass) -> bool:
        self._without_fields.add(java_class)
        return True

    def _top(self) -> bool:
        if not self._has(1):
            return False
        if self._queue.peek(1, self.at)[0] == TC_RESET:
            self.at += 1
            self._forget_handles()
        else:
            self._stack.append(partial(self._content, 1))
        return True

    def _content(self, depth: int) -> bool:
        tag = self._take(1)
        if tag is None:
            return False
        if tag[0] == TC_BLOCKDATA:
            self._stack.append(self._block)
        elif tag[0] == TC_BLOCKDATALONG:
            self._stack.append(self._long_block)
        else:
            self._begin(tag[0], depth)
        return True

    def _value(self, depth: int) -> bool:
        tag = self._take(1)
        if tag is not None:
            self._begin(tag[0], depth)
        return tag is not None

    def _begin(self, tag: int, depth: int) -> None:
        stack = self._stack
        if tag == TC_NULL:
            return
        if tag in self._strings:
            stack.append(self._strings[tag])
            return
        if tag not in self._bodies and tag not in _OTHERS:
            raise MalformedBytes("a value's tag", f"{tag:#04x}")
        self._check_depth(depth)
        if tag in self._bodies:
            stack.append(partial(self._bodies[tag], depth))
            stack.append(partial(self._class, depth))
        elif tag == TC_EXCEPTION:
            self._forget_handles()
            stack.append(self._abort)
            stack.append(partial(self._value, depth + 1))
        else:
            self._describe(tag, depth, [])

    def _abort(self) -> bool:
        """The Throwable that stopped the writer was read: nothing of what it stands in goes on."""
        self._stack.clear()
        self._forget_handles()
        return True

    def _block(self) -> bool:
        size = self._queue.peek(1, self.at) if self._has(1) else b""
        return bool(size) and self._skip(1 + size[0])

    def _long_block(self) -> bool:
        return self._skip_counted(4, read_length)

    def _object(self, depth: int) -> bool:
        plan = self._plans[self._described()]
        self._register(None)
        self._spend(plan.weight)
        self._stack += [partial(self._part, part, depth) for part in reversed(plan.parts)]
        return True

    def _part(self, part: Part, depth: int) -> bool:
        stack = self._stack
        if part.form is Form.UNFRAMED:
            raise NotSupported("Externalizable data in blocks (SC_BLOCK_DATA)", f"data of {part.java_class.name}")
        if part.form is Form.ANNOTATION or part.java_class in self._without_fields:
            stack.append(partial(self._annotation, depth))
            return True
        if part.form is Form.FIELDS_AND_ANNOTATION:
            stack.append(Try(part, depth, self.at, self._handles, len(self._handles)))
            stack.append(partial(self._annotation, depth))
        stack.append(partial(self._values, part.layout.objects, depth + 1))
        stack.append(partial(self._skip, part.layout.size))
        return True

    def _values(self, left: int, depth: int) -> bool:
        if left:
            self._stack.append(partial(self._values, left - 1, depth))
            self._stack.append(partial(self._value, depth))
        return True

    def _annotation(self, depth: int) -> bool:
        if not self._has(1):
            return False
        if self._queue.peek(1, self.at)[0] == TC_ENDBLOCKDATA:
            self.at += 1
            return True
        self._spend(1)
        self._stack.append(partial(self._annotation, depth))
        self._stack.append(partial(self._content, depth + 1))
        return True

    def _array(self, depth: int) -> bool:
        if not self._has(4):
            return False
        java_class = self._described()
        typecode = java_class.name[1:2]
        if java_class.name[:1] != "[" or not (typecode in WIDTHS or typecode in {"L", "["}):
            raise MalformedBytes("an array class", repr(java_class.name))
        (length,) = read_length(self._queue.peek(4, self.at))
        if length < 0:
            raise MalformedBytes("an array length", f"{length}")
        self.at += 4
        self._register(None)
        if typecode != "B":
            self._spend(length)
        if typecode in WIDTHS:
            self._stack.append(partial(self._skip, length * WIDTHS[typecode]))
        else:
            self._stack.append(partial(self._values, length, depth + 1))
        return True

    def _enum(self, _depth: int) -> bool:
        self._described()
        self._register(None)
        self._stack.append(self._name)
        return True

    def _class_object(self, _depth: int) -> bool:
        self._described()
        self._register(None)
        return True
