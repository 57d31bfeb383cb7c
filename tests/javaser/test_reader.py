"""Each production of the stream grammar, as bytes and as a value, read and written."""

import pytest
from javaser.samples import HEADER, shape

from jnlpspy.javaser.building import BYTE_ARRAY, byte_array, java_class, java_object
from jnlpspy.javaser.reader import ObjectReader, read_stream
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
    JavaException,
    JavaField,
    JavaObject,
    JavaReset,
    JavaString,
    JavaValue,
)

CUSTOM = SC_SERIALIZABLE | SC_WRITE_METHOD

# Hex of the descriptors below: 72, name, suid, flags, fields, annotation, superclass.
EMPTY = "72 0001 45 0000000000000001 02 0000 78 70"
LONE_FIELD = "72 0001 4c 0000000000000001 02 0001 4c 0001 76 74 0001 58 78 70"


def array(descriptor: str, values: bytes | list[JavaValue]) -> JavaArray:
    return JavaArray(JavaClass(descriptor, 1, SC_SERIALIZABLE), values)


def array_hex(descriptor: str, rest: str) -> str:
    name = descriptor.encode()
    return f"75 72 {len(name):04x} {name.hex()} 0000000000000001 02 0000 78 70 {rest}"


def empty() -> JavaObject:
    return java_object(java_class("E"))


def lone_field(value: JavaValue) -> JavaObject:
    field = JavaField("L", "v", JavaString("X"))
    java = JavaClass("L", 1, SC_SERIALIZABLE, (field,))
    return JavaObject(java, [ClassData(java, (value,))])


def of_itself() -> JavaObject:
    loop = lone_field(None)
    loop.data[0].values = (loop,)
    return loop


def same_string_twice() -> list[JavaContent]:
    text = JavaString("s")
    return [text, text, JavaString("s")]


def string_twice_in_an_array() -> list[JavaContent]:
    text = JavaString("s")
    return [array("[LE;", [None, text, text])]


def two_of_a_class() -> list[JavaContent]:
    java = java_class("E")
    return [java_object(java), java_object(java)]


def below_and_above() -> list[JavaContent]:
    above = java_class("A", {"i": "I"}, flags=CUSTOM)
    below = java_class("B", {"z": "Z"}, superclass=above)
    return [java_object(below, {"i": 5, "z": True}, {"A": [BlockData(b"\7")]})]


def annotated_class() -> list[JavaContent]:
    java = java_class("E")
    java.annotation = [BlockData(b"\1\2"), JavaString("s")]
    return [java_object(java)]


def enum_constant() -> list[JavaContent]:
    java = JavaClass("N", 0, SC_SERIALIZABLE | SC_ENUM, superclass=JavaClass("java.lang.Enum", 0, 0x12))
    return [JavaEnum(java, JavaString("ON"))]


def aborted() -> list[JavaContent]:
    """An object whose field failed to be written; then the stream goes on, with handles anew."""
    return [lone_field(JavaException(empty())), JavaString("s")]


