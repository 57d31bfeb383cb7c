"""Java objects to remoting commands, by the field metadata of `model.commands`."""

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType

from jnlpspy.javaser.known_sources import LaterObject
from jnlpspy.model.commands import COMMANDS, Command, UnknownCommand
from jnlpspy.model.java import (
    BoundField,
    BoundValue,
    Converter,
    JavaArray,
    JavaClass,
    JavaContent,
    JavaObject,
    JavaString,
    JavaValue,
)

_Binding = tuple[type[Command], Mapping[str, tuple[str, Converter]]]


def bind_command(value: JavaContent) -> Command:
    """Return the command an object of the channel is; an unknown or odd one stays a generic object, never an error."""
    if not isinstance(value, JavaObject):
        return UnknownCommand(object=value)
    name = value.java_class.name
    bound = _BINDINGS.get(name)
    if bound is None:
        created_at = value.value_of("createdAt", "hudson.remoting.Command")
        return UnknownCommand(object=value, created_at=created_at if isinstance(created_at, JavaObject) else None)
    command, attributes = bound
    found: dict[str, object] = {}
    try:
        for part in value.data:
            values = part.values
            try:
                known = part.java_class.bound
                places = None if known is None else known.get(name)
                for place, attribute, convert in _places(name, part.java_class) if places is None else places:
                    each = values[place]
                    if each is not None:
                        found[attribute] = convert(each)
            except IndexError:
                continue  # cut off
    except TypeError:
        return UnknownCommand(object=value)
    if "id" in attributes and "id" not in found:
        return UnknownCommand(object=value)  # cut off before its id: 0 would be another's
    return command(**found)  # type: ignore[arg-type] # the converters give what the fields declare


def bind_fields(java_class: JavaClass, values: list[JavaValue]) -> Command | None:
    """Return the command with these values in its fields, as `read_fields` orders them; None if it is an odd one."""
    places = java_class.bound_lineage
    if places is None:
        places = _places_in_lineage(java_class)
    if not places:
        return None
    found: dict[str, object] = {}
    try:
        for place, attribute, kind, convert in places:
            each = values[place]
            if type(each) is kind:
                found[attribute] = each  # nothing to convert: most are of the class that they mostly are of
            elif each is not None:
                found[attribute] = convert(each)
    except TypeError:
        return None
    return _COMMANDS[java_class.name](**found)  # type: ignore[arg-type] # as above


def _places_in_lineage(java_class: JavaClass) -> tuple[BoundValue, ...]:
    """Find which fields of a lineage a command knows, and let the class remember it; none if it is no command's."""
    places: list[BoundValue] = []
    if java_class.name in _BINDINGS:
        attributes = _BINDINGS[java_class.name][1]
        names = [declared.name for each in reversed([*java_class.lineage()]) for declared in each.fields]
        for place, name in enumerate(names):
            if name in attributes and ("id" in names or "id" not in attributes):
                attribute, convert = attributes[name]
                places.append((place, attribute, _KINDS.get(convert), convert))
    java_class.bound_lineage = tuple(places)
    return java_class.bound_lineage


def _places(name: str, java_class: JavaClass) -> tuple[BoundField, ...]:
    """Find which of a class's fields a command knows, and let the class remember it: it goes when the class does."""
    attributes = _BINDINGS[name][1]
    places = tuple(
        (place, *attributes[declared.name])
        for place, declared in enumerate(java_class.fields)
        if declared.name in attributes
    )
    java_class.bound = {**(java_class.bound or {}), name: places}
    return places


def _integer(value: JavaValue) -> int:
    if type(value) is int:  # no bool
        return value
    raise TypeError


def _text(value: JavaValue) -> str:
    if isinstance(value, str):
        return value
    raise TypeError


def _bytes(value: JavaValue) -> bytes:
    if isinstance(value, JavaArray) and not isinstance(value.values, list):
        return bytes(value.values)
    raise TypeError


def _elements(value: JavaValue) -> tuple[JavaValue, ...]:
    if isinstance(value, JavaArray):
        return tuple(value.values)
    raise TypeError


def _object(value: JavaValue) -> JavaObject:
    if isinstance(value, JavaObject):
        return value
    raise TypeError


def _anything(value: JavaValue) -> JavaValue:
    return value


_CONVERTERS: Mapping[object, Converter] = {
    int: _integer,
    str: _text,
    bytes: _bytes,
    tuple[JavaValue, ...]: _elements,
    JavaObject | None: _object,
}


_KINDS: Mapping[Converter, type] = {_integer: int, _text: JavaString, _object: LaterObject}
"""What needs no conversion, as it mostly comes."""


def _bindings() -> Mapping[str, _Binding]:
    bindings = {}
    for command in COMMANDS:
        attributes = {
            each.metadata["java"]: (each.name, _CONVERTERS.get(each.type, _anything))
            for each in fields(command)
            if "java" in each.metadata
        }
        bindings[command().class_name] = (command, attributes)
    return MappingProxyType(bindings)


_BINDINGS = _bindings()
_COMMANDS: Mapping[str, type[Command]] = {name: command for name, (command, _) in _BINDINGS.items()}
