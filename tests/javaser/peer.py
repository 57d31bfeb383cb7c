"""javaobj-py3, another reader of object streams, and what it makes of a stream beside what ours does.

It is asked through its parser, without the transformers that turn lists and maps into Python's: what is compared is the
grammar.
"""

import struct
from collections.abc import Sequence
from io import BytesIO
from typing import Any, TypeAlias

from javaobj.v2 import beans
from javaobj.v2.core import JavaStreamParser

from jnlpspy.javaser.reader import read_stream
from jnlpspy.model.java import (
    BlockData,
    ClassData,
    JavaArray,
    JavaClass,
    JavaClassObject,
    JavaContent,
    JavaEnum,
    JavaObject,
    JavaReset,
    JavaString,
)

Theirs: TypeAlias = Any
"""An object of javaobj's, which does without declared types."""

PROXY = "proxies: it looks for data of the proxy class, which has none"
NO_FIELDS = "classes whose writeObject writes no fields: it reads fields all the same"
UNPAIRED = "strings with unpaired surrogates: it takes three bytes ED xx xx for half of six"
FRAMELESS = "data of an Externalizable without frames (protocol version 1), which ours refuses, too"
ABORTED = "values that their writer gave up: it leaves out what was written of them"

_REFUSALS = (
    ("Unhandled Class Data Type", PROXY),
    ("Got a block data, but not allowed here", NO_FIELDS),
    ("Custom readObject can not be processed", NO_FIELDS),
)


def refusal_of(data: bytes) -> str:
    """Return why javaobj cannot read a stream, its own words if they are not known; "" if it can."""
    try:
        parse(data)
    except (ValueError, TypeError, AttributeError, EOFError) as error:
        return next((reason for words, reason in _REFUSALS if words in str(error)), repr(error))
    return ""


def parse(data: bytes) -> list[Theirs]:
    """Return what javaobj reads."""
    contents: list[Theirs] = JavaStreamParser(BytesIO(data), []).run()
    return contents


def differences(data: bytes) -> list[str]:
    """Return where the two readers differ; of each, the path from the top of the stream."""
    comparison = _Comparison()
    comparison.stream(read_stream(data).contents, parse(data))
    return comparison.found


