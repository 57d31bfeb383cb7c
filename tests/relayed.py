"""A relayed connection over real loopback: an agent, the connection under test, a controller."""

import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trio

from jnlpspy.model.tap import Closed, Ended, Observation, Opened, Remarked, Segment, Side, Tap
from jnlpspy.net.connection import NOWHERE, Connection, Target, Terms, WireRecord, address_of
from jnlpspy.net.identity import Identity
from jnlpspy.net.interceptor import interceptor_with
from jnlpspy.net.leg import Ending, Leg
from jnlpspy.net.tls_leg import TlsEnd, controller_leg_context, open_tls
from jnlpspy.protocols import SPECS

OFFER = b"\x00\x16Protocol:JNLP4-connect"
ACK = b"\x00\x03ACK"


async def no_pace() -> None:
    """Wait for nothing."""


@dataclass
class Stage:
    """What the test talks to, and what came of it."""

    door: trio.SocketListener
    controller: trio.SocketListener
    observed: list[Observation] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    over: trio.Event = field(default_factory=trio.Event)

    async def connect(self) -> tuple[Leg, Leg]:
        """Return the agent's and the controller's ends of one relayed connection."""
        agent = self.dial()
        return agent, Leg(await self.controller.accept())

    def dial(self) -> Leg:
        """Return an agent's end whose connection nobody accepted yet."""
        return dial(port_of(self.door))

    def sent(self, side: Side, tap: Tap = Tap.DECRYPTED) -> bytes:
        """Return the bytes observed of a side."""
        segments = [each for each in self.observed if isinstance(each, Segment)]
        return b"".join(each.data for each in segments if each.sender is side and each.tap is tap)

    @property
    def ended(self) -> list[Side]:
        """Sides whose end was observed."""
        return [each.sender for each in self.observed if isinstance(each, Ended)]

    @property
    def remarks(self) -> list[str]:
        """What was remarked."""
        return [each.text for each in self.observed if isinstance(each, Remarked)]

    @property
    def closed(self) -> Closed:
        """The one end; it is the last of all, as the one opening is the first."""
        assert isinstance(self.observed[0], Opened)
        assert sum(isinstance(each, Opened | Closed) for each in self.observed) == 2
        assert isinstance(self.observed[-1], Closed)
        return self.observed[-1]


@asynccontextmanager
async def relayed(
    *,
    identity: Identity | None = None,
    announced: bytes | None = None,
    handshake_timeout: float = 30.0,
    dial_target: Callable[[], Awaitable[Target]] | None = None,
    wire: WireRecord | None = None,
) -> AsyncIterator[Stage]:
    """Relay connections; with identities it intercepts. At the end of the block the connections are cut."""
    [door] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    [controller] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    stage = Stage(door, controller)

    async def controller_target() -> Target:
        return Target("127.0.0.1", port_of(controller), announced)

    terms = Terms(
        dial_target=dial_target or controller_target,
        interceptor=interceptor_with(identity) if identity else None,
        specs=SPECS,
        handshake_timeout=handshake_timeout,
        observe=stage.observed.append,
        clock=trio.current_time,
        say=stage.said.append,
        pace=no_pace,
        wire=wire,
    )

    async def attend(stream: trio.SocketStream) -> None:
        await Connection(1, stream, address_of(stream) or NOWHERE.address, terms).run()
        stage.over.set()

    async with door, controller, trio.open_nursery() as nursery:
        nursery.start_soon(trio.serve_listeners, attend, [door])
        yield stage
        nursery.cancel_scope.cancel()


def port_of(listener: trio.SocketListener) -> int:
    """Return a listener's port."""
    port: int = listener.socket.getsockname()[1]
    return port


def dial(port: int) -> Leg:
    """Return a connection to a listener; connecting with trio would trip over a reset that comes at once."""
    return Leg(trio.SocketStream(trio.socket.from_stdlib_socket(socket.create_connection(("127.0.0.1", port)))))


async def exactly(leg: Leg, size: int) -> bytes:
    """Return the next bytes of a leg, that many and no more."""
    data = b""
    while len(data) < size:
        got = await leg.receive()
        assert isinstance(got, bytes), f"{got} after {data!r}"
        data += got
    assert len(data) == size, data
    return data


async def to_end(leg: Leg) -> tuple[bytes, list[Ending]]:
    """Return all bytes of a leg, and how it ended."""
    data = bytearray()
    endings: list[Ending] = []
    while not endings or endings[-1] is Ending.CLOSE_NOTIFY:
        got = await leg.receive()
        if isinstance(got, bytes):
            data += got
        else:
            endings.append(got)
    return bytes(data), endings


async def shake_hands(agent: Leg, controller: Leg) -> None:
    """Bring a JNLP4 connection to the point where TLS starts."""
    await agent.send(OFFER + ACK)
    await exactly(controller, len(OFFER + ACK))
    await controller.send(ACK)
    await exactly(agent, len(ACK))


async def into_tls(agent: Leg, controller: Leg, identity: Identity) -> tuple[Leg, Leg]:
    """Bring a JNLP4 connection through TLS; the controller shows an identity."""
    await shake_hands(agent, controller)
    legs: dict[Side, Leg] = {}

    async def shake(side: Side, leg: Leg, end: TlsEnd) -> None:
        legs[side] = await open_tls(leg, end)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(shake, Side.AGENT, agent, TlsEnd(controller_leg_context(), accepting=False))
        nursery.start_soon(shake, Side.CONTROLLER, controller, TlsEnd(identity.agent_leg_context(), accepting=True))
    return legs[Side.AGENT], legs[Side.CONTROLLER]


async def loopback_pair() -> tuple[trio.SocketStream, trio.SocketStream]:
    """Return the two ends of a TCP connection."""
    [listener] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with listener:
        near = await trio.open_tcp_stream("127.0.0.1", port_of(listener))
        return near, await listener.accept()


def frame(text: str) -> bytes:
    """Return a text as writeUTF writes it."""
    return struct.pack(">H", len(text)) + text.encode()
