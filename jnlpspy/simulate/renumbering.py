"""Numbers of a recording to those of a live peer: of its exported objects and of its requests.

What the played side numbers itself stays as it was recorded. Mirrors what hudson.remoting.ExportTable hands out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from jnlpspy.errors import DecodeError
from jnlpspy.javaser.building import byte_array
from jnlpspy.javaser.copying import GraphCopier
from jnlpspy.javaser.reader import read_stream
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.commands import (
    Command,
    InputStreamChunk,
    InputStreamEOF,
    OutputStreamChunk,
    OutputStreamEOF,
    OutputStreamFlush,
    OutputStreamUnexport,
    PipeConnect,
    Response,
    RPCRequest,
    UnexportCommand,
    UserRequest,
    WriterChunk,
    WriterEOF,
    WriterFlush,
    WriterUnexport,
)
from jnlpspy.model.java import (
    BlockData,
    ClassData,
    JavaArray,
    JavaClass,
    JavaContent,
    JavaObject,
    JavaValue,
)
from jnlpspy.model.session import Payload
from jnlpspy.session.handed import handed_over

_TO_PEERS_OBJECT = (
    InputStreamChunk,
    InputStreamEOF,
    OutputStreamChunk,
    OutputStreamFlush,
    OutputStreamEOF,
    OutputStreamUnexport,
    WriterChunk,
    WriterFlush,
    WriterEOF,
    WriterUnexport,
    UnexportCommand,
    RPCRequest,
)
"""Commands whose `oid` is an object that their receiver exported."""

_INVOCATION = "hudson.remoting.RemoteInvocationHandler"
_RPC = "hudson.remoting.RemoteInvocationHandler$RPCRequest"
_GOING_HOME = "hudson.remoting.RemoteClassLoader$RemoteIClassLoader"
_CLASS_FILES = ("hudson.remoting.RemoteClassLoader$ClassFile", "hudson.remoting.RemoteClassLoader$ClassFile2")
_RECEIVERS_LOADER = b"\xff\xff\xff\xff"
"""Class annotation -1: the receiver's own loader, under the number that follows."""


class Numbers:
    """Which number of the live peer stands for which of the recording."""

    def __init__(self) -> None:
        self.objects: dict[int, int] = {}
        self.requests: dict[int, int] = {}
        self._recorded: set[int] = set()

    def expect(self, command: Command, payload: Payload | None) -> None:
        """Take note of what the recorded peer exports in a command that may come."""
        for numbers in _exported(command, payload).values():
            self._recorded.update(numbers)

    def reaches(self, command: Command) -> bool:
        """Return whether the live peer has the object that a recorded command is for."""
        if not isinstance(command, _TO_PEERS_OBJECT):
            return True
        return command.oid in self.objects or command.oid not in self._recorded

    def learn(self, recorded: tuple[Command, Payload | None], live: tuple[Command, Payload | None]) -> None:
        """Take note of what the live peer exported in a command that corresponds to a recorded one."""
        theirs = _exported(*live)
        for kind, numbers in _exported(*recorded).items():
            self.objects.update(zip(numbers, theirs.get(kind, ()), strict=False))

    def rewrite(self, command: Command, payload: Payload | None) -> Command:
        """Return a recorded command of the played side with the live peer's numbers in it."""
        if isinstance(command, Response):
            command = replace(command, id=self.requests.get(command.id, command.id))
        if isinstance(command, OutputStreamChunk | OutputStreamFlush | OutputStreamEOF):
            command = replace(command, request_id=self.requests.get(command.request_id, command.request_id))
        if isinstance(command, _TO_PEERS_OBJECT):
            command = replace(command, oid=self.objects.get(command.oid, command.oid))
        if isinstance(command, PipeConnect):
            command = replace(command, oid_ros=self.objects.get(command.oid_ros, command.oid_ros))
        if all(live == recorded for recorded, live in self.objects.items()):
            return command  # nothing inside could change
        return self._rewrite_inside(command, payload)

    def _rewrite_inside(self, command: Command, payload: Payload | None) -> Command:
        copier = _Copier(self.objects)
        match command:
            case UserRequest():
                loader = copier.value(command.class_loader_proxy)
                return replace(command, class_loader_proxy=loader, request=self._rewrite_stream(command.request))
            case RPCRequest():
                return replace(command, arguments=tuple(copier.value(each) for each in command.arguments))
            case Response() if payload is None:
                return replace(command, return_value=copier.value(command.return_value))
            case Response(return_value=JavaObject() as carried):
                return replace(command, return_value=self._rewrite_carried(carried))
            case _:
                return command

    def _rewrite_carried(self, carried: JavaObject) -> JavaObject:
        """Return what a UserRequest's Response carries, the streams in its byte arrays rewritten."""
        copy = JavaObject(carried.java_class)
        for part in carried.data:
            values = tuple(
                byte_array(self._rewrite_stream(bytes(each.values)))
                if isinstance(each, JavaArray) and not isinstance(each.values, list)
                else each
                for each in part.values
            )
            copy.data.append(ClassData(part.java_class, values, part.annotation))
        return copy

    def _rewrite_stream(self, data: bytes) -> bytes:
        try:
            contents = read_stream(data).contents
        except DecodeError:
            return data  # what cannot be read holds no number that could be found
        copier = _Copier(self.objects)
        return write_stream([copier.content(each) for each in contents])


