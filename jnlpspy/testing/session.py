"""A session as tests see it: plain values of what was said on one connection, from the events of its decoder."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, overload

from jnlpspy.errors import JnlpspyError
from jnlpspy.model.describe_events import count
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    ChannelEstablished,
    ClassLoaded,
    ConnectionClosed,
    DiscoveryAnswered,
    Event,
    HandshakeRefused,
    HeadersSent,
    PipeClosed,
    PipeOpened,
    ProtocolOffered,
)
from jnlpspy.model.tap import Side
from jnlpspy.testing.report import format_events

SideName = Literal["agent", "controller"]
OutcomeName = Literal["returned", "threw", "cancelled", "unanswered", "open"]
"""How a call ended; `open` as long as it may be answered yet."""

PipeEndName = Literal["eof", "dead", "released", "cut", "open"]
CloseName = Literal["eof", "reset", "timeout", "shutdown"]

_WEBSOCKET: Final = "WebSocket"
_SWITCHING: Final = 101
"""The HTTP status with which an agent is let in."""

_NAMED: Final = 5
"""Callables that an error names."""


class NoSuchCall(JnlpspyError, LookupError):
    """No call, or no single outcome, is what was asked for."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call over the channel."""

    id: str
    """`c` or `a` for the calling side, and the request's number."""
    caller: SideName
    callable: str
    """The Callable's Java class, or `Interface.method`."""
    arguments: str = ""
    outcome: OutcomeName = "open"
    exception: str | None = None
    """`class: message` of what it threw."""
    causes: tuple[str, ...] = ()
    """The exception's causes, the nearest first."""
    duration: float | None = None
    """Seconds; None if it has not ended."""
    parent: str | None = None
    """Id of the call that the caller was serving."""


class Calls(Sequence[Call]):
    """The calls of a session, in the order in which they were made."""

    def __init__(self, calls: Sequence[Call]) -> None:
        self._calls = tuple(calls)

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Call, ...]: ...
    def __getitem__(self, index: int | slice) -> Call | tuple[Call, ...]:
        return self._calls[index]

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calls) and self._calls == other._calls

    def __hash__(self) -> int:
        return hash(self._calls)

    def __repr__(self) -> str:
        return f"Calls({', '.join(f'{each.callable}: {each.outcome}' for each in self._calls)})"

    def all_of(self, callable_: str) -> tuple[Call, ...]:
        """Return all calls of a callable, as `Call.callable` names it."""
        return tuple(each for each in self._calls if each.callable == callable_)

    def of(self, callable_: str) -> Call:
        """Return the call of a callable; of several that ended alike the first.

        Raises:
            NoSuchCall: There is none, or there are several and they ended differently.
        """
        found = self.all_of(callable_)
        if not found:
            raise NoSuchCall(f"expected a call of {callable_}, got none; {self._made(callable_)}")
        outcomes = [each.outcome for each in found]
        if len(set(outcomes)) > 1:
            raise NoSuchCall(
                f"expected one outcome of {callable_}, got {', '.join(outcomes)}: all_of() gives each of them"
            )
        return found[0]

    def _made(self, callable_: str) -> str:
        made = list(dict.fromkeys(each.callable for each in self._calls))
        if not made:
            return "nothing was called"
        near = difflib.get_close_matches(callable_, made, _NAMED) or made[:_NAMED]
        return f"called was {', '.join(near)}{' and more' if len(made) > len(near) else ''}"


@dataclass(frozen=True, slots=True)
class Pipe:
    """A stream that one side wrote to and the other read."""

    id: str
    """`c` or `a` for the exporting side, and the object's number."""
    writer: SideName
    bytes: int = 0
    """Characters of a Writer; 0 until the pipe has ended."""
    how: PipeEndName = "open"
    """`dead`: the reader was gone; `released`: the writer was garbage collected; `cut`: the channel ended first."""
    error: str | None = None
    call: str | None = None
    """Id of the call that brought the pipe."""


@dataclass(frozen=True, slots=True)
class Load:
    """A class, a resource or a jar that was asked for over the channel, or came along."""

    name: str
    kind: Literal["class", "resource", "jar"]
    found: bool
    bytes: int
    prefetched: bool
    """True if nobody asked for it: the sender foresaw that it would be needed."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a handshake came to nothing."""

    by: SideName
    reason: str
    """In the words of who refused, or the HTTP status over WebSocket; "" if it only closed the connection."""
    permanent: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """How a connection ended."""

    by: SideName | None
    """Who ended first; None if jnlpspy did."""
    how: CloseName
    orderly: bool
    """True if a CloseCommand came first."""


