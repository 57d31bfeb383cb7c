"""What the names in a filter stand for: types of events, families of types, fields."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of
from functools import cache
from operator import attrgetter

from jnlpspy.export.jsonl import TYPES, Json, event_to_json, field_to_json
from jnlpspy.filters.field import SIDES, Field
from jnlpspy.filters.fields import OF_FACT
from jnlpspy.filters.values import Kind, Scalar, Value
from jnlpspy.model.commands import COMMANDS, UnknownCommand
from jnlpspy.model.describe import describe_value
from jnlpspy.model.describe_events import describe_fact
from jnlpspy.model.events import CommandSent, DiscoveryAnswered, DiscoveryAsked, Event, Fact, HeadersSent

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "call": ("call_started", "call_finished", "calls_waiting"),
    "pipe": ("pipe_opened", "pipe_stalled", "pipe_closed"),
    "class": ("class_loaded",),
    "command": ("command_sent",),
    "refused": ("handshake_refused",),
    "finding": ("finding",),
    "connection": ("connection_opened", "connection_closed"),
    "discovery": ("discovery_asked", "discovery_answered"),
    "handshake": (
        *("protocol_offered", "tls_started", "headers_sent", "handshake_accepted", "handshake_refused"),
        *("secret_checked", "secret_flawed", "capability_announced", "channel_established"),
    ),
    "channel": ("channel_established", "channel_ended", "exports_left"),
    "unread": ("undecodable", "opaque_bytes", "bytes_missing"),
}
"""Types that belong together."""

PRINTED: Mapping[str, tuple[str, ...]] = {
    "opened": ("connection_opened",),
    "inputs": ("inputs_read",),
    "resolved": ("name_resolved",),
    "unreached": ("connect_failed",),
    "asks": ("discovery_asked",),
    "answers": ("discovery_answered",),
    "offers": ("protocol_offered",),
    "tls": ("tls_started",),
    "headers": ("headers_sent",),
    "accepted": ("handshake_accepted",),
    "secret": ("secret_checked", "secret_flawed"),
    "capability": ("capability_announced",),
    "answer": ("call_finished",),
    "waiting": ("calls_waiting",),
    "stalled": ("pipe_stalled",),
    "piped": ("pipe_closed",),
    "loaded": ("class_loaded",),
    "exports": ("exports_left",),
    "ended": ("channel_ended",),
    "garbled": ("undecodable",),
    "opaque": ("opaque_bytes",),
    "missing": ("bytes_missing",),
    "proxy": ("remark",),
    "frame": ("frame_sent",),
    "closed": ("connection_closed",),
}
"""What `show` prints of an event, where that is neither its type nor its family."""

_KINDS_OF_FACT = {name: fact for fact, name in TYPES.items()}

GROUPS: Mapping[str, frozenset[type[Fact]]] = {
    **{name: frozenset({fact}) for name, fact in _KINDS_OF_FACT.items()},
    **{
        name: frozenset(_KINDS_OF_FACT[each] for each in types) for name, types in (*PRINTED.items(), *FAMILIES.items())
    },
}
"""All that stands for itself, with the facts it means."""


@dataclass(frozen=True, slots=True)
class Named:
    """A field as it is found in facts of some types."""

    name: str
    fields: Mapping[type[Fact], Field]

    @property
    def kind(self) -> Kind:
        """What its values are; the same in all facts."""
        return next(iter(self.fields.values())).kind

    @property
    def alone(self) -> frozenset[type[Fact]]:
        """The fact that it is found in, if that is the only one."""
        return frozenset(self.fields) if len(self.fields) == 1 else frozenset()

    @property
    def choices(self) -> tuple[str, ...]:
        """The words it may be."""
        return tuple(dict.fromkeys(word for each in self.fields.values() for word in each.choices))


def find_field(name: str) -> Named | None:
    """Return the field of a name, or of a group of events and a name; None if there is none."""
    whole = fields().get(name) or _inside_object(name)
    if whole is not None:
        return whole
    group, _, rest = name.partition(".")
    facts = GROUPS.get(group)
    found = (fields().get(rest) or _inside_object(rest)) if facts else None
    if found is None or facts is None:
        return None
    narrowed = {fact: field for fact, field in found.fields.items() if fact in facts}
    return Named(name, narrowed) if narrowed else None


def fields_of_group(group: str) -> list[str]:
    """Return the names of the fields that events of a group have, in their order, those of all events last."""
    facts = GROUPS[group]
    own = [field.name for fact, several in OF_FACT.items() if fact in facts for field in several]
    known = [name for name, each in fields().items() if not facts.isdisjoint(each.fields)]
    shared = {each.name for each in COMMON}
    return sorted(dict.fromkeys([*own, *known]), key=lambda name: name in shared)


@cache
def fields() -> Mapping[str, Named]:
    """Return all fields whose names are known, by them."""
    found: dict[str, dict[type[Fact], Field]] = {each.name: dict.fromkeys(TYPES, each) for each in COMMON}
    for fact, each in ((fact, each) for fact, several in OF_FACT.items() for each in several):
        found.setdefault(each.name, {})[fact] = each
    for each in _of_commands():
        found[each.name] = {CommandSent: each}
    return {name: Named(name, by_fact) for name, by_fact in found.items()}


def _type(event: Event) -> Value:
    return TYPES[type(event.fact)]


def _side(event: Event) -> Value:
    return None if event.side is None else event.side.value


def _span(event: Event) -> Value:
    return () if event.span is None else (event.span.start, event.span.end)


def _text(event: Event) -> Value:
    """Return the event's line without its time, and every text in it: the line is cut, and leaves much out."""
    record = event_to_json(event)
    own = [value for key, value in record.items() if key not in _PLACE]
    return (describe_fact(event.fact), *_texts_in(own))