GRAMMAR: dict[str, tuple[str, list[JavaContent]]] = {
    "nothing": ("", []),
    "null": ("70", [None]),
    "string": ("74 0002 6869", [JavaString("hi")]),
    "string of U+0000, two, three bytes and a surrogate pair": (
        "74 000d c080 c3a9 e282ac eda0bd edb880",
        [JavaString("\0\xe9€\U0001f600")],
    ),
    "string of an unpaired surrogate": ("74 0003 eda080", [JavaString("\ud800")]),
    "empty string": ("74 0000", [JavaString("")]),
    "string again, and an equal one": ("74 0001 73 71 007e0000 74 0001 73", same_string_twice()),
    "long string": ("7c 0000000000010000" + "61" * 65536, [JavaString("a" * 65536)]),
    "block data": ("77 02 0102", [BlockData(b"\1\2")]),
    "empty block data": ("77 00", [BlockData(b"")]),
    "long block data": ("7a 00000100" + "05" * 256, [BlockData(b"\5" * 256, long=True)]),
    "long block data that is short": ("7a 00000001 05", [BlockData(b"\5", long=True)]),
    "reset": ("74 0001 73 79 74 0001 73", [JavaString("s"), JavaReset(), JavaString("s")]),
    "class descriptor on its own": (EMPTY, [java_class("E")]),
    "class object": (f"76 {EMPTY}", [JavaClassObject(java_class("E"))]),
    "object without fields": (f"73 {EMPTY}", [empty()]),
    "object that refers to itself": (f"73 {LONE_FIELD} 71 007e0002", [of_itself()]),
    "two objects of a class": (f"73 {EMPTY} 73 71 007e0000", two_of_a_class()),
    "all primitive fields": (
        (
            "73 72 0001 50 0000000000000001 02 0008"
            "42 0001 62 43 0001 63 44 0001 64 46 0001 66 49 0001 69 4a 0001 6a 53 0001 73 5a 0001 7a 78 70"
            "ff 0041 3ff8000000000000 bfc00000 fffffffe 8000000000000000 7fff 01"
        ),
        [
            java_object(
                java_class("P", {code.lower(): code for code in "BCDFIJSZ"}),
                {"b": -1, "c": "A", "d": 1.5, "f": -1.5, "i": -2, "j": -(2**63), "s": 32767, "z": True},
            )
        ],
    ),
    "fields of a superclass first, then its annotation": (
        (
            "73 72 0001 42 0000000000000001 02 0001 5a 0001 7a 78"
            "72 0001 41 0000000000000001 03 0001 49 0001 69 78 70"
            "00000005 77 01 07 78 01"
        ),
        below_and_above(),
    ),
    "externalizable in blocks": (
        "73 72 0001 58 0000000000000001 0c 0000 78 70 77 01 09 74 0001 73 78",
        [
            java_object(
                java_class("X", flags=SC_EXTERNALIZABLE | SC_BLOCK_DATA),
                annotations={"X": [BlockData(b"\t"), JavaString("s")]},
            )
        ],
    ),
    "not serializable at all": (
        "76 72 0001 4e 0000000000000000 00 0000 78 70",
        [JavaClassObject(java_class("N", suid=0, flags=0))],
    ),
    "class annotated by its writer": (
        "73 72 0001 45 0000000000000001 02 0000 77 02 0102 74 0001 73 78 70",
        annotated_class(),
    ),
    "proxy class": (
        "76 7d 00000002 0001 49 0001 4a 77 01 05 78 70",
        [JavaClassObject(JavaClass("", 0, SC_SERIALIZABLE, interfaces=("I", "J"), annotation=[BlockData(b"\5")]))],
    ),
    "enum constant": (
        (
            "7e 72 0001 4e 0000000000000000 12 0000 78"
            "72 000e 6a6176612e6c616e672e456e756d 0000000000000000 12 0000 78 70 74 0002 4f4e"
        ),
        enum_constant(),
    ),
    "byte[]": (
        "75 72 0002 5b42 acf317f8060854e0 02 0000 78 70 00000003 0102ff",
        [byte_array(b"\1\2\xff")],
    ),
    "boolean[]": (array_hex("[Z", "00000002 0100"), [array("[Z", [True, False])]),
    "char[]": (array_hex("[C", "00000003 0041 d83d de00"), [array("[C", ["A", "\ud83d", "\ude00"])]),
    "short[]": (array_hex("[S", "00000002 0001 ffff"), [array("[S", [1, -1])]),
    "int[]": (array_hex("[I", "00000002 00000001 ffffffff"), [array("[I", [1, -1])]),
    "long[]": (array_hex("[J", "00000001 7fffffffffffffff"), [array("[J", [2**63 - 1])]),
    "float[]": (array_hex("[F", "00000002 3fc00000 7f800000"), [array("[F", [1.5, float("inf")])]),
    "double[]": (array_hex("[D", "00000001 bff8000000000000"), [array("[D", [-1.5])]),
    "empty array": (array_hex("[I", "00000000"), [array("[I", [])]),
    "array of objects": (
        array_hex("[LE;", "00000003 70 74 0001 73 71 007e0002"),
        string_twice_in_an_array(),
    ),
    "array of arrays": (
        array_hex("[[B", "00000001 75 72 0002 5b42 acf317f8060854e0 02 0000 78 70 00000001 05"),
        [array("[[B", [JavaArray(BYTE_ARRAY, b"\5")])],
    ),
    "exception at the top": (f"7b 73 {EMPTY} 74 0001 73", [JavaException(empty()), JavaString("s")]),
    "exception in a field": (f"73 {LONE_FIELD} 7b 73 {EMPTY} 74 0001 73 ", aborted()),
    "exception in an array": (
        array_hex("[LE;", f"00000002 70 7b 73 {EMPTY}"),
        [array("[LE;", [None, JavaException(empty())])],
    ),
}


@pytest.mark.parametrize("name", GRAMMAR)
def test_bytes_are_read_as_the_value(name: str) -> None:
    text, contents = GRAMMAR[name]
    assert shape(read_stream(HEADER + bytes.fromhex(text))) == shape(contents)


