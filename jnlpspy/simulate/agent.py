"""A Jenkins agent in Python, good enough for controllers: finds the agent port, shakes hands, answers calls.

Mirrors hudson.remoting.Engine.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import trio

from jnlpspy.errors import NetworkError, UsageError
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Address, Side
from jnlpspy.net.dialling import peer_of
from jnlpspy.net.identity import fingerprint_of
from jnlpspy.net.leg import Leg
from jnlpspy.net.target import RootUrl, Tunnel
from jnlpspy.simulate.channel import OpenChannel, SimulatedChannel
from jnlpspy.simulate.joining import JNLP4, PROTOCOLS, SPOKEN, WEBSOCKET, Credentials, HandshakeRefused, join
from jnlpspy.simulate.line import Carrier, Line, Observer, Witness
from jnlpspy.simulate.locating import Search, connect, locate
from jnlpspy.simulate.script import CallOutcome, CloseChannel, Part, Pause, Step
from jnlpspy.simulate.session import AGENT_PART, PING, REMOTING_VERSION
from jnlpspy.simulate.websocket_joining import Wish, join_websocket

HANDSHAKE_PATIENCE: Final = 30.0
"""Seconds the handshake may take."""

PING_INTERVAL: Final = 5.0
"""Seconds between the pings of an agent that holds its channel."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentConfig:
    """What a simulated agent is started with: `url`, or `direct` with the identity and a protocol."""

    name: str
    secret: Secret
    url: RootUrl | None = None
    direct: Address | None = None
    """The agent port, without discovery."""
    identity: bytes | None = None
    """The SubjectPublicKeyInfo the controller must prove; None takes the one discovery announces."""
    protocol: str | None = None
    """None tries those the controller offers, in the order of a real agent; WebSocket is never tried unasked."""
    speaks: tuple[str, ...] = PROTOCOLS
    """What it may try by itself."""
    version: str = REMOTING_VERSION
    """Of its remoting: what it says of itself, and what it checks, came with versions."""
    cookie: str | None = None
    """What a controller gave it last time: lets it take over its own old connection."""
    tunnel: Tunnel | None = None
    trust: ssl.SSLContext | None = None
    """How an https `url`'s certificate is checked."""
    hold: float | None = None
    """Seconds after which the agent closes the channel, pinging meanwhile; None leaves that to the controller."""
    part: Part = AGENT_PART
    hangs: bool = False
    """True if its start hangs behind JNLP4's TLS, until its patience ends."""
    comes_from: str | None = None
    """The address of this machine that it connects from, where that can be chosen."""
    open_channel: OpenChannel | None = None
    """Makes the agent's end of the channel; None plays `part`."""
    handshake_patience: float = HANDSHAKE_PATIENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentResult:
    """What became of an agent."""

    name: str
    connected: bool = False
    protocol: str | None = None
    cookie: str | None = None
    refusal: str | None = None
    """In the controller's words, "" if it only closed the connection; None if it did not refuse."""
    failure: str | None = None
    """What else went wrong."""
    answered: tuple[str, ...] = ()
    """The calls it answered, in the order of its answers."""
    outcomes: tuple[CallOutcome, ...] = ()
    """How its own calls ended, pings among them."""
    orderly: bool = False
    """True if a CloseCommand came before the end."""


async def run_agent(
    config: AgentConfig, *, tell: Tell = lambda _: None, observer: Observer | None = None
) -> AgentResult:
    """Connect once and stay until the channel is over.

    Args:
        config: What it is started with.
        tell: Gets the lines a real agent would print.
        observer: Gets what the agent itself sees of its connections, decrypted.

    Raises:
        UsageError: It is told of no controller, or of a protocol nobody knows.
    """
    return await _Agent(config, tell, Witness(observer)).run()


async def run_agents(
    config: AgentConfig, count: int, *, tell: Tell = lambda _: None, observer: Observer | None = None
) -> tuple[AgentResult, ...]:
    """Run that many agents at once, called `NAME-1` and so on; one alone keeps its name."""
    names = [config.name] if count == 1 else [f"{config.name}-{number}" for number in range(1, count + 1)]
    agents = [_Agent(replace(config, name=name), tell, witness) for witness in [Witness(observer)] for name in names]
    results: dict[str, AgentResult] = {}

    async def run(agent: _Agent) -> None:
        results[agent.config.name] = await agent.run()

    async with trio.open_nursery() as nursery:
        for agent in agents:
            nursery.start_soon(run, agent)
    return tuple(results[name] for name in names)


