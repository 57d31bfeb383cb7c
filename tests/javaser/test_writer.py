"""What the writer refuses, and what it makes of values no stream was read for."""

import pytest
from javaser.samples import HEADER

from jnlpspy.javaser.building import BYTE_ARRAY, java_class, java_object, object_array
from jnlpspy.javaser.reader import read_stream
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.java import (
    BlockData,
    ClassData,
    JavaArray,
    JavaClass,
    JavaContent,
    JavaObject,
    JavaStream,
    JavaString,
)

NUMBERED = java_class("Numbered", {"number": "I", "name": "Ljava/lang/String;"})


def test_a_plain_str_is_a_new_string_each_time() -> None:
    name = "s"
    assert write_stream([name, name]).hex(" ", 4).replace(" ", "") == (HEADER + b"t\0\1s" * 2).hex()


def test_a_java_string_is_the_same_string_each_time() -> None:
    name = JavaString("s")
    assert write_stream([name, name]) == HEADER + b"t\0\1s" + b"q\0\x7e\0\0"


def test_plain_strings_take_handles_though_nothing_refers_to_them() -> None:
    array = object_array(["a"])
    assert write_stream(["a", array, array]).endswith(b"q\0\x7e\0\2")


def test_a_block_too_long_for_a_byte_is_written_as_a_long_one() -> None:
    (block,) = read_stream(write_stream([BlockData(bytes(256))])).contents
    assert isinstance(block, BlockData)
    assert (len(block.data), block.long) == (256, True)


def test_a_byte_array_may_be_a_view() -> None:
    (array,) = read_stream(write_stream([JavaArray(BYTE_ARRAY, memoryview(b"view"))])).contents
    assert isinstance(array, JavaArray)
    assert array.values == b"view"


def test_a_stream_may_be_given_whole_or_as_any_contents() -> None:
    contents: list[JavaContent] = [None, "s"]
    assert write_stream(JavaStream(contents)) == write_stream(iter(contents)) == write_stream(contents)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (object_array([5]), "expected an object, got 5: a primitive has no place of its own"),
        (1.5, "expected an object, got 1.5"),
        (JavaObject(NUMBERED, [ClassData(NUMBERED, (1,))]), "expected 2 values of Numbered, got 1"),
        (JavaObject(NUMBERED, [ClassData(NUMBERED, ())]), "expected 2 values of Numbered, got 0"),
        (java_object(NUMBERED, {"number": "x"}), "expected numbers for >i, got"),
        (java_object(NUMBERED, {"number": None}), "expected numbers for >i, got"),
        (java_object(NUMBERED, {"number": 2**31}), "expected numbers for >i, got"),
        (java_object(java_class("X", {"c": "C"}), {"c": "ab"}), "expected one character, got 'ab'"),
        (java_object(java_class("X", {"c": "C"}), {"c": "\U0001f600"}), "expected numbers for >H, got"),
        (java_object(NUMBERED, {"name": 5}), "expected an object, got 5"),
        (java_class("x" * 65536), "expected a name of at most 65535 bytes, got 65536"),
        (JavaArray(JavaClass("[I", 1, 2), [1, "x"]), "expected numbers for >2i, got"),
        (JavaArray(JavaClass("[C", 1, 2), ["a", 1]), "expected one character, got 1"),
        (JavaArray(JavaClass("[I", 1, 2), b"1234"), "expected a list for \\[I, got bytes"),
        (JavaArray(JavaClass("[Q", 1, 2), []), "expected the typecode of a primitive, got 'Q'"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(content: JavaContent, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        write_stream([content])
