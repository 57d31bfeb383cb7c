"""What holds for any bytes and any values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javaser.samples import HEADER, VECTORS, recorded_commands, shape

from jnlpspy.errors import DecodeError
from jnlpspy.javaser.boundaries import BoundaryScanner
from jnlpspy.javaser.building import BYTE_ARRAY
from jnlpspy.javaser.limits import Limits
from jnlpspy.javaser.reader import read_stream, read_stream_prefix
from jnlpspy.javaser.tags import SC_BLOCK_DATA, SC_ENUM, SC_EXTERNALIZABLE, SC_SERIALIZABLE, SC_WRITE_METHOD
from jnlpspy.javaser.writer import write_stream
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
    JavaString,
    JavaValue,
)
from jnlpspy.wire.buffer import ByteQueue

SMALL = Limits(handles=1000, elements=5000, string=10_000, rereads=50_000)

PAYLOADS = [*VECTORS.values(), *(each.stream for each in recorded_commands())]

TEXT = st.text(st.characters(codec=None), max_size=8)
"""Any characters, unpaired surrogates too."""

PRIMITIVES: dict[str, st.SearchStrategy[JavaValue]] = {
    "B": st.integers(-(2**7), 2**7 - 1),
    "C": st.integers(0, 0xFFFF).map(chr),
    "D": st.floats(allow_nan=False),
    "F": st.floats(width=32, allow_nan=False),
    "I": st.integers(-(2**31), 2**31 - 1),
    "J": st.integers(-(2**63), 2**63 - 1),
    "S": st.integers(-(2**15), 2**15 - 1),
    "Z": st.booleans(),
}


def assert_read_or_refused(data: bytes) -> None:
    stream, error = read_stream_prefix(data, SMALL)
    if error is None:
        assert shape(read_stream(write_stream(stream))) == shape(stream)
    else:
        assert isinstance(error, DecodeError)
        assert 0 <= error.offset <= len(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert_read_or_refused(HEADER + data)


@given(
    st.lists(st.sampled_from([*range(0x6F, 0x80), 0, 1, 2, 3, 4, 12, 0x49, 0x4C, 0x5B, 0x7E]), max_size=80).map(bytes)
)
def test_any_bytes_of_the_grammar_are_read_or_refused(data: bytes) -> None:
    assert_read_or_refused(HEADER + data)


@given(st.sampled_from(PAYLOADS), st.data())
@settings(max_examples=200)
def test_a_damaged_command_is_read_or_refused(payload: bytes, data: st.DataObject) -> None:
    damaged = bytearray(payload)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(4, len(damaged) - 1))
        match data.draw(st.sampled_from(["set", "tag", "insert", "delete", "copy"])):
            case "set":
                damaged[at] = data.draw(st.integers(0, 255))
            case "tag":
                damaged[at] = data.draw(st.integers(0x70, 0x7E))
            case "insert":
                damaged[at:at] = data.draw(st.binary(min_size=1, max_size=8))
            case "delete":
                del damaged[at : at + data.draw(st.integers(1, 8))]
            case _:
                source = data.draw(st.integers(4, len(damaged) - 1))
                damaged[at:at] = damaged[source : source + 40]
        if len(damaged) <= len(HEADER) + 1:
            break
    assert_read_or_refused(bytes(damaged))


@given(st.data())
def test_any_values_written_are_read_again(data: st.DataObject) -> None:
    contents = _Graph(data).contents()
    written = write_stream(contents)
    stream = read_stream(written)
    assert shape(stream) == shape(contents)
    assert write_stream(stream) == written


@given(st.data())
def test_the_ends_of_any_values_written_are_found(data: st.DataObject) -> None:
    contents = _Graph(data).contents()
    queue, scanner, found = ByteQueue(), BoundaryScanner(), 0
    for byte in write_stream(contents)[len(HEADER) :]:
        queue.append(bytes((byte,)))
        if (length := scanner.advance(queue)) is not None:
            assert length == len(queue)
            queue.take(length)
            found += 1
    assert (found, len(queue)) == (len(contents), 0)


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_reading_the_same_bytes_twice_gives_the_same(payload: bytes) -> None:
    assert shape(read_stream(payload)) == shape(read_stream(payload))


class _Graph:
    """Draws values that refer to one another in any way: made first, filled later."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data
        self._classes: list[JavaClass] = []
        self._made: list[JavaValue] = [None]

    def contents(self) -> list[JavaContent]:
        for _ in range(self._integer(1, 4)):
            self._classes.append(self._java_class())
        for _ in range(self._integer(1, 8)):
            self._made.append(self._value())
        for value in self._made:
            self._fill(value)
        return [self._content() for _ in range(self._integer(0, 6))]

    def _integer(self, low: int, high: int) -> int:
        return self._data.draw(st.integers(low, high))

    def _text(self) -> JavaString:
        text: str = self._data.draw(TEXT)
        return JavaString(text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass"))

    def _java_class(self) -> JavaClass:
        flags = self._data.draw(
            st.sampled_from(
                [SC_SERIALIZABLE, SC_SERIALIZABLE | SC_WRITE_METHOD, SC_EXTERNALIZABLE | SC_BLOCK_DATA, 0],
            )
        )
        primitives = self._data.draw(st.lists(st.sampled_from("BCDFIJSZ"), max_size=4))
        signatures = [JavaString("Lx;"), JavaString("[I")][: self._integer(0, 2)]
        fields = [JavaField(code, f"f{code}") for code in primitives]
        fields += [JavaField(text[0], f"g{text}", text) for text in signatures]
        extensible = [each for each in self._classes if not each.flags & SC_EXTERNALIZABLE]
        above = self._data.draw(st.sampled_from([None, *extensible]))
        if flags & SC_EXTERNALIZABLE:
            fields = []
        if self._data.draw(st.booleans()) and flags == SC_SERIALIZABLE:
            return JavaClass("", 0, SC_SERIALIZABLE, interfaces=("A", "B"), superclass=above)
        return JavaClass(f"C{self._text()}", self._integer(-(2**63), 2**63 - 1), flags, tuple(fields), superclass=above)

    def _value(self) -> JavaValue:
        java = self._data.draw(st.sampled_from(self._classes))
        code = self._data.draw(st.sampled_from([*PRIMITIVES, "L", "["]))
        kinds: list[JavaValue] = [
            self._text(),
            JavaObject(java),
            JavaArray(BYTE_ARRAY, self._data.draw(st.binary(max_size=4))),
            JavaArray(JavaClass(f"[{code}", 1, SC_SERIALIZABLE), []),
            JavaEnum(JavaClass("N", 0, SC_SERIALIZABLE | SC_ENUM), self._text()),
            JavaClassObject(java),
            java,
        ]
        return kinds[self._integer(0, len(kinds) - 1)]

    def _reference(self) -> JavaValue:
        return self._made[self._integer(0, len(self._made) - 1)]

    def _fill(self, value: JavaValue) -> None:
        match value:
            case JavaObject():
                value.data = [self._part(java) for java in _writers(value.java_class)]
            case JavaArray(values=list()):
                code = value.java_class.name[1]
                several = range(0 if code == "B" else self._integer(0, 3))
                value.values = [self._field(code) for _ in several]
                if code == "B":
                    value.values = b""
            case _:
                pass

    def _part(self, java: JavaClass) -> ClassData:
        values = tuple([self._field(each.typecode) for each in java.fields])
        written = java.flags & (SC_WRITE_METHOD | SC_EXTERNALIZABLE)
        return ClassData(java, values, [self._content(top=False) for _ in range(self._integer(0, 3) if written else 0)])

    def _field(self, code: str) -> JavaValue:
        return self._data.draw(PRIMITIVES[code]) if code in PRIMITIVES else self._reference()

    def _content(self, *, top: bool = True) -> JavaContent:
        match self._integer(0, 5):
            case 0:
                return BlockData(self._data.draw(st.binary(max_size=5)), long=self._data.draw(st.booleans()))
            case 1 if top:
                return JavaReset()
            case _:
                return self._reference()


def _writers(java_class: JavaClass) -> list[JavaClass]:
    if java_class.flags & SC_EXTERNALIZABLE:
        return [java_class]
    return [each for each in reversed(list(java_class.lineage())) if each.flags & SC_SERIALIZABLE]
