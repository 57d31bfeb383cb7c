"""Any noun as one plain line, shared by all readers of events."""

import re
from collections.abc import Sequence

from jnlpspy.model.commands import (
    Cancel,
    CloseCommand,
    Command,
    InputStreamChunk,
    InputStreamEOF,
    OutputStreamAck,
    OutputStreamChunk,
    OutputStreamCommand,
    OutputStreamDead,
    OutputStreamEOF,
    PipeConnect,
    Response,
    RPCRequest,
    UnexportCommand,
    UserRequest,
    WriterCommand,
)
from jnlpspy.model.java import (
    BlockData,
    JavaArray,
    JavaClass,
    JavaClassObject,
    JavaContent,
    JavaEnum,
    JavaException,
    JavaObject,
    JavaReset,
    JavaValue,
)
from jnlpspy.model.session import Payload, PayloadRole
from jnlpspy.model.shapes import elements_of, entries_of, text_of
from jnlpspy.model.streams import stream_of

TEXT_LIMIT = 80
"""Characters of a value that are shown in a line."""

_CAUSE = 1000
"""Characters of a cause: some explain at length."""

_CONFIDENTIAL = re.compile(r"secret|passw|token|credential|private.?key|api.?key", re.IGNORECASE)
"""Keys of maps (environments, properties) whose values are not shown."""

_DEPTH = 2
_ELEMENTS = 8
_BOXES = frozenset(
    f"java.lang.{name}" for name in ("Boolean", "Byte", "Character", "Short", "Integer", "Long", "Float", "Double")
)
_PRIMITIVES = dict(zip("BCDFIJSZ", ("byte", "char", "double", "float", "int", "long", "short", "boolean"), strict=True))
_LOADED_FILES = frozenset(f"hudson.remoting.RemoteClassLoader${name}" for name in ("ClassFile2", "ResourceFile"))
_OWN_METHODS = {
    "hudson.remoting.RemoteClassLoader$IClassLoader": (
        *("fetchJar", "fetch", "fetch2", "fetch3", "getName"),
        *("getResource", "getResource2", "getResources", "getResources2"),
    ),
    "hudson.remoting.IChannel": ("waitForProperty",),
    "hudson.remoting.JarLoader": ("writeJarTo", "notifyJarPresence", "isPresentOnRemote"),
}
_INTERFACES = {method: interface for interface, methods in _OWN_METHODS.items() for method in methods}
"""Remoting's own interfaces by their methods: remoting 2.x names the method only."""


def describe_callable(command: Command, payload: Payload | None) -> str:
    """Name what a request calls: a Java class, or `Interface.method`."""
    if isinstance(command, RPCRequest):
        return _describe_method(command.declaring_class_name, command.method_name)
    if isinstance(command, InputStreamChunk):
        return "java.io.InputStream.read"
    if payload is not None and isinstance(payload.value, JavaObject):
        if payload.value.class_name.startswith("hudson.remoting.RemoteInvocationHandler$"):
            declaring, method = (payload.value.value_of(name) for name in ("declaringClassName", "methodName"))
            return _describe_method(*(each if isinstance(each, str) else "" for each in (declaring, method)))
        return payload.value.class_name
    if isinstance(command, UserRequest):
        return command.to_string.rpartition("@")[0] or command.to_string or "?"
    return "?"


def describe_arguments(command: Command, payload: Payload | None) -> str:
    """Describe what a request passes: an RPC's arguments, or the Callable's own fields."""
    if isinstance(command, RPCRequest):
        return shorten(", ".join(describe_value(each) for each in command.arguments[:_ELEMENTS]))
    if isinstance(command, InputStreamChunk):
        return str(command.len)
    if payload is not None and isinstance(payload.value, JavaObject):
        if payload.value.class_name.startswith("hudson.remoting.RemoteInvocationHandler$"):
            passed = payload.value.value_of("arguments")
            elements = passed.values[:_ELEMENTS] if isinstance(passed, JavaArray) else ()
            return shorten(", ".join(describe_value(each) for each in elements))
        return shorten(_describe_fields(payload.value, _DEPTH))
    return ""


