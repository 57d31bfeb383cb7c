"""Reads a `Command$Source` once, and later ones of the same bytes only if somebody asks."""

from abc import abstractmethod
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from jnlpspy.javaser.descriptors import DescriptorReader
from jnlpspy.javaser.known_classes import KnownChain, kept_size
from jnlpspy.javaser.known_sources import (
    DEEPEST_SOURCE,
    KNOWN_SOURCES,
    LATER,
    LONGEST_SOURCE,
    KnownSource,
    LaterObject,
    find_known_source,
)
from jnlpspy.javaser.limits import Limits
from jnlpspy.javaser.plans import plan_of
from jnlpspy.model.java import JavaArray, JavaClass, JavaClassObject, JavaEnum, JavaObject, JavaString, JavaValue


class Before(NamedTuple):
    """Where a reader stood before an object."""

    offset: int
    handles: list[JavaValue]
    first_handle: int
    outer: int
    elements: int
    reread: int


class SourceReader(DescriptorReader):
    """The part of the reader that knows creation stacks."""

    @abstractmethod
    def read_again(self, known: KnownSource, handles: list[JavaValue], later: LaterObject) -> list[JavaValue]:
        """Fill an object that was put off, given the handles before it; return these and its own."""

    def go_on(self, chain: KnownChain, handles: list[JavaValue], stack: LaterObject | None) -> None:
        """Go on with an object's fields behind its descriptors, which are known, and behind the stack if one came."""
        self._latest = chain
        self._handles = handles
        self._elements -= 1 + chain.elements + plan_of(chain.java_class).weight
        if stack is not None:
            self._pass_over(stack)

    def _pass_over(self, later: LaterObject) -> None:
        """Do what reading an object that is put off would do."""
        handles, source = self._handles, later.source
        self._later = later
        self._elements -= source.elements
        handles += source.handles
        handles[later.first_handle + source.own_handle] = later

    def _may_put_off(self) -> bool:
        return self._remembers and self._met is None and self._replayed is None and not self._without_fields

    def _put_off(self, depth: int) -> LaterObject | None:
        """Pass over a `Command$Source` whose bytes were read before."""
        handles, first = self._handles, len(self._handles)
        known = find_known_source(self._data, self.offset, depth, handles)
        if known is None or self._elements < known.elements or first + len(known.handles) > self._max_handles:
            return None
        later = LaterObject(known, first, partial(_read_again, type(self), known, handles[:], self._limits))
        self._pass_over(later)
        self.offset += known.length
        return later

    def _begin_source(self, depth: int) -> Before:
        """Note where a `Command$Source` begins that is read for the first time."""
        self._met = {}
        self._deepest = depth
        handles = self._handles
        return Before(self.offset, handles, len(handles), len(self._outer), self._elements, self._reread)

    def _keep_source(self, before: Before, depth: int) -> None:
        """Keep a `Command$Source` that was read, if that took nothing out of the ordinary."""
        start, handles, first, outer, elements, reread = before
        met, self._met = self._met or {}, None
        deepest, self._deepest = self._deepest, self._limits.depth
        values = handles[first:]
        described = {each for chain in met.values() for each in chain.handles if isinstance(each, JavaClass)}
        outer_values = tuple((index, meant) for index, meant in self._outer[outer:] if index < first)
        size = kept_size(self.offset - start, outer_values)
        if size is None:
            return
        ordinary = (
            size <= LONGEST_SOURCE
            and deepest <= depth + DEEPEST_SOURCE
            and self._reread == reread
            and self._handles is handles
            and described.issuperset(_classes_of(values))
        )
        if not ordinary:
            return
        source = KnownSource(
            bytes(self._data[start : self.offset]),
            depth,
            outer_values,
            _without_values(values, met),
            {at - start: chain for at, chain in met.items()},
            elements - self._elements,
            met[start].java_class,
            size,
        )
        KNOWN_SOURCES.add(first, source)


def _read_again(
    reader: type[SourceReader], known: KnownSource, handles: list[JavaValue], limits: Limits, later: LaterObject
) -> list[JavaValue]:
    return reader(known.raw, 0, limits).read_again(known, handles, later)


def _classes_of(values: list[JavaValue]) -> Iterator[JavaClass]:
    for value in values:
        if isinstance(value, JavaClass):
            yield value
        elif isinstance(value, JavaObject | JavaArray | JavaEnum | JavaClassObject):
            yield value.java_class


def _without_values(values: list[JavaValue], met: dict[int, KnownChain]) -> tuple[JavaValue, ...]:
    kept = {id(each) for chain in met.values() for each in chain.handles}
    return tuple([each if isinstance(each, JavaString) or id(each) in kept else LATER for each in values])
