import gc

import pytest
from javaser.samples import VECTORS, Recorded, recorded_commands

from jnlpspy.javaser.building import byte_array, java_class, java_object, object_array
from jnlpspy.javaser.fields import read_fields
from jnlpspy.javaser.reader import read_stream, read_stream_prefix
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.commands import (
    COMMANDS,
    CloseCommand,
    Command,
    OutputStreamAck,
    OutputStreamChunk,
    Response,
    RPCRequest,
    UnknownCommand,
    UserRequest,
    java_fields,
)
from jnlpspy.model.java import BlockData, JavaArray, JavaClass, JavaObject, JavaString, JavaValue
from jnlpspy.remoting.binding import bind_command, bind_fields
from jnlpspy.remoting.build import build_command, command_object
from jnlpspy.remoting.classes import COMMAND_CLASSES
from jnlpspy.session.handed import handed_over

COMMAND = java_class("hudson.remoting.Command", {"createdAt": "Ljava/lang/Exception;"})


def bound(stream: bytes) -> Command:
    return bind_command(read_stream(stream).contents[0])


@pytest.mark.parametrize("recorded", recorded_commands(), ids=str)
def test_a_recorded_command_is_bound_to_its_class_with_all_its_fields(recorded: Recorded) -> None:
    (value,) = read_stream(recorded.stream).contents
    command = bind_command(value)
    assert isinstance(value, JavaObject)
    assert command.class_name == value.class_name
    for part in value.data:
        for declared in part.java_class.fields:
            assert declared.name in java_fields(type(command)) or declared.name == "response"


def test_values_become_those_of_the_fields() -> None:
    assert bound(VECTORS["ack"]) == OutputStreamAck(oid=5, size=8192)
    assert bound(VECTORS["close"]) == CloseCommand()
    request = bound(VECTORS["rpc request"])
    assert isinstance(request, RPCRequest)
    assert (request.id, request.oid, request.method_name, request.types, request.arguments) == (1, 2, "getName", (), ())
    ping = bound(VECTORS["user request"])
    assert isinstance(ping, UserRequest)
    assert (ping.id, ping.to_string, len(ping.request)) == (0, "ping", 62)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_bound_to_what_it_was_built_from(command: type[Command]) -> None:
    assert bind_command(command_object(command())) == command()


def test_an_unknown_class_stays_a_generic_object() -> None:
    value = java_object(java_class("hudson.remoting.Tomorrow", {"x": "I"}, superclass=COMMAND), {"x": 1})
    command = bind_command(value)
    assert isinstance(command, UnknownCommand)
    assert (command.object, command.class_name, command.created_at) == (value, "hudson.remoting.Tomorrow", None)


@pytest.mark.parametrize("value", [None, JavaString("x"), BlockData(b"x"), JavaClass("a.B", 1, 2)], ids=str)
def test_what_is_no_object_stays_as_it_is(value: JavaValue | BlockData) -> None:
    assert bind_command(value) == UnknownCommand(object=value)


@pytest.mark.parametrize(
    ("command", "field", "signature", "value"),
    [
        (Response, "id", "Z", True),
        (Response, "id", "F", 1.5),
        (UserRequest, "request", "Ljava/lang/Object;", JavaString("x")),
        (UserRequest, "request", "[I", object_array([1])),
        (UserRequest, "toString", "[B", byte_array(b"x")),
        (RPCRequest, "types", "Ljava/lang/Object;", JavaString("x")),
        (CloseCommand, "createdAt", "Ljava/lang/Object;", JavaString("x")),
    ],
)
def test_a_field_of_another_type_makes_a_generic_object(
    command: type[Command], field: str, signature: str, value: JavaValue
) -> None:
    odd = java_object(java_class(command().class_name, {"id": "I"} | {field: signature}), {field: value})
    assert bind_command(odd) == UnknownCommand(object=odd)

    assert bind_fields(odd.java_class, [each for part in odd.data for each in part.values]) is None


@pytest.mark.parametrize("command", COMMANDS)
def test_the_fields_of_every_command_are_bound_as_the_whole_object_is(command: type[Command]) -> None:
    stream = build_command(command())
    for _ in range(2):  # the first time nothing is known of the class
        whole = bound(stream)
        fields = read_fields(stream)
    assert fields is not None
    assert bind_fields(*fields) == whole == command()


def test_fields_that_make_no_command_are_left_as_they_are() -> None:
    assert bind_fields(java_class("hudson.remoting.Tomorrow", {"x": "I"}, superclass=COMMAND), [None, 1]) is None
    assert bind_fields(java_class(Response().class_name, {"lastIoId": "I"}, superclass=COMMAND), [None, 1]) is None


def test_a_field_nobody_knows_is_passed_over() -> None:
    later = java_object(java_class(OutputStreamAck().class_name, {"oid": "I", "colour": "I"}), {"oid": 3, "colour": 7})
    assert bind_command(later) == OutputStreamAck(oid=3)
    assert bind_fields(later.java_class, [7, 3]) == OutputStreamAck(oid=3)


def test_a_request_cut_off_before_its_id_is_not_taken_for_number_0() -> None:
    whole = VECTORS["response"]
    cut = whole[: whole.index(b"xpp\0") + 3]
    stream, error = read_stream_prefix(cut)
    assert error is not None
    assert isinstance(bind_command(stream.contents[0]), UnknownCommand)


def test_every_command_has_a_class_to_be_built_from() -> None:
    assert set(COMMAND_CLASSES) == set(COMMANDS)


def test_the_bytes_of_a_pipe_chunk_are_those_of_the_array_that_was_read() -> None:
    (value,) = read_stream(build_command(OutputStreamChunk(oid=1, buf=b"bytes"))).contents
    command = bind_command(value)
    assert isinstance(value, JavaObject)
    assert isinstance(command, OutputStreamChunk)
    array = value.value_of("buf")
    assert isinstance(array, JavaArray)
    assert command.buf is array.values


def test_nothing_of_a_class_is_kept_when_its_command_goes() -> None:
    """A stranger may send any number of classes with any number of fields."""
    strange = java_class(
        "hudson.remoting.Strange", {f"field{number}": "I" for number in range(2000)}, superclass=COMMAND
    )
    close = java_class("hudson.remoting.Channel$CloseCommand", superclass=strange)
    command = bound(write_stream([java_object(close)]))
    assert isinstance(command, CloseCommand)
    handed_over(command, None)
    (returned,) = read_stream(write_stream([java_object(strange)])).contents
    assert isinstance(returned, JavaObject)
    handed_over(Response(return_value=returned), None)
    del command, close, strange, returned
    gc.collect()
    kept = [each for each in gc.get_objects() if type(each) is JavaClass and each.name == "hudson.remoting.Strange"]
    assert kept == []
