"""Class descriptors read before: every command repeats those of the one before it, byte for byte.

What a descriptor means depends on its bytes, on the number of its first handle, and on what the handles before it stand
for. It is found again only where all three are the same, so that no stream can change what another one is read as.
"""

from dataclasses import dataclass
from typing import Final

from jnlpspy.model.java import JavaClass, JavaValue

MOST_BYTES: Final = 1024 * 1024
"""Bytes of all chains that are kept, some thirty times as much in objects; beyond it the memory starts anew."""

LONGEST_CHAIN: Final = 8192
"""Bytes of a chain that is kept; a Throwable's have some 600."""

MOST_ALIKE: Final = 8
"""Chains that begin with the same class at the same handle."""


@dataclass(slots=True, eq=False)
class KnownChain:
    """A descriptor with those of its superclasses, and all that reading it left behind."""

    tag: int
    first_handle: int
    raw: bytes
    """Everything behind the first tag."""
    outer: tuple[tuple[int, JavaValue], ...]
    """The handles before the chain that it refers to."""
    java_class: JavaClass
    handles: tuple[JavaValue, ...]
    elements: int
    """What it took of `Limits.elements`."""
    next: "KnownChain | None" = None
    """What was read after it the last time."""

    def means_the_same(self, handles: list[JavaValue]) -> bool:
        """Return whether the handles it refers to stand for what they stood for."""
        for index, meant in self.outer:  # noqa: SIM110 - a generator takes as long as the rest, for every command
            if handles[index] is not meant:
                return False
        return True


class KnownClasses:
    """Chains by their first class and the number of their first handle."""

    def __init__(self) -> None:
        self._chains: dict[tuple[int, bytes], list[KnownChain]] = {}
        self.size = 0
        """Bytes of the chains kept."""

    def find(self, key: tuple[int, bytes], data: bytes, offset: int, handles: list[JavaValue]) -> KnownChain | None:
        """Return the chain that stands at an offset, if the handles before it mean what they meant then."""
        for chain in self._chains.get(key, ()):
            if data.startswith(chain.raw, offset) and (not chain.outer or chain.means_the_same(handles)):
                return chain
        return None

    def add(self, key: tuple[int, bytes], chain: KnownChain) -> None:
        """Keep a chain; of too many that are alike the oldest goes, of too many at all every one."""
        if len(chain.raw) > LONGEST_CHAIN:
            return
        if self.size + len(chain.raw) > MOST_BYTES:
            self.clear()
        alike = self._chains.setdefault(key, [])
        if len(alike) >= MOST_ALIKE:
            self.size -= len(alike.pop(0).raw)
        alike.append(chain)
        self.size += len(chain.raw)

    def clear(self) -> None:
        """Forget every chain."""
        self._chains.clear()
        self.size = 0


KNOWN_CLASSES: Final = KnownClasses()
"""Shared by all streams: what is in it is never changed, and found by content alone."""
