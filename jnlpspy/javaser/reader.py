"""Reads `java.io.ObjectOutputStream`'s bytes into plain values; bounded, and nothing is ever instantiated."""

from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from jnlpspy.errors import DecodeError, LimitExceeded, MalformedBytes, NotSupported
from jnlpspy.javaser.cursor import CUT_SHORT, UNWINDING, WriteAborted, read_int
from jnlpspy.javaser.known_sources import SOURCE_HEAD, KnownSource, LaterObject
from jnlpspy.javaser.limits import DEFAULT_LIMITS, Limits
from jnlpspy.javaser.plans import Form, Part, Plan, plan_of
from jnlpspy.javaser.primitives import OBJECT_TYPECODES, WIDTHS, unpack_elements
from jnlpspy.javaser.sources import SourceReader
from jnlpspy.javaser.tags import (
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


def read_stream(data: bytes, limits: Limits = DEFAULT_LIMITS) -> JavaStream:
    """Read a whole stream.

    Raises:
        DecodeError: The bytes are not such a stream, whatever else they are.
    """
    stream, error = read_stream_prefix(data, limits)
    if error is not None:
        raise error
    return stream


def read_stream_prefix(data: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[JavaStream, DecodeError | None]:
    """Read as far as possible; after an error the last content holds what was read of it."""
    contents: list[JavaContent] = []
    stream = JavaStream(contents)
    if len(data) > limits.size:
        return stream, LimitExceeded(f"a stream of at most {limits.size} bytes", f"{len(data)}")
    if not data.startswith(STREAM_HEADER):
        return stream, MalformedBytes(f"stream header {STREAM_HEADER.hex()}", data[:4].hex() or "nothing")
    reader = ObjectReader(data, len(STREAM_HEADER), limits)
    try:
        while reader.offset < len(data):
            contents.append(reader.read_content())
    except DecodeError as error:
        if reader.unfinished is not None:
            contents.append(reader.unfinished)
        return stream, error
    return stream, None


_FIELDS: Final = Form.FIELDS  # as names of this module: an enum's members take ten times as long to get
_ANNOTATION: Final = Form.ANNOTATION
_UNFRAMED: Final = Form.UNFRAMED

_REFERRING: Final = 6
"""Bytes before an object's data if its class was described before: two tags and a handle."""

_PRICE_OF_A_TRY: Final = 512
"""What a failed try costs besides reading, in bytes that could be read in the time."""

_Attempt = tuple[list[str], JavaContent | None, tuple[JavaValue, ...], Sequence[JavaContent]]
"""Path, unfinished value, field values and annotation of a try that failed."""


class ObjectReader(SourceReader):
    """Reads contents one by one from bytes that hold them; `offset` is where the next one begins."""

    def read_content(self) -> JavaContent:
        """Read an object, block data or reset.

        Raises:
            DecodeError: It cannot be read; `unfinished` holds what was.
        """
        self.unfinished = None
        self._path = []
        try:
            self._spend(1)
            tag = self._data[self.offset]
            self.offset += 1
            if tag == TC_RESET:
                self._forget_handles()
                return JavaReset()
            return _CONTENTS[tag](self, 1)
        except WriteAborted:
            return self.unfinished
        except DecodeError as error:
            raise type(error)(error.expected, error.got, offset=error.offset, path=self._where()) from None
        except CUT_SHORT:
            end = len(self._data)
            raise MalformedBytes("more bytes", "the end", offset=end, path=self._where()) from None
        except RecursionError:  # the caller stood too deep already for what `Limits.depth` allows
            raise LimitExceeded("less nesting", "no stack left", offset=self.offset, path=self._where()) from None

    def read_object(self, depth: int, later: LaterObject | None = None) -> JavaObject:
        """Read an object; its data goes into `later` if that was put off before."""
        if depth > self._deepest:
            self._descend(depth)
        before = None
        if self._data.startswith(SOURCE_HEAD, self.offset) and self._may_put_off():
            put_off = self._put_off(depth)
            if put_off is not None:
                return put_off
            before = self._begin_source(depth)
        java_class = self._class(depth)
        plan: Plan = java_class.plan  # type: ignore[assignment]  # as `plan_of`, but at once
        data: list[ClassData] = []
        if later is None:
            result = JavaObject(java_class, data)
        else:
            result = later
            later.data = data
        self._handles.append(result)
        self._elements -= plan.weight
        if self._elements < 0 or len(self._handles) > self._max_handles:
            self._refuse_more()
        try:
            for part in plan.parts:
                class_data = ClassData(part.java_class, ())
                data.append(class_data)
                if part.form is _FIELDS:
                    if part.java_class.fields:
                        self._fields(part, class_data, depth)
                else:
                    self._custom_data(part, class_data, depth)
        except UNWINDING:
            self.unfinished = result
            raise
        if before is not None:
            self._keep_source(before, depth)
        return result

    def read_value(self, depth: int) -> JavaValue:
        """Read what may stand in a field.

        Raises:
            NotMade: It refers to an object that nobody made.
        """
        tag = self._data[self.offset]
        self.offset += 1
        return _VALUES[tag](self, depth)

    def read_again(self, known: KnownSource, handles: list[JavaValue], later: LaterObject) -> list[JavaValue]:
        """Fill an object that was put off, given the handles before it; return these and its own."""
        first = later.first_handle
        self._path = []
        self._handles, self._replayed = handles, known.chains
        self._strings = {
            first + place: each for place, each in enumerate(known.handles) if isinstance(each, JavaString)
        }
        self.read_object(known.depth, later)
        return self._handles

    def _fields(self, part: Part, class_data: ClassData, depth: int) -> None:
        layout, data = part.layout, self._data
        objects = layout.objects
        values: list[JavaValue] = []
        try:
            if layout.primitives:
                unpack = layout.unpack
                if not objects and not layout.chars:
                    class_data.values = unpack(data, self.offset)
                    self.offset += layout.size
                    return
                values.extend(unpack(data, self.offset))
                self.offset += layout.size
                for index in layout.chars:
                    values[index] = chr(values[index])  # type: ignore[arg-type]  # struct unpacked an int
            depth += 1
            for _ in range(objects):
                tag = data[self.offset]
                self.offset += 1
                values.append(None if tag == TC_NULL else _VALUES[tag](self, depth))
        except UNWINDING:
            self._path.append(f".{part.java_class.fields[len(values)].name}")
            if self.unfinished is not None:
                values.append(self.unfinished)  # type: ignore[arg-type]  # came from a field, so it is a value
            class_data.values = tuple(values)
            raise
        class_data.values = tuple(values)

    def _custom_data(self, part: Part, class_data: ClassData, depth: int) -> None:
        if part.form is _ANNOTATION or part.java_class in self._without_fields:
            self._annotation(class_data, depth)
        elif part.form is _UNFRAMED:
            got = f"unframed data of {part.java_class.name}"
            raise NotSupported("Externalizable data in blocks (SC_BLOCK_DATA)", got, offset=self.offset)
        else:
            start, handles = self.offset, self._handles
            known = len(handles)
            try:
                self._fields(part, class_data, depth)
                self._annotation(class_data, depth)
            except (DecodeError, *CUT_SHORT) as error:
                first_try = self._rewind(error, start, handles[:known], class_data)
                try:
                    self._annotation(class_data, depth)
                except (DecodeError, *CUT_SHORT) as second:
                    if self._end(second) > self._end(error):
                        raise
                    self._path, self.unfinished, class_data.values, class_data.annotation = first_try
                    raise error from None
                self._without_fields |= {part.java_class}  # it will not write them the next time either

    def _rewind(self, error: Exception, start: int, handles: list[JavaValue], class_data: ClassData) -> _Attempt:
        """Go back, to try the class as one that wrote an annotation only; return what the first try left."""
        self._reread += self._end(error) - start + _PRICE_OF_A_TRY
        if self._reread > self._limits.rereads or not class_data.java_class.fields:
            raise error
        first_try = self._path[:], self.unfinished, class_data.values, class_data.annotation
        if self._without_fields:  # a class may be taken from memory again: nothing was found out about it then
            self._without_fields -= {each for each in self._handles[len(handles) :] if isinstance(each, JavaClass)}
        self.offset, self._handles = start, handles
        self._path.clear()
        self.unfinished = None
        class_data.values, class_data.annotation = (), ()
        return first_try

    def _end(self, error: Exception) -> int:
        """Return how far a try got."""
        return error.offset if isinstance(error, DecodeError) else len(self._data)

    def _annotation(self, owner: ClassData | JavaClass, depth: int) -> None:
        data = self._data
        if data[self.offset] == TC_ENDBLOCKDATA:
            self.offset += 1
            return
        contents: list[JavaContent] = []
        owner.annotation = contents
        try:
            while (tag := data[self.offset]) != TC_ENDBLOCKDATA:
                self.offset += 1
                self._spend(1)
                contents.append(_CONTENTS[tag](self, depth + 1))
        except UNWINDING:
            self._path.append(f".annotation[{len(contents)}]")
            if self.unfinished is not None:
                contents.append(self.unfinished)
            raise
        self.offset += 1

    def read_array(self, depth: int) -> JavaArray:
        """Read an array."""
        if depth > self._deepest:
            self._descend(depth)
        java_class, data = self._class(depth), self._data
        typecode = plan_of(java_class).element
        if not typecode:
            raise MalformedBytes("an array class", repr(java_class.name), offset=self.offset)
        result = JavaArray(java_class, b"")
        self._register(result)
        (length,) = read_int(data, self.offset)
        start = self.offset + 4
        end = start + length * (1 if typecode == "B" else WIDTHS.get(typecode, 1))  # bytes, as most
        if length < 0 or end > len(data):
            raise MalformedBytes("an array length", f"{length} with {len(data) - start} bytes left", offset=self.offset)
        self.offset = start
        if typecode == "B":
            result.values = data[start:end]
            self.offset = end
            return result
        self._spend(length)
        if typecode in OBJECT_TYPECODES:
            self._array_objects(result, length, depth)
        else:
            result.values = unpack_elements(typecode, data, start, length)
            self.offset = end
        return result

    def _array_objects(self, array: JavaArray, length: int, depth: int) -> None:
        data = self._data
        values: list[JavaValue] = []
        array.values = values
        alike: Part | None = None
        head = b""
        depth += 1
        try:
            for _ in range(length):
                at = self.offset
                if alike is not None and data.startswith(head, at):
                    self.offset = at + _REFERRING
                    values.append(self._alike(alike, depth))
                    continue
                tag = data[at]
                self.offset = at + 1
                value = _VALUES[tag](self, depth)
                values.append(value)
                if tag == TC_OBJECT and data[at + 1] == TC_REFERENCE and isinstance(value, JavaObject):
                    head, alike = data[at : at + _REFERRING], plan_of(value.java_class).alone
        except UNWINDING:
            self._path.append(f"[{len(values)}]")
            if self.unfinished is not None:
                values.append(self.unfinished)  # type: ignore[arg-type]  # came from an element, so it is a value
            self.unfinished = array
            raise

    def _alike(self, part: Part, depth: int) -> JavaObject:
        """Read an object as one before it in an array, behind the reference to its class: a stack has many."""
        class_data = ClassData(part.java_class, ())
        result = JavaObject(part.java_class, [class_data])
        self._handles.append(result)
        self._elements -= part.weight
        if self._elements < 0 or len(self._handles) > self._max_handles:
            self._refuse_more()
        try:
            self._fields(part, class_data, depth)
        except UNWINDING:
            self.unfinished = result
            raise
        return result

    def read_enum(self, depth: int) -> JavaEnum:
        """Read an enum constant."""
        if depth > self._deepest:
            self._descend(depth)
        result = JavaEnum(self._class(depth), "")
        self._register(result)
        result.constant = self._name(depth)
        return result

    def read_class_object(self, depth: int) -> JavaClassObject:
        """Read a `java.lang.Class`."""
        if depth > self._deepest:
            self._descend(depth)
        result = JavaClassObject(self._class(depth))
        self._register(result)
        return result

    def read_exception(self, depth: int) -> NoReturn:
        """Read the Throwable that stopped the writer, and give up every object it stands in."""
        if depth > self._deepest:
            self._descend(depth)
        self._forget_handles()
        at = self.offset
        tag = self._data[at]
        self.offset += 1
        throwable = _VALUES[tag](self, depth + 1)
        if not isinstance(throwable, JavaObject):
            raise MalformedBytes("a Throwable", f"tag {tag:#04x}", offset=at)
        self._forget_handles()
        self.unfinished = JavaException(throwable)
        raise WriteAborted


_VALUES: Final[list[Callable[[ObjectReader, int], JavaValue]]] = [ObjectReader.refuse_tag] * 256
"""Readers by tag: what may stand in a field or an array."""
_VALUES[TC_NULL] = ObjectReader.read_null
_VALUES[TC_REFERENCE] = ObjectReader.read_reference
_VALUES[TC_CLASSDESC] = ObjectReader.read_bare_class
_VALUES[TC_OBJECT] = ObjectReader.read_object
_VALUES[TC_STRING] = ObjectReader.read_string
_VALUES[TC_ARRAY] = ObjectReader.read_array
_VALUES[TC_CLASS] = ObjectReader.read_class_object
_VALUES[TC_EXCEPTION] = ObjectReader.read_exception
_VALUES[TC_LONGSTRING] = ObjectReader.read_long_string
_VALUES[TC_PROXYCLASSDESC] = ObjectReader.read_bare_class
_VALUES[TC_ENUM] = ObjectReader.read_enum

_CONTENTS: Final[list[Callable[[ObjectReader, int], JavaContent]]] = [*_VALUES]
"""Readers by tag: what may stand at the top of a stream or in an annotation."""
_CONTENTS[TC_BLOCKDATA] = ObjectReader.read_block_data
_CONTENTS[TC_BLOCKDATALONG] = ObjectReader.read_block_data_long