class _Copier(GraphCopier):
    """Changes the peer's numbers in a graph."""

    def __init__(self, objects: Mapping[int, int]) -> None:
        super().__init__()
        self._objects = objects

    def field_of(self, owner: JavaObject, name: str, value: JavaValue) -> JavaValue:
        """Return the live number for that of an object of the peer, else the copy."""
        if name == "oid" and isinstance(value, int) and _is_peers(owner):
            return self._objects.get(value, value)
        return self.value(value)

    def annotation_of(self, original: JavaClass) -> Sequence[JavaContent]:
        """Return the annotation with the live number of a loader of the peer."""
        return [self._annotation(each) for each in original.annotation]

    def _annotation(self, part: JavaContent) -> JavaContent:
        if isinstance(part, BlockData) and len(part.data) == 8 and part.data.startswith(_RECEIVERS_LOADER):
            number = int.from_bytes(part.data[4:], "big", signed=True)
            return BlockData(_RECEIVERS_LOADER + self._objects.get(number, number).to_bytes(4, "big", signed=True))
        return self.content(part)


def _is_peers(value: JavaObject) -> bool:
    """Return whether an object's `oid` is a number of the side that will receive it."""
    name = value.class_name
    if name == _INVOCATION:
        return bool(value.value_of("goingHome"))
    return name == _GOING_HOME or any(each.name == _RPC for each in value.java_class.lineage())


def _exported(command: Command, payload: Payload | None) -> dict[str, list[int]]:
    """Return the numbers under which a command's sender exported what it hands over, by what they are of."""
    numbers: dict[str, list[int]] = {}
    handed = handed_over(command, payload)
    for each in handed.objects:
        numbers.setdefault(each.interface, []).append(each.oid)
    for stream in handed.streams:
        numbers.setdefault(f"{stream.kind.value} {stream.written_by_sender}", []).append(stream.oid)
    for number in _class_file_loaders(command):
        numbers.setdefault("a class file's loader", []).append(number)
    if isinstance(command, PipeConnect):
        numbers["a pipe's reader"] = [command.oid_pos]
    return {kind: list(dict.fromkeys(each)) for kind, each in numbers.items()}


def _class_file_loaders(command: Command) -> Iterator[int]:
    if isinstance(command, Response):
        for each in _graph(command.return_value):
            if each.class_name in _CLASS_FILES:
                number = each.value_of("classLoader")
                if isinstance(number, int):
                    yield number


def _graph(value: JavaContent) -> Iterator[JavaObject]:
    """Yield each object of a graph once."""
    seen: set[int] = set()
    stack: list[JavaContent] = [value]
    while stack:
        current = stack.pop()
        if not isinstance(current, JavaObject | JavaArray) or id(current) in seen:
            continue
        seen.add(id(current))
        inside: Sequence[JavaContent] = ()
        match current:
            case JavaArray(values=values):
                inside = values if isinstance(values, list) else ()
            case JavaObject():
                yield current
                inside = list(chain.from_iterable((*part.values, *part.annotation) for part in current.data))
        stack += reversed(inside)
