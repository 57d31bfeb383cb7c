"""`Command$Source` objects read before: the stacks that say where commands were made, most bytes of most commands.

The same place in the code makes the same bytes. An object whose bytes were read once is not read again until somebody
asks for its data, which few do. As with descriptors (`known_classes`), it is found again only where the same bytes mean
the same: at the same first handle and depth, with the same descriptors before it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeVar, cast

from jnlpspy.javaser.known_classes import KnownChain
from jnlpspy.model.java import (
    ClassData,
    JavaArray,
    JavaClass,
    JavaClassObject,
    JavaContent,
    JavaEnum,
    JavaException,
    JavaObject,
    JavaString,
    JavaValue,
)

_Told = TypeVar("_Told")

SOURCE_HEAD: Final = b"r\0\x1ehudson.remoting.Command$Source"
"""How the class of such an object begins: its descriptor stands there, it is not referred to."""

MOST_BYTES: Final = 2 * 1024 * 1024
"""Bytes of all that are kept: a controller has some hundreds of places that make commands, of 1 to 4 KiB each."""

LONGEST_SOURCE: Final = 16 * 1024
"""Bytes of one that is kept; deep stacks have some 10 KiB."""

MOST_ALIKE: Final = 64
"""Sources that cannot be told apart but by looking through them one by one."""

_PROBE_START: Final = 896
_PROBE_END: Final = 1024
"""Bytes that tell most sources apart: what stands before them are the same descriptors."""

DEEPEST_SOURCE: Final = 20
"""Levels below the object itself: whoever asks for its data may not have much of the interpreter's stack left."""

LATER: Final = JavaObject(JavaClass("", 0, 0))
"""Stands in the table of handles for a value of an object that is not read yet."""


@dataclass(slots=True, eq=False)
class KnownSource:
    """An object, and all that reading it left behind."""

    raw: bytes
    """Everything behind the tag."""
    depth: int
    outer: tuple[tuple[int, JavaValue], ...]
    """The handles before the object that its descriptors refer to."""
    handles: tuple[JavaValue, ...]
    """Descriptors and strings as they are, everything else `LATER`."""
    chains: dict[int, KnownChain]
    """Its descriptors by where they begin in `raw`."""
    elements: int
    """What it took of `Limits.elements`."""

    java_class: JavaClass
    size: int
    """Bytes that keeping it keeps, with the handles it refers to."""
    told: dict[Callable[[JavaObject], object], object] = field(default_factory=dict)
    """What functions made of such an object, if that depends on its bytes only."""
    length: int = field(init=False)
    own_handle: int = field(init=False)
    """Which of its handles is the object itself: behind those of its class."""

    def __post_init__(self) -> None:
        """Count once what is asked each time."""
        self.length = len(self.raw)
        self.own_handle = len(self.chains[0].handles) if self.chains else 0

    def means_the_same(self, handles: list[JavaValue]) -> bool:
        """Return whether the handles it refers to stand for what they stood for."""
        for index, meant in self.outer:  # noqa: SIM110 - a generator takes as long as the rest, for every command
            if handles[index] is not meant:
                return False
        return True


class KnownSources:
    """Sources by the number of their first handle, and by some bytes if they are not too short."""

    def __init__(self) -> None:
        self._sources: dict[tuple[int, bytes], list[KnownSource]] = {}
        """Of those that are alike, the one met last comes first."""
        self.size = 0
        """Bytes of the sources kept."""

    def find(self, data: bytes, offset: int, depth: int, handles: list[JavaValue]) -> KnownSource | None:
        """Return the source that stands at an offset, if the handles before it mean what they meant then."""
        first_handle = len(handles)
        sources = self._sources.get((first_handle, data[offset + _PROBE_START : offset + _PROBE_END]))
        if sources is None:
            sources = self._sources.get((first_handle, b""))
            if sources is None:
                return None
        for source in sources:
            if data.startswith(source.raw, offset) and source.depth == depth and source.means_the_same(handles):
                if source is not sources[0]:
                    sources.remove(source)
                    sources.insert(0, source)
                return source
        return None

    def add(self, first_handle: int, source: KnownSource) -> None:
        """Keep a source; of too many alike the one not met for longest goes, of too many at all every one."""
        if self.size + source.size > MOST_BYTES:
            self.clear()
        probe = source.raw[_PROBE_START:_PROBE_END] if len(source.raw) >= _PROBE_END else b""
        sources = self._sources.setdefault((first_handle, probe), [])
        if len(sources) >= MOST_ALIKE:
            self.size -= sources.pop().size
        sources.insert(0, source)
        self.size += source.size

    def clear(self) -> None:
        """Forget every source."""
        self._sources.clear()
        self.size = 0


KNOWN_SOURCES: Final = KnownSources()
"""Shared by all streams, as `KNOWN_CLASSES` is."""

find_known_source: Final = KNOWN_SOURCES.find  # as `find_known_class`

COMMAND_FIELD: Final = "this$0"
"""The field that refers to the command, which is never the same."""

_WITH_HANDLE: Final = (JavaObject, JavaArray, JavaString, JavaClass, JavaEnum, JavaClassObject, JavaException)
"""What may stand before an object in its stream, and be referred to."""

Reread = Callable[["LaterObject"], list[JavaValue]]
"""Fills an object, and returns what stands for each handle up to the last one in it."""


class LaterObject(JavaObject):
    """An object that is read when its data is first asked for."""

    __slots__ = ("_data", "_handles", "_reread", "first_handle", "source")

    def __init__(self, source: KnownSource, first_handle: int, reread: Reread) -> None:
        self.java_class = source.java_class
        self.first_handle = first_handle
        self.source = source
        self._reread: Reread | None = reread

    @property
    def end_handle(self) -> int:
        """The first handle behind it."""
        return self.first_handle + len(self.source.handles)

    @property
    def data(self) -> list[ClassData]:
        """The data of its serializable classes."""
        if self._reread is not None:
            reread, self._reread = self._reread, None
            self._handles: list[JavaValue] = reread(self)
        return self._data

    @data.setter
    def data(self, data: list[ClassData]) -> None:
        self._reread = None
        self._data = data

    @property
    def handles(self) -> list[JavaValue]:
        """What stands for each handle of the stream up to the last one in this object."""
        return self._handles if self.data else []

    def tell(self, look: Callable[[JavaObject], _Told]) -> _Told:
        """Return what a function makes of this object, which it makes of each that has the same bytes."""
        told = self.source.told
        if look in told:
            return cast("_Told", told[look])
        seen = look(self)
        if self._stands_alone():
            told[look] = seen
        return seen

    def _stands_alone(self) -> bool:
        """Return whether nothing in it stands before it in its stream, but for its command: each has its own."""
        own = {id(each) for each in self.handles[self.first_handle :]}
        return all(id(each) in own for each in self._contents() if isinstance(each, _WITH_HANDLE))

    def _contents(self) -> Iterator[JavaContent]:
        for each in self.handles[self.first_handle :]:
            if isinstance(each, JavaArray) and isinstance(each.values, list):
                yield from each.values
            elif isinstance(each, JavaEnum):
                yield each.constant
            elif isinstance(each, JavaObject):
                for part in each.data:
                    yield from part.annotation
                    fields = zip(part.java_class.fields, part.values, strict=False)
                    yield from (value for declared, value in fields if declared.name != COMMAND_FIELD)
