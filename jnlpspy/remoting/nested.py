"""Objects to the streams nested in commands, whose class descriptors name their class loaders.

Mirrors hudson.remoting.MultiClassLoaderSerializer.Output, with UserRequest's two kinds of answer.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jnlpspy.javaser.building import byte_array, java_class, java_object
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.commands import PACKAGE
from jnlpspy.model.java import (
    BlockData,
    ClassData,
    JavaArray,
    JavaClass,
    JavaClassObject,
    JavaContent,
    JavaEnum,
    JavaObject,
)
from jnlpspy.remoting.payload import EXCEPTION_RESPONSE, NORMAL_RESPONSE
from jnlpspy.remoting.throwables import proxy_exception

_BOOTSTRAP, _EXPORTED, _RECEIVERS = -3, -2, -1

_NORMAL_RESPONSE: Final = java_class(NORMAL_RESPONSE, {"response": "[B"})
_EXCEPTION_RESPONSE: Final = java_class(EXCEPTION_RESPONSE, {"proxyResponse": "[B", "rawResponse": "[B"})


@dataclass(frozen=True, slots=True)
class Loaders:
    """Under which object ids the class loaders of a stream's classes are exported."""

    own: int
    """The sender's loader, which knows remoting's classes and by default all others that are not the JDK's."""
    receivers: int | None = None
    """The receiver's loader, if classes that are neither the JDK's nor remoting's came from there."""


def build_nested(value: JavaContent, loaders: Loaders) -> bytes:
    """Return the stream of one object, every class descriptor annotated with its loader."""
    return write_stream([_Annotator(loaders).content(value)])


def normal_response(value: JavaContent, loaders: Loaders) -> JavaObject:
    """Return what a Response carries when a Callable returned."""
    return java_object(_NORMAL_RESPONSE, {"response": byte_array(build_nested(value, loaders))})


def exception_response(thrown: JavaObject, loaders: Loaders) -> JavaObject:
    """Return what a Response carries when a Callable threw: the Throwable itself, and one anybody can read."""
    return java_object(
        _EXCEPTION_RESPONSE,
        {
            "rawResponse": byte_array(build_nested(thrown, loaders)),
            "proxyResponse": byte_array(build_nested(proxy_exception(thrown), loaders)),
        },
    )


class _Annotator:
    """Copies a graph in the order in which it is written, because a loader's first use is spelled differently."""

    def __init__(self, loaders: Loaders) -> None:
        self._loaders = loaders
        self._introduced: list[int] = []
        self._copies: dict[int, JavaContent] = {}

    def content(self, value: JavaContent) -> JavaContent:
        """Return the copy of a value; what has no class is no copy."""
        known = self._copies.get(id(value))
        if known is not None:
            return known
        match value:
            case JavaObject():
                return self._object(value)
            case JavaArray():
                return self._array(value)
            case JavaEnum():
                copy: JavaContent = JavaEnum(self._class(value.java_class), value.constant)
            case JavaClassObject():
                copy = JavaClassObject(self._class(value.java_class))
            case JavaClass():
                return self._class(value)
            case _:
                return value
        self._copies[id(value)] = copy
        return copy

    def _object(self, value: JavaObject) -> JavaObject:
        copy = JavaObject(self._class(value.java_class))
        self._copies[id(value)] = copy
        for part in value.data:
            values: list[JavaContent] = [self.content(each) for each in part.values]
            annotation = [self.content(each) for each in part.annotation]
            copy.data.append(ClassData(self._class(part.java_class), tuple(values), annotation))  # type: ignore[arg-type] # a copy is of the kind of its original
        return copy

    def _array(self, value: JavaArray) -> JavaArray:
        copy = JavaArray(self._class(value.java_class), value.values)
        self._copies[id(value)] = copy
        if isinstance(value.values, list):
            copy.values = [self.content(each) for each in value.values]  # type: ignore[misc] # as above
        return copy

    def _class(self, original: JavaClass) -> JavaClass:
        known = self._copies.get(id(original))
        if isinstance(known, JavaClass):
            return known
        copy = JavaClass(original.name, original.suid, original.flags, original.fields, original.interfaces)
        self._copies[id(original)] = copy
        copy.annotation = self._annotation(original)
        copy.superclass = original.superclass and self._class(original.superclass)
        return copy

    def _annotation(self, java_class: JavaClass) -> Sequence[JavaContent]:
        loader, oid = self._loader_of((java_class.interfaces or (java_class.name,))[0])
        if loader == _BOOTSTRAP:
            return (_ints(_BOOTSTRAP),)
        if loader in self._introduced:
            return (_ints(self._introduced.index(loader)),)
        self._introduced.append(loader)
        return (_ints(loader, oid),)

    def _loader_of(self, name: str) -> tuple[int, int]:
        element = name.lstrip("[")
        if name != element:
            element = element[1:].rstrip(";")  # "" for an array of primitives
        if not element or element.startswith("java."):
            return _BOOTSTRAP, 0
        if self._loaders.receivers is not None and not element.startswith(PACKAGE):
            return _RECEIVERS, self._loaders.receivers
        return _EXPORTED, self._loaders.own


def _ints(*values: int) -> BlockData:
    return BlockData(struct.pack(f">{len(values)}i", *values))
