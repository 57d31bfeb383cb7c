"""What a command hands over besides values: streams, proxies of exported objects, class loaders."""

from collections.abc import Iterator, Sequence

from jnlpspy.model.commands import Command, Response, RPCRequest, UserRequest
from jnlpspy.model.java import BlockData, JavaArray, JavaClass, JavaContent, JavaObject
from jnlpspy.model.noun import noun
from jnlpspy.model.session import Payload
from jnlpspy.model.streams import RemoteStream, stream_of

VALUES = 20_000
"""Objects of one command that are looked at; system properties and class maps have some hundreds."""

CLASS_LOADER = "hudson.remoting.RemoteClassLoader$IClassLoader"

_LEAD_ON = (JavaObject, JavaArray, JavaClass)
"""What other values can stand in."""

_INVOCATION = "hudson.remoting.RemoteInvocationHandler"
_SENDERS_LOADER = b"\xff\xff\xff\xfe"
"""Class annotation -2: the sender's loader, exported under the number that follows."""


@noun()
class HandedObject:
    """A reference to an object that the sender exported."""

    oid: int
    interface: str
    until_answered: bool = False
    """True if the exporter lets go of it by itself when the call is answered."""


@noun()
class Handed:
    """All that one command hands over."""

    streams: tuple[RemoteStream, ...] = ()
    objects: tuple[HandedObject, ...] = ()


def handed_over(command: Command, payload: Payload | None) -> Handed:
    """Return what a command hands over."""
    streams: list[RemoteStream] = []
    objects: list[HandedObject] = []
    for each in _objects_in(command, payload):
        if isinstance(each, JavaClass):
            objects += _loader(each)
        elif each.java_class.is_proxy:
            objects += _exported(each)
        elif (stream := stream_of(each)) is not None:
            streams.append(stream)
    return Handed(tuple(streams), tuple(objects))


def _roots(command: Command, payload: Payload | None) -> tuple[JavaContent, ...]:
    held = () if payload is None else (payload.value,)
    match command:
        case UserRequest():
            return (*held, command.class_loader_proxy)
        case RPCRequest():
            return command.arguments
        case Response():
            return held or (command.return_value,)
        case _:
            return ()


def _objects_in(command: Command, payload: Payload | None) -> Iterator[JavaObject | JavaClass]:
    """Yield each object and class descriptor once, in the order in which a reader meets them."""
    stack = _followed(_roots(command, payload))
    seen: set[int] = set()
    while stack and len(seen) < VALUES:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, JavaArray):
            stack += _followed(current.values if isinstance(current.values, list) else ())
            continue
        yield current
        if isinstance(current, JavaObject):
            for part in reversed(current.data):
                stack += _followed(part.annotation)
                stack += _followed(part.values)
            stack.append(current.java_class)
        elif current.superclass is not None:
            stack.append(current.superclass)


def _followed(values: Sequence[JavaContent]) -> list[JavaObject | JavaArray | JavaClass]:
    return [each for each in reversed(values) if isinstance(each, _LEAD_ON)]


def _loader(java_class: JavaClass) -> Iterator[HandedObject]:
    for each in java_class.annotation:
        if isinstance(each, BlockData) and len(each.data) == 8 and each.data.startswith(_SENDERS_LOADER):
            yield HandedObject(int.from_bytes(each.data[4:], "big", signed=True), CLASS_LOADER)


def _exported(proxy: JavaObject) -> Iterator[HandedObject]:
    link = proxy.value_of("h")
    if not isinstance(link, JavaObject) or link.class_name != _INVOCATION or link.value_of("goingHome"):
        return
    oid = link.value_of("oid")
    if isinstance(oid, int):
        interface = next(iter(proxy.java_class.interfaces or ()), "")
        yield HandedObject(oid, interface, until_answered=bool(link.value_of("autoUnexportByCaller")))
