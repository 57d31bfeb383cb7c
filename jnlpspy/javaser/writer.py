"""Writes values as `java.io.ObjectOutputStream` would: the inverse of the reader, for simulated peers and tests."""

import struct
from collections.abc import Iterable, Sequence
from typing import Final

from jnlpspy.javaser.cursor import WriteAborted
from jnlpspy.javaser.modified_utf8 import encode_modified_utf8
from jnlpspy.javaser.primitives import OBJECT_TYPECODES, field_layout, pack_elements, pack_fields
from jnlpspy.javaser.tags import (
    BASE_WIRE_HANDLE,
    SC_EXTERNALIZABLE,
    SC_WRITE_METHOD,
    STREAM_HEADER,
    TC_ARRAY,
    TC_BLOCKDATA,
    TC_BLOCKDATALONG,
    TC_CLASS,
    TC_CLASSDESC,
    TC_ENDBLOCKDATA,
    TC_ENUM,
    TC_EXCEPTION,
    TC_LONGSTRING,
    TC_NULL,
    TC_OBJECT,
    TC_PROXYCLASSDESC,
    TC_REFERENCE,
    TC_RESET,
    TC_STRING,
)
from jnlpspy.model.java import (
    BlockData,
    ClassData,
    JavaArray,
    JavaClass,
    JavaClassObject,
    JavaContent,
    JavaEnum,
    JavaException,
    JavaObject,
    JavaReset,
    JavaStream,
    JavaString,
    JavaValue,
)

_LONGEST_SHORT_STRING: Final = 0xFFFF
_LONGEST_SHORT_BLOCK: Final = 0xFF


def write_stream(contents: JavaStream | Iterable[JavaContent]) -> bytes:
    """Write a whole stream.

    The same object again becomes a reference, a `JavaString` too; a plain str is a new string each time.

    Raises:
        ValueError: A value does not fit its field or its class.
    """
    contents = contents.contents if isinstance(contents, JavaStream) else list(contents)
    writer = _Writer()
    for content in contents:
        try:
            writer.write_content(content)
        except WriteAborted:
            continue
    return STREAM_HEADER + writer.out


