"""The relay: agent port, discovery front, record and analysis joined, from listening to the last flush."""

import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import trio

from jnlpspy.model.relay_status import RelayStatus
from jnlpspy.model.tap import Address, CloseReason, Observation
from jnlpspy.net.analysis import Analysis, start_analysis
from jnlpspy.net.connection import NOWHERE, Connection, Target, Terms, own_address_of
from jnlpspy.net.discovery import DiscoveryFront
from jnlpspy.net.identity import Identity
from jnlpspy.net.interceptor import interceptor_with
from jnlpspy.net.journal import Clock
from jnlpspy.net.keylog import KeyLog
from jnlpspy.net.leg import reset_socket
from jnlpspy.net.listener import Listener, open_listener
from jnlpspy.net.record import open_record
from jnlpspy.net.recordings import Recordings
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
    analysis_descriptors: tuple[int, ...] = ()
    """What it inherits besides its standard streams."""
    analysis_pause: float = 0.0
    """Seconds in which what comes is gathered for it: a screen is not drawn for every packet."""
    keeps_heads: bool = False
    """True if records may be begun while it runs."""
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
        self._started = 0.0
        self._ready: Ready | None = None
        self._recordings: Recordings | None = None
        self._analysis: Analysis | None = None
        self._notes: Stenographer | None = None

    def stop(self) -> None:
        """Accept no more; sessions get their grace, then files are flushed and `run` returns."""
        self._stopped = True
        for listener in self._listeners:
            listener.stop()

    @property
    def record_name(self) -> str:
        """The record that is written, or was at the end; empty if there is none, or it is not whole."""
        recordings = self._recordings
        return recordings.last_name if recordings is not None and recordings.is_writing else ""

    async def switch_record(self) -> None:
        """End the record, or begin another one, while traffic goes on. What fails is said, and in the status."""
        if self._recordings is not None and self._notes is not None:
            await self._recordings.switch(self._notes.join, self._notes.leave)

    def status(self) -> RelayStatus:
        """Return how it stands; it listens."""
        config, ready = self._config, self._ready
        assert ready is not None  # noqa: S101 - it listens
        recordings, analysis = self._recordings, self._analysis
        assert recordings is not None  # noqa: S101 - as above
        return RelayStatus(
            target=str(config.target),
            listen=str(ready.listen),
            http=f"http://{ready.http}/" if ready.http else "",
            identity=config.identity.fingerprint if config.identity else "",
            started=self._started,
            recording=recordings.is_writing,
            record=recordings.last_name,
            record_failure=recordings.trouble,
            record_backlog=recordings.backlog,
            backlog=analysis.backlog if analysis else 0,
            left_out=analysis.left_out if analysis else 0,
            stopping=self._stopped,
        )

    async def run(self, task_status: trio.TaskStatus[Ready] = trio.TASK_STATUS_IGNORED) -> RelayOutcome:
        """Relay; `task_status.started` tells where. Raises NetworkError and UsageError before it relays anything."""
        config = self._config
        with ExitStack() as sockets:
            agent_socket = await _open_socket(sockets, config.listen, "--listen")
            has_front = config.http is not None and isinstance(config.target, RootUrl)
            http_socket = await _open_socket(sockets, config.http, "--http") if config.http and has_front else None
            self._started = self._clock()
            record = await open_record(config.record, self._started, self._say) if config.record else None
            recordings = self._recordings = Recordings(record, config.record, self._say, self._clock)
            async with _running(recordings, config, self._say) as analysis:
                self._analysis = analysis
                key_log = sockets.enter_context(closing(KeyLog())) if config.raw else None
                readers = [reader.write for reader in (record, analysis) if reader]
                notes = self._notes = Stenographer(
                    readers,
                    self._say,
                    keep_secrets=config.keep_secrets,
                    key_log=key_log,
                    may_wait=(lambda: not recordings.is_writing) if config.keeps_heads else None,
                )
                self._join(agent_socket, http_socket, notes, recordings, key_log)
                at = [listener.address for listener in self._listeners]
                self._ready = Ready(at[0], at[1] if http_socket else None, record.name if record else None)
                task_status.started(self._ready)
                try:
                    async with trio.open_nursery() as nursery:
                        nursery.start_soon(notes.run)
                        await self._listen()
                        nursery.cancel_scope.cancel()
                finally:
                    notes.finish()
        outcome = RelayOutcome(self._connections, self._sessions)
        if recordings.failures:
            outcome = replace(outcome, record_failure=recordings.failures[0], missing=recordings.missing)
        if analysis:
            outcome = replace(outcome, left_out=analysis.left_out, analysis_exit=analysis.exit_code)
        return outcome

    def _join(
        self,
        agent_socket: trio.SocketListener,
        http_socket: trio.SocketListener | None,
        notes: Stenographer,
        recordings: Recordings,
        key_log: KeyLog | None,
    ) -> None:
        """Build what serves connections; nothing runs yet."""
        config = self._config
        observe = self._observing(notes)
        reporter = Reporter(observe, self._next_number, self._clock, self._say, recordings.wait_room)
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
async def _running(recordings: Recordings, config: RelayConfig, say: Say) -> AsyncIterator[Analysis | None]:
    """Start the analysis, if there is a command for it; at the end give it and the record time to finish."""
    analysis, command = None, config.analysis
    try:
        if command:
            more = (config.analysis_environment, config.analysis_descriptors, config.analysis_pause)
            analysis = await start_analysis(command, say, *more)
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
        await recordings.close()


async def _open_socket(sockets: ExitStack, address: Address, what: str) -> trio.SocketListener:
    listener = await open_listener(address, what)
    sockets.callback(listener.socket.close)
    return listener
