"""One dataclass per `hudson.remoting.Command`, its fields mapped to Java's by metadata.

Defaults stand for fields that a remoting version does not write. Source: PROTOCOL's class table, hudson.remoting.*.
"""

from dataclasses import field, fields
from typing import Any, ClassVar

from jnlpspy.model.java import JavaContent, JavaObject, JavaValue
from jnlpspy.model.noun import noun

PACKAGE = "hudson.remoting."


def from_java(name: str, default: Any = None) -> Any:  # noqa: ANN401 - dataclasses.field is typed so
    """Declare a field that Java calls `name`."""
    return field(default=default, metadata={"java": name})


@noun(kw_only=True)
class Command:
    """A `hudson.remoting.Command`: what travels on a channel."""

    java_name: ClassVar[str] = ""
    """Class name without the package; no two commands share one."""

    created_at: JavaObject | None = from_java("createdAt")
    """The `Command$Source` whose stack trace says where the command was made."""

    @property
    def class_name(self) -> str:
        """Full Java class name."""
        return PACKAGE + self.java_name


@noun(kw_only=True)
class Request(Command):
    """A command that is answered by a `Response` with the same id."""

    id: int = from_java("id", 0)
    """Unique per sending JVM, not per channel."""
    last_io_id: int = from_java("lastIoId", 0)
    """Number of the pipe write that the receiver must have finished first; 0 for none."""


@noun(kw_only=True)
class UserRequest(Request):
    """Run a Callable."""

    java_name: ClassVar[str] = "UserRequest"

    request: bytes = from_java("request", b"")
    """The Callable, serialized in a stream of its own."""
    class_loader_proxy: JavaValue = from_java("classLoaderProxy")
    to_string: str = from_java("toString", "")


@noun(kw_only=True)
class RPCRequest(Request):
    """Call a method of an exported object."""

    java_name: ClassVar[str] = "RemoteInvocationHandler$RPCRequest"

    oid: int = from_java("oid", 0)
    method_name: str = from_java("methodName", "")
    types: tuple[JavaValue, ...] = from_java("types", ())
    """Names of the parameters' declared types."""
    arguments: tuple[JavaValue, ...] = from_java("arguments", ())
    declaring_class_name: str = from_java("declaringClassName", "")
    """"" before remoting 3.17."""


@noun(kw_only=True)
class UserRPCRequest(RPCRequest):
    """The same, for proxies made by user code (remoting 3.14 and later)."""

    java_name: ClassVar[str] = "RemoteInvocationHandler$UserRPCRequest"


@noun(kw_only=True)
class InputStreamChunk(Request):
    """Read up to `len` bytes of an exported stream."""

    java_name: ClassVar[str] = "ProxyInputStream$Chunk"

    oid: int = from_java("oid", 0)
    len: int = from_java("len", 0)


@noun(kw_only=True)
class Response(Command):
    """The answer to the request that went the other way with the same id."""

    java_name: ClassVar[str] = "Response"

    id: int = from_java("id", 0)
    last_io_id: int = from_java("lastIoId", 0)
    return_value: JavaValue = from_java("returnValue")
    exception: JavaValue = from_java("exception")


@noun(kw_only=True)
class Cancel(Command):
    """Interrupt the request with this id; it still answers."""

    java_name: ClassVar[str] = "Request$Cancel"

    id: int = from_java("id", 0)


@noun(kw_only=True)
class GCCommand(Command):
    """Please run the garbage collector."""

    java_name: ClassVar[str] = "GCCommand"


@noun(kw_only=True)
class UnexportCommand(Command):
    """Drop one reference to an exported object."""

    java_name: ClassVar[str] = "UnexportCommand"

    oid: int = from_java("oid", 0)


@noun(kw_only=True)
class CloseCommand(Command):
    """The last command of a direction."""

    java_name: ClassVar[str] = "Channel$CloseCommand"


@noun(kw_only=True)
class PipeConnect(Command):
    """The receiver of a pipe tells the writer which object to write to."""

    java_name: ClassVar[str] = "Pipe$ConnectCommand"

    oid_pos: int = from_java("oidPos", 0)
    oid_ros: int = from_java("oidRos", 0)


@noun(kw_only=True)
class OutputStreamCommand(Command):
    """A command about an exported OutputStream."""

    oid: int = from_java("oid", 0)


@noun(kw_only=True)
class OutputStreamChunk(OutputStreamCommand):
    """Bytes through a pipe."""

    java_name: ClassVar[str] = "ProxyOutputStream$Chunk"

    io_id: int = from_java("ioId", 0)
    request_id: int = from_java("requestId", 0)
    buf: bytes = from_java("buf", b"")


