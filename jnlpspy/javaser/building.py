"""Short ways to say a class descriptor, an object or an array, for whoever writes streams."""

from collections.abc import Mapping, Sequence
from typing import Final

from jnlpspy.javaser.plans import NO_CLASS, Form, Part, extend_plan
from jnlpspy.javaser.primitives import OBJECT_TYPECODES
from jnlpspy.javaser.tags import SC_SERIALIZABLE
from jnlpspy.model.java import ClassData, JavaArray, JavaClass, JavaContent, JavaField, JavaObject, JavaValue

BYTE_ARRAY: Final = JavaClass("[B", -0x530CE807F9F7AB20, SC_SERIALIZABLE)
OBJECT_ARRAY: Final = JavaClass("[Ljava.lang.Object;", -0x6F31A760EF8CD694, SC_SERIALIZABLE)
STRING_ARRAY: Final = JavaClass("[Ljava.lang.String;", -0x522DA91816E284B9, SC_SERIALIZABLE)


def java_class(
    name: str,
    fields: Mapping[str, str] | None = None,
    *,
    suid: int = 1,
    flags: int = SC_SERIALIZABLE,
    superclass: JavaClass | None = None,
) -> JavaClass:
    """Build a descriptor; `fields` maps names to descriptors (`I`, `Ljava/lang/String;`), in any order."""
    declared = [
        JavaField(signature[0], field, signature if signature[0] in OBJECT_TYPECODES else None)
        for field, signature in (fields or {}).items()
    ]
    declared.sort(key=lambda field: (field.typecode in OBJECT_TYPECODES, field.name))  # as ObjectStreamClass does
    return JavaClass(name, suid, flags, tuple(declared), superclass=superclass)


def proxy_class(*interfaces: str) -> JavaClass:
    """Build the descriptor of a `java.lang.reflect.Proxy` class."""
    return JavaClass("", 0, SC_SERIALIZABLE, interfaces=interfaces, superclass=_PROXY)


def java_object(
    of: JavaClass,
    values: Mapping[str, JavaValue] | None = None,
    annotations: Mapping[str, Sequence[JavaContent]] | None = None,
) -> JavaObject:
    """Build an object from its fields' values by name; a field not named is null, zero or false.

    Args:
        of: Its class.
        values: For every class of the lineage that declares a field of that name.
        annotations: By class name, what its writeObject or writeExternal wrote beyond the fields.

    Raises:
        ValueError: No class of the lineage declares the field, or writes the annotation.
    """
    values, annotations = values or {}, annotations or {}
    plan = NO_CLASS
    for ancestor in reversed(list(of.lineage())):
        plan = extend_plan(plan, ancestor)
    classes = [part.java_class for part in plan.parts]
    _check_names(of, values, {declared.name for writer in classes for declared in writer.fields})
    _check_names(of, annotations, {writer.name for writer in classes})
    return JavaObject(of, [_class_data(part, values, annotations.get(part.java_class.name, ())) for part in plan.parts])


def byte_array(data: bytes) -> JavaArray:
    """Build a `byte[]`."""
    return JavaArray(BYTE_ARRAY, data)


def object_array(values: Sequence[JavaValue], of: JavaClass = OBJECT_ARRAY) -> JavaArray:
    """Build an `Object[]`, or an array of another class."""
    return JavaArray(of, list(values))


_PROXY: Final = java_class(
    "java.lang.reflect.Proxy", {"h": "Ljava/lang/reflect/InvocationHandler;"}, suid=-0x1ED825DF33EFBC35
)

_ZERO: Final[Mapping[str, JavaValue]] = {"Z": False, "F": 0.0, "D": 0.0, "C": "\0", "L": None, "[": None}


def _class_data(part: Part, values: Mapping[str, JavaValue], annotation: Sequence[JavaContent]) -> ClassData:
    fields = () if part.form is Form.ANNOTATION else part.java_class.fields
    by_field = [values.get(field.name, _ZERO.get(field.typecode, 0)) for field in fields]
    return ClassData(part.java_class, tuple(by_field), annotation)


def _check_names(of: JavaClass, given: Mapping[str, object], known: set[str]) -> None:
    if unknown := given.keys() - known:
        raise ValueError(f"expected names among {sorted(known)}, got {sorted(unknown)} for {of.name or 'a proxy'}")
