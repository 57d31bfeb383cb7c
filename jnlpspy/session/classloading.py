"""Classes, resources and jars that come over the channel (hudson.remoting.RemoteClassLoader, JarLoader)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jnlpspy.model.commands import Command, Response, RPCRequest
from jnlpspy.model.describe import describe_value, shorten
from jnlpspy.model.events import CallFinished, CallStarted, ClassLoaded
from jnlpspy.model.java import JavaArray, JavaContent, JavaObject, JavaValue
from jnlpspy.model.session import LoadKind, Outcome, Payload, PayloadRole
from jnlpspy.model.shapes import entries_of, text_of
from jnlpspy.model.streams import stream_of
from jnlpspy.model.tap import Side
from jnlpspy.session.handed import CLASS_LOADER
from jnlpspy.session.pipes import PipeBook

NAME = 1000
"""Characters of a class's, resource's or jar's name that are kept."""

LOADED = 10_000
"""Things that one answer brings of which each is told; the largest real ones bring some hundreds."""

JAR_WRITTEN = "hudson.remoting.JarLoader.writeJarTo"
JARS_SENT = "hudson.remoting.PreloadJarTask2"

_KINDS = {
    "fetch": LoadKind.CLASS,
    "fetch2": LoadKind.CLASS,
    "fetch3": LoadKind.CLASS,
    "fetchJar": LoadKind.JAR,
    "getResource": LoadKind.RESOURCE,
    "getResource2": LoadKind.RESOURCE,
    "getResources": LoadKind.RESOURCE,
    "getResources2": LoadKind.RESOURCE,
}
"""Methods of IClassLoader that load something."""

_MAGIC = b"\xca\xfe\xba\xbe"
_FIRST_MAJOR = 44
"""A class file's major version is this much above the Java version that it needs at least."""

