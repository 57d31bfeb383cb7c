"""Any fact as one plain line, shared by the views and text exports."""

from typing import assert_never

from jnlpspy.model.commands import Request
from jnlpspy.model.describe import describe_command, short_class, shorten
from jnlpspy.model.events import (
    BytesMissing,
    CallFinished,
    CallStarted,
    CapabilityAnnounced,
    ChannelEstablished,
    CommandSent,
    ConnectionClosed,
    ConnectionOpened,
    DiscoveryAnswered,
    DiscoveryAsked,
    Fact,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    OpaqueBytes,
    ProtocolOffered,
    Remark,
    TlsStarted,
    Undecodable,
)
from jnlpspy.model.session import Outcome
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


def describe_fact(fact: Fact) -> str:
    """Describe a fact in a line, without the words that its kind says already."""
    return shorten(_describe(fact), _LINE)


def _describe(fact: Fact) -> str:
    match fact:
        case ConnectionOpened():
            return f"{fact.agent} to {fact.controller}"
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
        case CapabilityAnnounced():
            return f"{fact.capability.mask:#x} {', '.join(fact.capability.names)}"
        case CommandSent():
            return _describe_command(fact)
        case CallStarted():
            return f"{fact.call} {_short_callable(fact.callable)}({fact.arguments})"
        case CallFinished():
            return _describe_finished(fact)
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
    sent = f"{fact.bytes[Side.AGENT]:,} + {fact.bytes[Side.CONTROLLER]:,} bytes"
    return f"{how}{order} after {describe_duration(fact.duration)}, {sent}{rest}"
