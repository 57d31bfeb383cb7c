"""What a command hands over besides values: streams, proxies of exported objects, class loaders."""

from collections.abc import Iterator, Sequence

from jnlpspy.model.commands import Command, Response, RPCRequest, UserRequest
from jnlpspy.model.java import BlockData, JavaArray, JavaClass, JavaContent, JavaObject, JavaString
from jnlpspy.model.noun import noun
from jnlpspy.model.session import Payload
from jnlpspy.model.streams import STREAMS, RemoteStream, stream_of

VALUES = 20_000
"""Objects of one command that are looked at; system properties and class maps have some hundreds."""

CLASS_LOADER = "hudson.remoting.RemoteClassLoader$IClassLoader"

_LEAD_ON = (JavaObject, JavaArray, JavaClass)
"""What other values can stand in."""

_LEAVES = frozenset((type(None), bool, int, float, str, JavaString, BlockData))
"""What nearly all values are; found out at once, where `isinstance` asks for each class in turn."""

_OF_LEAVES = frozenset(("[Ljava.lang.String;", "[Ljava.lang.StackTraceElement;"))
"""Arrays in which nothing is handed over: no other class extends what they are made of."""

_SOURCE = "hudson.remoting.Command$Source"
"""Says where a command was made: a stack trace, for which nothing is exported and which is not read if nobody asks."""

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


_NOTHING = Handed()


def handed_over(command: Command, payload: Payload | None) -> Handed:
    """Return what a command hands over; objects are looked at once, in the order in which a reader meets them."""
    stack = [each for each in reversed(_roots(command, payload)) if isinstance(each, _LEAD_ON)]
    if not stack:
        return _NOTHING
    streams: list[RemoteStream] = []
    objects: list[HandedObject] = []
    seen: set[int] = set()
    while stack and len(seen) < VALUES:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, JavaObject):
            java_class = current.java_class
            if java_class.interfaces is not None:
                objects += _exported(current)
            elif java_class.name in STREAMS and (stream := stream_of(current)) is not None:
                streams.append(stream)
            if java_class.name != _SOURCE:
                for part in reversed(current.data):
                    if part.annotation:
                        stack += _followed(part.annotation)
                    for value in reversed(part.values):
                        if type(value) not in _LEAVES and isinstance(value, _LEAD_ON):
                            stack.append(value)
            loaders = java_class.loaders
            stack += _told_in(java_class) if loaders is None else loaders
        elif isinstance(current, JavaArray):
            if isinstance(current.values, list) and current.java_class.name not in _OF_LEAVES:
                stack += _followed(current.values)
        else:
            if current.annotation:
                objects += _loader(current)
            if current.superclass is not None:
                stack.append(current.superclass)
    return Handed(tuple(streams), tuple(objects)) if streams or objects else _NOTHING


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


def _told_in(java_class: JavaClass) -> tuple[JavaClass, ...]:
    """Find the classes of a lineage whose annotations name a loader, in the order in which they are looked at."""
    java_class.loaders = tuple(
        each for each in reversed([*java_class.lineage()]) if each.annotation and any(_loader(each))
    )
    return java_class.loaders


def _followed(values: Sequence[JavaContent]) -> list[JavaObject | JavaArray | JavaClass]:
    return [each for each in reversed(values) if type(each) not in _LEAVES and isinstance(each, _LEAD_ON)]


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
