"""Copies of object graphs that differ in class annotations or in fields; what was read is shared and stays as it is."""

from collections.abc import Sequence

from jnlpspy.model.java import (
    ClassData,
    JavaArray,
    JavaClass,
    JavaClassObject,
    JavaContent,
    JavaEnum,
    JavaObject,
    JavaValue,
)


class GraphCopier:
    """Copies graphs in the order in which they are written; a subclass says what is otherwise in the copy."""

    def __init__(self) -> None:
        self._copies: dict[int, JavaContent] = {}

    def annotation_of(self, original: JavaClass) -> Sequence[JavaContent]:
        """Return what the copy of a class descriptor is annotated with."""
        return [self.content(each) for each in original.annotation]

    def field_of(self, owner: JavaObject, name: str, value: JavaValue) -> JavaValue:  # noqa: ARG002 - for subclasses
        """Return what a field of an object's copy holds."""
        return self.value(value)

    def value(self, value: JavaValue) -> JavaValue:
        """Return the copy of a value that a field or an array can hold."""
        return self.content(value)  # type: ignore[return-value] # a copy is of the kind of its original

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
            case JavaClass():
                return self._class(value)
            case JavaEnum():
                copy: JavaContent = JavaEnum(self._class(value.java_class), value.constant)
            case JavaClassObject():
                copy = JavaClassObject(self._class(value.java_class))
            case _:
                return value
        self._copies[id(value)] = copy
        return copy

    def _object(self, value: JavaObject) -> JavaObject:
        copy = JavaObject(self._class(value.java_class))
        self._copies[id(value)] = copy
        for part in value.data:
            values = tuple(
                self.field_of(value, declared.name, each)
                for declared, each in zip(part.java_class.fields, part.values, strict=False)  # a class may write none
            )
            annotation = [self.content(each) for each in part.annotation]
            copy.data.append(ClassData(self._class(part.java_class), values, annotation))
        return copy

    def _array(self, value: JavaArray) -> JavaArray:
        copy = JavaArray(self._class(value.java_class), value.values)
        self._copies[id(value)] = copy
        if isinstance(value.values, list):
            copy.values = [self.value(each) for each in value.values]
        return copy

    def _class(self, original: JavaClass) -> JavaClass:
        known = self._copies.get(id(original))
        if isinstance(known, JavaClass):
            return known
        copy = JavaClass(original.name, original.suid, original.flags, original.fields, original.interfaces)
        self._copies[id(original)] = copy
        copy.annotation = self.annotation_of(original)
        copy.superclass = original.superclass and self._class(original.superclass)
        return copy
