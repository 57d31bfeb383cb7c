"""Objects that stand for streams and proxies inside payloads, as remoting writes them."""

from jnlpspy.javaser.building import java_class, java_object, proxy_class
from jnlpspy.javaser.tags import SC_SERIALIZABLE, SC_WRITE_METHOD
from jnlpspy.model.java import BlockData, JavaContent, JavaObject

WRITES = SC_SERIALIZABLE | SC_WRITE_METHOD


def written(name: str, *annotation: JavaContent) -> JavaObject:
    """An object whose class writes no fields but what its writeObject does."""
    of = java_class(name, flags=WRITES)
    return java_object(of, annotations={name: annotation})


def number(value: int) -> bytes:
    return value.to_bytes(4, "big", signed=True)


def pipe(oid: int, *, far_end: bool) -> JavaObject:
    """A Pipe; at its far end the receiver writes."""
    return written("hudson.remoting.Pipe", BlockData(bytes([far_end]) + number(oid)))


def output_stream(oid: int) -> JavaObject:
    return written("hudson.remoting.RemoteOutputStream", BlockData(number(oid)))


def writer(oid: int) -> JavaObject:
    return written("hudson.remoting.RemoteWriter", BlockData(number(oid)))


def input_stream(oid: int) -> JavaObject:
    return written("hudson.remoting.RemoteInputStream", BlockData(b"\0" + number(oid)))


def greedy_input_stream(oid: int) -> JavaObject:
    return written("hudson.remoting.RemoteInputStream", BlockData(b"\x01"), pipe(oid, far_end=False))


def proxy(interface: str, oid: int, *, until_answered: bool = False, going_home: bool = False) -> JavaObject:
    """A proxy of an exported object."""
    of = java_class(
        "hudson.remoting.RemoteInvocationHandler", {"autoUnexportByCaller": "Z", "goingHome": "Z", "oid": "I"}
    )
    link = java_object(of, {"autoUnexportByCaller": until_answered, "goingHome": going_home, "oid": oid})
    return java_object(proxy_class(interface, "hudson.remoting.IReadResolve"), {"h": link})
