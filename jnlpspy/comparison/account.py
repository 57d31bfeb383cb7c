"""What was said in one session, without what always differs: times, ids, cookies, ports, names of the agent."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from jnlpspy.comparison import limits
from jnlpspy.model.commands import InputStreamChunk, OutputStreamChunk, Response, WriterChunk
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    ChannelEstablished,
    ClassLoaded,
    CommandSent,
    ConnectionClosed,
    DiscoveryAnswered,
    Event,
    HandshakeRefused,
    HeadersSent,
    PipeClosed,
    PipeOpened,
    ProtocolOffered,
)
from jnlpspy.model.java import JavaArray, JavaObject
from jnlpspy.model.session import LoadKind, Outcome
from jnlpspy.model.tap import CloseReason, Side

PING: Final = "hudson.remoting.PingThread$Ping"
"""How many there are is a matter of time."""

PROXY: Final = "JNLP4-connect-proxy"
"""What newer agents say first to a proxy that might stand before the controller; no protocol of its own."""

WEBSOCKET: Final = "WebSocket"
SWITCHING: Final = 101
"""The HTTP status with which an agent over WebSocket is let in."""

CLASS_LOADER: Final = "hudson.remoting.RemoteClassLoader$IClassLoader."

LOADING: Final = frozenset(
    (
        *("fetch", "fetch2", "fetch3", "fetch4", "fetchJar", "writeJarTo", "notifyJarPresence"),
        *("getResource", "getResource2", "getResources", "getResources2"),
    )
)
"""Methods that load: what was loaded counts, not which call needed it first. Remoting 2 does not say whose they are."""

JAR_LOADER: Final = '"hudson.remoting.JarLoader.ours"'
"""The property that a side waits for to load its first jar, which it does in the background: perhaps too late."""

_ALWAYS_DIFFERENT: Final = (
    (re.compile(r"@[0-9a-f]{4,8}\b"), "@…"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?"), "<address>"),
    (re.compile(r"\blocalhost(?::\d{1,5})?"), "<address>"),
    (re.compile(r"\b([A-Z]\w+)\(\d+\)"), r"\1()"),
)
"""Identity hashes, addresses, and numbers of exported objects."""


@dataclass(slots=True)
class CallAccount:
    """A call."""

    caller: Side
    callable: str
    method: str
    """Of an exported object; "" for a Callable."""
    arguments: str
    event: int
    when: float
    parent: "CallAccount | None" = None
    outcome: Outcome = Outcome.UNANSWERED
    exception: str = ""
    causes: tuple[str, ...] = ()
    pipes: "list[PipeAccount]" = field(default_factory=list)

    @property
    def path(self) -> tuple[str, ...]:
        """What is called, from the outermost call that this one serves down to itself.

        Of a method its name only: remoting 2 does not tell whose it is.
        """
        names = [self.method or self.callable]
        parent = self.parent
        while parent is not None and len(names) < limits.DEPTH:
            names.append(parent.method or parent.callable)
            parent = parent.parent
        return tuple(reversed(names))


@dataclass(slots=True)
class PipeAccount:
    """What went through a pipe."""

    pipe: str
    writer: Side
    event: int
    when: float
    digest: str = ""
    """SHA-256 of the bytes."""
    bytes: int = 0
    how: str = "never closed"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A class, a resource or a jar that was looked for."""

    kind: LoadKind
    name: str
    found: bool
    asked_for: bool
    """False if the sender foresaw that it would be needed."""


@dataclass(slots=True)
class SessionAccount:
    """A connection on which an agent made an offer, or one to the controller's web server."""

    connection: int
    began: float
    statuses: list[tuple[int, int]] = field(default_factory=list)
    """Of the web server's answers, each with its event's number."""
    offers: list[tuple[str, int]] = field(default_factory=list)
    agent_name: str = ""
    refusals: list[tuple[Side, str, int]] = field(default_factory=list)
    established: int | None = None
    """Number of the event that says so."""
    calls: list[CallAccount] = field(default_factory=list)
    pipes: list[PipeAccount] = field(default_factory=list)
    loaded: dict[Loaded, Event] = field(default_factory=dict)
    closed: tuple[Side | None, CloseReason, bool, int] | None = None
    """By whom, how, whether in order, and the event's number."""
    left_out: int = 0
    """Calls, pipes and loaded things beyond the cap."""

    @property
    def is_session(self) -> bool:
        """True if an agent made an offer."""
        return bool(self.offers)


class Accountant:
    """Makes the accounts of a run's connections from its events."""

    def __init__(self) -> None:
        self._books: dict[int, _Book] = {}

    def observe(self, event: Event) -> None:
        """Take an event."""
        book = self._books.get(event.connection)
        if book is None:
            book = self._books[event.connection] = _Book(SessionAccount(event.connection, event.when))
        book.observe(event)

    def finish(self) -> None:
        """Nothing is left to say."""

    def accounts(self) -> list[SessionAccount]:
        """Return the accounts of all connections that said anything, in the order of their begin."""
        return [book.account for book in self._books.values() if book.account.is_session or book.account.statuses]


