"""A Jenkins controller in Python, good enough for agents: discovery over HTTP, the agent port, a scripted channel."""

import secrets
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import trio

from jnlpspy.errors import NetworkError
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Address, Side
from jnlpspy.net.dialling import peer_of
from jnlpspy.net.identity import Identity
from jnlpspy.net.leg import Leg, LegBroken
from jnlpspy.net.tls_leg import TlsEnd
from jnlpspy.simulate.admission import Claim, Terms, admit
from jnlpspy.simulate.agent_port import Greeting, read_offer
from jnlpspy.simulate.channel import OpenChannel, PlayedChannel, SimulatedChannel
from jnlpspy.simulate.front import Announced, Discovery, serve_http
from jnlpspy.simulate.joining import CAPABILITY, JNLP4, WEBSOCKET
from jnlpspy.simulate.line import Carrier, Line, Observer, Witness
from jnlpspy.simulate.outcomes import describe_outcome
from jnlpspy.simulate.roster import Age, Refusal, Roster
from jnlpspy.simulate.script import CallOutcome, Part
from jnlpspy.simulate.session import CONTROLLER_PART
from jnlpspy.simulate.upgrading import NO_ENDPOINT, SWITCHING, Answer, Endpoint, answer_upgrade, welcome_headers
from jnlpspy.simulate.websocket_line import WebSocketLine

HANDSHAKE_PATIENCE: Final = 30.0
"""Seconds a connection may take to reach its channel, or to end."""

RECONNECT_PATIENCE: Final = 15.0
"""Seconds the old channel of an agent that reconnects has to end, as in Jenkins."""

VERSIONS: Final = {
    Age.REMOTING_2: ("2.19.4", "2.60"),
    Age.REMOTING_3: ("2.190.3", "3.4"),
    Age.TODAY: ("2.541.3", "4.13"),
}
"""A core of each age, and the oldest remoting it takes."""

