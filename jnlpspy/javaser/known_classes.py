"""Class descriptors read before: every command repeats those of the one before it, byte for byte.

What a descriptor means depends on its bytes, on the number of its first handle, and on what the handles before it stand
for. It is found again only where all three are the same, so that no stream can change what another one is read as.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from jnlpspy.model.java import JavaClass, JavaString, JavaValue

MOST_BYTES: Final = 1024 * 1024
"""Bytes of all chains that are kept, some thirty times as much in objects; beyond it the memory starts anew."""

LONGEST_CHAIN: Final = 8192
"""Bytes of a chain that is kept; a Throwable's have some 600."""

MOST_ALIKE: Final = 8
"""Chains that begin with the same class at the same handle."""

_NOWHERE: Final = -1
"""The first handle of a chain that is never found."""


@dataclass(slots=True, eq=False)
class KnownChain:
    """A descriptor with those of its superclasses, and all that reading it left behind."""

    first_handle: int
    raw: bytes
    """From the first tag on."""
    outer: tuple[tuple[int, JavaValue], ...]
    """The handles before the chain that it refers to."""
    java_class: JavaClass
    handles: tuple[JavaValue, ...]
    elements: int
    """What it took of `Limits.elements`."""
    size: int
    """Bytes that keeping it keeps, with the handles it refers to."""
    next: "KnownChain | None" = None
    """What was read after it the last time."""
    length: int = field(init=False)

    def __post_init__(self) -> None:
        """Count once what is asked each time."""
        self.length = len(self.raw)

    def means_the_same(self, handles: list[JavaValue]) -> bool:
        """Return whether the handles it refers to stand for what they stood for."""
        for index, meant in self.outer:  # noqa: SIM110 - a generator takes as long as the rest, for every command
            if handles[index] is not meant:
                return False
        return True

    def forget(self) -> None:
        """Match nothing any more and lead nowhere, whoever still holds it: or those forgotten would hold each other."""
        self.first_handle, self.next = _NOWHERE, None


def kept_size(raw: int, outer: Iterable[tuple[int, JavaValue]]) -> int | None:
    """Return how many bytes are kept with so many of a stream; None if it refers to what is too much to be kept."""
    size = raw
    for _, meant in outer:
        if isinstance(meant, JavaString):
            size += len(meant)
        elif isinstance(meant, JavaClass) and meant.kept_size is not None:
            size += meant.kept_size
        else:
            return None
    return size


class KnownClasses:
    """Chains by their first class and the number of their first handle."""

    def __init__(self) -> None:
        self._chains: dict[tuple[int, bytes], list[KnownChain]] = {}
        self.size = 0
        """Bytes of the chains kept."""

    def find(self, key: tuple[int, bytes], data: bytes, offset: int, handles: list[JavaValue]) -> KnownChain | None:
        """Return the chain that stands at an offset, if the handles before it mean what they meant then."""
        chains = self._chains.get(key)
        if chains is not None:
            for chain in chains:
                if data.startswith(chain.raw, offset) and (not chain.outer or chain.means_the_same(handles)):
                    return chain
        return None

    def add(self, key: tuple[int, bytes], chain: KnownChain) -> None:
        """Keep a chain; of too many that are alike the oldest goes, of too many at all every one."""
        if chain.size > LONGEST_CHAIN:
            return
        if self.size + chain.size > MOST_BYTES:
            self.clear()
        alike = self._chains.setdefault(key, [])
        if len(alike) >= MOST_ALIKE:
            oldest = alike.pop(0)
            self.size -= oldest.size
            oldest.forget()
        alike.append(chain)
        self.size += chain.size
        for each in chain.handles:
            if isinstance(each, JavaClass):
                each.kept_size = chain.size

    def clear(self) -> None:
        """Forget every chain."""
        for alike in self._chains.values():
            for chain in alike:
                chain.forget()
        self._chains.clear()
        self.size = 0


KNOWN_CLASSES: Final = KnownClasses()
"""Shared by all streams: what is in it is never changed, and found by content alone."""

find_known_class: Final = KNOWN_CLASSES.find  # to get a method takes longer than to call it
