"""Any fact as one plain line, shared by the views and text exports."""

from typing import assert_never

from jnlpspy.model.commands import Request
from jnlpspy.model.describe import describe_command, short_class, shorten
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
from jnlpspy.model.session import CallKind, FrameKind, FrameSent, Outcome, Pings, PipeEnd, PipeKind
from jnlpspy.model.tap import CloseReason, Side

TOLD_HEADERS = {
    "x-jenkins-jnlp-port": "port",
    "x-jenkins-jnlp-host": "host",
    "x-jenkins-agent-protocols": "protocols",
    "location": "moved to",
}
"""Headers of a discovery answer that a line has room for, and what it calls them."""

_LINE = 300
"""Characters of a line: enough for every word of a refusal, not for a megabyte of one."""

_REASON = 150
"""Characters of the reason why a channel was closed: what it was, and often since when."""


_SHOWN = 4
"""Exported objects that a line has room for."""

_VERBS = {PipeKind.STREAM: "writes", PipeKind.WRITER: "writes text", PipeKind.READ: "is read from"}


def describe_fact(fact: Fact) -> str:
    """Describe a fact in a line, without the words that its kind says already."""
    return shorten(_describe(fact), _LINE)


def _describe(fact: Fact) -> str:
    match fact:
        case ConnectionOpened():
            return f"{fact.agent} to {fact.controller}"
        case InputsRead():
            return f"{fact.source}: {fact.inputs.form.value}"
        case NameResolved():
            return f"{fact.host}: {', '.join(fact.addresses) or fact.reason}"
        case ConnectFailed():
            return f"{fact.target}: {fact.text or fact.failure.value}"
        case DiscoveryAsked():
            return f"{fact.method} {fact.url}"
        case DiscoveryAnswered():
            return _describe_answer(fact)
        case ProtocolOffered():
            return fact.protocol
        case TlsStarted():
            identity = f", identity {fact.identity}" if fact.identity else ""
            return f"{fact.leg.value} leg: {fact.version} {fact.cipher}{identity}"
        case HeadersSent():
            return ", ".join(f"{name}: {value}" for name, value in fact.headers.items())
        case HandshakeAccepted() | ChannelEstablished():
            return f"{fact.agent_name or 'agent'} by {fact.protocol}"
        case HandshakeRefused():
            return f"{fact.reason or 'closed without giving a reason'}{' (for good)' if fact.permanent else ''}"
        case SecretChecked():
            return f"the secret given {'fits' if fact.matches else 'does not fit'} the {fact.by.value}'s proof"
        case SecretFlawed():
            return f"the agent's secret {' and '.join(flaw.value for flaw in fact.flaws)}"
        case CapabilityAnnounced():
            return f"{fact.capability.mask:#x} {', '.join(fact.capability.names)}"
        case FrameSent():
            return _describe_frame(fact)
        case CommandSent():
            return _describe_command(fact)
        case CallStarted():
            purpose = f": {fact.purpose}" if fact.purpose and fact.kind is CallKind.USER else ""
            return f"{fact.call} {_short_callable(fact.callable)}({fact.arguments}){purpose}"
        case CallFinished():
            return _describe_finished(fact)
        case CallsWaiting():
            return _describe_waiting(fact)
        case PipeOpened():
            carried = f" for {fact.call}" if fact.call else ""
            return f"{fact.pipe}{carried}: the {fact.writer.value} {_VERBS[fact.kind]}"
        case PipeStalled():
            waits = describe_duration(fact.duration)
            return f"{fact.pipe}: writer waits for {waits}, {count_bytes(fact.in_flight)} not acknowledged"
        case PipeClosed():
            return _describe_pipe(fact)
        case ClassLoaded():
            return _describe_loaded(fact)
        case ExportsLeft():
            objects = ", ".join(
                f"{each.name} {short_class(each.interface)} ({count(each.references, 'reference')})"
                for each in fact.objects[:_SHOWN]
            )
            return f"{fact.owner.value} still exports {count(fact.total, 'object')}: {objects}"
        case ChannelEnded():
            return _describe_channel_end(fact)
        case Undecodable():
            return f"expected {fact.expected}, got {fact.got}{f' in {fact.path}' if fact.path else ''}"
        case OpaqueBytes():
            return f"{count_bytes(fact.length)}: {fact.reason}"
        case BytesMissing():
            return count_bytes(fact.length) if fact.length else "an unknown number of bytes"
        case Remark():
            return fact.text
        case ConnectionClosed():
            return _describe_closed(fact)
        case Finding():
            root = f" (follows from {fact.consequence_of})" if fact.consequence_of else ""
            return f"{fact.rule}: {fact.title}{root}"
        case _:
            assert_never(fact)


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural if need be."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def count_bytes(number: int) -> str:
    """Return a number of bytes in words."""
    return count(number, "byte")


def describe_duration(seconds: float) -> str:
    """Return a duration with the unit that suits it."""
    if seconds < 1:
        return f"{seconds * 1000:.1f} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _describe_answer(fact: DiscoveryAnswered) -> str:
    named = {name.lower(): value for name, value in fact.headers.items()}
    told = [f"{word} {named[name]}" for name, word in TOLD_HEADERS.items() if name in named]
    return f"{fact.status} for {fact.url or 'no request'}" + (f": {'; '.join(told)}" if told else "")


