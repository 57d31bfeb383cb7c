"""Values of a Java Object Serialization stream, held as data: no Java class is ever instantiated.

A reference in the stream becomes the same Python object again, so cycles are real cycles and identity is kept.
Mapping: null is None; boolean bool; byte, short, int, long int; float, double float; char a one-letter str;
String `JavaString`; `byte[]` a `JavaArray` whose `values` is bytes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

_Told = TypeVar("_Told")


class JavaString(str):
    """A `java.lang.String`; a str of its own, so that two equal strings of a stream stay two handles.

    Unpaired surrogates are kept as such (modified UTF-8 can carry them).
    """

    __slots__ = ()


@dataclass(slots=True, eq=False)
class JavaField:
    """A field as a class descriptor declares it."""

    typecode: str
    """One of `B C D F I J S Z L [`."""
    name: str
    signature: "str | None" = None
    """Descriptor of an object or array type (`Ljava/lang/String;`, `[B`); None for a primitive."""


@dataclass(slots=True, eq=False)
class JavaClass:
    """A class descriptor: `TC_CLASSDESC`, or `TC_PROXYCLASSDESC` (then `interfaces` is not None)."""

    name: str
    """Binary name (`java.util.HashMap`, `[B`); `""` for a proxy class."""
    suid: int
    """serialVersionUID, signed 64 bit."""
    flags: int
    """`SC_*` bits."""
    fields: tuple[JavaField, ...] = ()
    interfaces: tuple[str, ...] | None = None
    annotation: "Sequence[JavaContent]" = ()
    """What `annotateClass` wrote: in remoting's nested streams the class loader, as block data of ints."""
    superclass: "JavaClass | None" = None
    places: dict[str, int] | None = field(default=None, init=False)
    """Where each field stands among `fields`, by name; None until `find_places` was asked."""
    plan: object = field(default=None, init=False)
    """How its reader lays out the objects; None unless it read the whole descriptor."""
    kept_size: int | None = field(default=None, init=False)
    """Bytes that keeping the descriptor keeps; None if no memory of descriptors took it."""
    bound: "dict[str, tuple[BoundField, ...]] | None" = field(default=None, init=False)
    """Which of the fields commands know that have such a part, by the commands' names."""
    bound_lineage: "tuple[BoundValue, ...] | None" = field(default=None, init=False)
    """The same of all fields of its lineage, the topmost superclass first, for the command of its own name."""
    loaders: "tuple[JavaClass, ...] | None" = field(default=None, init=False)
    """Those of its lineage that name a class loader; None until somebody looked."""

    def find_places(self) -> dict[str, int]:
        """Find where each field stands, once `fields` is complete."""
        self.places = {declared.name: place for place, declared in reversed([*enumerate(self.fields)])}
        return self.places

    def __repr__(self) -> str:
        """Return the name only: annotations and superclasses can share and refer without end."""
        return f"<JavaClass {self.name or self.interfaces}>"

    @property
    def is_proxy(self) -> bool:
        """True for a `java.lang.reflect.Proxy` class."""
        return self.interfaces is not None

    def lineage(self) -> "Iterator[JavaClass]":
        """Yield this class, its superclass, and so on up."""
        current: JavaClass | None = self
        while current is not None:
            yield current
            current = current.superclass


@dataclass(slots=True, eq=False)
class ClassData:
    """What one class of an object's lineage wrote."""

    java_class: JavaClass
    values: "tuple[JavaValue, ...]"
    """Field values in the order of `java_class.fields`; empty if the class wrote none of them."""
    annotation: "Sequence[JavaContent]" = ()
    """What writeObject or writeExternal wrote beyond the fields, without the closing TC_ENDBLOCKDATA."""


@dataclass(slots=True, eq=False)
class JavaObject:
    """An object: the data of its serializable classes, the topmost superclass first, as on the wire."""

    java_class: JavaClass
    data: list[ClassData] = field(default_factory=list)

    @property
    def class_name(self) -> str:
        """Binary class name; for a proxy its interfaces in angle brackets."""
        if self.java_class.interfaces is not None:
            return f"Proxy<{', '.join(self.java_class.interfaces)}>"
        return self.java_class.name

    def value_of(self, name: str, declared_by: str | None = None) -> "JavaValue":
        """Return a field's value, of the lowest class that declares it (or of `declared_by`); None if absent."""
        for part in reversed(self.data):
            if declared_by is None or part.java_class.name == declared_by:
                places = part.java_class.places
                place = (part.java_class.find_places() if places is None else places).get(name)
                if place is not None and place < len(part.values):
                    return part.values[place]
        return None

    def tell(self, look: "Callable[[JavaObject], _Told]") -> "_Told":
        """Return what a function makes of this object; one that recurs byte for byte may know it from the last time."""
        return look(self)

    def __repr__(self) -> str:
        """Return the class only: objects refer to each other in cycles."""
        return f"<JavaObject {self.class_name}>"


@dataclass(slots=True, eq=False)
class JavaArray:
    """An array."""

    java_class: JavaClass
    """`name` is `[` and the element's descriptor: `[B`, `[Ljava.lang.String;`."""
    values: "bytes | memoryview | list[JavaValue]"
    """Bytes for `byte[]`, a list for everything else (a `char[]` is a list of one-letter strings)."""

    def __repr__(self) -> str:
        """Return class and length only."""
        return f"<JavaArray {self.java_class.name} of {len(self.values)}>"


@dataclass(slots=True, eq=False)
class JavaEnum:
    """An enum constant."""

    java_class: JavaClass
    constant: str


@dataclass(slots=True, eq=False)
class JavaClassObject:
    """A `java.lang.Class` as a value (TC_CLASS)."""

    java_class: JavaClass


@dataclass(slots=True, eq=False)
class BlockData:
    """Primitive data that writeObject wrote: one TC_BLOCKDATA or TC_BLOCKDATALONG, with the bytes inside."""

    data: bytes
    long: bool = False
    """True if it came as TC_BLOCKDATALONG."""


@dataclass(slots=True, eq=False)
class JavaReset:
    """TC_RESET between contents: the handles before it are gone."""


@dataclass(slots=True, eq=False)
class JavaException:
    """TC_EXCEPTION: the writer failed here; the Throwable that stopped it stands in the object's place."""

    throwable: "JavaObject | None"


JavaValue = (
    None | bool | int | float | str | JavaObject | JavaArray | JavaEnum | JavaClassObject | JavaClass | JavaException
)
"""A field's value or an element; JavaClass occurs where a bare class descriptor was written as an object."""

JavaContent = JavaValue | BlockData | JavaReset
"""What stands at the top level of a stream or in an annotation."""

Converter = Callable[[JavaValue], object]
"""Takes a field's value for what a command holds; raises TypeError if it is none."""

BoundField = tuple[int, str, Converter]
"""Where a field stands among its class's, the attribute of a command that it becomes, and how."""

BoundValue = tuple[int, str, type | None, Converter]
"""The same among all fields of a lineage, with the class of values that stay as they are."""


@dataclass(slots=True, eq=False)
class JavaStream:
    """A whole stream: everything after the `ac ed 00 05`."""

    contents: list[JavaContent]
