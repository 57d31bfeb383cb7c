"""The fields that each kind of fact has: the keys of its JSON, read without making any."""

from collections.abc import Mapping
from operator import attrgetter

from jnlpspy.filters.field import (
    SIDES,
    Field,
    address,
    choice,
    duration,
    each_side,
    number,
    of_each,
    side,
    size,
    text,
    texts,
    truth,
    words,
)
from jnlpspy.filters.values import Kind, Value
from jnlpspy.model.describe import describe_command
from jnlpspy.model.events import (
    BytesMissing,
    CallFinished,
    CallStarted,
    CallsWaiting,
    CapabilityAnnounced,
    ChannelEnded,
    ChannelEstablished,
    ClassLoaded,
    CommandSent,
    ConnectFailed,
    ConnectionClosed,
    ConnectionOpened,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
    ExportsLeft,
    Fact,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    InputsRead,
    NameResolved,
    OpaqueBytes,
    PipeClosed,
    PipeOpened,
    PipeStalled,
    ProtocolOffered,
    Remark,
    SecretChecked,
    SecretFlawed,
    TlsStarted,
    Undecodable,
)
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.inputs import LauncherForm
from jnlpspy.model.secret_flaws import SecretFlaw
from jnlpspy.model.session import CallKind, FrameKind, FrameSent, LoadKind, Outcome, PipeEnd, PipeKind
from jnlpspy.model.tap import CloseReason, DialFailure, Side


def _no_bytes(_: Event) -> Value:
    """Return how much a pipe has carried that was just opened."""
    return 0


def _no_error(_: Event) -> Value:
    """Return why such a pipe ended."""
    return None


def _summary(event: Event) -> Value:
    fact = event.fact
    return describe_command(fact.command, fact.payload) if isinstance(fact, CommandSent) else None


def _hex(event: Event) -> Value:
    return event.fact.data.hex() if isinstance(event.fact, Undecodable) else None


def _severity(event: Event) -> Value:
    return event.fact.severity.value if isinstance(event.fact, Finding) else None


def _flaws(event: Event) -> Value:
    return tuple(each.name.lower() for each in event.fact.flaws) if isinstance(event.fact, SecretFlawed) else None


_FLAWS = tuple(each.name.lower() for each in SecretFlaw)
_ACCEPTED = (text("protocol"), text("agent_name"))

OF_FACT: Mapping[type[Fact], tuple[Field, ...]] = {
    ConnectionOpened: (address("agent"), address("controller"), text("transport")),
    InputsRead: (
        text("source"),
        choice("form", LauncherForm, "inputs.form"),
        texts("urls", "inputs.urls"),
        text("agent_name", "inputs.shown_name"),
        text("secret", "inputs.secret"),
    ),
    NameResolved: (text("host"), texts("addresses"), words("reason")),
    ConnectFailed: (text("target"), choice("failure", DialFailure)),
    DiscoveryAsked: (text("method"), text("url")),
    DiscoveryAnswered: (number("status"), text("url")),
    ProtocolOffered: (text("protocol"),),
    TlsStarted: (choice("leg", Side), text("version"), text("cipher"), text("identity")),
    HeadersSent: (text("agent_name"), text("secret")),
    HandshakeAccepted: _ACCEPTED,
    HandshakeRefused: (side("by"), text("reason"), truth("permanent")),
    SecretChecked: (side("by"), truth("matches")),
    SecretFlawed: (Field("flaws", Kind.CHOICE, _flaws, _FLAWS, many=True),),
    CapabilityAnnounced: (number("mask", "capability.mask"), texts("names", "capability.names")),
    ChannelEstablished: _ACCEPTED,
    CommandSent: (
        text("command", "command.class_name"),
        size("size"),
        Field("summary", Kind.TEXT, _summary, cost=50),
    ),
    CallStarted: (
        text("call"),
        choice("kind", CallKind),
        text("callable"),
        text("arguments"),
        words("purpose"),
        text("parent"),
        truth("certain"),
    ),
    CallFinished: (
        text("call"),
        text("callable"),
        duration("duration"),
        choice("outcome", Outcome),
        text("exception"),
        texts("causes"),
        texts("suppressed"),
    ),
    CallsWaiting: (
        of_each("calls", "call", Kind.TEXT),
        of_each("calls", "callable", Kind.TEXT),
        of_each("calls", "caller", Kind.CHOICE, "caller.value", SIDES),
        of_each("calls", "age", Kind.DURATION),
        of_each("calls", "certain", Kind.TRUTH),
    ),
    PipeOpened: (
        text("pipe"),
        Field("bytes", Kind.SIZE, _no_bytes),
        Field("chunks", Kind.NUMBER, _no_bytes),
        Field("error", Kind.TEXT, _no_error),
        choice("kind", PipeKind),
        side("writer"),
        text("call"),
    ),
    PipeStalled: (text("pipe"), size("in_flight"), duration("duration")),
    PipeClosed: (
        text("pipe"),
        size("bytes"),
        number("chunks"),
        text("error"),
        choice("kind", PipeKind),
        side("writer"),
        text("call"),
        choice("how", PipeEnd),
        duration("duration"),
        size("in_flight"),
        number("stalls"),
        duration("stalled"),
    ),
    ClassLoaded: (
        text("name"),
        choice("kind", LoadKind),
        size("bytes"),
        duration("duration"),
        text("call"),
        truth("found"),
        truth("prefetched"),
        number("class_version"),
        text("jar"),
    ),
    ExportsLeft: (
        side("owner"),
        number("total"),
        of_each("objects", "object", Kind.TEXT, "name"),
        of_each("objects", "interface", Kind.TEXT),
        of_each("objects", "references", Kind.NUMBER),
    ),
    ChannelEnded: (
        side("closed_by"),
        words("reason"),
        *each_side("pings", Kind.NUMBER, "sent"),
        *each_side("pings", Kind.NUMBER, "answered"),
        *each_side("pings", Kind.NUMBER, "missed"),
        *each_side("pings", Kind.DURATION, "slowest"),
        *each_side("silence", Kind.DURATION),
        side("silent"),
    ),
    Undecodable: (text("expected"), text("got"), text("path"), Field("hex", Kind.TEXT, _hex)),
    OpaqueBytes: (text("reason"), size("length")),
    BytesMissing: (size("length"),),
    FrameSent: (choice("frame", FrameKind, "kind"), size("size"), number("code"), text("reason")),
    Remark: (),
    ConnectionClosed: (
        side("by"),
        choice("how", CloseReason),
        truth("orderly"),
        *each_side("bytes", Kind.SIZE),
        *each_side("unfinished", Kind.SIZE),
        duration("duration"),
    ),
    Finding: (
        text("rule"),
        Field("severity", Kind.RANK, _severity, tuple(each.value for each in reversed(Severity))),
        text("title"),
        Field("evidence", Kind.ANY, attrgetter("fact.evidence"), many=True),
        texts("causes"),
        texts("advice"),
        number("confidence"),
        words("subject"),
        text("consequence_of"),
    ),
}
"""Without those that every event has, those whose names only the capture knows, and `text`: see `names`."""
