"""Which class of a lineage contributes what to an object (`ObjectStreamClass.getClassDataLayout`)."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from jnlpspy.javaser.primitives import OBJECT_TYPECODES, WIDTHS, FieldLayout, field_layout
from jnlpspy.javaser.tags import SC_BLOCK_DATA, SC_EXTERNALIZABLE, SC_SERIALIZABLE, SC_WRITE_METHOD
from jnlpspy.model.java import JavaClass


class Form(Enum):
    """How a class writes its part of an object."""

    FIELDS = auto()
    FIELDS_AND_ANNOTATION = auto()
    ANNOTATION = auto()
    UNFRAMED = auto()
    """Externalizable of the first protocol version: only the class itself knows where its data ends."""


@dataclass(slots=True)  # not frozen: making one would take three times as long
class Part:
    """What one class contributes to each object of a lineage."""

    java_class: JavaClass
    form: Form
    layout: FieldLayout
    weight: int
    """Values and parts of an object, down to this class."""


@dataclass(slots=True)
class Plan:
    """How the objects of a class are laid out: the parts of its lineage, the topmost superclass first."""

    parts: tuple[Part, ...] = ()
    height: int = 0
    """Classes in the lineage."""
    weight: int = 0
    """Values and parts of an object."""
    element: str = ""
    """Typecode of an array's elements; "" for what is no array."""
    alone: Part | None = None
    """The only part, if there is no other and it is fields."""
    layouts: tuple[FieldLayout, ...] | None = ()
    """All there is to an object each of whose classes writes its fields only, and no `char`; None of others."""


NO_CLASS: Final = Plan()
"""The plan above the topmost superclass."""


_WITHOUT_FIELDS: Final = frozenset(
    {
        "hudson.remoting.ClassLoaderHolder",
        "hudson.remoting.Pipe",
        "hudson.remoting.RemoteInputStream",
        "hudson.remoting.RemoteOutputStream",
        "hudson.remoting.RemoteWriter",
        "hudson.util.StreamTaskListener",
    }
)
"""Classes whose writeObject never calls defaultWriteObject: their descriptors list fields that are not written."""


def plan_of(java_class: JavaClass) -> Plan:
    """Return the plan of a class whose descriptor was read as a whole."""
    return java_class.plan  # type: ignore[return-value]  # nobody sets anything else


def extend_plan(above: Plan, java_class: JavaClass) -> Plan:
    """Add a class below those of `above`.

    Raises:
        ValueError: Its fields cannot be laid out.
    """
    layout = field_layout("".join([declared.typecode for declared in java_class.fields]))
    form = _form(java_class)
    parts, layouts = above.parts, above.layouts
    if java_class.fields and layouts is not None:
        layouts = (*layouts, layout)
    if form is not Form.FIELDS or layout.chars:
        layouts = None
    alone = None
    weight = above.weight + 1 + len(java_class.fields)
    if form is not None:
        part = Part(java_class, form, layout, weight)
        if form is Form.FIELDS and java_class.fields and not parts:
            alone = part
        # writeExternal writes for the superclasses too
        parts = (part,) if java_class.flags & SC_EXTERNALIZABLE else (*parts, part)
    return Plan(parts, above.height + 1, weight, _element(java_class.name), alone, layouts)


def _element(name: str) -> str:
    return name[1:2] if name.startswith("[") and name[1:2] in _ELEMENTS else ""


_ELEMENTS: Final = frozenset((*WIDTHS, *OBJECT_TYPECODES))


def _form(java_class: JavaClass) -> Form | None:
    flags = java_class.flags
    if flags & SC_EXTERNALIZABLE:
        return Form.ANNOTATION if flags & SC_BLOCK_DATA else Form.UNFRAMED
    if not flags & SC_SERIALIZABLE:
        return None
    if not flags & SC_WRITE_METHOD:
        return Form.FIELDS
    return Form.ANNOTATION if java_class.name in _WITHOUT_FIELDS else Form.FIELDS_AND_ANNOTATION
