"""Events as JSON Lines, one object an event: the contract of the command line, schema version 1."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import assert_never

from jnlpspy.export.format import Chosen, Export, Format
from jnlpspy.model.commands import Command, UnknownCommand
from jnlpspy.model.describe import describe_command, describe_throwable, describe_value
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
from jnlpspy.model.findings import Finding
from jnlpspy.model.java import JavaObject
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import FrameSent, Pings, WaitingCall
from jnlpspy.model.tap import Side

SCHEMA = 1
"""`v` on every line; keys may be added under it, none changes its meaning."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

TYPES: Mapping[type[Fact], str] = {
    ConnectionOpened: "connection_opened",
    InputsRead: "inputs_read",
    NameResolved: "name_resolved",
    ConnectFailed: "connect_failed",
    DiscoveryAsked: "discovery_asked",
    DiscoveryAnswered: "discovery_answered",
    ProtocolOffered: "protocol_offered",
    TlsStarted: "tls_started",
    HeadersSent: "headers_sent",
    HandshakeAccepted: "handshake_accepted",
    HandshakeRefused: "handshake_refused",
    SecretChecked: "secret_checked",
    SecretFlawed: "secret_flawed",
    CapabilityAnnounced: "capability_announced",
    ChannelEstablished: "channel_established",
    FrameSent: "frame_sent",
    CommandSent: "command_sent",
    CallStarted: "call_started",
    CallFinished: "call_finished",
    CallsWaiting: "calls_waiting",
    PipeOpened: "pipe_opened",
    PipeStalled: "pipe_stalled",
    PipeClosed: "pipe_closed",
    ClassLoaded: "class_loaded",
    ExportsLeft: "exports_left",
    ChannelEnded: "channel_ended",
    Undecodable: "undecodable",
    OpaqueBytes: "opaque_bytes",
    BytesMissing: "bytes_missing",
    Remark: "remark",
    ConnectionClosed: "connection_closed",
    Finding: "finding",
}


class JsonlSink:
    """Writes each event as a line as soon as it comes."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    def observe(self, event: Event) -> None:
        """Write an event."""
        self._write(format_event(event))

    def finish(self) -> None:
        """Nothing is left to say."""


def _open(export: Export) -> Chosen:
    return Chosen(JsonlSink(export.file.write), export.chosen)


FORMAT = Format("jsonl", ".jsonl", "one JSON object an event, as `show --json` prints them", _open)


def format_event(event: Event) -> str:
    """Return an event as one line of ASCII JSON with its line end."""
    return format_line(event_to_json(event))


def format_line(record: Mapping[str, Json]) -> str:
    """Return an object as one line of ASCII JSON with its line end; unpaired surrogates are escaped."""
    return json.dumps(record, separators=(",", ":"), allow_nan=False) + "\n"


def event_to_json(event: Event) -> dict[str, Json]:
    """Return an event as the contract's object."""
    record: dict[str, Json] = {
        "v": SCHEMA,
        "type": TYPES[type(event.fact)],
        "connection": event.connection,
        "when": event.when,
        "seq": event.seq,
    }
    if event.side is not None:
        record["side"] = event.side.value
    if event.span is not None:
        record["span"] = [event.span.start, event.span.end]
    record.update(_fact_to_json(event.fact))
    return record


def _fact_to_json(fact: Fact) -> dict[str, Json]:
    match fact:
        case ConnectionOpened():
            return {"agent": str(fact.agent), "controller": str(fact.controller), "transport": fact.transport}
        case InputsRead() | NameResolved() | ConnectFailed():
            return _look_to_json(fact)
        case DiscoveryAsked():
            return {"method": fact.method, "url": fact.url, "headers": _headers(fact.headers)}
        case DiscoveryAnswered():
            return {"status": fact.status, "headers": _headers(fact.headers), "url": fact.url}
        case ProtocolOffered():
            return {"protocol": fact.protocol}
        case TlsStarted():
            return {
                "leg": fact.leg.value,
                "version": fact.version,
                "cipher": fact.cipher,
                "identity": fact.identity,
            }
        case HeadersSent():
            return {
                "headers": _headers(fact.headers),
                "agent_name": _text(fact.agent_name),
                "secret": _text(fact.secret),
            }
        case HandshakeAccepted() | ChannelEstablished():
            return {"protocol": fact.protocol, "agent_name": _text(fact.agent_name)}
        case HandshakeRefused():
            return {"by": fact.by.value, "reason": fact.reason, "permanent": fact.permanent}
        case SecretChecked():
            return {"by": fact.by.value, "matches": fact.matches}
        case SecretFlawed():
            return {"flaws": [flaw.name.lower() for flaw in fact.flaws]}
        case CapabilityAnnounced():
            return {"mask": fact.capability.mask, "names": list(fact.capability.names)}
        case FrameSent():
            return {"frame": fact.kind.value, "size": fact.size, "code": fact.code, "reason": fact.reason}
        case CommandSent():
            return {
                "command": fact.command.class_name,
                "size": fact.size,
                "summary": describe_command(fact.command, fact.payload),
                "fields": _command_fields(fact.command),
            }
        case CallStarted():
            return {
                "call": fact.call,
                "kind": fact.kind.value,
                "callable": fact.callable,
                "arguments": fact.arguments,
                "purpose": fact.purpose or None,
                "parent": fact.parent,
                "certain": fact.certain,
            }
        case CallFinished():
            return {
                "call": fact.call,
                "callable": fact.callable,
                "duration": round(fact.duration, 6),
                "outcome": fact.outcome.value,
                "exception": fact.exception,
                "causes": list(fact.causes),
                "suppressed": list(fact.suppressed),
            }
        case CallsWaiting() | PipeOpened() | PipeStalled() | PipeClosed() | ClassLoaded() | ExportsLeft():
            return _book_to_json(fact)
        case ChannelEnded():
            return {
                "closed_by": _side(fact.closed_by),
                "reason": fact.reason or None,
                "pings": {side.value: _pings_to_json(pings) for side, pings in fact.pings.items()},
                "silence": {side.value: round(seconds, 6) for side, seconds in fact.silence.items()},
                "silent": _side(fact.silent),
            }
        case Undecodable():
            return {"expected": fact.expected, "got": fact.got, "path": fact.path, "hex": fact.data.hex()}
        case OpaqueBytes():
            return {"reason": fact.reason, "length": fact.length}
        case BytesMissing():
            return {"length": fact.length}
        case Remark():
            return {"text": fact.text}
        case ConnectionClosed():
            return {
                "by": _side(fact.by),
                "how": fact.how.value,
                "orderly": fact.orderly,
                "bytes": _per_side(fact.bytes),
                "unfinished": _per_side(fact.unfinished),
                "duration": round(fact.duration, 6),
            }
        case Finding():
            return {
                "rule": fact.rule,
                "severity": fact.severity.value,
                "title": fact.title,
                "evidence": list(fact.evidence),
                "causes": list(fact.causes),
                "advice": list(fact.advice),
                "confidence": fact.confidence,
                "subject": fact.subject or None,
                "consequence_of": fact.consequence_of,
            }
        case _:
            assert_never(fact)


