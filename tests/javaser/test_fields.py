"""The fields of an object whose class is known are those that the whole reader finds, or they are left to it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javaser.samples import VECTORS, Recorded, damage, recorded_commands, shape

from jnlpspy.javaser.building import java_class, java_object
from jnlpspy.javaser.fields import read_fields
from jnlpspy.javaser.known_classes import KNOWN_CLASSES
from jnlpspy.javaser.known_sources import KNOWN_SOURCES, LaterObject
from jnlpspy.javaser.limits import DEFAULT_LIMITS
from jnlpspy.javaser.reader import read_stream, read_stream_prefix
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.java import JavaObject, JavaString

ANEW = replace(DEFAULT_LIMITS, lineage=DEFAULT_LIMITS.lineage + 1)
"""Other caps than most: what is read under them is neither kept nor found."""

STREAMS = [*VECTORS.values(), *(each.stream for each in recorded_commands())]


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    KNOWN_CLASSES.clear()
    KNOWN_SOURCES.clear()
    yield
    KNOWN_CLASSES.clear()
    KNOWN_SOURCES.clear()


def told(data: bytes) -> object:
    """Return what the fields are; None if they are left to the whole reader."""
    found = read_fields(data)
    return None if found is None else shape([found[0], *found[1]])


def told_anew(data: bytes) -> object:
    """Return the same of an object that is all of a stream, read as a whole; None if it is more, or less."""
    stream, error = read_stream_prefix(data, ANEW)
    match stream.contents:
        case [JavaObject() as only] if error is None and not any(part.annotation for part in only.data):
            values = [value for part in only.data for value in part.values]
            only.data = []  # so it stands in the stack that it was put together with
            return shape([only.java_class, *values])
        case _:
            return None


@pytest.mark.parametrize("recorded", recorded_commands(), ids=str)
def test_the_fields_of_a_command_met_before_are_found(recorded: Recorded) -> None:
    assert read_fields(recorded.stream) is None
    read_stream(recorded.stream)
    for _ in range(2):
        assert told(recorded.stream) == told_anew(recorded.stream) is not None


def test_a_stack_met_before_is_put_off_here_too() -> None:
    stacks = 0
    for each in STREAMS:
        read_stream(each)
        found = read_fields(each)
        assert found is not None
        stacks += isinstance(found[1][0], LaterObject)
    assert stacks > len(STREAMS) // 2


def test_an_object_with_a_new_stack_is_left_to_the_whole_reader() -> None:
    data = next(each.stream for each in recorded_commands() if b"Command$Source" in each.stream)
    read_stream(data)
    assert read_fields(data) is not None
    KNOWN_SOURCES.clear()
    assert read_fields(data) is None


def test_an_object_that_refers_to_itself_is_left_to_the_whole_reader() -> None:
    itself = java_object(java_class("a.Knot", {"name": "Ljava/lang/String;", "end": "Ljava/lang/Object;"}), {})
    itself.data[0].values = (JavaString("x"), itself)
    loose = java_object(itself.java_class, {"name": JavaString("x"), "end": JavaString("y")})
    for each in (write_stream([loose]), write_stream([itself])):
        read_stream(each)
    assert read_fields(write_stream([loose])) is not None
    assert read_fields(write_stream([itself])) is None


@pytest.mark.parametrize("behind", [b"p", b"y", b"w\x01x", b"\x00", b"q\0\x7e\0\0"])
def test_an_object_with_something_behind_it_is_left_to_the_whole_reader(behind: bytes) -> None:
    for each in STREAMS:
        read_stream(each)
        assert read_fields(each + behind) is None


@pytest.mark.parametrize("data", [b"", b"\xac\xed", b"\xac\xed\0\5", b"\xac\xed\0\5sr", b"\xac\xed\0\5sr\0", b"hello"])
def test_what_is_no_object_is_left_to_the_whole_reader(data: bytes) -> None:
    assert read_fields(data) is None


@given(st.sampled_from(STREAMS), st.data())
@settings(max_examples=300)
def test_damaged_objects_are_what_they_are_as_a_whole_or_left_to_it(stream: bytes, data: st.DataObject) -> None:
    damaged = damage(stream, data)
    for each in (stream, damaged, stream, damaged):  # either may poison the memory for the other
        read_stream_prefix(each)
        found = told(each)
        assert found is None or found == told_anew(each)
    assert told(stream) is not None
