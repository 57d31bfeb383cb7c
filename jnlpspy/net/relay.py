"""The relay: agent port, discovery front, record and analysis joined, from listening to the last flush."""

import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import trio

from jnlpspy.model.tap import Address, CloseReason, Observation
from jnlpspy.net.analysis import Analysis, start_analysis
from jnlpspy.net.connection import NOWHERE, Connection, Target, Terms, own_address_of
from jnlpspy.net.discovery import DiscoveryFront
from jnlpspy.net.identity import Identity
from jnlpspy.net.interceptor import interceptor_with
from jnlpspy.net.journal import Clock
from jnlpspy.net.keylog import KeyLog
from jnlpspy.net.leg import reset_socket
from jnlpspy.net.link import Pace
from jnlpspy.net.listener import Listener, open_listener
from jnlpspy.net.record import Record, open_record
from jnlpspy.net.reporting import Reporter
from jnlpspy.net.stenographer import Stenographer
from jnlpspy.net.target import RootUrl, Tunnel
from jnlpspy.net.visit import FrontSettings
from jnlpspy.protocols import SPECS

Say = Callable[[str], None]
Observe = Callable[[Observation], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayConfig:
    """What the relay is told; defaults are those of the contract."""

    target: RootUrl | Address
    """The Jenkins root URL, or the controller's agent port."""
    listen: Address
    """The agent port offered."""
    http: Address | None = None
    """Where agents' HTTP is served; used with a root URL only."""
    identity: Identity | None = None
    """Shown to agents; None leaves TLS closed."""
    controller_identity: bytes | None = None
    """DER SubjectPublicKeyInfo the controller must prove, instead of the announced one."""
    tunnel: Tunnel | None = None
    trust: ssl.SSLContext | None = None
    """How an https controller's certificate is checked."""
    record: Path | None = None
    analysis: tuple[str, ...] = ()
    """The command that reads the capture stream from its standard input; none if empty."""
    analysis_environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What its environment has besides ours: what a command line must not show."""
    keep_secrets: bool = False
    raw: bool = False
    max_sessions: int = 1000
    handshake_timeout: float = 30.0
    sessions: int | None = None
    """End after that many agents' sessions; None: never."""
    grace: float = 2.0
    """Seconds that sessions get to end by themselves at the end."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Where the relay listens, with the ports it really has."""

    listen: Address
    http: Address | None
    record: str | None


@dataclass(frozen=True, slots=True)
class RelayOutcome:
    """What a run came to, for the closing message."""

    connections: int
    """All of them, HTTP and refused ones too."""
    sessions: int
    """Connections to the agent port on which an agent said who it is."""
    record_failure: str = ""
    """Why the record is not complete; empty if it is."""
    missing: int = 0
    """Bytes that are not in the record."""
    left_out: int = 0
    """Bytes the analysis was not given."""
    analysis_exit: int | None = None


class Relay:
    """Runs until `stop`, or until the number of sessions asked for has ended."""

    def __init__(
        self, config: RelayConfig, say: Say, clock: Clock = time.time, observer: Observe | None = None
    ) -> None:
        """`observer` gets what the record gets, before secrets are replaced."""
        self._config = config
        self._say = say
        self._clock = clock
        self._observer = observer
        self._connections = 0
        self._sessions = 0
        self._listeners: list[Listener] = []
        self._stopped = False

    def stop(self) -> None:
        """Accept no more; sessions get their grace, then files are flushed and `run` returns."""
        self._stopped = True
        for listener in self._listeners:
            listener.stop()

    async def run(self, task_status: trio.TaskStatus[Ready] = trio.TASK_STATUS_IGNORED) -> RelayOutcome:
        """Relay; `task_status.started` tells where. Raises NetworkError and UsageError before it relays anything."""
        config = self._config
        with ExitStack() as sockets:
            agent_socket = await _open_socket(sockets, config.listen, "--listen")
            has_front = config.http is not None and isinstance(config.target, RootUrl)
            http_socket = await _open_socket(sockets, config.http, "--http") if config.http and has_front else None
            record = await open_record(config.record, self._clock(), self._say) if config.record else None
            async with _running(record, config, self._say) as analysis:
                key_log = sockets.enter_context(closing(KeyLog())) if config.raw else None
                readers = [reader.write for reader in (record, analysis) if reader]
                notes = Stenographer(readers, self._say, keep_secrets=config.keep_secrets, key_log=key_log)
                self._join(agent_socket, http_socket, notes, record, key_log)
                ready = [listener.address for listener in self._listeners]
                task_status.started(Ready(ready[0], ready[1] if http_socket else None, record.name if record else None))
                try:
                    await self._listen()
                finally:
                    notes.finish()
        outcome = RelayOutcome(self._connections, self._sessions)
        if record:
            outcome = replace(outcome, record_failure=record.failure, missing=record.missing)
        if analysis:
            outcome = replace(outcome, left_out=analysis.left_out, analysis_exit=analysis.exit_code)
        return outcome

    def _join(
        self,
        agent_socket: trio.SocketListener,
        http_socket: trio.SocketListener | None,
        notes: Stenographer,
        record: Record | None,
        key_log: KeyLog | None,
    ) -> None:
        """Build what serves connections; nothing runs yet."""
        config = self._config
        observe = self._observing(notes)
        reporter = Reporter(observe, self._next_number, self._clock, self._say, _pace_of(record))
        interceptor = interceptor_with(config.identity) if config.identity else None
        if interceptor and key_log:
            interceptor.log_keys(key_log)
        front = self._front(agent_socket, reporter)
        terms = Terms(
            dial_target=partial(self._dial_target, front),
            interceptor=interceptor,
            specs=SPECS,
            handshake_timeout=config.handshake_timeout,
            observe=observe,
            clock=self._clock,
            say=self._say,
            pace=reporter.pace,
            wire=notes if key_log else None,
        )
        door = partial(Listener, say=self._say, limit=config.max_sessions, turn_away=partial(self._turn_away, reporter))
        self._listeners = [door(agent_socket, partial(self._serve_agent, terms))]
        if http_socket and front:
            self._listeners.append(door(http_socket, front.serve))
        if self._stopped:
            self.stop()

    def _observing(self, notes: Stenographer) -> Observe:
        """Return what takes an observation: the notes, and whoever else watches."""
        if self._observer is None:
            return notes.observe
        watch = self._observer

        def observe(observation: Observation) -> None:
            notes.observe(observation)
            watch(observation)

        return observe

    def _front(self, agent_socket: trio.SocketListener, reporter: Reporter) -> DiscoveryFront | None:
        """Return the discovery front; it also knows where the controller's agent port is."""
        config = self._config
        if not isinstance(config.target, RootUrl):
            return None
        settings = FrontSettings(
            root=config.target,
            agent_port=own_address_of(agent_socket) or config.listen,
            identity=config.identity.public_key if config.identity else None,
            tunnel=config.tunnel,
            trust=config.trust,
            handshake_timeout=config.handshake_timeout,
        )
        return DiscoveryFront(settings, reporter, on_session=self._count_session)

    async def _listen(self) -> None:
        async with trio.open_nursery() as nursery:
            for listener in self._listeners:
                nursery.start_soon(listener.run, self._config.grace)

    async def _serve_agent(self, terms: Terms, stream: trio.SocketStream, peer: Address) -> None:
        connection = Connection(self._next_number(), stream, peer, terms)
        try:
            await connection.run()
        finally:
            if connection.is_session:
                self._count_session()

    def _count_session(self) -> None:
        self._sessions += 1
        if self._sessions == self._config.sessions:
            self.stop()

    async def _dial_target(self, front: DiscoveryFront | None) -> Target:
        """Say where the controller's agent port is; NetworkError if that cannot be learnt."""
        config = self._config
        if front is None:
            assert isinstance(config.target, Address)  # noqa: S101 - else there would be a front
            address = config.tunnel.applied_to(config.target) if config.tunnel else config.target
            return Target(address.host, address.port, config.controller_identity)
        announced = await front.announced()
        return Target(announced.host, announced.port, config.controller_identity or announced.identity)

    def _turn_away(self, reporter: Reporter, stream: trio.SocketStream, peer: Address) -> None:
        journal = reporter.open_journal()
        journal.open(peer, NOWHERE.address)
        journal.remark(f"reset: {self._config.max_sessions} connections are open already (--max-sessions)")
        journal.close(None, CloseReason.SHUTDOWN)
        reset_socket(stream.socket)

    def _next_number(self) -> int:
        self._connections += 1
        return self._connections


@asynccontextmanager
async def _running(record: Record | None, config: RelayConfig, say: Say) -> AsyncIterator[Analysis | None]:
    """Start the analysis, if there is a command for it; at the end give it and the record time to finish."""
    analysis, command = None, config.analysis
    try:
        analysis = await start_analysis(command, say, config.analysis_environment) if command else None
        async with trio.open_nursery() as nursery:
            if analysis:
                nursery.start_soon(analysis.run)
            try:
                yield analysis
            finally:
                if analysis:
                    with trio.CancelScope(shield=True):
                        await analysis.finish()
    finally:
        if record:
            with trio.CancelScope(shield=True):
                await record.close()


async def _open_socket(sockets: ExitStack, address: Address, what: str) -> trio.SocketListener:
    listener = await open_listener(address, what)
    sockets.callback(listener.socket.close)
    return listener


def _pace_of(record: Record | None) -> Pace:
    return record.wait_room if record else _go_on


async def _go_on() -> None:
    """Wait for nothing: there is no disk that could be slow."""