@dataclass(frozen=True, slots=True)
class Session:
    """One connection on which an agent offered a protocol, as far as it went when it was asked for."""

    connection: int
    protocol: str = ""
    agent_name: str = ""
    """"" if the agent did not say."""
    connected: bool = False
    """True if both sides reached the channel."""
    refusal: Refusal | None = None
    calls: Calls = field(default_factory=lambda: Calls(()))
    pipes: tuple[Pipe, ...] = ()
    loads: tuple[Load, ...] = ()
    ending: Ending | None = None
    """None as long as the connection is open."""
    events: tuple[Event, ...] = field(default=(), repr=False)
    """What the decoder told."""
    left_out: int = 0
    """Events beyond the first 100,000, which are not kept; 0 unless a session is extraordinarily long."""

    @property
    def over(self) -> bool:
        """True if the connection has ended."""
        return self.ending is not None

    @property
    def orderly(self) -> bool:
        """True if it has ended, and a CloseCommand came first."""
        return self.ending is not None and self.ending.orderly

    def loaded(self, name: str) -> bool:
        """Return whether a class, resource or jar of this name was found and came over the channel."""
        return any(each.name == name and each.found for each in self.loads)

    def describe(self) -> str:
        """Return a line that says whose session it is and how far it went."""
        name = self.agent_name or "an agent"
        calls = count(len(self.calls), "call")
        if self.refusal is not None:
            state = f"refused by the {self.refusal.by}: {self.refusal.reason or 'without a reason'}"
        else:
            state = f"connected, {calls}" if self.connected else "no channel"
        end = "still open" if self.ending is None else "closed in order" if self.orderly else "ended abruptly"
        return f"{name} by {self.protocol}: {state}, {end}"

    def __str__(self) -> str:
        """Return a line for each event, as `jnlpspy show` prints it; the middle of a long session is left out."""
        return format_events(self.events)


def is_offer(event: Event) -> bool:
    """Return whether a session begins here; agents offer Ping only to see whether the port answers."""
    return isinstance(event.fact, ProtocolOffered) and event.fact.protocol != "Ping"


def session_of(events: Sequence[Event]) -> Session:
    """Return the session that the events of one connection tell."""
    protocol = agent_name = ""
    connected = False
    refusal: Refusal | None = None
    ending: Ending | None = None
    calls: dict[str, Call] = {}
    pipes: dict[str, Pipe] = {}
    loads: list[Load] = []
    for event in events:
        match event.fact:
            case ProtocolOffered():
                protocol = event.fact.protocol
            case HeadersSent(agent_name=name) if event.side is Side.AGENT and name is not None:
                agent_name = str(name)
            case DiscoveryAnswered(status=status) if protocol == _WEBSOCKET and status != _SWITCHING:
                refusal = refusal or Refusal(Side.CONTROLLER.value, f"HTTP status {status}", permanent=False)
            case HandshakeRefused(by=by, reason=reason, permanent=permanent):
                refusal = refusal or Refusal(by.value, reason, permanent)
            case ChannelEstablished():
                connected = True
            case CallStarted() as started:
                calls[started.call] = _started(started)
            case CallFinished() as finished:
                calls[finished.call] = _finished(calls.get(finished.call), finished)
            case PipeOpened() as opened:
                pipes[opened.pipe] = Pipe(opened.pipe, opened.writer.value, call=opened.call)
            case PipeClosed() as closed:
                pipes[closed.pipe] = Pipe(
                    closed.pipe, closed.writer.value, closed.bytes, closed.how.value, closed.error, closed.call
                )
            case ClassLoaded(name=name, kind=kind, found=found, bytes=size, prefetched=prefetched):
                loads.append(Load(name, kind.value, found, size, prefetched))
            case ConnectionClosed(by=by_side, how=how, orderly=orderly):
                ending = Ending(by_side.value if by_side is not None else None, how.value, orderly)
            case _:
                pass
    return Session(
        connection=events[0].connection if events else 0,
        protocol=protocol,
        agent_name=agent_name,
        connected=connected,
        refusal=refusal,
        calls=Calls(tuple(calls.values())),
        pipes=tuple(pipes.values()),
        loads=tuple(loads),
        ending=ending,
        events=tuple(events),
    )


def _started(fact: CallStarted) -> Call:
    return Call(fact.call, _caller(fact.call), fact.callable, fact.arguments, parent=fact.parent)


def _finished(call: Call | None, fact: CallFinished) -> Call:
    return Call(
        fact.call,
        _caller(fact.call),
        fact.callable,
        call.arguments if call is not None else "",
        fact.outcome.value,
        fact.exception,
        fact.causes,
        fact.duration,
        call.parent if call is not None else None,
    )


def _caller(call: str) -> SideName:
    return "controller" if call.startswith("c") else "agent"
