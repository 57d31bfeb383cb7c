"""Reads an object stream a second time and slowly, to say which bytes each field came from.

The fast reader keeps no offsets. This one reads the one stream that is looked at; a test over every specimen holds them
both to the same grammar.
"""

from collections.abc import Callable
from typing import Final, NoReturn

from jnlpspy.errors import DecodeError, LimitExceeded, MalformedBytes, NotSupported
from jnlpspy.javaser.cursor import WriteAborted
from jnlpspy.javaser.pieces import PieceReader, describe_piece, kind_of
from jnlpspy.javaser.plans import NO_CLASS, Form, Part, Plan, extend_plan
from jnlpspy.javaser.primitives import OBJECT_TYPECODES, WIDTHS, unpack_elements
from jnlpspy.javaser.tags import (
    BASE_WIRE_HANDLE,
    SC_BLOCK_DATA,
    SC_ENUM,
    SC_EXTERNALIZABLE,
    SC_SERIALIZABLE,
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
from jnlpspy.model.describe import describe_value, short_class
from jnlpspy.model.java import (
    BlockData,
    ClassData,
    JavaArray,
    JavaClass,
    JavaClassObject,
    JavaContent,
    JavaEnum,
    JavaField,
    JavaObject,
    JavaReset,
    JavaStream,
    JavaString,
    JavaValue,
)
from jnlpspy.model.trace import Node

DEPTH: Final = 60
"""Values inside values; each takes some eight Python frames."""

TRIES: Final = 1000
"""Classes tried again as ones that wrote no fields: tries inside tries would double each time."""

_NESTED: Final = 3
"""Streams inside streams; remoting has one inside another."""


def trace_stream(data: bytes, *, nested: int = _NESTED) -> tuple[Node, JavaStream]:
    """Take a stream apart as far as it can be read; what cannot is one bad piece at the end."""
    tracer = _Tracer(data, nested)
    contents: list[JavaContent] = []
    with tracer.piece("object stream") as root:
        try:
            with tracer.piece("stream header", "magic and version 5"):
                if tracer.take(len(STREAM_HEADER)) != STREAM_HEADER:
                    raise MalformedBytes(f"stream header {STREAM_HEADER.hex()}", data[:4].hex())
            while tracer.offset < len(data):
                contents.append(tracer.content())
        except DecodeError as error:
            tracer.fail(str(error))
        except RecursionError:
            tracer.fail("nested too deep")
    return root, JavaStream(contents)


_Readers = dict[int, "Callable[[_Tracer, int], JavaContent]"]
"""Readers by tag: what may stand in a place."""


class _Tracer(PieceReader):
    """The grammar, and the handles of what was read."""

    def __init__(self, data: bytes, nested: int) -> None:
        super().__init__(data)
        self._nested = nested
        self._handles: list[JavaValue] = []
        self._plans: dict[JavaClass, Plan] = {}
        self._tries = 0

    def content(self) -> JavaContent:
        """Read what may stand at the top of a stream; None for a value that its writer gave up."""
        try:
            return self._read("", 0, _TOP)
        except WriteAborted:
            return None

    def value(self, label: str, depth: int) -> JavaValue:
        """Read what may stand in a field or an array."""
        return self._read(label, depth, _VALUES)  # type: ignore[return-value] # _VALUES has no other readers

    def _read(self, label: str, depth: int, readers: _Readers) -> JavaContent:
        if depth > DEPTH:
            raise LimitExceeded(f"at most {DEPTH} levels of nesting", "more", offset=self.offset)
        with self.piece(label) as node:
            reader = readers.get(self.peek())
            if reader is None:
                raise MalformedBytes("a value's tag", f"{self.peek():#04x}", offset=self.offset)
            value = reader(self, depth)
            node.text = node.text or describe_piece(value)
            node.label = node.label or kind_of(value)
        return value

    # What is one piece by itself

    def null(self, _depth: int) -> None:
        self.take(1)

    def reset(self, _depth: int) -> JavaReset:
        self.take(1)
        self._handles.clear()
        return JavaReset()

    def reference(self, _depth: int) -> JavaValue:
        self.take(1)
        handle = self.number(4)
        if not 0 <= handle - BASE_WIRE_HANDLE < len(self._handles):
            raise MalformedBytes(f"one of {len(self._handles)} handles", f"{handle:#x}", offset=self.offset - 4)
        value = self._handles[handle - BASE_WIRE_HANDLE]
        self.current.text = f"{describe_piece(value)} (as before)"
        return value

    def string(self, _depth: int) -> JavaString:
        long = self.take(1)[0] == TC_LONGSTRING
        value = JavaString(self.utf(8 if long else 2))
        self._handles.append(value)
        return value

    def block_data(self, _depth: int) -> BlockData:
        long = self.take(1)[0] == TC_BLOCKDATALONG
        return BlockData(self.take(self.number(4 if long else 1)), long)

    # What is made of pieces

    def object(self, depth: int) -> JavaObject:
        self.tag("TC_OBJECT")
        java_class = self._class_of_value(depth)
        result = JavaObject(java_class)
        self._handles.append(result)
        for part in self._plans[java_class].parts:
            data = ClassData(part.java_class, ())
            result.data.append(data)
            self._part(part, data, depth)
        return result

    def array(self, depth: int) -> JavaArray:
        self.tag("TC_ARRAY")
        java_class = self._class_of_value(depth)
        code = java_class.name[1:2]
        if java_class.name[:1] != "[" or code not in {*WIDTHS, *OBJECT_TYPECODES}:
            raise MalformedBytes("an array class", repr(java_class.name), offset=self.offset)
        result = JavaArray(java_class, b"")
        self._handles.append(result)
        with self.piece("length") as node:
            length = self.number(4)
            node.text = str(length)
        if code == "B":
            result.values = self._bytes(length)
        elif code in WIDTHS:
            with self.piece("elements"):
                result.values = unpack_elements(code, self.take(length * WIDTHS[code]), 0, length)
        else:
            result.values = []
            for index in range(length):
                result.values.append(self.value(f"[{index}]", depth + 1))
        return result

    def enum(self, depth: int) -> JavaEnum:
        self.tag("TC_ENUM")
        result = JavaEnum(self._class_of_value(depth), "")
        self._handles.append(result)
        constant = self.value("constant", depth + 1)
        if not isinstance(constant, JavaString):
            raise MalformedBytes("a string", kind_of(constant), offset=self.offset)
        result.constant = constant
        return result

    def class_object(self, depth: int) -> JavaClassObject:
        self.tag("TC_CLASS")
        result = JavaClassObject(self._class_of_value(depth))
        self._handles.append(result)
        return result

    def exception(self, depth: int) -> NoReturn:
        self.tag("TC_EXCEPTION")
        self._handles.clear()
        at = self.offset
        if not isinstance(self.value("throwable", depth + 1), JavaObject):
            raise MalformedBytes("a Throwable", f"tag {self._data[at]:#04x}", offset=at)
        self._handles.clear()
        raise WriteAborted

    def class_desc(self, depth: int) -> JavaClass | None:
        """Read a descriptor, of whichever kind."""
        if depth > DEPTH * 2:
            raise LimitExceeded(f"at most {DEPTH} classes in a lineage", "more", offset=self.offset)
        node = self.current
        tag = self.peek()
        if tag == TC_NULL:
            self.take(1)
            node.text = "null"
            return None
        if tag == TC_REFERENCE:
            known = self.reference(depth)
            if isinstance(known, JavaClass) and known in self._plans:
                return known
            raise MalformedBytes("a class descriptor", kind_of(known), offset=node.start)
        if tag not in {TC_CLASSDESC, TC_PROXYCLASSDESC}:
            raise MalformedBytes("a class descriptor", f"tag {tag:#04x}", offset=self.offset)
        result = self._plain_class(depth) if tag == TC_CLASSDESC else self._proxy_class()
        node.text = node.text or describe_piece(result)
        with self.piece("class annotation") as annotated:
            result.annotation = self._contents(depth)
            annotated.text = "" if result.annotation else "none"
        with self.piece("superclass"):
            result.superclass = self.class_desc(depth + 1)
        above = NO_CLASS if result.superclass is None else self._plans[result.superclass]
        try:
            self._plans[result] = extend_plan(above, result)
        except ValueError as error:
            raise MalformedBytes("primitive fields, then objects", f"{error}", offset=self.offset) from None
        return result

    # Parts of these

    def _class_of_value(self, depth: int) -> JavaClass:
        with self.piece("class") as node:
            found = self.class_desc(depth)
            if found is None:
                raise MalformedBytes("a class descriptor", "null", offset=node.start)
        return found

    def _plain_class(self, depth: int) -> JavaClass:
        self.tag("TC_CLASSDESC")
        with self.piece("name") as node:
            result = JavaClass(self.utf(2), 0, 0)
            node.text = result.name
        with self.piece("serialVersionUID") as node:
            result.suid = int.from_bytes(self.take(8), "big", signed=True)
            node.text = str(result.suid)
        self._handles.append(result)
        with self.piece("flags") as node:
            result.flags = self.number(1)
            node.text = ", ".join(name for bit, name in _FLAGS.items() if result.flags & bit)
        with self.piece("number of fields") as node:
            number = self.number(2)
            node.text = str(number)
        result.fields = tuple([self._field(depth) for _ in range(number)])
        return result

    def _proxy_class(self) -> JavaClass:
        self.tag("TC_PROXYCLASSDESC")
        result = JavaClass("", 0, SC_SERIALIZABLE, interfaces=())
        self._handles.append(result)
        with self.piece("number of interfaces") as node:
            number = self.number(4)
            node.text = str(number)
        for _ in range(number):
            with self.piece("interface") as node:
                node.text = self.utf(2)
                result.interfaces = (*(result.interfaces or ()), node.text)
        return result

    def _field(self, depth: int) -> JavaField:
        with self.piece("field") as node:
            code = chr(self.number(1))
            name = self.utf(2)
            signature: JavaString | None = None
            if code in OBJECT_TYPECODES:
                signature = self._string_or_reference(depth)
            node.text = f"{signature or code} {name}"
        return JavaField(code, name, signature)

    def _string_or_reference(self, depth: int) -> JavaString:
        tag = self.peek()
        if tag in {TC_STRING, TC_LONGSTRING}:
            return self.string(depth)
        found = self.reference(depth) if tag == TC_REFERENCE else None
        if not isinstance(found, JavaString):
            raise MalformedBytes("a string", f"tag {tag:#04x}", offset=self.offset)
        return found

    def _part(self, part: Part, data: ClassData, depth: int) -> None:
        if part.form is Form.UNFRAMED:
            raise NotSupported("Externalizable data in blocks", part.java_class.name, offset=self.offset)
        if part.form is Form.FIELDS and not part.java_class.fields:
            return
        with self.piece(short_class(part.java_class.name)) as node:
            if part.form is Form.FIELDS:
                self._fields(data, depth)
            elif part.form is Form.ANNOTATION:
                self._annotation(data, depth)
            else:
                self._fields_and_annotation(part, data, node, depth)

    def _fields_and_annotation(self, part: Part, data: ClassData, node: Node, depth: int) -> None:
        """Read fields and annotation; if that fails, it may be a class whose writeObject writes no fields."""
        start, known = self.offset, len(self._handles)
        try:
            self._fields(data, depth)
            self._annotation(data, depth)
        except DecodeError as error:
            self._tries += 1
            reached = self.offset
            if not part.java_class.fields or self._tries > TRIES:
                raise
            first = data.values, node.children, self._handles[known:]
            self.offset, data.values, node.children = start, (), []
            del self._handles[known:]
            try:
                self._annotation(data, depth)
            except DecodeError:
                if self.offset > reached:
                    raise
                self.offset = reached
                data.values, node.children, self._handles[known:] = first
                raise error from None
            part.form = Form.ANNOTATION  # as the fast reader does

    def _fields(self, data: ClassData, depth: int) -> None:
        values: list[JavaValue] = []
        for declared in data.java_class.fields:
            if declared.typecode in OBJECT_TYPECODES:
                values.append(self.value(declared.name, depth + 1))
                continue
            with self.piece(declared.name) as node:
                values += unpack_elements(declared.typecode, self.take(WIDTHS[declared.typecode]), 0, 1)
                node.text = describe_value(values[-1])
        data.values = tuple(values)

    def _annotation(self, data: ClassData, depth: int) -> None:
        with self.piece("annotation") as node:
            data.annotation = self._contents(depth)
            node.text = "" if data.annotation else "none"

    def _contents(self, depth: int) -> list[JavaContent]:
        contents: list[JavaContent] = []
        while self.peek() != TC_ENDBLOCKDATA:
            contents.append(self._read("", depth + 1, _CONTENTS))
        if contents:
            self.tag("TC_ENDBLOCKDATA")
        else:
            self.take(1)
        return contents

    def _bytes(self, length: int) -> bytes:
        with self.piece("bytes", f"{length:,} bytes") as node:
            raw = self.take(length)
            if raw.startswith(STREAM_HEADER) and self._nested:
                inner, _ = trace_stream(raw, nested=self._nested - 1)
                node.text = f"{length:,} bytes: an object stream"
                node.children = [child.moved(node.start) for child in inner.children]
        return raw


_FLAGS: Final = {
    SC_WRITE_METHOD: "writeObject",
    SC_SERIALIZABLE: "Serializable",
    SC_EXTERNALIZABLE: "Externalizable",
    SC_BLOCK_DATA: "block data",
    SC_ENUM: "enum",
}

_VALUES: Final[_Readers] = {
    TC_NULL: _Tracer.null,
    TC_REFERENCE: _Tracer.reference,
    TC_CLASSDESC: _Tracer.class_desc,
    TC_OBJECT: _Tracer.object,
    TC_STRING: _Tracer.string,
    TC_ARRAY: _Tracer.array,
    TC_CLASS: _Tracer.class_object,
    TC_EXCEPTION: _Tracer.exception,
    TC_LONGSTRING: _Tracer.string,
    TC_PROXYCLASSDESC: _Tracer.class_desc,
    TC_ENUM: _Tracer.enum,
}
_CONTENTS: Final[_Readers] = {
    **_VALUES,
    TC_BLOCKDATA: _Tracer.block_data,
    TC_BLOCKDATALONG: _Tracer.block_data,
}
_TOP: Final[_Readers] = {**_CONTENTS, TC_RESET: _Tracer.reset}
