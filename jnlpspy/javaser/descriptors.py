"""Reads class descriptors (`ObjectInputStream.readClassDesc`)."""

import struct
from abc import ABC, abstractmethod
from typing import Final

from jnlpspy.errors import LimitExceeded, MalformedBytes
from jnlpspy.javaser.cursor import UNWINDING, Cursor, read_int, read_long
from jnlpspy.javaser.known_classes import KNOWN_CLASSES, KnownChain, find_known_class, kept_size
from jnlpspy.javaser.plans import NO_CLASS, Plan, extend_plan, plan_of
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
from jnlpspy.model.java import BlockData, ClassData, JavaClass, JavaField, JavaObject, JavaString, JavaValue

_MOST_INTERFACES: Final = 65535
"""As in a class file; `ObjectInputStream` refuses more too."""

_BOTH_KINDS: Final = SC_SERIALIZABLE | SC_EXTERNALIZABLE

_DESCRIBED: Final = frozenset((TC_CLASSDESC, TC_PROXYCLASSDESC))

_read_flags_and_count = struct.Struct(">BH").unpack_from


class DescriptorReader(Cursor, ABC):
    """The half of the reader that knows classes."""

    @abstractmethod
    def _annotation(self, owner: ClassData | JavaClass, depth: int) -> None:
        """Read contents up to and with TC_ENDBLOCKDATA."""

    def _class(self, depth: int) -> JavaClass:
        """Read the descriptor of a value's class, which cannot be null."""
        at, latest = self.offset, self._latest
        if latest is not None:
            known, handles = latest.next, self._handles
            if (
                known is not None
                and known.first_handle == len(handles)
                and self._data.startswith(known.raw, at)
                and (not known.outer or known.means_the_same(handles))
                and self._take(known)
            ):
                return known.java_class
        tag = self._data[at]
        self.offset = at + 1
        try:
            if tag == TC_REFERENCE:
                found = self.read_reference(depth)
                if isinstance(found, JavaClass) and found.plan is not None:
                    return found
            else:
                found = self._class_chain(tag, depth)
                if found is not None:
                    return found
            raise MalformedBytes("a class descriptor", _kind(found), offset=at)
        except UNWINDING:
            self._path.append(".classDesc")
            raise

    def read_bare_class(self, depth: int) -> JavaClass | None:
        """Read a descriptor that stands for itself."""
        if depth > self._deepest:
            self._descend(depth)
        return self._class_chain(self._data[self.offset - 1], depth)

    def _class_chain(self, tag: int, depth: int) -> JavaClass | None:
        """Read a descriptor and those of its superclasses, or take them from memory."""
        at = self.offset - 1
        if self._replayed is not None and at in self._replayed:
            known = self._replayed[at]
        elif not self._remembers or tag not in _DESCRIBED:
            return self._new_chain(tag, depth)
        else:
            data, handles, latest = self._data, self._handles, self._latest
            name = at + 1 if tag == TC_CLASSDESC else at + 5  # a proxy's interfaces are counted first
            size = int.from_bytes(data[name : name + 2], "big")
            key = len(handles), data[at : name + 2 + size]  # cut short: not known
            chain = find_known_class(key, data, at, handles)
            if chain is None:
                before = at, len(handles), len(self._outer), self._elements
                found = self._new_chain(tag, depth)
                if found is not None:
                    self._remember(key, found, before)
                return found
            known = chain
            if latest is not None:
                latest.next = known
        self.offset = at
        if not self._take(known):
            self.offset = at + 1
            return self._new_chain(tag, depth)
        return known.java_class

    def _take(self, known: KnownChain) -> bool:
        """Do what reading a chain would do from its tag on, unless that would fail."""
        handles, added, elements = self._handles, known.handles, self._elements - known.elements
        if elements < 0 or len(handles) + len(added) > self._max_handles:
            return False
        if known.outer:
            self._outer += known.outer
        handles += added
        self._elements = elements
        if self._replayed is None:
            self._latest = known
            if self._met is not None:
                self._met[self.offset] = known
        self.offset += known.length
        return True

    def _remember(self, key: tuple[int, bytes], found: JavaClass, before: tuple[int, int, int, int]) -> None:
        """Keep a chain that was read, unless its annotations hold values of their own."""
        start, first, outer, elements = before
        handles = tuple(self._handles[first:])
        chain = [each for each in handles if isinstance(each, JavaClass)]
        if not all(isinstance(content, BlockData) for each in chain for content in each.annotation):
            return
        depends = tuple({index: meant for index, meant in self._outer[outer:] if index < first}.items())
        size = kept_size(self.offset - start, depends)
        if size is None:
            return
        raw = bytes(self._data[start : self.offset])
        known = KnownChain(first, raw, depends, found, handles, elements - self._elements, size)
        KNOWN_CLASSES.add(key, known)
        if self._met is not None:
            self._met[start] = known

    def _new_chain(self, tag: int, depth: int) -> JavaClass | None:
        """Read a descriptor and those of its superclasses, in a loop: the stack is short."""
        chain: list[JavaClass] = []
        try:
            while tag in {TC_CLASSDESC, TC_PROXYCLASSDESC}:
                described = self._class_desc(depth) if tag == TC_CLASSDESC else self._proxy_class_desc(depth)
                if chain:
                    chain[-1].superclass = described
                chain.append(described)
                tag = self._data[self.offset]
                self.offset += 1
            top = self._known_class(tag, depth)
            if not chain:
                return top
            chain[-1].superclass = top
            self._plan(chain, NO_CLASS if top is None else plan_of(top))
        except UNWINDING:
            self._path += [".superClassDesc"] * len(chain)
            raise
        return chain[0]

    def _known_class(self, tag: int, depth: int) -> JavaClass | None:
        """Read what ends a chain: null, or a reference to a complete class."""
        if tag == TC_NULL:
            return None
        at = self.offset - 1
        found = self._refer(depth) if tag == TC_REFERENCE else None
        if not isinstance(found, JavaClass) or found.plan is None:
            got = f"tag {tag:#04x}" if found is None else _kind(found)
            raise MalformedBytes("a class descriptor", got, offset=at)
        return found

    def _plan(self, chain: list[JavaClass], plan: Plan) -> None:
        if plan.height + len(chain) > self._limits.lineage:
            raise LimitExceeded(f"at most {self._limits.lineage} classes in a lineage", "more", offset=self.offset)
        for java_class in reversed(chain):
            try:
                java_class.plan = plan = extend_plan(plan, java_class)
            except ValueError as error:
                got = f"{error} in {java_class.name}"
                raise MalformedBytes("primitive fields, then objects", got, offset=self.offset) from None

    def _class_desc(self, depth: int) -> JavaClass:
        step = ".name"
        try:
            name = self._utf()
            step = ".suid"
            (suid,) = read_long(self._data, self.offset)
            self.offset += 8
            result = JavaClass(name, suid, 0)
            self._register(result)
            step = ".flags"
            result.flags, count = _read_flags_and_count(self._data, self.offset)
            if result.flags & _BOTH_KINDS == _BOTH_KINDS:
                raise MalformedBytes("a class serializable or externalizable", "both flags", offset=self.offset)
            self.offset += 3
            step = ""
            if count:
                result.fields = self._class_fields(count, depth)
            self._annotation(result, depth + 1)  # two levels: it took five Python frames to get here
        except UNWINDING:
            self._path.append(step)
            raise
        return result

    def _class_fields(self, count: int, depth: int) -> tuple[JavaField, ...]:
        self._spend(count)
        fields: list[JavaField] = []
        step = ".typecode"
        try:
            for _ in range(count):
                step = ".typecode"
                typecode = chr(self._data[self.offset])
                self.offset += 1
                step = ".name"
                name = self._utf()
                step = ".signature"
                fields.append(JavaField(typecode, name, self._name(depth) if typecode in OBJECT_TYPECODES else None))
        except UNWINDING:
            self._path.append(f".fields[{len(fields)}]{step}")
            raise
        return tuple(fields)

    def _proxy_class_desc(self, depth: int) -> JavaClass:
        result = JavaClass("", 0, SC_SERIALIZABLE, interfaces=())
        self._register(result)
        step = ".interfaces"
        try:
            (count,) = read_int(self._data, self.offset)
            if not 0 <= count <= _MOST_INTERFACES:
                raise MalformedBytes(f"at most {_MOST_INTERFACES} interfaces", f"{count}", offset=self.offset)
            self.offset += 4
            self._spend(count)
            result.interfaces = tuple([self._utf() for _ in range(count)])
            step = ""
            self._annotation(result, depth + 1)
        except UNWINDING:
            self._path.append(step)
            raise
        return result

    def _name(self, depth: int) -> JavaString:
        """Read an object that must be a string, new or known."""
        at = self.offset
        tag = self._data[at]
        self.offset = at + 1
        if tag == TC_STRING:
            return self.read_string(depth)
        if tag == TC_LONGSTRING:
            return self.read_long_string(depth)
        found = self._refer(depth) if tag == TC_REFERENCE else None
        if not isinstance(found, JavaString):
            raise MalformedBytes("a string", f"tag {tag:#04x}" if found is None else _kind(found), offset=at)
        return found

    def _refer(self, depth: int) -> JavaValue:
        """Read a handle, and note that the chain at hand depends on it."""
        found = self.read_reference(depth)
        self._outer.append((int.from_bytes(self._data[self.offset - 4 : self.offset], "big") - BASE_WIRE_HANDLE, found))
        return found


def _kind(found: JavaValue) -> str:
    if isinstance(found, JavaObject):
        return "a JavaObject"  # also if it is read later
    return "null" if found is None else f"a {type(found).__name__}"
