"""A block to a command, with what is nested in it: never raises on bytes."""

from jnlpspy.errors import DecodeError, MalformedBytes
from jnlpspy.javaser.fields import read_fields
from jnlpspy.javaser.reader import read_stream_prefix
from jnlpspy.model.commands import Command, UnknownCommand
from jnlpspy.model.java import JavaContent, JavaObject
from jnlpspy.model.session import Payload
from jnlpspy.remoting.binding import bind_command, bind_fields
from jnlpspy.remoting.payload import open_payload


def read_command(block: bytes) -> tuple[Command | None, Payload | None, DecodeError | None]:
    """Read one command; what could be read is returned beside the error that stopped the rest."""
    command, error = _read_known(block), None
    if command is None:
        command, error = _read_whole(block)
        if command is None or isinstance(command, UnknownCommand):
            return command, None, error
    payload, nested = open_payload(command)
    return command, payload, error or nested


def _read_known(block: bytes) -> Command | None:
    """Return a command of which nothing is new but the values, as nearly every one; None of any other."""
    fields = read_fields(block)
    return None if fields is None else bind_fields(*fields)


def _read_whole(block: bytes) -> tuple[Command | None, DecodeError | None]:
    stream, error = read_stream_prefix(block)
    if not stream.contents:
        return None, error or MalformedBytes("a command", "an empty object stream")
    command = bind_command(stream.contents[0])
    if not isinstance(command, UnknownCommand):
        _part_with_stack(stream.contents[0])
    return command, error


def _part_with_stack(bound: JavaContent) -> None:
    """Cut the circle of a command and its stack, which names the command: both would wait for the garbage collector.

    All that is left of it there is its class, whether the command was read as a whole or by its fields.
    """
    if isinstance(bound, JavaObject):
        bound.data.clear()
