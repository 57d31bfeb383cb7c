"""Remoting commands to bytes: the inverse of `binding`, as `Command.writeTo` serializes them."""

from typing import Final

from jnlpspy.javaser.building import STRING_ARRAY, byte_array, java_class, java_object, object_array
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.commands import Command, UnknownCommand, java_fields
from jnlpspy.model.java import ClassData, JavaArray, JavaObject, JavaString, JavaValue
from jnlpspy.remoting.classes import COMMAND_CLASSES

CHAR_ARRAY: Final = java_class("[C", suid=-0x4FD9904DF1A27B54)

_BACK_REFERENCE = "this$0"
"""Field of `Command$Source` that holds the command itself."""


def build_command(command: Command) -> bytes:
    """Return the object stream of one command.

    Raises:
        ValueError: A value does not fit its field.
    """
    if isinstance(command, UnknownCommand):
        return write_stream([command.object])
    return write_stream([command_object(command)])


def command_object(command: Command) -> JavaObject:
    """Return a command as the object that goes on the wire; its `created_at` stays as it is."""
    of = COMMAND_CLASSES[type(command)]
    attributes = java_fields(type(command))
    values = {java: _to_java(attribute, getattr(command, attribute)) for java, attribute in attributes.items()}
    values["createdAt"] = None
    result = java_object(of, values)
    if command.created_at is not None:
        result.data[0] = ClassData(result.data[0].java_class, (_created_at(command.created_at, result),))
    return result


def _to_java(attribute: str, value: object) -> JavaValue:
    match value:
        case bytes():
            return byte_array(value)
        case tuple():
            return _array(attribute, value)
        case str():
            return JavaString(value) if value else None  # "" stands for a field that the peer left out
        case None | bool() | int() | float() | JavaObject() | JavaArray():
            return value
        case _:
            raise ValueError(f"expected a value that Java can hold in {attribute}, got {value!r}")


def _array(attribute: str, values: tuple[JavaValue, ...]) -> JavaArray:
    match attribute:
        case "types":
            return object_array([JavaString(each) for each in values], STRING_ARRAY)
        case "buf":
            return JavaArray(CHAR_ARRAY, list(values))
        case _:
            return object_array([JavaString(each) if isinstance(each, str) else each for each in values])


def _created_at(source: JavaObject, command: JavaObject) -> JavaObject:
    """Return a `Command$Source` that belongs to this command, whichever one it was made for."""
    result = JavaObject(source.java_class)
    for part in source.data:
        values = [
            command if declared.name == _BACK_REFERENCE else result if value is source else value
            for declared, value in zip(part.java_class.fields, part.values, strict=True)
        ]
        result.data.append(ClassData(part.java_class, tuple(values), part.annotation))
    return result