def _look_to_json(fact: InputsRead | NameResolved | ConnectFailed) -> dict[str, Json]:
    match fact:
        case InputsRead():
            return {
                "source": fact.source,
                "form": fact.inputs.form.value,
                "urls": list(fact.inputs.urls),
                "agent_name": _text(fact.inputs.shown_name),
                "secret": _text(fact.inputs.secret),
            }
        case NameResolved():
            return {"host": fact.host, "addresses": list(fact.addresses), "reason": fact.reason or None}
        case ConnectFailed():
            return {"target": fact.target, "failure": fact.failure.value, "text": fact.text}


def _book_to_json(
    fact: CallsWaiting | PipeOpened | PipeStalled | PipeClosed | ClassLoaded | ExportsLeft,
) -> dict[str, Json]:
    match fact:
        case CallsWaiting():
            return {"calls": [_waiting_to_json(each) for each in fact.calls]}
        case PipeOpened():
            opened: dict[str, Json] = {"pipe": fact.pipe, "bytes": 0, "chunks": 0, "error": None}
            return opened | {"kind": fact.kind.value, "writer": fact.writer.value, "call": fact.call}
        case PipeStalled():
            return {"pipe": fact.pipe, "in_flight": fact.in_flight, "duration": round(fact.duration, 6)}
        case PipeClosed():
            return {
                "pipe": fact.pipe,
                "bytes": fact.bytes,
                "chunks": fact.chunks,
                "error": fact.error,
                "kind": fact.kind.value,
                "writer": fact.writer.value,
                "call": fact.call,
                "how": fact.how.value,
                "duration": round(fact.duration, 6),
                "in_flight": fact.in_flight,
                "stalls": fact.stalls,
                "stalled": round(fact.stalled, 6),
            }
        case ClassLoaded():
            return {
                "name": fact.name,
                "kind": fact.kind.value,
                "bytes": fact.bytes,
                "duration": round(fact.duration, 6),
                "call": fact.call,
                "found": fact.found,
                "prefetched": fact.prefetched,
                "class_version": fact.class_version,
                "jar": fact.jar,
            }
        case ExportsLeft():
            return {
                "owner": fact.owner.value,
                "total": fact.total,
                "objects": [
                    {"object": each.name, "interface": each.interface, "references": each.references}
                    for each in fact.objects
                ],
            }


def _waiting_to_json(each: WaitingCall) -> dict[str, Json]:
    return {
        "call": each.call,
        "callable": each.callable,
        "caller": each.caller.value,
        "age": round(each.age, 6),
        "certain": each.certain,
    }


def _pings_to_json(pings: Pings) -> dict[str, Json]:
    return {
        "sent": pings.sent,
        "answered": pings.answered,
        "missed": pings.missed,
        "slowest": round(pings.slowest, 6),
    }


def _side(side: Side | None) -> str | None:
    return None if side is None else side.value


def _headers(headers: Mapping[str, str | Secret | None]) -> dict[str, Json]:
    return {name: _text(value) for name, value in headers.items()}


def _text(value: str | Secret | None) -> str | None:
    return None if value is None else str(value)


def _per_side(numbers: Mapping[Side, int]) -> dict[str, Json]:
    return {side.value: number for side, number in numbers.items()}


def _command_fields(command: Command) -> dict[str, Json]:
    """Return a command's fields under their Java names; what is no plain value is described in words."""
    if isinstance(command, UnknownCommand):
        return {"object": describe_value(command.object)}
    return {
        each.metadata["java"]: field_to_json(getattr(command, each.name))
        for each in fields(command)
        if "java" in each.metadata
    }


def field_to_json(value: object) -> Json:
    """Return what a field of a command holds; what is no plain value is described in words."""
    match value:
        case None | bool() | int() | str():
            return value
        case bytes():
            return {"length": len(value)}
        case tuple():
            return [field_to_json(each) for each in value]
        case JavaObject() if any(each.name == "java.lang.Throwable" for each in value.java_class.lineage()):
            return describe_throwable(value)
        case _:
            return describe_value(value)  # type: ignore[arg-type] # all other fields hold Java values
