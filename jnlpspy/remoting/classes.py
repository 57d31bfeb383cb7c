"""Class descriptors of remoting's commands, as `ObjectStreamClass` of hudson.remoting.* gives them (PROTOCOL 7.1)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from jnlpspy.javaser.building import java_class
from jnlpspy.model.commands import (
    PACKAGE,
    Cancel,
    CloseCommand,
    Command,
    GCCommand,
    InputStreamChunk,
    InputStreamEOF,
    OutputStreamAck,
    OutputStreamChunk,
    OutputStreamDead,
    OutputStreamEOF,
    OutputStreamFlush,
    OutputStreamUnexport,
    PipeConnect,
    Response,
    RPCRequest,
    UnexportCommand,
    UserRequest,
    UserRPCRequest,
    WriterAck,
    WriterChunk,
    WriterDead,
    WriterEOF,
    WriterFlush,
    WriterUnexport,
)
from jnlpspy.model.java import JavaClass

STRING: Final = "Ljava/lang/String;"
THROWABLE: Final = "Ljava/lang/Throwable;"

COMMAND: Final = java_class(f"{PACKAGE}Command", {"createdAt": "Ljava/lang/Exception;"})
REQUEST: Final = java_class(
    f"{PACKAGE}Request", {"id": "I", "lastIoId": "I", "response": "Lhudson/remoting/Response;"}, superclass=COMMAND
)

_RPC_REQUEST: Final = java_class(
    PACKAGE + RPCRequest.java_name,
    {
        "oid": "I",
        "arguments": "[Ljava/lang/Object;",
        "declaringClassName": STRING,
        "methodName": STRING,
        "types": "[Ljava/lang/String;",
    },
    superclass=REQUEST,
)

_PIPE_WRITE: Final = {"ioId": "I", "oid": "I", "requestId": "I"}
_WRITER_WRITE: Final = {"ioId": "I", "oid": "I"}
_CREDIT: Final = {"oid": "I", "size": "I"}


def _direct(command: type[Command], fields: Mapping[str, str], suid: int = 1) -> JavaClass:
    return java_class(PACKAGE + command.java_name, fields, suid=suid, superclass=COMMAND)


COMMAND_CLASSES: Final[Mapping[type[Command], JavaClass]] = MappingProxyType(
    {
        UserRequest: java_class(
            PACKAGE + UserRequest.java_name,
            {
                "classLoaderProxy": "Lhudson/remoting/RemoteClassLoader$IClassLoader;",
                "request": "[B",
                "toString": STRING,
            },
            superclass=REQUEST,
        ),
        RPCRequest: _RPC_REQUEST,
        UserRPCRequest: java_class(
            PACKAGE + UserRPCRequest.java_name, suid=-9185841650347902580, superclass=_RPC_REQUEST
        ),
        InputStreamChunk: java_class(
            PACKAGE + InputStreamChunk.java_name, {"len": "I", "oid": "I"}, superclass=REQUEST
        ),
        # Before remoting 4.14 `returnValue` was declared as Object; either side takes either.
        Response: _direct(
            Response,
            {"id": "I", "lastIoId": "I", "exception": THROWABLE, "returnValue": "Ljava/io/Serializable;"},
        ),
        Cancel: _direct(Cancel, {"id": "I"}, -1709992419006993208),
        GCCommand: _direct(GCCommand, {}),
        UnexportCommand: _direct(UnexportCommand, {"oid": "I"}),
        CloseCommand: _direct(CloseCommand, {}, 972857271608138115),
        PipeConnect: _direct(PipeConnect, {"oidPos": "I", "oidRos": "I"}, -9128735897846418140),
        OutputStreamChunk: _direct(OutputStreamChunk, _PIPE_WRITE | {"buf": "[B"}),
        OutputStreamFlush: _direct(OutputStreamFlush, _PIPE_WRITE),
        OutputStreamEOF: _direct(OutputStreamEOF, _PIPE_WRITE | {"error": THROWABLE}),
        OutputStreamUnexport: _direct(OutputStreamUnexport, _WRITER_WRITE),
        OutputStreamAck: _direct(OutputStreamAck, _CREDIT),
        OutputStreamDead: _direct(OutputStreamDead, {"oid": "I"}),
        WriterChunk: _direct(WriterChunk, _WRITER_WRITE | {"buf": "[C"}),
        WriterFlush: _direct(WriterFlush, _WRITER_WRITE),
        WriterEOF: _direct(WriterEOF, _WRITER_WRITE),
        WriterUnexport: _direct(WriterUnexport, _WRITER_WRITE),
        WriterAck: _direct(WriterAck, _CREDIT),
        WriterDead: _direct(WriterDead, {"oid": "I"}),
        InputStreamEOF: _direct(InputStreamEOF, {"oid": "I"}),
    }
)
"""Descriptor of every command."""
