"""Commands built by hand, compared with streams that real remoting classes read."""

import pytest
from javaser.samples import VECTORS

from jnlpspy.javaser.building import (
    OBJECT_ARRAY,
    STRING_ARRAY,
    byte_array,
    java_class,
    java_object,
    object_array,
    proxy_class,
)
from jnlpspy.javaser.reader import read_stream
from jnlpspy.javaser.tags import SC_BLOCK_DATA, SC_EXTERNALIZABLE, SC_SERIALIZABLE, SC_WRITE_METHOD
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.java import BlockData, JavaObject, JavaValue

REMOTING = "hudson.remoting"
STRING = "Ljava/lang/String;"
THROWABLE = "Ljava/lang/Throwable;"

COMMAND = java_class(f"{REMOTING}.Command", {"createdAt": "Ljava/lang/Exception;"})
REQUEST = java_class(
    f"{REMOTING}.Request",
    {"response": "Lhudson/remoting/Response;", "lastIoId": "I", "id": "I"},
    superclass=COMMAND,
)


def test_a_command_without_fields_of_its_own() -> None:
    close = java_class(f"{REMOTING}.Channel$CloseCommand", suid=0x0D804888BB5BD983, superclass=COMMAND)
    assert write_stream([java_object(close)]) == VECTORS["close"]


def test_a_command_of_primitive_fields() -> None:
    ack = java_class(f"{REMOTING}.ProxyOutputStream$Ack", {"size": "I", "oid": "I"}, superclass=COMMAND)
    assert write_stream([java_object(ack, {"oid": 5, "size": 8192})]) == VECTORS["ack"]


def test_a_response_that_carries_a_stream() -> None:
    response = java_class(
        f"{REMOTING}.Response",
        {"id": "I", "lastIoId": "I", "exception": THROWABLE, "returnValue": "Ljava/io/Serializable;"},
        superclass=COMMAND,
    )
    normal = java_class(f"{REMOTING}.UserRequest$NormalResponse", {"response": "[B"})
    returned = java_object(normal, {"response": byte_array(write_stream([None]))})
    assert write_stream([java_object(response, {"id": 7, "returnValue": returned})]) == VECTORS["response"]


def test_a_request_with_a_loader_that_is_a_proxy() -> None:
    request = java_class(
        f"{REMOTING}.UserRequest",
        {"classLoaderProxy": "Lhudson/remoting/RemoteClassLoader$IClassLoader;", "request": "[B", "toString": STRING},
        superclass=REQUEST,
    )
    invocations = java_class(
        f"{REMOTING}.RemoteInvocationHandler",
        {
            "autoUnexportByCaller": "Z",
            "goingHome": "Z",
            "oid": "I",
            "recordCreatedAt": "Z",
            "userProxy": "Z",
            "userSpace": "Z",
            "origin": THROWABLE,
        },
        flags=SC_SERIALIZABLE | SC_WRITE_METHOD,
    )
    loader = proxy_class(f"{REMOTING}.RemoteClassLoader$IClassLoader", f"{REMOTING}.IReadResolve")
    ping = java_class(f"{REMOTING}.PingThread$Ping")
    ping.annotation = [BlockData(bytes.fromhex("fffffffe00000002"))]
    values: dict[str, JavaValue] = {
        "classLoaderProxy": java_object(loader, {"h": java_object(invocations, {"oid": 2})}),
        "request": byte_array(write_stream([java_object(ping)])),
        "toString": "ping",
    }
    assert write_stream([java_object(request, values)]) == VECTORS["user request"]


def test_a_call_with_arrays_of_objects_and_strings() -> None:
    request = java_class(
        f"{REMOTING}.RemoteInvocationHandler$RPCRequest",
        {
            "oid": "I",
            "arguments": "[Ljava/lang/Object;",
            "declaringClassName": STRING,
            "methodName": STRING,
            "types": "[Ljava/lang/String;",
        },
        superclass=REQUEST,
    )
    call: dict[str, JavaValue] = {
        "id": 1,
        "oid": 2,
        "arguments": object_array([], OBJECT_ARRAY),
        "declaringClassName": f"{REMOTING}.RemoteClassLoader$IClassLoader",
        "methodName": "getName",
        "types": object_array([], STRING_ARRAY),
    }
    assert write_stream([java_object(request, call)]) == VECTORS["rpc request"]


def test_fields_not_named_are_null_zero_or_false() -> None:
    every = java_class("Every", {code: code for code in "BCDFIJSZ"} | {"L": STRING, "[": "[B"})
    built = java_object(every)
    assert built.data[0].values == (0, "\0", 0.0, 0.0, 0, 0, 0, False, None, None)
    (read,) = read_stream(write_stream([built])).contents
    assert isinstance(read, JavaObject)
    assert read.data[0].values == built.data[0].values


def test_what_writes_no_fields_gets_none() -> None:
    pipe = java_class(f"{REMOTING}.Pipe", {"in": "I", "out": "I"}, flags=SC_SERIALIZABLE | SC_WRITE_METHOD)
    built = java_object(pipe, annotations={pipe.name: [BlockData(b"\1")]})
    assert [(part.values, len(part.annotation)) for part in built.data] == [((), 1)]


def test_what_is_externalizable_writes_for_its_superclasses_too() -> None:
    above = java_class("Above", {"x": "I"})
    below = java_class("Below", flags=SC_EXTERNALIZABLE | SC_BLOCK_DATA, superclass=above)
    assert [part.java_class for part in java_object(below).data] == [below]


@pytest.mark.parametrize(
    ("values", "annotations", "names"),
    [({"nosuch": 1}, {}, "nosuch"), ({}, {"Nosuch": []}, "Nosuch")],
)
def test_a_name_no_class_declares_is_refused(
    values: dict[str, int], annotations: dict[str, list[BlockData]], names: str
) -> None:
    with pytest.raises(ValueError, match=names):
        java_object(REQUEST, values, annotations)
