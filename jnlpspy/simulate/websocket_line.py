"""A connection of a simulated peer behind WebSocket's upgrade: one channel in binary messages, as remoting has it.

Mirrors hudson.remoting.Engine's AgentEndpoint and jenkins.agents.WebSocketAgents.Session.
"""

import secrets
from collections import deque
from contextlib import suppress
from typing import Final

import trio

from jnlpspy.model.tap import CloseReason, Side
from jnlpspy.net.leg import Ending, Leg, LegBroken
from jnlpspy.simulate.line import NORMAL_CLOSURE, ConnectionWitness
from jnlpspy.wire.chunks import HEADER_SIZE, write_chunks
from jnlpspy.wire.websocket import (
    MASK_SIZE,
    Control,
    Frame,
    FrameReader,
    FrameStep,
    Lost,
    Opcode,
    Piece,
    read_close,
    write_close,
    write_frame,
)

PROTOCOL_ERROR: Final = 1002
TOO_BIG: Final = 1009
"""Codes of close frames (RFC 6455, section 7.4.1)."""

LARGEST_MESSAGE: Final = 64 * 1024
"""Bytes of a message that Jetty takes; remoting's own have 8 KiB."""

CLOSE_PATIENCE: Final = 5.0
"""Seconds an agent waits for the end of TCP once both sides have sent their close frames: it is the controller's."""