def _describe_frame(fact: FrameSent) -> str:
    if fact.kind is not FrameKind.CLOSE:
        return f"{fact.kind.value}{f', {count_bytes(fact.size)}' if fact.size else ''}"
    code = "" if fact.code is None else f" {fact.code}"
    return f"close{code}{f': {shorten(fact.reason)}' if fact.reason else ''}"


def _describe_command(fact: CommandSent) -> str:
    """A call's own event says what is called: here the request's number will do."""
    name = short_class(fact.command.class_name).removeprefix("RemoteInvocationHandler$")
    number = isinstance(fact.command, Request) and f"#{fact.command.id}"
    told = number or describe_command(fact.command, fact.payload)
    return f"{name}{f' {told}' if told else ''}, {count_bytes(fact.size)}"


def _describe_finished(fact: CallFinished) -> str:
    duration = describe_duration(fact.duration)
    match fact.outcome:
        case Outcome.RETURNED:
            told = f"returned after {duration}"
        case Outcome.THREW:
            told = f"threw {_short_exception(fact.exception)} after {duration}"
        case Outcome.CANCELLED:
            told = f"cancelled, answered after {duration}"
        case Outcome.UNANSWERED:
            told = f"never answered in {duration}"
    return f"{fact.call} {told} ({_short_callable(fact.callable)})"


def _describe_waiting(fact: CallsWaiting) -> str:
    links = [f"{each.call} {_short_callable(each.callable)} ({describe_duration(each.age)})" for each in fact.calls]
    last = fact.calls[-1].caller.peer.value if fact.calls else "nobody"
    return f"{' waits for '.join(links)}, which the {last} does not answer"


def _describe_pipe(fact: PipeClosed) -> str:
    unit = "character" if fact.kind is PipeKind.WRITER else "byte"
    told = f"{fact.pipe}: {count(fact.bytes, unit)} in {count(fact.chunks, 'chunk')} after"
    how = {
        PipeEnd.EOF: "",
        PipeEnd.DEAD: ", reader gone",
        PipeEnd.RELEASED: ", released",
        PipeEnd.CUT: ", never closed",
    }
    stalled = f", stood still {count(fact.stalls, 'time')} for {describe_duration(fact.stalled)}" if fact.stalls else ""
    error = f": {fact.error}" if fact.error else ""
    return f"{told} {describe_duration(fact.duration)}{how[fact.how]}{stalled}{error}"


def _describe_loaded(fact: ClassLoaded) -> str:
    name = f"{fact.kind.value} {fact.name}"
    if not fact.found:
        return f"{name}: not found after {describe_duration(fact.duration)}"
    size = count_bytes(fact.bytes) if fact.bytes or fact.jar is None else f"in jar {fact.jar[:16]}…"
    java = f", Java {fact.class_version}" if fact.class_version is not None else ""
    return f"{name}: {size}{java}{', prefetched' if fact.prefetched else ''} after {describe_duration(fact.duration)}"


def _describe_channel_end(fact: ChannelEnded) -> str:
    told = [f"closed by the {fact.closed_by.value}" if fact.closed_by else "without a CloseCommand"]
    if fact.reason:
        told.append(f"because of {shorten(fact.reason, _REASON)}")
    if fact.silent is not None:
        told.append(f"the {fact.silent.value} was silent for {describe_duration(fact.silence[fact.silent])}")
    told += [f"{side.value} sent {_describe_pings(pings)}" for side, pings in fact.pings.items() if pings.sent]
    return ", ".join(told)


def _describe_pings(pings: Pings) -> str:
    missed = f", {pings.missed:,} missed" if pings.missed else ""
    slowest = f", slowest answer {describe_duration(pings.slowest)}" if pings.answered else ""
    return f"{count(pings.sent, 'ping')}{missed}{slowest}"


def _short_callable(name: str) -> str:
    """Return `Interface.method` without the interface's package; the class of a Callable stays whole."""
    owner, dot, method = name.rpartition(".")
    return f"{short_class(owner)}{dot}{method}" if method[:1].islower() else name


def _short_exception(text: str | None) -> str:
    """Return `class: message` without the class's package."""
    name, colon, message = (text or "?").partition(": ")
    return f"{short_class(name)}{colon}{message}"


def _describe_closed(fact: ConnectionClosed) -> str:
    who = "jnlpspy" if fact.by is None else f"the {fact.by.value}"
    how = {
        CloseReason.EOF: f"by {who}",
        CloseReason.RESET: f"by {who}'s reset",
        CloseReason.TIMEOUT: f"by {who} for a timeout",
        CloseReason.SHUTDOWN: "by jnlpspy",
    }[fact.how]
    order = ", in order" if fact.orderly else ""
    cut = sum(fact.unfinished.values())
    rest = f", {count_bytes(cut)} of a message cut off" if cut else ""
    agent, controller = (fact.bytes[side] for side in (Side.AGENT, Side.CONTROLLER))
    sent = f"agent sent {count_bytes(agent)}, controller {controller:,}"
    told = sent if agent or controller else "nothing was sent"
    return f"{how}{order} after {describe_duration(fact.duration)}, {told}{rest}"
