from pathlib import Path

import pytest

from jnlpspy.javaser.building import java_class, java_object
from jnlpspy.javaser.reader import read_stream
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.commands import (
    COMMANDS,
    Cancel,
    CloseCommand,
    Command,
    OutputStreamAck,
    OutputStreamEOF,
    Response,
    RPCRequest,
    UnexportCommand,
    UnknownCommand,
    UserRequest,
    WriterChunk,
)
from jnlpspy.model.java import JavaArray, JavaObject, JavaString
from jnlpspy.remoting.build import build_command
from jnlpspy.remoting.classes import COMMAND_CLASSES
from jnlpspy.remoting.commands import read_command
from jnlpspy.remoting.nested import Loaders, build_nested, normal_response
from jnlpspy.remoting.throwables import IO_EXCEPTION, StackElement, command_source, java_throwable
from jnlpspy.remoting.values import CLASS_LOADER, exported_proxy

PING = java_class("hudson.remoting.PingThread$Ping")

VECTORS = dict(line.split() for line in Path(__file__).with_name("vectors.txt").read_text("ascii").splitlines()[1:])

KNOWN: list[Command] = [
    CloseCommand(),
    OutputStreamAck(oid=5, size=8192),
    UnexportCommand(oid=9),
    Cancel(id=7),
    Response(id=7, return_value=normal_response(None, Loaders(2))),
    UserRequest(
        id=0,
        class_loader_proxy=exported_proxy(CLASS_LOADER, 2),
        request=build_nested(java_object(PING), Loaders(2)),
        to_string="ping",
    ),
    RPCRequest(id=1, oid=2, method_name="getName", declaring_class_name=CLASS_LOADER),
]


@pytest.mark.parametrize("command", KNOWN, ids=lambda command: type(command).__name__)
def test_a_command_is_built_byte_for_byte_as_real_remoting_reads_it(command: Command) -> None:
    known = VECTORS.get(command.java_name) or VECTORS[type(command).__name__]
    assert build_command(command).hex() == known


def test_every_command_has_a_descriptor_and_reads_back_as_itself() -> None:
    assert set(COMMAND_CLASSES) == set(COMMANDS)
    for kind in COMMANDS:
        command, payload, error = read_command(build_command(kind()))
        assert (command, payload, error) == (kind(), None, None)


def test_fields_of_every_kind_read_back() -> None:
    chars = WriterChunk(io_id=3, oid=4, buf=("ä", "\ud83d"))
    assert read_command(build_command(chars))[0] == chars
    call = RPCRequest(id=5, oid=1, method_name="get", types=("long", "[J"), arguments=("text", None))
    assert read_command(build_command(call))[0] == call


def test_a_source_refers_back_to_the_command_it_is_built_with() -> None:
    source = command_source([StackElement("hudson.remoting.Command", "<init>", 80)])
    for command in (CloseCommand(created_at=source), UnexportCommand(created_at=source, oid=1)):
        built = read_stream(build_command(command)).contents[0]
        assert isinstance(built, JavaObject)
        created_at = built.value_of("createdAt")
        assert isinstance(created_at, JavaObject)
        assert created_at.value_of("this$0") is built
        assert created_at.value_of("cause") is created_at
        trace = created_at.value_of("stackTrace")
        assert isinstance(trace, JavaArray)
        assert isinstance(trace.values[0], JavaObject)
        assert trace.values[0].value_of("fileName") == "Command.java"


def test_an_unknown_command_goes_out_as_it_came_in() -> None:
    stream = write_stream([java_object(java_class("org.example.Odd", {"text": "Ljava/lang/String;"}))])
    command = read_command(stream)[0]
    assert isinstance(command, UnknownCommand)
    assert build_command(command) == stream


def test_an_error_travels_in_the_command_itself() -> None:
    failed = OutputStreamEOF(oid=3, error=java_throwable(IO_EXCEPTION, "disk full"))
    read = read_command(build_command(failed))[0]
    assert isinstance(read, OutputStreamEOF)
    assert isinstance(read.error, JavaObject)
    assert read.error.value_of("detailMessage") == "disk full"


def test_a_value_java_cannot_hold_is_refused_with_its_field() -> None:
    with pytest.raises(ValueError, match="return_value"):
        build_command(Response(return_value={"no": "map"}))  # type: ignore[arg-type] # the mistake under test


def test_text_that_is_a_java_string_already_keeps_its_identity() -> None:
    name = JavaString("same")
    call = RPCRequest(method_name="m", arguments=(name, name))
    read = read_command(build_command(call))[0]
    assert isinstance(read, RPCRequest)
    assert read.arguments == ("same", "same")
