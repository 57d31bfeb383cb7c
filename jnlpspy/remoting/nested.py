"""Objects to the streams nested in commands, whose class descriptors name their class loaders.

Mirrors hudson.remoting.MultiClassLoaderSerializer.Output, with UserRequest's two kinds of answer.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jnlpspy.javaser.building import byte_array, java_class, java_object
from jnlpspy.javaser.copying import GraphCopier
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.commands import PACKAGE
from jnlpspy.model.java import (
    BlockData,
    JavaClass,
    JavaContent,
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


class _Annotator(GraphCopier):
    """Says of each class where it is from: a loader's first use is spelled differently, so that order counts."""

    def __init__(self, loaders: Loaders) -> None:
        super().__init__()
        self._loaders = loaders
        self._introduced: list[int] = []

    def annotation_of(self, original: JavaClass) -> Sequence[JavaContent]:
        """Return a loader's number, and the object it is exported under where it is new."""
        loader, oid = self._loader_of((original.interfaces or (original.name,))[0])
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
