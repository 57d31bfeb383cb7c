"""Real commands: read, and written again byte for byte."""

from collections.abc import Iterator

import pytest
from javaser.samples import HEADER, VECTORS, Recorded, recorded_commands, shape

from jnlpspy.javaser.reader import read_stream
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.java import ClassData, JavaArray, JavaContent, JavaObject


@pytest.mark.parametrize("recorded", recorded_commands(), ids=str)
def test_a_real_command_is_written_again_byte_for_byte(recorded: Recorded) -> None:
    stream = read_stream(recorded.stream)
    assert write_stream(stream) == recorded.stream
    assert shape(read_stream(write_stream(stream))) == shape(stream)


@pytest.mark.parametrize("recorded", recorded_commands(), ids=str)
def test_a_real_command_is_one_object_of_its_class(recorded: Recorded) -> None:
    (command,) = read_stream(recorded.stream).contents
    assert isinstance(command, JavaObject)
    assert command.class_name == f"hudson.remoting.{recorded.command}"
    assert command.data[0].java_class.name == "hudson.remoting.Command"


@pytest.mark.parametrize("recorded", [each for each in recorded_commands() if each.command == "UserRequest"], ids=str)
def test_what_a_request_carries_is_a_stream_of_its_own(recorded: Recorded) -> None:
    (command,) = read_stream(recorded.stream).contents
    assert isinstance(command, JavaObject)
    nested = command.value_of("request")
    assert isinstance(nested, JavaArray)
    assert isinstance(nested.values, bytes)
    assert nested.values.startswith(HEADER)
    assert write_stream(read_stream(nested.values)) == nested.values


def test_a_creation_stack_refers_back_to_its_command() -> None:
    recorded = next(each for each in recorded_commands() if each.command == "Channel$CloseCommand")
    (command,) = read_stream(recorded.stream).contents
    assert isinstance(command, JavaObject)
    source = command.value_of("createdAt")
    assert isinstance(source, JavaObject)
    assert source.value_of("this$0") is command


def test_pipes_and_streams_of_remoting_write_no_fields() -> None:
    """Their descriptors list fields all the same."""
    bare = {}
    for recorded in recorded_commands():
        for part in _class_data(read_stream(recorded.stream).contents, set()):
            if part.java_class.name in {"hudson.remoting.Pipe", "hudson.remoting.RemoteInputStream"}:
                bare[part.java_class.name] = (len(part.java_class.fields), part.values, len(part.annotation))
    assert bare == {"hudson.remoting.Pipe": (2, (), 1), "hudson.remoting.RemoteInputStream": (2, (), 1)}


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_is_written_again_byte_for_byte(name: str) -> None:
    assert write_stream(read_stream(VECTORS[name])) == VECTORS[name]


def _class_data(contents: list[JavaContent], met: set[int]) -> Iterator[ClassData]:
    """Yield what each class of each object wrote, in nested streams too."""
    for value in contents:
        if id(value) in met:
            continue
        met.add(id(value))
        match value:
            case JavaObject():
                for part in value.data:
                    yield part
                    yield from _class_data([*part.values, *part.annotation], met)
            case JavaArray(values=bytes() as nested) if nested.startswith(HEADER):
                yield from _class_data(read_stream(nested).contents, set())
            case JavaArray(values=list() as elements):
                yield from _class_data([*elements], met)
            case _:
                pass