class _Writer:
    """What was written, and under which handles."""

    def __init__(self) -> None:
        self.out = bytearray()
        self._handles: dict[int, int] = {}
        """Handle by `id`; whoever calls keeps the values alive."""
        self._next_handle = BASE_WIRE_HANDLE

    def write_content(self, content: JavaContent) -> None:
        match content:
            case BlockData():
                self._block_data(content)
            case JavaReset():
                self.out.append(TC_RESET)
                self._forget_handles()
            case _:
                self._value(content)

    def _value(self, value: JavaValue) -> None:
        if value is None:
            self.out.append(TC_NULL)
        elif id(value) in self._handles:
            self.out += struct.pack(">BI", TC_REFERENCE, self._handles[id(value)])
        else:
            self._new_value(value)

    def _new_value(self, value: JavaValue) -> None:
        match value:
            case str():
                self._string(value)
            case JavaObject():
                self._object(value)
            case JavaArray():
                self._array(value)
            case JavaEnum():
                self.out.append(TC_ENUM)
                self._class_desc(value.java_class)
                self._register(value)
                self._value(value.constant)
            case JavaClass():
                self._class_desc(value)
            case JavaClassObject():
                self.out.append(TC_CLASS)
                self._class_desc(value.java_class)
                self._register(value)
            case JavaException():
                self._abort(value)
            case _:
                raise ValueError(f"expected an object, got {value!r}: a primitive has no place of its own")

    def _abort(self, exception: JavaException) -> None:
        self.out.append(TC_EXCEPTION)
        self._forget_handles()
        self._value(exception.throwable)
        self._forget_handles()
        raise WriteAborted

    def _register(self, value: JavaValue) -> None:
        if not isinstance(value, str) or isinstance(value, JavaString):
            self._handles[id(value)] = self._next_handle
        self._next_handle += 1

    def _forget_handles(self) -> None:
        self._handles.clear()
        self._next_handle = BASE_WIRE_HANDLE

    def _object(self, value: JavaObject) -> None:
        self.out.append(TC_OBJECT)
        self._class_desc(value.java_class)
        self._register(value)
        for part in value.data:
            if part.java_class.flags & SC_EXTERNALIZABLE:
                self._annotation(part.annotation)
            else:
                self._fields(part)
                if part.java_class.flags & SC_WRITE_METHOD:
                    self._annotation(part.annotation)

    def _fields(self, part: ClassData) -> None:
        java_class, values = part.java_class, part.values
        if not values and java_class.flags & SC_WRITE_METHOD:
            return  # a writeObject that does not call defaultWriteObject
        aborted = bool(values) and isinstance(values[-1], JavaException)
        if len(values) != len(java_class.fields) and not aborted:
            raise ValueError(f"expected {len(java_class.fields)} values of {java_class.name}, got {len(values)}")
        layout = field_layout("".join(declared.typecode for declared in java_class.fields))
        self.out += pack_fields(layout, values[: layout.primitives])
        for value in values[layout.primitives :]:
            self._value(value)

    def _annotation(self, contents: Sequence[JavaContent]) -> None:
        for content in contents:
            self.write_content(content)
        self.out.append(TC_ENDBLOCKDATA)

    def _array(self, array: JavaArray) -> None:
        self.out.append(TC_ARRAY)
        self._class_desc(array.java_class)
        self._register(array)
        typecode, values = array.java_class.name[1:2], array.values
        self.out += len(values).to_bytes(4, "big")
        if not isinstance(values, list):
            if typecode != "B":
                raise ValueError(f"expected a list for {array.java_class.name}, got {type(values).__name__}")
            self.out += values
        elif typecode in OBJECT_TYPECODES:
            for value in values:
                self._value(value)
        else:
            self.out += pack_elements(typecode, values)

    def _class_desc(self, java_class: JavaClass | None) -> None:
        while java_class is not None and id(java_class) not in self._handles:
            if java_class.interfaces is None:
                self._plain_class_desc(java_class)
            else:
                self._proxy_class_desc(java_class, java_class.interfaces)
            self._annotation(java_class.annotation)
            java_class = java_class.superclass
        self._value(java_class)

    def _plain_class_desc(self, java_class: JavaClass) -> None:
        self.out.append(TC_CLASSDESC)
        self._utf(java_class.name)
        self.out += struct.pack(">q", java_class.suid)
        self._register(java_class)
        self.out += struct.pack(">BH", java_class.flags, len(java_class.fields))
        for declared in java_class.fields:
            self.out += declared.typecode.encode("latin-1")
            self._utf(declared.name)
            if declared.typecode in OBJECT_TYPECODES:
                self._value(declared.signature)

    def _proxy_class_desc(self, java_class: JavaClass, interfaces: Sequence[str]) -> None:
        self.out.append(TC_PROXYCLASSDESC)
        self._register(java_class)
        self.out += len(interfaces).to_bytes(4, "big")
        for interface in interfaces:
            self._utf(interface)

    def _string(self, text: str) -> None:
        self._register(text)
        encoded = encode_modified_utf8(text)
        if len(encoded) <= _LONGEST_SHORT_STRING:
            self.out += struct.pack(">BH", TC_STRING, len(encoded))
        else:
            self.out += struct.pack(">BQ", TC_LONGSTRING, len(encoded))
        self.out += encoded

    def _utf(self, text: str) -> None:
        encoded = encode_modified_utf8(text)
        if len(encoded) > _LONGEST_SHORT_STRING:
            raise ValueError(f"expected a name of at most {_LONGEST_SHORT_STRING} bytes, got {len(encoded)}")
        self.out += len(encoded).to_bytes(2, "big")
        self.out += encoded

    def _block_data(self, block: BlockData) -> None:
        if block.long or len(block.data) > _LONGEST_SHORT_BLOCK:
            self.out += struct.pack(">BI", TC_BLOCKDATALONG, len(block.data))
        else:
            self.out += struct.pack(">BB", TC_BLOCKDATA, len(block.data))
        self.out += block.data
