"""Streams that travel inside other objects: what Pipe, RemoteInputStream, RemoteOutputStream and RemoteWriter carry."""

from jnlpspy.model.java import BlockData, JavaObject
from jnlpspy.model.noun import noun
from jnlpspy.model.session import PipeKind

PIPE = "hudson.remoting.Pipe"
REMOTE_INPUT = "hudson.remoting.RemoteInputStream"

_EXPORTED = {"hudson.remoting.RemoteOutputStream": PipeKind.STREAM, "hudson.remoting.RemoteWriter": PipeKind.WRITER}

STREAMS = frozenset((*_EXPORTED, PIPE, REMOTE_INPUT))
"""The classes of objects that may stand for a stream."""


@noun()
class RemoteStream:
    """A stream as the side that sent it exported it."""

    oid: int
    kind: PipeKind
    written_by_sender: bool = False
    """True for the near end of a Pipe: its reader has yet to say, by a ConnectCommand, where to write to."""


def stream_of(value: JavaObject) -> RemoteStream | None:
    """Return the stream that an object stands for; None if for none, or if another object inside stands for it."""
    name = value.class_name
    if name in _EXPORTED:
        data = _block(value)
        return RemoteStream(_oid(data), _EXPORTED[name]) if len(data) == 4 else None
    if name == PIPE:
        data = _block(value)
        return RemoteStream(_oid(data), PipeKind.STREAM, written_by_sender=not data[0]) if len(data) == 5 else None
    if name == REMOTE_INPUT:
        # Capability bit 5 puts a flag in front; if it is set, a Pipe follows in place of the number.
        data = _block(value)
        return RemoteStream(_oid(data), PipeKind.READ) if len(data) in (4, 5) else None
    return None


def _block(value: JavaObject) -> bytes:
    return b"".join(each.data for part in value.data for each in part.annotation if isinstance(each, BlockData))


def _oid(data: bytes) -> int:
    return int.from_bytes(data[-4:], "big", signed=True)
