"""One leg of a connection: a byte stream that tells a FIN from a reset, and can send either."""

import fcntl
import socket
import struct
import sys
import termios
from contextlib import suppress
from enum import Enum
from typing import Protocol

import trio

from jnlpspy.errors import NetworkError

READ_SIZE = 256 * 1024
"""Bytes asked for at once: below it calls cost more than copying, above it nothing gets faster."""

DELIVERY_PATIENCE = 5.0
"""Seconds a reset waits for bytes sent before it: a RST throws away what the kernel still holds."""

DELIVERY_LOOK = 0.005
"""Seconds between two looks at the kernel's queue; it has nothing that one could wait for."""

_TCP_CLOSE = 7
"""Linux's state of a connection that was reset: it keeps what it did not deliver."""

_LINGER_ZERO = struct.pack("ii", 1, 0)


class Ending(Enum):
    """How a side told that it will send no more."""

    CLOSE_NOTIFY = "TLS close_notify"
    """The end of what TLS protects; the FIN may follow later."""
    FIN = "FIN"
    RESET = "reset"


class LegBroken(NetworkError):
    """The peer takes no more bytes: it reset the connection."""


class WireTap(Protocol):
    """What sees a leg's bytes as they are on the wire."""

    def came(self, data: bytes) -> None:
        """See bytes the peer sent."""

    def left(self, data: bytes) -> None:
        """See bytes about to be sent to the peer."""


class Leg:
    """A leg without TLS of its own. Receiving and sending may go on at the same time, each from one task."""

    def __init__(self, stream: trio.abc.HalfCloseableStream, tap: WireTap | None = None) -> None:
        self.stream = stream
        self.tap = tap

    async def receive(self) -> bytes | Ending:
        """Return what came, at least one byte, or how the peer ended."""
        got = await self._fetch()
        if self.tap and isinstance(got, bytes):
            self.tap.came(got)
        return got

    async def send(self, data: bytes) -> None:
        """Send all of it; LegBroken if the peer is gone."""
        if self.tap:
            self.tap.left(data)
        try:
            await self.stream.send_all(data)
        except trio.BrokenResourceError as error:
            raise LegBroken(f"the peer takes no more bytes: {error.__cause__ or error}") from error

    async def send_ending(self, ending: Ending) -> None:
        """End this direction as the other leg's was ended: a FIN; close_notify means nothing without TLS."""
        if ending is Ending.FIN:
            try:
                await self.stream.send_eof()
            except trio.BrokenResourceError as error:
                raise LegBroken(f"the peer takes no more bytes: {error.__cause__ or error}") from error

    async def part(self) -> None:
        """End with a FIN: read to the peer's end, as a socket closed over unread bytes sends a reset."""
        with suppress(LegBroken):
            await self.send_ending(Ending.FIN)
        while not isinstance(await self._fetch(), Ending):
            pass

    async def reset(self) -> None:
        """End both directions with a RST, once the peer's kernel has what was sent before."""
        stream = self.stream
        try:
            if isinstance(stream, trio.SocketStream):
                with trio.move_on_after(DELIVERY_PATIENCE):
                    while undelivered(stream.socket):  # noqa: ASYNC110 - the kernel sends no event for it
                        await trio.sleep(DELIVERY_LOOK)
        finally:
            if isinstance(stream, trio.SocketStream):
                reset_socket(stream.socket)
            await trio.aclose_forcefully(stream)

    async def close(self) -> None:
        """Let go of the stream without waiting for anything."""
        await trio.aclose_forcefully(self.stream)

    async def _fetch(self) -> bytes | Ending:
        try:
            data = await self.stream.receive_some(READ_SIZE)
        except trio.BrokenResourceError:
            return Ending.RESET
        return bytes(data) or Ending.FIN


def reset_socket(sock: trio.socket.SocketType) -> None:
    """Close a socket with a RST instead of a FIN."""
    with suppress(OSError):  # macOS refuses options on a socket that its peer has reset
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    sock.close()


def undelivered(sock: trio.socket.SocketType) -> int:
    """Return how many bytes the peer's kernel has yet to acknowledge; 0 where that cannot be asked, or nobody will."""
    try:
        if sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == _TCP_CLOSE:
            return 0
        return int.from_bytes(fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
    except (OSError, AttributeError):  # macOS has neither
        return 0
