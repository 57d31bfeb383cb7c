"""One connection as a simulated peer has it: what it says and hears goes over the shared handshake tables."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from itertools import count
from typing import Final, Protocol

from jnlpspy.errors import DecodeError, NetworkError
from jnlpspy.model.negotiation import Message
from jnlpspy.model.tap import Address, Closed, CloseReason, Observation, Opened, Segment, Side, TlsOpened
from jnlpspy.net.identity import fingerprint_of
from jnlpspy.net.leg import Ending, Leg
from jnlpspy.net.tls_leg import TlsEnd, TlsFailed, TlsLeg, open_tls
from jnlpspy.protocols import SPECS
from jnlpspy.wire.chunks import write_chunks
from jnlpspy.wire.handshake import HandshakeMachine, Step
from jnlpspy.wire.layouts import ACK_BYTES, build_offer

Observer = Callable[[Observation], None]

Cipher = Callable[[bytes], bytes]
"""Encrypts or decrypts a side's next bytes."""


class HandshakeFailed(NetworkError):
    """The other side did not go on with the handshake as the protocol demands."""


class Witness:
    """Tells an observer what a simulated peer itself saw of its connections."""

    def __init__(self, observer: Observer | None = None, clock: Callable[[], float] = time.time) -> None:
        self._observer = observer
        self._clock = clock
        self._numbers = count(1)

    def open(self, agent: Address, controller: Address) -> "ConnectionWitness":
        """Tell of a new connection."""
        seen = ConnectionWitness(next(self._numbers), self._observer, self._clock)
        seen.tell(Opened(seen.connection, self._clock(), agent, controller))
        return seen


class ConnectionWitness:
    """Tells what happens on one connection."""

    def __init__(self, connection: int, observer: Observer | None, clock: Callable[[], float]) -> None:
        self.connection = connection
        self._observer = observer
        self._clock = clock
        self._ended_by: Side | None = None
        self._how = CloseReason.SHUTDOWN

    def tell(self, observation: Observation) -> None:
        """Pass an observation on."""
        if self._observer is not None:
            self._observer(observation)

    def saw(self, sender: Side, data: bytes) -> None:
        """Tell of bytes; none are no news."""
        if data:
            self.tell(Segment(self.connection, self._clock(), sender, data))

    def opened_tls(self, leg: Side, tls: TlsLeg, identity: bytes) -> None:
        """Tell that a TLS handshake was done."""
        engine = tls.engine
        fingerprint = fingerprint_of(identity)
        self.tell(TlsOpened(self.connection, self._clock(), leg, engine.version, engine.cipher, fingerprint))

    def ended(self, side: Side, how: CloseReason) -> None:
        """Remember which side ended first, and how."""
        if self._ended_by is None:
            self._ended_by, self._how = side, how

    def close(self) -> None:
        """Tell that the connection is over."""
        self.tell(Closed(self.connection, self._clock(), self._ended_by, self._how))


NORMAL_CLOSURE: Final = 1000
"""The code with which remoting closes a WebSocket."""


class Carrier(Protocol):
    """What carries a channel: a peer's connection once its handshake is done."""

    side: Side
    witness: ConnectionWitness

    async def send_block(self, block: bytes) -> None:
        """Send a command, in chunks; LegBroken if the peer is gone."""

    async def receive(self) -> bytes:
        """Return bytes of the channel, nothing at its end."""

    async def end(self, code: int = NORMAL_CLOSURE, reason: str = "") -> None:
        """Send no more; only WebSocket tells why. LegBroken if the peer is gone."""

    async def vanish(self, *, reset: bool) -> None:
        """Drop the connection, by a FIN or a reset."""


