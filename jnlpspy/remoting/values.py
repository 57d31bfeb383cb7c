"""Python values to the Java objects that calls return: boxed numbers, maps, proxies and class files."""

from collections.abc import Mapping
from typing import Final

from jnlpspy.javaser.building import byte_array, java_class, java_object, proxy_class
from jnlpspy.javaser.tags import SC_SERIALIZABLE, SC_WRITE_METHOD
from jnlpspy.model.commands import PACKAGE
from jnlpspy.model.java import BlockData, JavaClass, JavaContent, JavaObject, JavaString, JavaValue
from jnlpspy.model.streams import PIPE
from jnlpspy.remoting.classes import THROWABLE

CLASS_LOADER: Final = f"{PACKAGE}RemoteClassLoader$IClassLoader"

_WRITES: Final = SC_SERIALIZABLE | SC_WRITE_METHOD

_NUMBER: Final = java_class("java.lang.Number", suid=-8742448824652078965)
_BOOLEAN: Final = java_class("java.lang.Boolean", {"value": "Z"}, suid=-3665804199014368530)
_INTEGER: Final = java_class("java.lang.Integer", {"value": "I"}, suid=1360826667806852920, superclass=_NUMBER)
_LONG: Final = java_class("java.lang.Long", {"value": "J"}, suid=4290774380558885855, superclass=_NUMBER)
_HASH_MAP: Final = java_class(
    "java.util.HashMap", {"loadFactor": "F", "threshold": "I"}, suid=362498820763181265, flags=_WRITES
)
_LOAD_FACTOR: Final = 0.75

_INVOCATION_HANDLER: Final = java_class(
    f"{PACKAGE}RemoteInvocationHandler",
    {
        "autoUnexportByCaller": "Z",
        "goingHome": "Z",
        "oid": "I",
        "recordCreatedAt": "Z",
        "userProxy": "Z",
        "userSpace": "Z",
        "origin": THROWABLE,
    },
    flags=_WRITES,
)

_CLASS_FILE: Final = "Lhudson/remoting/RemoteClassLoader$ClassFile2;"
_CLASS_FILE2: Final = java_class(
    f"{PACKAGE}RemoteClassLoader$ClassFile2",
    {"classLoader": "I", "referer": _CLASS_FILE},
    superclass=java_class(f"{PACKAGE}RemoteClassLoader$ResourceFile", {"image": "Lhudson/remoting/ResourceImageRef;"}),
)
_IMAGE: Final = java_class(
    f"{PACKAGE}ResourceImageDirect", {"payload": "[B"}, superclass=java_class(f"{PACKAGE}ResourceImageRef")
)

_OLD_CLASS_FILE: Final = java_class(f"{PACKAGE}RemoteClassLoader$ClassFile", {"classLoader": "I", "classImage": "[B"})
_RESOURCE_FILE: Final = _CLASS_FILE2.superclass or _CLASS_FILE2
_PIPE: Final = java_class(PIPE, {"in": "Ljava/io/InputStream;", "out": "Ljava/io/OutputStream;"}, flags=_WRITES)

_INT_RANGE: Final = range(-(1 << 31), 1 << 31)


def java_value(value: JavaValue | Mapping[str, JavaValue]) -> JavaValue:
    """Return the object Java boxes a value into; what is an object already stays."""
    match value:
        case bool():
            return java_object(_BOOLEAN, {"value": value})
        case int():
            return java_object(_INTEGER if value in _INT_RANGE else _LONG, {"value": value})
        case str():
            return JavaString(value)
        case Mapping():
            return java_hash_map({JavaString(key): java_value(each) for key, each in value.items()})
        case _:
            return value


def java_hash_map(entries: Mapping[JavaString, JavaValue]) -> JavaObject:
    """Return a `java.util.HashMap`, its table sized as Java does for so many entries."""
    buckets = 16
    while len(entries) > buckets * _LOAD_FACTOR:
        buckets *= 2
    annotation: list[JavaContent] = [BlockData(buckets.to_bytes(4, "big") + len(entries).to_bytes(4, "big"))]
    for entry in entries.items():
        annotation += entry
    fields: dict[str, JavaValue] = {"loadFactor": _LOAD_FACTOR, "threshold": int(buckets * _LOAD_FACTOR)}
    return java_object(_HASH_MAP, fields, {_HASH_MAP.name: annotation})


def exported_proxy(interface: str, oid: int) -> JavaObject:
    """Return the proxy under which an exported object of the sender travels (RemoteInvocationHandler.export)."""
    handler = java_object(_INVOCATION_HANDLER, {"oid": oid})
    return java_object(proxy_class(interface, f"{PACKAGE}IReadResolve"), {"h": handler})


def class_files(images: Mapping[str, bytes], loader: int) -> JavaObject:
    """Return the answer of `IClassLoader.fetch3`: class files by name, all of the exported loader `loader`."""
    return java_hash_map(
        {JavaString(name): class_file(image, loader) for name, image in images.items()},
    )


def class_file(image: bytes, loader: int) -> JavaObject:
    """Return a `RemoteClassLoader.ClassFile2` that carries its bytes with it."""
    payload = java_object(_IMAGE, {"payload": byte_array(image)})
    return java_object(_CLASS_FILE2, {"classLoader": loader, "image": payload})


def old_class_file(image: bytes, loader: int) -> JavaObject:
    """Return the answer of `IClassLoader.fetch2`: a `RemoteClassLoader.ClassFile`."""
    return java_object(_OLD_CLASS_FILE, {"classLoader": loader, "classImage": byte_array(image)})


def resource_file(image: bytes) -> JavaObject:
    """Return the answer of `IClassLoader.getResource2`: a `RemoteClassLoader.ResourceFile` that carries its bytes."""
    return java_object(_RESOURCE_FILE, {"image": java_object(_IMAGE, {"payload": byte_array(image)})})


def pipe_object(oid: int, *, written_by_sender: bool) -> JavaObject:
    """Return a `hudson.remoting.Pipe` as it travels: whose end is where, and the number of the sender's end."""
    told = BlockData(bytes([not written_by_sender]) + oid.to_bytes(4, "big"))
    return java_object(_PIPE, annotations={PIPE: [told]})


def callable_object(of: JavaClass, fields: Mapping[str, JavaValue]) -> JavaObject:
    """Return a Callable; texts and other bare values in object fields are boxed."""
    objects = {field.name for each in of.lineage() for field in each.fields if field.signature is not None}
    return java_object(of, {name: java_value(value) if name in objects else value for name, value in fields.items()})
