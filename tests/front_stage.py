"""A discovery front on loopback between a scripted controller and a scripted agent."""

import base64
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

import trio

from jnlpspy.model.tap import Address, Closed, CloseReason, Ended, Observation, Opened, Remarked, Segment, Side
from jnlpspy.net.dialling import peer_of
from jnlpspy.net.discovery import DiscoveryFront
from jnlpspy.net.identity import create_identity
from jnlpspy.net.reporting import Reporter
from jnlpspy.net.target import RootUrl, Tunnel
from jnlpspy.net.visit import FrontSettings

AGENT_PORT = Address("127.0.0.1", 50001)
Stream = trio.SocketStream | trio.SSLStream[trio.SocketStream]


@dataclass
class Talker:
    """One end of a connection, in raw bytes."""

    stream: Stream
    unread: bytearray = field(default_factory=bytearray)

    async def send(self, data: bytes) -> None:
        await self.stream.send_all(data)

    async def read_head(self) -> bytes:
        return await self.read_until(b"\r\n\r\n")

    async def read_until(self, mark: bytes) -> bytes:
        while mark not in self.unread:
            data = await self.stream.receive_some()
            assert data, f"expected {mark!r}, the peer ended after {bytes(self.unread)!r}"
            self.unread += data
        return self._take(self.unread.index(mark) + len(mark))

    async def read_exactly(self, length: int) -> bytes:
        while len(self.unread) < length:
            data = await self.stream.receive_some()
            assert data, f"expected {length} bytes, the peer ended after {len(self.unread)}"
            self.unread += data
        return self._take(length)

    async def read_to_end(self) -> bytes:
        while data := await self.stream.receive_some():
            self.unread += data
        return self._take(len(self.unread))

    async def ask(self, request: bytes) -> bytes:
        """Send a request and return all that comes until the end."""
        await self.send(request)
        return await self.read_to_end()

    async def send_eof(self) -> None:
        assert isinstance(self.stream, trio.SocketStream)
        await self.stream.send_eof()

    def reset(self) -> None:
        assert isinstance(self.stream, trio.SocketStream)
        self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.stream.socket.close()

    async def aclose(self) -> None:
        await trio.aclose_forcefully(self.stream)

    def _take(self, length: int) -> bytes:
        taken = bytes(self.unread[:length])
        del self.unread[:length]
        return taken


Script = Callable[[Talker], Awaitable[None]]


@dataclass
class Stage:
    front: DiscoveryFront
    port: int
    controller_port: int
    observed: list[Observation]
    said: list[str]
    nursery: trio.Nursery
    over: trio.MemoryReceiveChannel[Closed]
    agents: list[Talker] = field(default_factory=list)

    @property
    def remarks(self) -> list[str]:
        return [seen.text for seen in self.observed if isinstance(seen, Remarked)]

    def sent(self, side: Side) -> bytes:
        return b"".join(seen.data for seen in self.observed if isinstance(seen, Segment) and seen.sender is side)

    @property
    def opened(self) -> Opened:
        return next(seen for seen in self.observed if isinstance(seen, Opened))

    @property
    def ended(self) -> list[Side]:
        return [seen.sender for seen in self.observed if isinstance(seen, Ended)]

    async def dial(self) -> Talker:
        agent = Talker(await trio.open_tcp_stream("127.0.0.1", self.port))
        self.agents.append(agent)
        return agent

    async def ask(self, request: bytes) -> bytes:
        """Ask on a connection of its own; return all that came."""
        agent = await self.dial()
        answer = await agent.ask(request)
        await agent.aclose()
        await self.wait_closed()
        return answer

    async def wait_closed(self) -> tuple[Side | None, CloseReason]:
        closed = await self.over.receive()
        return closed.by, closed.how


@asynccontextmanager
async def open_stage(
    script: Script | None,
    *,
    tls: ssl.SSLContext | None = None,
    trust: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
    path: str = "/",
    agent_port: Address = AGENT_PORT,
    identity: bytes | None = None,
    tunnel: Tunnel | None = None,
    clock: Callable[[], float] | None = None,
    handshake_timeout: float = 30.0,
    slow_after: float = 5.0,
    lookup_timeout: float = 30.0,
) -> AsyncIterator[Stage]:
    """Open a front; without a script nothing listens where the controller should be."""
    observed: list[Observation] = []
    said: list[str] = []
    closing, over = trio.open_memory_channel[Closed](1000)

    def observe(observation: Observation) -> None:
        observed.append(observation)
        if isinstance(observation, Closed):
            closing.send_nowait(observation)

    async def control(stream: trio.SocketStream) -> None:
        talker = Talker(trio.SSLStream(stream, tls, server_side=True, https_compatible=True) if tls else stream)
        assert script is not None
        try:
            await script(talker)
        except trio.BrokenResourceError:
            if tls is None:
                raise
        finally:
            await talker.aclose()

    async def attend(stream: trio.SocketStream) -> None:
        await front.serve(stream, peer_of(stream))

    async with trio.open_nursery() as nursery:
        [listener] = await trio.open_tcp_listeners(0, host="127.0.0.1")
        controller_port = listener.socket.getsockname()[1]
        if script is None:
            await listener.aclose()
        else:
            nursery.start_soon(trio.serve_listeners, control, [listener])
        root = RootUrl("https" if tls else "http", host, controller_port, path)
        settings = FrontSettings(
            root=root,
            agent_port=agent_port,
            identity=identity,
            tunnel=tunnel,
            trust=trust,
            handshake_timeout=handshake_timeout,
            slow_after=slow_after,
        )
        reporter = Reporter(observe, count(1).__next__, clock or count(1000.0).__next__, said.append)
        front = DiscoveryFront(settings, reporter, lookup_timeout=lookup_timeout)
        [door] = await trio.open_tcp_listeners(0, host="127.0.0.1")
        nursery.start_soon(trio.serve_listeners, attend, [door])
        stage = Stage(front, door.socket.getsockname()[1], controller_port, observed, said, nursery, over)
        try:
            yield stage
        finally:
            nursery.cancel_scope.cancel()
            for agent in stage.agents:
                agent.stream.socket.close()


def answering(*answers: bytes, heads: list[bytes] | None = None) -> Script:
    """Return a controller that gives these answers, one a request, and closes."""

    async def script(controller: Talker) -> None:
        for answer in answers:
            head = await controller.read_head()
            if heads is not None:
                heads.append(head)
            await controller.send(answer)

    return script


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1:8090", *headers, "", ""]).encode()


def ok(body: bytes, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


THEIRS = create_identity()
LISTENER = get("/tcpSlaveAgentListener/", "User-Agent: Java/17.0.15", "Connection: keep-alive")
ANNOUNCEMENT = ok(
    b"\n\n\n  Jenkins\n",
    "X-Hudson-JNLP-Port: 50000",
    "X-Jenkins-JNLP-Port: 50000",
    f"X-Instance-Identity: {base64.b64encode(THEIRS.public_key).decode()}",
    "X-Jenkins-Agent-Protocols: JNLP4-connect, Ping",
)