class Line:
    """A connection of a simulated peer: handshake messages first, then bytes of the channel."""

    def __init__(self, leg: Leg, side: Side, witness: ConnectionWitness) -> None:
        self.leg = leg
        self.side = side
        self.witness = witness
        self._machine = HandshakeMachine(SPECS, through_tls=False)
        self._heard: deque[Message | DecodeError] = deque()
        self._ciphers: dict[Side, Cipher] = {}
        self._untold = b""

    @property
    def protocol(self) -> str:
        """Name of the protocol offered; "" if it is none we know, or none was offered."""
        return self._machine.spec.name if self._machine.spec is not None else ""

    async def say(self, data: bytes) -> None:
        """Send bytes of the handshake; LegBroken if the peer is gone."""
        self._note(self._machine.feed(self.side, data))
        await self.send(data)

    async def hear(self) -> Message:
        """Return the peer's next message. Raises HandshakeFailed if none comes."""
        peer = self.side.peer
        while not self._heard:
            data = await self._fetch()
            self._note(self._machine.feed(peer, data) if data else self._machine.end(peer))
            self._tell()
            if not data and not self._heard:
                raise HandshakeFailed(
                    f"expected {self._machine.states[peer].value}, got the end of the {peer.value}'s stream"
                )
        message = self._heard.popleft()
        if isinstance(message, DecodeError):
            raise HandshakeFailed(f"the {peer.value} sent what is not of the handshake: {message}")
        return message

    async def open_tls(self, end: TlsEnd) -> TlsLeg:
        """Open TLS where the tables say it starts; the handshake goes on inside. Raises TlsFailed."""
        spec = self._machine.spec
        if spec is None or not self._machine.at_tls(self.side.peer):
            raise HandshakeFailed("expected to be where TLS starts")
        early = self._machine.take_rest(self.side.peer)
        try:
            tls = await open_tls(self.leg, end, early)
        except TlsFailed:
            self.witness.ended(self.side.peer, CloseReason.EOF)
            raise
        self.leg = tls
        self._machine = HandshakeMachine(SPECS, through_tls=True)
        self._machine.feed(Side.AGENT, build_offer(spec.name) + ACK_BYTES)
        self._machine.feed(Side.CONTROLLER, ACK_BYTES)
        return tls

    def unseal(self, ciphers: Mapping[Side, Cipher]) -> None:
        """Encrypt and decrypt what follows, in the middle of the handshake (JNLP3-connect)."""
        self._ciphers = dict(ciphers)
        for side, cipher in ciphers.items():
            self._machine.unseal(side, cipher)
        self._note(self._machine.feed(self.side.peer, b""))

    async def send(self, data: bytes) -> None:
        """Send bytes; LegBroken if the peer is gone."""
        if self.side in self._ciphers:
            data = self._ciphers[self.side](data)
        self.witness.saw(self.side, data)
        await self.leg.send(data)

    async def send_block(self, block: bytes) -> None:
        """Send a command, in chunks; LegBroken if the peer is gone."""
        await self.send(b"".join(write_chunks(block)))

    async def receive(self) -> bytes:
        """Return bytes of the channel, nothing at its end."""
        return self._machine.take_rest(self.side.peer) or await self._fetch_and_tell()

    async def end(self, code: int = NORMAL_CLOSURE, reason: str = "") -> None:  # noqa: ARG002 - said by WebSocket
        """Send no more; LegBroken if the peer is gone."""
        self.witness.ended(self.side, CloseReason.EOF)
        await self.leg.send_ending(Ending.FIN)

    async def vanish(self, *, reset: bool) -> None:
        """Drop the connection, by a FIN or a reset."""
        self.witness.ended(self.side, CloseReason.RESET if reset else CloseReason.EOF)
        await (self.leg.reset() if reset else self.leg.close())

    async def drain(self) -> None:
        """Read to the peer's end and forget what comes."""
        while await self._fetch_and_tell():
            pass

    async def _fetch_and_tell(self) -> bytes:
        data = await self._fetch()
        self._tell()
        return data

    def _tell(self) -> None:
        """Tell of what was fetched, but not of TLS that came together with what precedes it."""
        peer = self.side.peer
        early = self._machine.unread(peer) if self._machine.at_tls(peer) else 0
        self.witness.saw(peer, self._untold[: len(self._untold) - early])
        self._untold = b""

    async def _fetch(self) -> bytes:
        peer = self.side.peer
        got = await self.leg.receive()
        if isinstance(got, bytes):
            self._untold = got
            return self._ciphers[peer](got) if peer in self._ciphers else got
        self.witness.ended(peer, CloseReason.RESET if got is Ending.RESET else CloseReason.EOF)
        return b""

    def _note(self, steps: list[Step]) -> None:
        self._heard.extend(step.message for step in steps if step.side is self.side.peer)
