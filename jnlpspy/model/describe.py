"""Any noun as one plain line, shared by all readers of events."""

from jnlpspy.model.commands import (
    Cancel,
    CloseCommand,
    Command,
    InputStreamChunk,
    InputStreamEOF,
    OutputStreamAck,
    OutputStreamChunk,
    OutputStreamCommand,
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

TEXT_LIMIT = 80
"""Characters of a value that are shown in a line."""

_DEPTH = 2
_ELEMENTS = 8
_BOXES = frozenset(
    f"java.lang.{name}" for name in ("Boolean", "Byte", "Character", "Short", "Integer", "Long", "Float", "Double")
)
_CLASS_LOADER = "hudson.remoting.RemoteClassLoader$IClassLoader"
_CLASS_LOADER_METHODS = frozenset(
    ("fetchJar", "fetch", "fetch2", "fetch3", "getResource", "getResource2", "getResources", "getResources2", "getName")
)


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
            return _describe_cause(command.created_at)
        case PipeConnect():
            return f"pipe {command.oid_ros} writes to {command.oid_pos}"
        case OutputStreamChunk():
            return f"pipe {command.oid} {len(command.buf):,} bytes"
        case OutputStreamAck():
            return f"pipe {command.oid} {command.size:,} bytes taken"
        case OutputStreamEOF():
            return f"pipe {command.oid}" + (f" {describe_throwable(command.error)}" if command.error else "")
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
    cut = text[: limit + 1]
    line = "".join(each if each.isprintable() else _escape(each) for each in cut)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def _describe_method(declaring_class: str, method: str) -> str:
    if not declaring_class and method in _CLASS_LOADER_METHODS:
        declaring_class = _CLASS_LOADER
    return f"{declaring_class}.{method}" if declaring_class else method or "?"


def _describe_answer(response: Response, payload: Payload | None) -> str:
    if payload is not None:
        if payload.role is PayloadRole.THREW:
            return f"threw {shorten(describe_throwable(payload.value))}"
        return f"returned {describe_value(payload.value)}"
    if response.exception is not None:
        return f"threw {shorten(describe_throwable(response.exception))}"
    return f"returned {describe_value(response.return_value)}"


def _describe_cause(source: JavaObject | None) -> str:
    cause = source.value_of("cause", "java.lang.Throwable") if source is not None else None
    return "" if cause is None or cause is source else f"because of {shorten(describe_throwable(cause))}"


def _describe_array(array: JavaArray, depth: int) -> str:
    element = array.java_class.name
    if not isinstance(array.values, list):
        return f"byte[{len(array.values)}]"
    if depth <= 0 or not element.startswith(("[L", "[I", "[J", "[S", "[Z", "[D", "[F", "[[")):
        return f"{element.lstrip('[').rstrip(';')}[{len(array.values)}]"
    shown = ", ".join(describe_value(each, depth - 1) for each in array.values[:_ELEMENTS])
    return shorten(f"[{shown}{', …' if len(array.values) > _ELEMENTS else ''}]")


def _describe_object(value: JavaObject, depth: int) -> str:
    name = value.class_name
    if name in _BOXES and isinstance(boxed := value.value_of("value"), int | float | str):
        return describe_value(boxed)
    if any(each.name == "java.lang.Throwable" for each in value.java_class.lineage()):
        return shorten(describe_throwable(value))
    if value.java_class.is_proxy:
        return f"Proxy<{', '.join(short_class(each) for each in value.java_class.interfaces or ())}>"
    if name.startswith("java.util."):
        return short_class(name)  # a collection's fields say how it grows, not what it holds
    inside = _describe_fields(value, depth - 1) if depth > 0 else ""
    return shorten(f"{short_class(name)}({inside})")


def _describe_fields(value: JavaObject, depth: int) -> str:
    pairs: list[tuple[str, JavaValue]] = [
        (declared.name, each)
        for part in value.data
        for declared, each in zip(part.java_class.fields, part.values, strict=False)
    ]
    return ", ".join(f"{name}={describe_value(each, depth - 1)}" for name, each in pairs[:_ELEMENTS])