@noun(kw_only=True)
class OutputStreamFlush(OutputStreamCommand):
    """Flush a pipe."""

    java_name: ClassVar[str] = "ProxyOutputStream$Flush"

    io_id: int = from_java("ioId", 0)
    request_id: int = from_java("requestId", 0)


@noun(kw_only=True)
class OutputStreamEOF(OutputStreamCommand):
    """Close a pipe, perhaps for an error."""

    java_name: ClassVar[str] = "ProxyOutputStream$EOF"

    io_id: int = from_java("ioId", 0)
    request_id: int = from_java("requestId", 0)
    error: JavaValue = from_java("error")


@noun(kw_only=True)
class OutputStreamUnexport(OutputStreamCommand):
    """The writer of a pipe was garbage collected."""

    java_name: ClassVar[str] = "ProxyOutputStream$Unexport"

    io_id: int = from_java("ioId", 0)


@noun(kw_only=True)
class OutputStreamAck(OutputStreamCommand):
    """Give a pipe's writer `size` bytes of window back."""

    java_name: ClassVar[str] = "ProxyOutputStream$Ack"

    size: int = from_java("size", 0)


@noun(kw_only=True)
class OutputStreamDead(OutputStreamCommand):
    """The reader of a pipe is gone; why stands in `created_at`'s cause."""

    java_name: ClassVar[str] = "ProxyOutputStream$NotifyDeadWriter"


@noun(kw_only=True)
class WriterCommand(Command):
    """A command about an exported Writer."""

    oid: int = from_java("oid", 0)


@noun(kw_only=True)
class WriterChunk(WriterCommand):
    """Characters through a pipe."""

    java_name: ClassVar[str] = "ProxyWriter$Chunk"

    io_id: int = from_java("ioId", 0)
    buf: tuple[JavaValue, ...] = from_java("buf", ())


@noun(kw_only=True)
class WriterFlush(WriterCommand):
    """Flush a Writer."""

    java_name: ClassVar[str] = "ProxyWriter$Flush"

    io_id: int = from_java("ioId", 0)


@noun(kw_only=True)
class WriterEOF(WriterCommand):
    """Close a Writer."""

    java_name: ClassVar[str] = "ProxyWriter$EOF"

    io_id: int = from_java("ioId", 0)


@noun(kw_only=True)
class WriterUnexport(WriterCommand):
    """A Writer's proxy was garbage collected."""

    java_name: ClassVar[str] = "ProxyWriter$Unexport"

    io_id: int = from_java("ioId", 0)


@noun(kw_only=True)
class WriterAck(WriterCommand):
    """Give a Writer's proxy `size` characters of window back."""

    java_name: ClassVar[str] = "ProxyWriter$Ack"

    size: int = from_java("size", 0)


@noun(kw_only=True)
class WriterDead(WriterCommand):
    """The Writer is gone."""

    java_name: ClassVar[str] = "ProxyWriter$NotifyDeadWriter"


@noun(kw_only=True)
class InputStreamEOF(Command):
    """The reader of an exported InputStream closed it."""

    java_name: ClassVar[str] = "ProxyInputStream$EOF"

    oid: int = from_java("oid", 0)


@noun(kw_only=True)
class UnknownCommand(Command):
    """An object on the channel whose class is no command we know; kept as it is."""

    object: JavaContent = None

    @property
    def class_name(self) -> str:
        """The object's own class; for what is no object the name of what it is."""
        if isinstance(self.object, str):
            return "java.lang.String"
        return self.object.class_name if isinstance(self.object, JavaObject) else type(self.object).__name__


COMMANDS: tuple[type[Command], ...] = (
    UserRequest,
    RPCRequest,
    UserRPCRequest,
    InputStreamChunk,
    Response,
    Cancel,
    GCCommand,
    UnexportCommand,
    CloseCommand,
    PipeConnect,
    OutputStreamChunk,
    OutputStreamFlush,
    OutputStreamEOF,
    OutputStreamUnexport,
    OutputStreamAck,
    OutputStreamDead,
    WriterChunk,
    WriterFlush,
    WriterEOF,
    WriterUnexport,
    WriterAck,
    WriterDead,
    InputStreamEOF,
)
"""Every command of remoting 2.x to today."""


def java_fields(command: type[Command]) -> dict[str, str]:
    """Return Java field name → attribute, of a command and its superclasses."""
    return {each.metadata["java"]: each.name for each in fields(command) if "java" in each.metadata}