class _Book:
    """Writes one connection's account."""

    def __init__(self, account: SessionAccount) -> None:
        self.account = account
        self._open: dict[str, CallAccount] = {}
        self._loading: set[str] = set()
        """The open calls that load."""
        self._pipes: dict[str, PipeAccount] = {}
        self._digests: dict[str, hashlib._Hash] = {}
        self._names: dict[tuple[Side, int], str] = {}
        """The pipe that an exported object is at present."""
        self._reads: dict[tuple[Side, int], int] = {}
        self._uses: Counter[tuple[Side, int]] = Counter()

    def observe(self, event: Event) -> None:
        account = self.account
        match event.fact:
            case DiscoveryAnswered(status=status):
                account.statuses.append((status, event.seq))
                if status != SWITCHING and account.offers and account.offers[-1][0] == WEBSOCKET:
                    account.refusals.append((Side.CONTROLLER, f"HTTP status {status}", event.seq))
            case ProtocolOffered(protocol=protocol) if protocol != PROXY:
                account.offers.append((protocol, event.seq))
            case HeadersSent(agent_name=name) if event.side is Side.AGENT and name is not None:
                account.agent_name = str(name)
            case HandshakeRefused(by=by, reason=reason):
                account.refusals.append((by, self._plain(reason), event.seq))
            case ChannelEstablished():
                account.established = event.seq
            case CommandSent():
                self._digest(event.side, event.fact)
            case CallStarted():
                self._start(event, event.fact)
            case CallFinished():
                self._finish(event.fact)
            case PipeOpened():
                self._open_pipe(event, event.fact)
            case PipeClosed():
                self._close_pipe(event.fact)
            case ClassLoaded(name=name, kind=kind, found=found, prefetched=prefetched):
                loaded = Loaded(kind, name, found, not prefetched)
                if len(account.loaded) < limits.THINGS:
                    account.loaded.setdefault(loaded, event)
                else:
                    account.left_out += 1
            case ConnectionClosed(by=by, how=how, orderly=orderly):
                account.closed = (by, how, orderly, event.seq)
            case _:
                pass

    def _plain(self, text: str) -> str:
        """Return a text without what always differs."""
        for pattern, instead in _ALWAYS_DIFFERENT:
            text = pattern.sub(instead, text)
        name = self.account.agent_name
        return re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", "<agent>", text) if name else text

    def _start(self, event: Event, fact: CallStarted) -> None:
        last = fact.callable.rpartition(".")[2]
        method = last if last[:1].islower() else ""
        if fact.callable == PING:
            return
        if fact.callable.startswith(CLASS_LOADER) or method in LOADING or fact.arguments == JAR_LOADER:
            if len(self._loading) < limits.THINGS:
                self._loading.add(fact.call)
            return
        if len(self.account.calls) >= limits.THINGS:
            self.account.left_out += 1
            return
        parent = self._open.get(fact.parent) if fact.parent is not None and fact.certain else None
        caller = Side.CONTROLLER if fact.call.startswith("c") else Side.AGENT
        call = CallAccount(caller, fact.callable, method, self._plain(fact.arguments), event.seq, event.when, parent)
        self._open[fact.call] = call
        self.account.calls.append(call)

    def _finish(self, fact: CallFinished) -> None:
        self._loading.discard(fact.call)
        call = self._open.pop(fact.call, None)
        if call is not None:
            call.outcome = fact.outcome
            call.exception = self._plain(fact.exception or "")
            call.causes = tuple(map(self._plain, fact.causes))

    def _open_pipe(self, event: Event, fact: PipeOpened) -> None:
        if fact.call in self._loading:
            return  # what was loaded counts, which names it by its checksum
        owner = Side.CONTROLLER if fact.pipe.startswith("c") else Side.AGENT
        number = fact.pipe[1:].partition(".")[0]
        if len(self.account.pipes) >= limits.THINGS or not number.lstrip("-").isdigit():
            self.account.left_out += 1
            return
        pipe = PipeAccount(fact.pipe, fact.writer, event.seq, event.when)
        self._names[owner, int(number)] = fact.pipe
        self._pipes[fact.pipe] = pipe
        self._digests[fact.pipe] = hashlib.sha256()
        self.account.pipes.append(pipe)
        if fact.call is not None and fact.call in self._open:
            self._open[fact.call].pipes.append(pipe)

    def _close_pipe(self, fact: PipeClosed) -> None:
        pipe = self._pipes.pop(fact.pipe, None)
        if pipe is not None:
            pipe.bytes, pipe.how = fact.bytes, fact.how.value
            pipe.digest = self._digests.pop(fact.pipe).hexdigest()

    def _digest(self, sender: Side | None, fact: CommandSent) -> None:
        """Add what a command carries through a pipe to the pipe's digest."""
        if sender is None:
            return
        match fact.command:
            case OutputStreamChunk(oid=oid, buf=data):
                self._add(sender.peer, oid, data)
            case WriterChunk(oid=oid, buf=characters):
                self._add(sender.peer, oid, repr(characters).encode())
            case InputStreamChunk(id=number, oid=oid):
                self._reads[sender, number] = oid
            case Response(id=number, return_value=buffer):
                read = self._reads.pop((sender.peer, number), None)
                if read is not None and isinstance(buffer, JavaObject):
                    self._add(sender, read, _bytes_in(buffer))
            case _:
                pass

    def _add(self, owner: Side, oid: int, data: bytes) -> None:
        digest = self._digests.get(self._names.get((owner, oid), ""))
        if digest is not None:
            digest.update(data)


def _bytes_in(buffer: JavaObject) -> bytes:
    """Return what a read got (ProxyInputStream.Buffer); nothing at the end of the stream, where its length is -1."""
    data, length = buffer.value_of("buf"), buffer.value_of("len")
    if not isinstance(data, JavaArray) or isinstance(data.values, list) or not isinstance(length, int):
        return b""
    return bytes(data.values[: max(0, length)])