@pytest.mark.parametrize("name", GRAMMAR)
def test_the_value_is_written_as_the_bytes(name: str) -> None:
    text, contents = GRAMMAR[name]
    assert write_stream(contents).hex() == (HEADER + bytes.fromhex(text)).hex()


def test_a_reference_is_the_same_python_object_again() -> None:
    (loop,) = read_stream(HEADER + bytes.fromhex(GRAMMAR["object that refers to itself"][0])).contents
    assert isinstance(loop, JavaObject)
    assert loop.value_of("v") is loop


def test_handles_count_descriptors_and_their_strings_in_the_order_java_does() -> None:
    """Class 0, its field's type 1, the object 2, its value 3."""
    text = f"73 {LONE_FIELD} 74 0001 73 " + "".join(f"71 007e000{handle}" for handle in range(4))
    contents = read_stream(HEADER + bytes.fromhex(text)).contents
    holder = contents[0]
    assert isinstance(holder, JavaObject)
    java = holder.java_class
    for met, expected in zip(contents[1:], [java, java.fields[0].signature, holder, holder.value_of("v")], strict=True):
        assert met is expected


def test_a_cursor_reads_contents_one_by_one_from_anywhere() -> None:
    reader = ObjectReader(b"??" + bytes.fromhex("74 0001 73 77 01 05 71 007e0000"), 2)
    first = reader.read_content()
    assert (first, reader.offset) == ("s", 6)
    second = reader.read_content()
    assert isinstance(second, BlockData)
    assert (second.data, reader.offset) == (b"\5", 9)
    assert reader.read_content() is first


def test_remoting_s_own_streams_are_read_without_fields_though_they_would_fit() -> None:
    """Two objects follow, as many as the fields its descriptor lists; that they are fields would be a wrong guess."""
    name = b"hudson.util.StreamTaskListener"
    fields = "0002 4c 0001 63 74 0001 58 4c 0001 6f 71 007e0001"
    text = f"73 72 {len(name):04x} {name.hex()} 0000000000000001 03 {fields} 78 70 74 0001 61 74 0001 62 78"
    (listener,) = read_stream(HEADER + bytes.fromhex(text)).contents
    assert isinstance(listener, JavaObject)
    assert [(part.values, part.annotation) for part in listener.data] == [((), ["a", "b"])]
    assert write_stream([listener]).hex() == (HEADER + bytes.fromhex(text)).hex()


@pytest.mark.parametrize(
    ("fields", "annotation"),
    [
        ("0001 49 0001 69", "77 04 00000007"),
        ("0002 42 0001 62 4c 0001 6f 74 0001 58", "77 01 07 74 0001 73"),
        ("0001 4c 0001 6f 74 0001 58", "77 01 07"),
        ("0001 4a 0001 6a", ""),
    ],
)
def test_a_class_that_wrote_no_fields_is_recognised_by_what_follows(fields: str, annotation: str) -> None:
    text = f"73 72 0001 57 0000000000000001 03 {fields} 78 70 {annotation} 78 74 0001 7a"
    contents = read_stream(HEADER + bytes.fromhex(text)).contents
    odd, after = contents
    assert isinstance(odd, JavaObject)
    assert odd.data[0].values == ()
    assert after == "z"
    assert write_stream(contents).hex() == (HEADER + bytes.fromhex(text)).hex()


def test_a_long_string_may_stand_where_a_name_is_wanted() -> None:
    """Java writes none that is short; read it all the same."""
    (constant,) = read_stream(HEADER + bytes.fromhex(f"7e {EMPTY} 7c 0000000000000002 4f4e")).contents
    assert isinstance(constant, JavaEnum)
    assert constant.constant == "ON"


def test_an_exception_in_a_class_annotation_stands_where_the_object_would() -> None:
    """There is no object yet when its class is described."""
    text = f"73 72 0001 46 0000000000000001 02 0000 7b 73 {EMPTY} 74 0001 73"
    exception, after = read_stream(HEADER + bytes.fromhex(text)).contents
    assert isinstance(exception, JavaException)
    assert after == "s"


def test_handles_of_a_failed_try_are_forgotten() -> None:
    """As the first field the string "s" takes handle 3, a block cannot be the second; then "s" is 3 again, "t" 4."""
    fields = "0002 4c 0001 6f 74 0001 58 4c 0001 70 71 007e0001"
    text = f"73 72 0001 57 0000000000000001 03 {fields} 78 70 74 0001 73 77 01 05 74 0001 74 78 71 007e0004"
    _, after = read_stream(HEADER + bytes.fromhex(text)).contents
    assert after == "t"