def describe_command(command: Command, payload: Payload | None) -> str:
    """Describe a command in a line, without its class name."""
    match command:
        case Response():
            return f"#{command.id} {_describe_answer(command, payload)}"
        case UserRequest() | RPCRequest() | InputStreamChunk():
            called = describe_callable(command, payload)
            return f"#{command.id} {called}({describe_arguments(command, payload)})"
        case Cancel():
            return f"#{command.id}"
        case CloseCommand():
            cause = describe_cause(command)
            return "" if cause is None else f"because of {shorten(cause)}"
        case PipeConnect():
            return f"pipe {command.oid_ros} writes to {command.oid_pos}"
        case OutputStreamChunk():
            return f"pipe {command.oid} {len(command.buf):,} bytes"
        case OutputStreamAck():
            return f"pipe {command.oid} {command.size:,} bytes taken"
        case OutputStreamEOF():
            return f"pipe {command.oid}" + (f" {describe_throwable(command.error)}" if command.error else "")
        case OutputStreamDead():
            cause = describe_cause(command)
            return f"pipe {command.oid}" + ("" if cause is None else f" because of {shorten(cause)}")
        case OutputStreamCommand():
            return f"pipe {command.oid}"
        case WriterCommand():
            return f"writer {command.oid}"
        case UnexportCommand() | InputStreamEOF():
            return f"object {command.oid}"
        case _:
            return ""


def describe_throwable(value: JavaContent) -> str:
    """Describe a Throwable as its toString does: `class: message`."""
    if not isinstance(value, JavaObject):
        return "?" if not isinstance(value, JavaException) else describe_throwable(value.throwable)
    message = value.value_of("detailMessage", "java.lang.Throwable")
    if value.class_name == "hudson.remoting.ProxyException" and isinstance(message, str):
        return str(message)
    return f"{value.class_name}: {message}" if isinstance(message, str) else value.class_name


