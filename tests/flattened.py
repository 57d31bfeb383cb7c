"""An event's JSON as names and values, the plain way: what filters are held to."""

from collections.abc import Iterator

from jnlpspy.export.jsonl import Json, event_to_json
from jnlpspy.model.events import Event

Plain = None | bool | int | float | str

EVERYWHERE = ("type", "connection", "when", "seq", "side", "span")


def names_and_values(event: Event) -> Iterator[tuple[str, Plain]]:
    """Yield each name with each of its values; None where there is none."""
    for key, value in event_to_json(event).items():
        if key != "v":
            yield from _flatten(key, value)


def values_of(event: Event, name: str) -> list[Plain]:
    """Return what an event has under a name; case counts for nothing, as in headers."""
    found = names_and_values(event)
    return [value for each, value in found if each.casefold() == name.casefold() and value is not None]


def _flatten(name: str, value: Json) -> Iterator[tuple[str, Plain]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _flatten(f"{name}.{_quoted(key)}", inner)
        case list() if value:
            for each in value:
                yield from _flatten(name, each)
        case list():
            yield name, None
        case _:
            yield name, value


def _quoted(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() else f'"{key}"'