class _Agent:
    def __init__(self, config: AgentConfig, tell: Tell, witness: Witness) -> None:
        if config.protocol is not None and config.protocol not in SPOKEN:
            raise UsageError(f"expected a protocol among {', '.join(SPOKEN)}, got {config.protocol!r}")
        if config.protocol == WEBSOCKET and (config.url is None or config.tunnel is not None):
            raise UsageError("expected a URL and no tunnel for WebSocket, which needs no agent port")
        where = config.url or config.direct
        if where is None or (config.url and config.direct):
            raise UsageError("expected the URL of a controller or the address of its agent port, got both or neither")
        self.config = config
        self._where = where
        self._tell = tell
        self._witness = witness
        self._result = AgentResult(name=config.name)
        self._answered: list[str] = []

    async def run(self) -> AgentResult:
        self._tell(f"Setting up agent: {self.config.name}")
        self._tell(f"Using Remoting version: {self.config.version}")
        if self.config.protocol == WEBSOCKET and self.config.url is not None:
            return await self._run_websocket(self.config.url)
        try:
            address, identity, protocols = await self._locate()
        except NetworkError as error:
            self._tell(str(error))
            return self._failed(str(error))
        self._tell("Handshaking")
        for protocol in protocols:
            if await self._try(protocol, address, identity):
                return self._result
        reason = f"None of the protocols {'were accepted' if protocols else 'are enabled'}"
        self._tell(f"The server rejected the connection: {reason}")
        return self._result if protocols else self._failed(reason)

    async def _run_websocket(self, root: RootUrl) -> AgentResult:
        config = self.config
        wish = Wish(root, self._credentials(), config.trust, config.version)
        try:
            with trio.fail_after(config.handshake_patience):
                joined = await join_websocket(wish, self._tell, self._witness)
        except HandshakeRefused as refusal:
            self._result = replace(self._result, refusal=refusal.reason)
            return self._result
        except (NetworkError, trio.TooSlowError) as error:
            reason = str(error) or f"no channel within {config.handshake_patience:g} s"
            self._tell(reason)
            return self._failed(reason)
        try:
            self._connected(WEBSOCKET, joined.cookie)
            await self._play(joined.line)
        finally:
            joined.line.witness.close()
            await joined.line.leg.close()
        return self._result

    async def _locate(self) -> tuple[Address, bytes | None, tuple[str, ...]]:
        config = self.config
        if isinstance(self._where, Address):
            return self._where, config.identity, (config.protocol or JNLP4,)
        search = Search(self._where, config.name, config.trust, config.tunnel, config.version)
        found = await locate(search, self._tell, self._witness)
        offered = tuple(each for each in config.speaks if each in found.protocols or not found.protocols)
        return found.address, config.identity or found.identity, (config.protocol,) if config.protocol else offered

    async def _try(self, protocol: str, address: Address, identity: bytes | None) -> bool:
        """Try one protocol on a connection of its own; return whether it led to a channel."""
        self._tell(f"Trying protocol: {protocol}\nConnecting to {address}")
        try:
            stream = await connect(address, self.config.comes_from)
        except NetworkError as error:
            self._failed(str(error))
            return False
        line = Line(Leg(stream), Side.AGENT, self._witness.open(_address_of(stream), peer_of(stream)))
        try:
            if not await self._shake_hands(line, protocol, identity):
                return False
            await self._play(line)
        finally:
            line.witness.close()
            await line.leg.close()
        return True

    async def _shake_hands(self, line: Line, protocol: str, identity: bytes | None) -> bool:
        try:
            with trio.fail_after(self.config.handshake_patience):
                cookie = await join(line, protocol, self._credentials(), identity, hangs=self.config.hangs)
        except HandshakeRefused as refusal:
            self._tell(f"Protocol {protocol} encountered an unexpected exception\n{refusal}")
            self._result = replace(self._result, refusal=refusal.reason or self._result.refusal or "")
            return False
        except (NetworkError, trio.TooSlowError) as error:
            reason = str(error) or f"no channel within {self.config.handshake_patience:g} s"
            self._tell(f"Protocol {protocol} encountered an unexpected exception\n{reason}")
            self._failed(reason)
            return False
        if protocol == JNLP4 and identity is not None:
            self._tell(f"Remote identity confirmed: {fingerprint_of(identity)}")
        self._connected(protocol, cookie)
        return True

    def _credentials(self) -> Credentials:
        return Credentials(self.config.name, self.config.secret, self.config.cookie)

    def _connected(self, protocol: str, cookie: str | None) -> None:
        self._tell("Connected")
        self._result = AgentResult(name=self.config.name, connected=True, protocol=protocol, cookie=cookie)

    async def _play(self, line: Carrier) -> None:
        channel = (self.config.open_channel or self._open_simulated)(line)
        try:
            await channel.run()
        except NetworkError as error:
            self._failed(str(error))
        finally:
            self._tell("Terminated")
        self._result = replace(
            self._result,
            answered=tuple(self._answered),
            outcomes=tuple(channel.outcomes),
            orderly=channel.orderly,
        )

    def _open_simulated(self, line: Carrier) -> SimulatedChannel:
        part = replace(self.config.part, steps=(*self.config.part.steps, *_holding(self.config.hold)))
        return SimulatedChannel(line, part, answered=self._answered.append)

    def _failed(self, reason: str) -> AgentResult:
        self._result = replace(self._result, failure=reason)
        return self._result


def _holding(seconds: float | None) -> tuple[Step, ...]:
    """Return the steps of an agent that stays for a while and then closes."""
    if seconds is None:
        return ()
    pings = int(seconds // PING_INTERVAL)
    between: tuple[Step, ...] = (Pause(PING_INTERVAL), PING)
    return (*between * pings, Pause(seconds - pings * PING_INTERVAL), CloseChannel())


def _address_of(stream: trio.SocketStream) -> Address:
    host, port, *_ = stream.socket.getsockname()
    return Address(host, port)