_LOOPBACK: Final = Address("127.0.0.1", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControllerConfig:
    """What a simulated controller is."""

    agents: Mapping[str, Secret]
    """The agents it knows, with their secrets."""
    identity: Identity
    http: Address = _LOOPBACK
    """Where discovery listens; port 0 is any free one."""
    listen: Address = _LOOPBACK
    """Where the agent port listens."""
    protocols: tuple[str, ...] = (JNLP4, WEBSOCKET, "Ping")
    """Without WebSocket its endpoint is not there, as in cores below 2.217."""
    disabled: tuple[str, ...] = ()
    """Protocols it knows and refuses, as cores up to 2.482 could be told to."""
    refusals: Mapping[str, str] = field(default_factory=dict)
    """Agents refused whatever they prove, and the reason given."""
    not_inbound: frozenset[str] = frozenset()
    age: Age = Age.TODAY
    """Whose words it uses."""
    newest_tls: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED
    """An old Java ends at TLS 1.2."""
    part: Part = CONTROLLER_PART
    open_channel: OpenChannel | None = None
    """Makes the controller's end of each channel; None plays `part`."""
    admits_anyone: bool = False
    """True if names and secrets do not matter; JNLP3-connect needs those of `agents` all the same."""
    refuses_everyone: Callable[[str], str] | None = None
    """Gives the words, by the agent's name, in which whoever comes is refused."""
    tells_outcomes: bool = False
    """True if how each call ended is told at the end of a session."""
    handshake_patience: float = HANDSHAKE_PATIENCE
    advertised: Address | None = None
    """The agent port discovery tells of, if it is not the real one: a tunnel, or a mistake to show."""
    announced_identity: Identity | None = None
    """The identity discovery tells of, if it is not the one it proves."""
    discovery: Discovery = field(default_factory=Discovery)
    endpoint: Endpoint = field(default_factory=Endpoint)
    """How WebSocket is answered."""
    version: str = VERSIONS[Age.TODAY][0]
    minimum_version: str = VERSIONS[Age.TODAY][1]

    @property
    def port_protocols(self) -> tuple[str, ...]:
        """What the agent port speaks, which WebSocket does not need."""
        return tuple(each for each in self.protocols if each != WEBSOCKET)


@dataclass(slots=True, eq=False)
class Session:
    """An agent that was let in."""

    agent_name: str
    protocol: str
    cookie: str = ""
    scope: trio.CancelScope = field(default_factory=trio.CancelScope)
    ended: trio.Event = field(default_factory=trio.Event)
    channel: PlayedChannel | None = None
    """None until the handshake is done."""

    def draw_cookie(self) -> str:
        """Return a new cookie to give to the agent."""
        self.cookie = secrets.token_hex(32)
        return self.cookie

    @property
    def outcomes(self) -> tuple[CallOutcome, ...]:
        """How the controller's calls ended so far."""
        return tuple(self.channel.outcomes) if self.channel is not None else ()

    @property
    def orderly(self) -> bool:
        """True if a CloseCommand came before the end."""
        return self.channel is not None and self.channel.orderly


@dataclass(frozen=True, slots=True)
class RefusedAgent:
    """An agent that was not let in."""

    agent_name: str | None
    reason: str


class SimulatedController:
    """A controller that listens; made by `simulated_controller`, which closes it."""

    def __init__(
        self, config: ControllerConfig, http: Address, listen: Address, tell: Callable[[str], None], witness: Witness
    ) -> None:
        self.config = config
        self.http = http
        self.listen = listen
        self.sessions: list[Session] = []
        """Agents that were let in, oldest first."""
        self.refused: list[RefusedAgent] = []
        self._live: dict[str, Session] = {}
        self._ended = trio.Condition()
        self._tell = tell
        self._witness = witness
        self._roster = Roster(
            secrets=config.agents,
            refusals=config.refusals,
            not_inbound=config.not_inbound,
            age=config.age,
            admits_anyone=config.admits_anyone,
            refuses_everyone=config.refuses_everyone,
        )
        tls = config.identity.agent_leg_context()
        tls.maximum_version = config.newest_tls
        self._terms = Terms(config.identity, TlsEnd(tls, accepting=True), config.agents, config.age)
        self._jenkins_session = secrets.token_hex(4)

    @property
    def url(self) -> str:
        """The root URL, for an agent's -url."""
        return f"http://{self.http}/"

    @property
    def port(self) -> int:
        """The agent port."""
        return self.listen.port

    async def wait_ended(self, count: int) -> None:
        """Wait until so many sessions have ended."""
        async with self._ended:
            while sum(session.ended.is_set() for session in self.sessions) < count:
                await self._ended.wait()

    async def close_channels(self) -> None:
        """Close all channels in an orderly way and wait for them to end."""
        for session in list(self._live.values()):
            if session.channel is not None:
                try:
                    await session.channel.close()
                except LegBroken:
                    session.scope.cancel()
                await session.ended.wait()

    async def serve_http(self, stream: trio.SocketStream) -> None:
        """Answer HTTP on one connection."""
        advertised = self.config.advertised
        announced = Announced(
            port=advertised.port if advertised else self.port,
            host=advertised.host if advertised else None,
            identity=(self.config.announced_identity or self.config.identity).instance_identity,
            protocols=self.config.port_protocols,
            version=self.config.version,
            minimum_version=self.config.minimum_version,
            session=self._jenkins_session,
            secrets=self.config.agents,
            discovery=self.config.discovery,
        )
        async with self._line(stream, self.http) as line:
            admitted: list[Session] = []
            try:
                early = await serve_http(line, announced, self.http, partial(self._upgrade, admitted))
            except BaseException:
                await self._dismiss_all(admitted)
                raise
            if early is None:
                await self._dismiss_all(admitted)
                return
            endpoint = self.config.endpoint
            carrier = WebSocketLine(
                line.leg,
                Side.CONTROLLER,
                line.witness,
                early,
                ping_interval=endpoint.ping_interval,
                largest=endpoint.largest_message,
            )
            await self._play(admitted[-1], carrier)

    async def serve_agent(self, stream: trio.SocketStream) -> None:
        """Serve one connection to the agent port."""
        async with self._line(stream, self.listen) as line:
            with trio.move_on_after(self.config.handshake_patience) as patience:
                session = await self._shake_hands(line, peer_of(stream))
            if patience.cancelled_caught:
                self._tell(f"gave up on {peer_of(stream)}: no channel within {self.config.handshake_patience:g} s")
            elif session is not None:
                await self._play(session, line)

    async def _shake_hands(self, line: Line, agent: Address) -> Session | None:
        greeting = Greeting(
            protocols=self.config.port_protocols,
            disabled=self.config.disabled,
            version=self.config.version,
            minimum_version=self.config.minimum_version,
            session=self._jenkins_session,
            age=self.config.age,
        )
        if not await read_offer(line, greeting, agent=agent, controller=self.listen):
            return None
        session = Session("", line.protocol)
        try:
            claim = await admit(line, self._terms, partial(self._judge, session), session.draw_cookie)
            if claim is not None:
                return session
            await line.end()
            await line.drain()
        except BaseException:
            await self._dismiss(session)
            raise
        return None

    async def _upgrade(self, admitted: list[Session], asked: Mapping[str, str]) -> Answer:
        """Answer who asks for WebSocket; whose session begins is put into a list."""
        session = Session("", WEBSOCKET)

        def welcome(claim: Claim) -> tuple[tuple[str, str], ...]:
            session.cookie = claim.cookie or session.draw_cookie()  # told again as the agent told it
            return welcome_headers(self.config.minimum_version, session.cookie, CAPABILITY)

        endpoint = self.config.endpoint if WEBSOCKET in self.config.protocols else NO_ENDPOINT
        answer = await answer_upgrade(asked, endpoint, partial(self._judge, session), welcome)
        if answer.status == SWITCHING:
            admitted.append(session)
        else:
            await self._dismiss(session)
        return answer

    async def _judge(self, session: Session, claim: Claim) -> Refusal | None:
        refusal = self._roster.refusal_of(
            claim.name,
            claim.secret,
            is_connected=lambda name: name in self._live and self._live[name].cookie != claim.cookie,
        )
        if refusal is None and claim.name is not None and claim.name in self._live:
            refusal = await self._replace(self._live[claim.name])
        if refusal is not None:
            self._tell(f"refused {claim.name}: {refusal.reason}")
            self.refused.append(RefusedAgent(claim.name, refusal.reason))
        elif claim.name is not None:
            session.agent_name = claim.name
            self._live[claim.name] = session
        return refusal

    async def _replace(self, old: Session) -> Refusal | None:
        self._tell(f"Disconnecting {old.agent_name} as we are reconnected from the current peer")
        old.scope.cancel()
        with trio.move_on_after(RECONNECT_PATIENCE):
            await old.ended.wait()
            return None
        reason = "Failed to disconnect the current client"
        return Refusal(reason, reason, reason)

    async def _play(self, session: Session, line: Carrier) -> None:
        session.channel = (self.config.open_channel or partial(SimulatedChannel, part=self.config.part))(line)
        self.sessions.append(session)
        self._tell(f"{session.agent_name} connected over {session.protocol}")
        try:
            with session.scope:
                await session.channel.run()
        finally:
            how = "closed its channel" if session.orderly else "went without a word"
            self._tell(f"{session.agent_name} {how}")
            for outcome in session.outcomes if self.config.tells_outcomes else ():
                self._tell(f"{session.agent_name}: {describe_outcome(outcome)}")
            with trio.CancelScope(shield=True):
                await self._dismiss(session)

    async def _dismiss(self, session: Session) -> None:
        session.ended.set()
        if self._live.get(session.agent_name) is session:
            del self._live[session.agent_name]
        with trio.CancelScope(shield=True):
            async with self._ended:
                self._ended.notify_all()

    async def _dismiss_all(self, sessions: list[Session]) -> None:
        """Forget agents that were let in and left before their channel began."""
        for session in sessions:
            await self._dismiss(session)

    @asynccontextmanager
    async def _line(self, stream: trio.SocketStream, here: Address) -> AsyncIterator[Line]:
        peer = peer_of(stream)
        witness = self._witness.open(peer, here)
        line = Line(Leg(stream), Side.CONTROLLER, witness)
        try:
            yield line
        except NetworkError as error:
            self._tell(f"connection from {peer} failed: {error}")
        finally:
            witness.close()
            await line.leg.close()


@asynccontextmanager
async def simulated_controller(
    config: ControllerConfig, *, tell: Callable[[str], None] = lambda _: None, observer: Observer | None = None
) -> AsyncIterator[SimulatedController]:
    """Run a controller; leaving the context cuts all connections.

    Args:
        config: What it is.
        tell: Gets a line of text for the user now and then.
        observer: Gets what the controller itself sees of its connections, decrypted.

    Raises:
        NetworkError: It cannot listen.
    """
    http_listener = await _listen(config.http)
    async with http_listener, await _listen(config.listen) as listener:
        controller = SimulatedController(
            config, _address_of(http_listener), _address_of(listener), tell, Witness(observer)
        )
        failure: Exception | None = None
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.serve_listeners, controller.serve_http, [http_listener])
            nursery.start_soon(trio.serve_listeners, controller.serve_agent, [listener])
            try:
                yield controller
            except Exception as error:  # noqa: BLE001 - the caller's own comes out as it is, not in the nursery's group
                failure = error
            nursery.cancel_scope.cancel()
        if failure is not None:
            raise failure


async def _listen(address: Address) -> trio.SocketListener:
    try:
        first, *others = await trio.open_tcp_listeners(address.port, host=address.host)
    except OSError as error:
        raise NetworkError(f"cannot listen on {address}: {error.strerror or error}") from error
    for other in others:  # a name with several addresses: with port 0 each would have a port of its own
        await other.aclose()
    return first


def _address_of(listener: trio.SocketListener) -> Address:
    host, port, *_ = listener.socket.getsockname()
    return Address(host, port)