class WebSocketLine:
    """Carries a channel over frames. Receiving, from one task, sends pings and answers the peer's."""

    def __init__(  # noqa: PLR0913 - a connection, and what is different about it
        self,
        leg: Leg,
        side: Side,
        witness: ConnectionWitness,
        early: bytes = b"",
        *,
        ping_interval: float | None = None,
        largest: int = LARGEST_MESSAGE,
        fragments: bool = False,
    ) -> None:
        """Go on where the upgrade ended.

        Args:
            leg: The connection.
            side: The side that is played.
            witness: Is told of what is sent and received from here on.
            early: What came behind the upgrade, together with it; the witness knows of it.
            ping_interval: Seconds between pings, and half of them before the first one.
            largest: Bytes of a message that this side takes.
            fragments: Send a chunk's header and its body as two frames of a message, as remoting did before 3107.
        """
        self.leg = leg
        self.side = side
        self.witness = witness
        self._reader = FrameReader(masks=side is Side.CONTROLLER)
        self._steps: deque[FrameStep] = deque(self._reader.feed(early))
        self._sending = trio.Lock()
        self._owed: bytes | None = None
        """What is to be answered to the last ping."""
        self._largest = largest
        self._fragments = fragments
        self._message = 0
        """Bytes of the message at hand."""
        self._ping_interval = ping_interval
        self._next_ping = trio.current_time() + (ping_interval or 0) / 2
        self._over = False
        self.told: int | None = None
        """The code of this side's close frame; None as long as it has not sent any."""
        self.heard: tuple[int | None, str] | None = None
        """Code and reason of the peer's close frame."""

    async def send_block(self, block: bytes) -> None:
        """Send a command, a message for each of its chunks; LegBroken if the peer is gone, or has closed."""
        for chunk in write_chunks(block):
            if self._fragments:
                await self.send_frame(Opcode.BINARY, chunk[:HEADER_SIZE], final=False)
                await self.send_frame(Opcode.CONTINUATION, chunk[HEADER_SIZE:])
            else:
                await self.send_frame(Opcode.BINARY, chunk)

    async def send_frame(self, opcode: Opcode, payload: bytes = b"", *, final: bool = True) -> None:
        """Send one frame; LegBroken if the peer is gone, or has closed."""
        async with self._sending:
            if self.told is not None:
                raise LegBroken(f"expected an open WebSocket, got one that was closed with {self.told}")
            await self._send(write_frame(opcode, payload, self._mask(), final=final))
            await self._send_owed()

    async def receive(self) -> bytes:
        """Return bytes of the channel, nothing at its end."""
        while not self._over:
            if not self._steps:
                await self._fetch()
            elif data := await self._take(self._steps.popleft()):
                return data
        return b""

    async def end(self, code: int = NORMAL_CLOSURE, reason: str = "") -> None:
        """Send the close frame, unless it is sent; LegBroken if the peer is gone."""
        async with self._sending:
            if self.told is None:
                self.told = code
                await self._send(write_close(code, reason, self._mask()))

    async def vanish(self, *, reset: bool) -> None:
        """Drop the connection without a close frame, by a FIN or a reset."""
        self.told = self.told or NORMAL_CLOSURE
        self.witness.ended(self.side, CloseReason.RESET if reset else CloseReason.EOF)
        await (self.leg.reset() if reset else self.leg.close())

    def _mask(self) -> bytes:
        """Return what an agent's next frame is masked with: new for each (RFC 6455, section 5.3)."""
        return secrets.token_bytes(MASK_SIZE) if self.side is Side.AGENT else b""

    async def _send(self, data: bytes) -> None:
        self.witness.saw(self.side, data)
        await self.leg.send(data)

    async def _send_owed(self) -> None:
        """Answer the last ping, unless it is answered."""
        while self._owed is not None and self.told is None:
            data, self._owed = self._owed, None
            await self._send(write_frame(Opcode.PONG, data, self._mask()))

    async def _say_beside(self, opcode: Opcode, data: bytes = b"") -> None:
        """Send a ping or a pong as reading goes on: where a sender waits for the peer to read, it must not wait too."""
        if opcode is Opcode.PONG:
            self._owed = data
        if self._sending.locked() or self.told is not None:
            return  # a pong is sent by who sends now; what is busy needs no ping
        with suppress(LegBroken):  # how the peer ended is read
            await (self.send_frame(opcode) if opcode is Opcode.PING else self._answer_ping())

    async def _answer_ping(self) -> None:
        async with self._sending:
            await self._send_owed()

    async def _fetch(self) -> None:
        """Wait for what comes next, sending pings in between."""
        while True:
            with trio.move_on_at(self._next_ping if self._pings else float("inf")):
                self._see(await self.leg.receive())
                return
            self._next_ping += self._ping_interval or 0
            await self._say_beside(Opcode.PING)

    @property
    def _pings(self) -> bool:
        return self._ping_interval is not None and self.told is None

    def _see(self, got: bytes | Ending) -> None:
        if isinstance(got, bytes):
            self.witness.saw(self.side.peer, got)
            self._steps.extend(self._reader.feed(got))
        else:
            self.witness.ended(self.side.peer, CloseReason.RESET if got is Ending.RESET else CloseReason.EOF)
            self._over = True

    async def _take(self, step: FrameStep) -> bytes:
        """Return the channel's bytes of a step; do what the others ask for."""
        match step:
            case Lost() | Piece(frame=Frame(flaws=(_, *_))):
                await self._fail(PROTOCOL_ERROR, "a frame against RFC 6455")
            case Piece(kind=Opcode.BINARY, data=data):
                self._message = len(data) + (0 if step.begins else self._message)
                if self._message <= self._largest:
                    return data
                size = max(step.frame.length, self._message)
                await self._fail(TOO_BIG, f"Binary message size [{size}] exceeds maximum size [{self._largest}]")
            case Control(frame=Frame(opcode=Opcode.PING), data=data):
                await self._say_beside(Opcode.PONG, data)
            case Control(frame=Frame(opcode=Opcode.CLOSE), data=data):
                await self._part(data)
            case _:
                pass  # a pong, or text, which remoting ignores
        return b""

    async def _fail(self, code: int, reason: str) -> None:
        """Close because of what the peer sent, and heed nothing of it any more but its close frame."""
        with suppress(LegBroken):
            await self.end(code, reason)
        with trio.move_on_after(CLOSE_PATIENCE):
            while not self._over:
                if not self._steps:
                    await self._fetch()
                elif isinstance(step := self._steps.popleft(), Control) and step.frame.opcode is Opcode.CLOSE:
                    await self._part(step.data)
        self._over = True

    async def _part(self, said: bytes) -> None:
        """Answer the peer's close frame; the controller then ends TCP, which the agent waits for."""
        self.heard = read_close(said)
        self._steps.clear()
        with suppress(LegBroken):
            await self.end(self.heard[0] or NORMAL_CLOSURE)
            if self.side is Side.CONTROLLER:
                self.witness.ended(self.side, CloseReason.EOF)
                await self.leg.send_ending(Ending.FIN)
        if self.side is Side.AGENT:
            with trio.move_on_after(CLOSE_PATIENCE):
                while not self._over:
                    await self._fetch()
        self._over = True