class _Comparison:
    """Walks two graphs side by side; what is one and the same for one reader must be so for the other."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._theirs: dict[int, object] = {}
        self._ours: dict[int, object] = {}

    def stream(self, ours: Sequence[JavaContent], theirs: Sequence[Theirs]) -> None:
        """Compare what stands at the top; javaobj does not tell resets."""
        told = [each for each in ours if not isinstance(each, JavaReset)]
        self._same("number of contents", len(told), len(theirs))
        rest = iter(theirs)
        for index, mine in enumerate(ours):
            if isinstance(mine, JavaReset):
                self._theirs.clear()
                self._ours.clear()
            else:
                self._value(f"[{index}]", mine, next(rest, None))

    def _same(self, path: str, ours: object, theirs: object) -> bool:
        if type(ours) is type(theirs) and ours == theirs:
            return True
        self.found.append(f"{path}: ours {ours!r:.80}, javaobj's {theirs!r:.80}")
        return False

    def _met(self, path: str, ours: object, theirs: object) -> bool:
        """Return whether a pair was met before; each must then have met the other."""
        known = id(ours) in self._theirs or id(theirs) in self._ours
        if known and (self._theirs.get(id(ours)) is not theirs or self._ours.get(id(theirs)) is not ours):
            self.found.append(f"{path}: ours {ours!r:.80} and javaobj's {theirs!r:.80} are not told apart alike")
        self._theirs[id(ours)] = theirs
        self._ours[id(theirs)] = ours
        return known

    def _value(self, path: str, ours: JavaContent, theirs: Theirs) -> None:
        kinds = {
            JavaString: beans.JavaString,
            JavaArray: beans.JavaArray,
            JavaEnum: beans.JavaEnum,
            JavaClassObject: beans.JavaClass,
            JavaClass: beans.JavaClassDesc,
            BlockData: beans.BlockData,
        }
        kind: Theirs = beans.JavaInstance if isinstance(ours, JavaObject) else kinds.get(type(ours))
        if kind is None:
            self._same(path, _bits(ours), _bits(theirs))
            return
        if not isinstance(theirs, kind):
            self.found.append(f"{path}: ours {ours!r:.80}, javaobj's {theirs!r:.80}")
            return
        if not isinstance(ours, BlockData) and self._met(path, ours, theirs):
            return
        match ours:
            case JavaString():
                self._same(path, str(ours), theirs.value)
            case BlockData():
                self._same(path, ours.data, _block(theirs))
            case JavaObject():
                self._object(path, ours, theirs)
            case JavaArray():
                self._array(path, ours, theirs)
            case JavaEnum():
                self._class(f"{path}.class", ours.java_class, theirs.classdesc)
                self._same(f"{path}.constant", str(ours.constant), theirs.value.value)
            case JavaClassObject():
                self._class(f"{path}.class", ours.java_class, theirs.classdesc)
            case JavaClass():
                self._class(path, ours, theirs)
            case _:
                raise AssertionError(f"nothing to compare {ours!r} by")

    def _object(self, path: str, ours: JavaObject, theirs: Theirs) -> None:
        self._class(f"{path}.class", ours.java_class, theirs.classdesc)
        lineage: list[Theirs] = []
        theirs.classdesc.get_hierarchy(lineage)
        if self._same(f"{path} classes", [part.java_class.name for part in ours.data], [each.name for each in lineage]):
            for part, java_class in zip(ours.data, lineage, strict=True):
                self._part(f"{path}.{java_class.name}", part, java_class, theirs)

    def _part(self, path: str, ours: ClassData, java_class: Theirs, theirs: Theirs) -> None:
        self._class(f"{path}.class", ours.java_class, java_class)
        fields = theirs.field_data.get(java_class, {})
        if self._same(f"{path} fields", len(ours.values), len(fields)):
            for value, (field, other) in zip(ours.values, fields.items(), strict=True):
                self._value(f"{path}.{field.name}", value, other)
        self._contents(f"{path}.annotation", ours.annotation, theirs.annotations.get(java_class, []))

    def _array(self, path: str, ours: JavaArray, theirs: Theirs) -> None:
        self._class(f"{path}.class", ours.java_class, theirs.classdesc)
        if isinstance(ours.values, list):
            self._contents(path, ours.values, theirs.data)
        else:
            self._same(path, bytes(ours.values), struct.pack(f"{len(theirs.data)}b", *theirs.data))

    def _contents(self, path: str, ours: Sequence[JavaContent], theirs: Sequence[Theirs]) -> None:
        if self._same(f"{path} length", len(ours), len(theirs)):
            for index, (value, other) in enumerate(zip(ours, theirs, strict=True)):
                self._value(f"{path}[{index}]", value, other)

    def _class(self, path: str, ours: JavaClass | None, theirs: Theirs) -> None:
        if ours is None or theirs is None:
            self._same(path, ours, theirs)
            return
        if self._met(path, ours, theirs):
            return
        if ours.interfaces is not None:
            self._same(f"{path} interfaces", list(ours.interfaces), theirs.interfaces)
        else:
            self._same(path, (ours.name, ours.suid), (theirs.name, theirs.serial_version_uid))
            self._same(f"{path} flags", ours.flags, theirs.desc_flags & 0xFF)
            told = [(each.typecode, each.name, each.signature and str(each.signature)) for each in ours.fields]
            fields = [
                (chr(each.type), each.name, each.class_name.value if each.class_name is not None else None)
                for each in theirs.fields
            ]
            self._same(f"{path} fields", told, fields)
        self._contents(f"{path}.annotation", ours.annotation, theirs.annotations)
        self._class(f"{path}.superclass", ours.superclass, theirs.super_class)


def _bits(value: object) -> object:
    """Return a value that is equal only to itself: a float as its bits."""
    return ("float", struct.pack(">d", value)) if isinstance(value, float) else value


def _block(theirs: Theirs) -> bytes:
    data = theirs.data
    return data if isinstance(data, bytes) else data.encode("latin-1")