_UNSIGNED = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a call asked for, until it is answered."""

    kind: LoadKind
    name: str
    pipe: int | None = None
    """Number of the stream that the jar is written to."""
    sent: tuple[tuple[str, int], ...] = ()
    """Names and sizes of jars that the call itself brings."""


class ClassLoadingBook:
    """What is being loaded in either direction."""

    def __init__(self) -> None:
        self._asked: dict[str, _Asked] = {}

    def ask(self, started: CallStarted, command: Command, payload: Payload | None) -> None:
        """Take note of a call that loads something."""
        asked = _asked(started, command, payload)
        if asked is not None:
            self._asked[started.call] = asked

    def answer(
        self, finished: CallFinished, response: Response, payload: Payload | None, pipes: PipeBook
    ) -> Iterable[ClassLoaded]:
        """Return what an answer brings."""
        asked = self._asked.pop(finished.call, None)
        return () if asked is None else _answered(asked, finished, response, payload, pipes)

    def give_up(self, call: str) -> None:
        """Forget a call that will not be answered."""
        self._asked.pop(call, None)


def _answered(
    asked: _Asked, finished: CallFinished, response: Response, payload: Payload | None, pipes: PipeBook
) -> Iterator[ClassLoaded]:
    if finished.outcome is not Outcome.RETURNED:
        yield ClassLoaded(asked.name, asked.kind, 0, finished.duration, finished.call, found=False)
    elif asked.sent:
        for name, size in asked.sent:
            yield ClassLoaded(name, LoadKind.JAR, size, finished.duration, finished.call, prefetched=True)
    elif asked.pipe is not None:
        caller = Side.AGENT if finished.call.startswith("a") else Side.CONTROLLER
        size = pipes.bytes_of(caller, asked.pipe)
        yield ClassLoaded(asked.name, asked.kind, size, finished.duration, finished.call, jar=asked.name)
    else:
        returned = payload is not None and payload.role is PayloadRole.RETURNED
        value = payload.value if returned and payload is not None else response.return_value
        yield from _loaded(asked, value, finished)


def _asked(started: CallStarted, command: Command, payload: Payload | None) -> _Asked | None:
    called = payload.value if payload is not None and isinstance(payload.value, JavaObject) else None
    if started.callable == JARS_SENT and called is not None:
        return _jars_sent(called)
    if started.callable == JAR_WRITTEN:
        return _jar_written(_arguments(command, called))
    interface, _, method = started.callable.rpartition(".")
    kind = _KINDS.get(method) if interface == CLASS_LOADER else None
    arguments = _arguments(command, called) if kind is not None else ()
    return _Asked(kind, _name(arguments[0])) if kind is not None and arguments else None


def _arguments(command: Command, called: JavaObject | None) -> Sequence[JavaValue]:
    if isinstance(command, RPCRequest):
        return command.arguments
    passed = called.value_of("arguments") if called is not None else None
    return passed.values if isinstance(passed, JavaArray) and isinstance(passed.values, list) else []


def _jar_written(arguments: Sequence[JavaValue]) -> _Asked | None:
    match arguments:
        case [JavaObject() as first, JavaObject() as second, JavaObject() as out]:
            stream = stream_of(out)
            checksum = _checksum(first.value_of("value"), second.value_of("value"))
            return None if stream is None else _Asked(LoadKind.JAR, checksum or "?", stream.oid)
        case _:
            return None


def _jars_sent(task: JavaObject) -> _Asked | None:
    jars, contents = task.value_of("jars"), task.value_of("contents")
    if not isinstance(jars, JavaArray) or not isinstance(contents, JavaArray):
        return None
    sent = [
        (_name(jar), len(content.values))
        for jar, content in zip(jars.values, contents.values, strict=False)
        if isinstance(content, JavaArray)
    ]
    return _Asked(LoadKind.JAR, "", sent=tuple(sent[:LOADED])) if sent else None


def _loaded(asked: _Asked, value: JavaContent, finished: CallFinished) -> Iterator[ClassLoaded]:
    entries = entries_of(value, LOADED) if isinstance(value, JavaObject) else None
    if entries is not None:
        for name, each in entries:
            yield _one(asked.kind, _name(name), each, finished, prefetched=name != asked.name)
    elif isinstance(value, JavaArray) and isinstance(value.values, list) and value.values:
        for each in value.values[:LOADED]:
            yield _one(asked.kind, asked.name, each, finished)
    else:
        yield _one(asked.kind, asked.name, value, finished)


def _one(
    kind: LoadKind, name: str, value: JavaContent, finished: CallFinished, *, prefetched: bool = False
) -> ClassLoaded:
    """Return what was loaded in one of its forms: bytes, ClassFile, ResourceFile or ClassFile2."""
    image: JavaContent = value
    if isinstance(value, JavaObject):
        image = value.value_of("classImage") or value.value_of("image")
    jar = None
    if isinstance(image, JavaObject):  # a ResourceImageRef
        jar = _checksum(image.value_of("sum1"), image.value_of("sum2"))
        image = image.value_of("payload")
    data = image.values if isinstance(image, JavaArray) and not isinstance(image.values, list) else None
    return ClassLoaded(
        name,
        kind,
        len(data) if data is not None else 0,
        finished.duration,
        finished.call,
        found=data is not None or jar is not None,
        prefetched=prefetched,
        class_version=_class_version(bytes(data[:8])) if data is not None and kind is LoadKind.CLASS else None,
        jar=jar,
    )


def _class_version(start: bytes) -> int | None:
    if len(start) < 8 or not start.startswith(_MAGIC):
        return None
    major = int.from_bytes(start[6:8], "big")
    return major - _FIRST_MAJOR if major > _FIRST_MAJOR else None


def _checksum(first: JavaValue, second: JavaValue) -> str | None:
    """Return a jar's checksum as its file in the jar cache is called."""
    if not isinstance(first, int) or not isinstance(second, int):
        return None
    return f"{first & _UNSIGNED:016X}{second & _UNSIGNED:016X}"


def _name(value: JavaValue) -> str:
    if isinstance(value, str):
        return shorten(value, NAME)
    text = text_of(value) if isinstance(value, JavaObject) else None
    return shorten(text, NAME) if text is not None else describe_value(value)