def describe_value(value: JavaContent, depth: int = _DEPTH) -> str:
    """Describe any Java value in a few words; nothing is followed deeper than `depth`."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case str():
            return '"' + shorten(value) + '"'
        case JavaArray():
            return _describe_array(value, depth)
        case JavaEnum():
            return f"{short_class(value.java_class.name)}.{value.constant}"
        case JavaClassObject():
            return f"{short_class(value.java_class.name)}.class"
        case JavaClass():
            return f"descriptor of {value.name}"
        case JavaException():
            return f"broken off: {describe_throwable(value.throwable)}"
        case BlockData():
            return f"{len(value.data)} bytes"
        case JavaReset():
            return "reset"
        case JavaObject():
            return _describe_object(value, depth)


def short_class(name: str) -> str:
    """Return a class name without its package."""
    return name.rpartition(".")[2]


def shorten(text: str, limit: int = TEXT_LIMIT) -> str:
    """Return text in one printable line of at most `limit` characters."""
    if len(text) <= limit and text.isprintable():  # nearly every text
        return text
    cut = text[: limit + 1]
    line = cut if cut.isprintable() else "".join(each if each.isprintable() else _escape(each) for each in cut)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def _describe_method(declaring_class: str, method: str) -> str:
    interface = declaring_class or _INTERFACES.get(method)
    return f"{interface}.{method}" if interface else method or "?"


def _describe_answer(response: Response, payload: Payload | None) -> str:
    if payload is not None:
        if payload.role is PayloadRole.THREW:
            return f"threw {shorten(describe_throwable(payload.value))}"
        return f"returned {describe_value(payload.value)}"
    if response.exception is not None:
        return f"threw {shorten(describe_throwable(response.exception))}"
    return f"returned {describe_value(response.return_value)}"


def describe_cause(command: Command) -> str | None:
    """Describe what made a side send a command, as it says itself; None if it does not."""
    return None if command.created_at is None else command.created_at.tell(_describe_its_cause)


def _describe_its_cause(source: JavaObject) -> str | None:
    cause = source.value_of("cause", "java.lang.Throwable")
    return None if cause is None or cause is source else shorten(describe_throwable(cause), _CAUSE)


def _describe_array(array: JavaArray, depth: int) -> str:
    element = array.java_class.name
    if not isinstance(array.values, list):
        return f"byte[{len(array.values)}]"
    if depth <= 0 or not element.startswith(("[L", "[I", "[J", "[S", "[Z", "[D", "[F", "[[")):
        return f"{_element(element[1:])}[{len(array.values)}]"
    return _describe_elements(array.values, depth)


def _element(descriptor: str) -> str:
    """Return what an array holds as it is written in Java, classes without packages."""
    if descriptor.startswith("["):
        return f"{_element(descriptor[1:])}[]"
    return _PRIMITIVES.get(descriptor) or short_class(descriptor.removeprefix("L").rstrip(";"))


def _describe_object(value: JavaObject, depth: int) -> str:
    name = value.class_name
    if name in _BOXES and isinstance(boxed := value.value_of("value"), int | float | str):
        return describe_value(boxed)
    if any(each.name == "java.lang.Throwable" for each in value.java_class.lineage()):
        return shorten(describe_throwable(value))
    if value.java_class.is_proxy:
        return f"Proxy<{', '.join(short_class(each) for each in value.java_class.interfaces or ())}>"
    held = _describe_held(value, depth)
    if held is not None:
        return held
    inside = _describe_fields(value, depth - 1) if depth > 0 else ""
    return shorten(f"{short_class(name)}({inside})")


def _describe_held(value: JavaObject, depth: int) -> str | None:
    """Describe what a JDK object holds, or which pipe a stream is; None if it is neither."""
    entries = entries_of(value, _ELEMENTS + 1)
    if entries is not None:
        return "{}" if not entries else _describe_entries(entries, depth) if depth > 0 else "{…}"
    elements = elements_of(value, _ELEMENTS + 1)
    if elements is not None:
        return _describe_elements(elements, depth) if depth > 0 or not elements else "[…]"
    text = text_of(value)
    if text is not None:
        return shorten(text)
    if value.class_name in _LOADED_FILES:
        return _describe_image(value.value_of("image"))
    stream = stream_of(value)
    name = short_class(value.class_name)
    if stream is None:
        return name if value.class_name.startswith("java.util.") else None  # its fields say how it grows
    return f"{name}({stream.oid})"


def _describe_image(image: JavaValue) -> str:
    """Describe what a class loader sends (hudson.remoting.ResourceImageRef): bytes, or that a jar holds them."""
    payload = image.value_of("payload") if isinstance(image, JavaObject) else None
    return f"{len(payload.values):,} bytes" if isinstance(payload, JavaArray) else "in a jar"


def _describe_entries(entries: Sequence[tuple[JavaValue, JavaValue]], depth: int) -> str:
    told = [
        f"{describe_value(key, depth - 1)}: "
        + ("…" if isinstance(key, str) and _CONFIDENTIAL.search(key) else describe_value(each, depth - 1))
        for key, each in entries[:_ELEMENTS]
    ]
    return shorten("{" + ", ".join(told) + (", …}" if len(entries) > _ELEMENTS else "}"))


def _describe_elements(elements: Sequence[JavaValue], depth: int) -> str:
    shown = ", ".join(describe_value(each, depth - 1) for each in elements[:_ELEMENTS])
    return shorten(f"[{shown}{', …' if len(elements) > _ELEMENTS else ''}]")


def _describe_fields(value: JavaObject, depth: int) -> str:
    pairs: list[tuple[str, JavaValue]] = [
        (declared.name, each)
        for part in value.data
        for declared, each in zip(part.java_class.fields, part.values, strict=False)
    ]
    return ", ".join(f"{name}={describe_value(each, depth - 1)}" for name, each in pairs[:_ELEMENTS])
