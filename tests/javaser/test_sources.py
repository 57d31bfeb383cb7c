"""Reading from memory gives what reading anew gives, whatever was read before."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javaser.samples import VECTORS, Recorded, damage, recorded_commands, shape

from jnlpspy.errors import LimitExceeded
from jnlpspy.javaser.known_classes import KNOWN_CLASSES
from jnlpspy.javaser.known_sources import KNOWN_SOURCES, LaterObject
from jnlpspy.javaser.limits import DEFAULT_LIMITS, Limits
from jnlpspy.javaser.reader import read_stream, read_stream_prefix
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.java import JavaArray, JavaObject, JavaReset

ANEW = replace(DEFAULT_LIMITS, lineage=DEFAULT_LIMITS.lineage + 1)
"""Other caps than most: what is read under them is neither kept nor found."""

STREAMS = [*VECTORS.values(), *(each.stream for each in recorded_commands())]


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    yield
    KNOWN_CLASSES.clear()
    KNOWN_SOURCES.clear()


def told(data: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[object, str]:
    stream, error = read_stream_prefix(data, limits)
    return shape(stream), str(error)


def created_at(data: bytes) -> JavaObject | None:
    (command,) = read_stream(data).contents
    assert isinstance(command, JavaObject)
    found = command.value_of("createdAt")
    assert found is None or isinstance(found, JavaObject)
    return found


@pytest.mark.parametrize("recorded", recorded_commands(), ids=str)
def test_a_command_read_again_is_the_same(recorded: Recorded) -> None:
    anew = shape(read_stream(recorded.stream, ANEW))
    for _ in range(3):
        stream = read_stream(recorded.stream)
        assert write_stream(stream) == recorded.stream
        assert shape(stream) == anew


def test_creation_stacks_read_before_are_put_off() -> None:
    stacks = [(each, created_at(each.stream)) for each in recorded_commands()]
    again = [created_at(each.stream) for each, stack in stacks if stack is not None]
    assert again
    assert all(isinstance(stack, LaterObject) for stack in again)


def test_a_stack_that_is_put_off_tells_all_when_asked() -> None:
    data = next(each.stream for each in recorded_commands() if created_at(each.stream) is not None)
    stack = created_at(data)
    assert isinstance(stack, LaterObject)
    elements = stack.value_of("stackTrace")
    assert isinstance(elements, JavaArray)
    assert elements is stack.value_of("stackTrace")
    assert len(elements.values) > 1
    assert stack.value_of("cause") in (stack, None)


def test_values_behind_a_stack_that_is_put_off_may_lie_in_it() -> None:
    """After its last field a command may refer to any handle before."""
    data = next(each.stream for each in recorded_commands() if created_at(each.stream) is not None)
    for number in range(100):  # the last of them name no handle any more
        referring = data + b"\x71" + (0x7E0000 + number).to_bytes(4, "big")
        assert told(referring) == told(referring, ANEW)


def test_one_class_described_twice_in_a_stream_is_two() -> None:
    for data in STREAMS:
        twice = data + b"\x79" + data[4:]
        for _ in range(2):
            stream = read_stream(twice)
            first, reset, second = stream.contents
            assert isinstance(reset, JavaReset)
            assert isinstance(first, JavaObject)
            assert isinstance(second, JavaObject)
            assert first.java_class is not second.java_class
            assert write_stream(stream) == twice


@pytest.mark.parametrize("cap", ["handles", "elements"])
def test_caps_hold_for_what_is_read_from_memory(cap: str) -> None:
    data = next(each.stream for each in recorded_commands() if created_at(each.stream) is not None)
    assert isinstance(created_at(data), LaterObject)
    for most in range(100):
        limits = replace(DEFAULT_LIMITS, handles=most) if cap == "handles" else replace(DEFAULT_LIMITS, elements=most)
        _, error = read_stream_prefix(data, limits)
        _, anew = read_stream_prefix(data, replace(limits, lineage=ANEW.lineage))
        assert str(error) == str(anew)
        if most < 20:
            assert isinstance(error, LimitExceeded)


@given(st.sampled_from(STREAMS), st.data())
@settings(max_examples=300)
def test_damaged_commands_read_from_memory_are_what_they_are_anew(stream: bytes, data: st.DataObject) -> None:
    damaged = damage(stream, data)
    for each in (stream, damaged, stream, damaged):  # either may poison the memory for the other
        assert told(each) == told(each, ANEW)