_PLACE = {"v", "type", "connection", "when", "seq", "side", "span"}


def _texts_in(value: Json) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from _texts_in(each)
        case dict():
            for each in value.values():
                yield from _texts_in(each)
        case _:
            pass


TYPE = "type"

COMMON = (
    Field(TYPE, Kind.CHOICE, _type, tuple(TYPES.values())),
    Field("connection", Kind.NUMBER, lambda event: event.connection),
    Field("when", Kind.TIME, lambda event: event.when),
    Field("seq", Kind.NUMBER, lambda event: event.seq),
    Field("side", Kind.CHOICE, _side, SIDES),
    Field("span", Kind.SIZE, _span, many=True, cost=2),
    Field("text", Kind.TEXT, _text, many=True, cost=200),
)
"""Fields that every event may have."""

HEADERS = "headers"
KNOWN_HEADERS = (
    *("Node-Name", "Secret-Key", "JnlpAgentProtocol.cookie", "X-Jenkins", "X-Remoting-Minimum-Version"),
    *("X-Jenkins-JNLP-Host", "X-Jenkins-JNLP-Port", "X-Jenkins-Agent-Protocols", "X-Instance-Identity", "Location"),
)
"""Headers that matter most often; any other may be named, too."""

FIELDS = "fields"
JAVA = "java"
"""Where a command's field has its Java name."""


def _inside_object(name: str) -> Named | None:
    """Return the field that is a header: which there are, only the capture knows."""
    outer, _, inner = name.partition(".")
    inner = re.sub(r'"([^"]*)"', r"\1", inner)
    if outer != HEADERS or not inner:
        return None
    field = Field(name, Kind.TEXT, _header_reader(inner.casefold()), many=True, cost=5)
    return Named(name, dict.fromkeys((DiscoveryAsked, DiscoveryAnswered, HeadersSent), field))


def _header_reader(wanted: str) -> Callable[[Event], Value]:
    headers_of = attrgetter("fact.headers")

    def read(event: Event) -> Value:
        found = headers_of(event).items()
        return tuple(str(value) for name, value in found if name.casefold() == wanted and value is not None)

    return read


def _of_commands() -> Iterator[Field]:
    """Yield the fields of commands, under their Java names; of those that are bytes, their length."""
    found: dict[str, Field] = {}
    for each in (each for command in COMMANDS for each in fields_of(command) if JAVA in each.metadata):
        name = f"{FIELDS}.{each.metadata[JAVA]}"
        match each.default:
            case bytes():
                found[f"{name}.length"] = Field(f"{name}.length", Kind.SIZE, _length_reader(each.name), cost=3)
            case int():
                found[name] = Field(name, Kind.NUMBER, _plain_reader(each.name), cost=3)
            case str():
                found[name] = Field(name, Kind.TEXT, _plain_reader(each.name), cost=3)
            case _:
                found[name] = Field(name, Kind.ANY, _value_reader(each.name), cost=20, many=True)
    yield from found.values()
    yield Field(f"{FIELDS}.object", Kind.TEXT, _unknown_object, cost=20)


def _plain_reader(attribute: str) -> Callable[[Event], Value]:
    def read(event: Event) -> Value:
        value = getattr(event.fact.command, attribute, None) if isinstance(event.fact, CommandSent) else None
        return value if isinstance(value, int | str) else None

    return read


def _length_reader(attribute: str) -> Callable[[Event], Value]:
    def read(event: Event) -> Value:
        value = getattr(event.fact.command, attribute, None) if isinstance(event.fact, CommandSent) else None
        return len(value) if isinstance(value, bytes) else None

    return read


def _value_reader(attribute: str) -> Callable[[Event], Value]:
    def read(event: Event) -> Value:
        value = getattr(event.fact.command, attribute, None) if isinstance(event.fact, CommandSent) else None
        return () if value is None or isinstance(value, bytes) else tuple(_scalars_in(field_to_json(value)))

    return read


def _scalars_in(value: Json) -> Iterator[Scalar]:
    if isinstance(value, list):
        for each in value:
            yield from _scalars_in(each)
    elif value is not None and not isinstance(value, dict):
        yield value


def _unknown_object(event: Event) -> Value:
    command = event.fact.command if isinstance(event.fact, CommandSent) else None
    return describe_value(command.object) if isinstance(command, UnknownCommand) else None
