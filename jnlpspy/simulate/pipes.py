"""A simulated peer's ends of pipes: what it writes waits for its window, what it reads it acknowledges.

Mirrors hudson.remoting.ProxyOutputStream, PipeWindow and Pipe.
"""

import zlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Final

import trio

from jnlpspy.errors import NetworkError
from jnlpspy.model.commands import (
    Command,
    OutputStreamAck,
    OutputStreamChunk,
    OutputStreamDead,
    OutputStreamEOF,
    OutputStreamUnexport,
    PipeConnect,
)

WINDOW: Final = 1 << 20
"""Bytes in flight at most, in remoting's default setting."""

PIECE: Final = 64 * 1024
"""Bytes written at once: less than what a writer waits for at most."""

FIRST_OID: Final = 16
"""The first number of a stream; below it are the channel and the objects that were exported with it."""

_PATTERN: Final = bytes(range(251)) * (PIECE // 251 + 2)
"""251 is a prime: no two pieces begin alike."""


class PipeDead(NetworkError):
    """The reader of a pipe is gone."""


@dataclass(slots=True, eq=False)
class Sink:
    """A stream that this side exported and the other writes to."""

    oid: int
    size: int = 0
    crc: int = 0
    ended: trio.Event = field(default_factory=trio.Event)

    def take(self, data: bytes) -> None:
        """Count what came; it is not kept."""
        self.size += len(data)
        self.crc = zlib.crc32(data, self.crc)


@dataclass(slots=True, eq=False)
class _Target:
    """A stream of the other side that this one writes to."""

    free: int = WINDOW
    is_dead: bool = False
    changed: trio.Event = field(default_factory=trio.Event)

    def change(self) -> None:
        self.changed.set()
        self.changed = trio.Event()


class Pipes:
    """The pipes of one channel, both ways."""

    def __init__(self, send: Callable[[Command], Awaitable[None]]) -> None:
        self._send = send
        self._oids = count(FIRST_OID)
        self._writes = count(1)
        self._sinks: dict[int, Sink] = {}
        self._targets: dict[int, _Target] = {}
        self._near: dict[int, trio.Event] = {}
        self._far: dict[int, int] = {}

    def open_sink(self) -> Sink:
        """Export a stream for the other side to write to."""
        sink = Sink(next(self._oids))
        self._sinks[sink.oid] = sink
        return sink

    def open_near_end(self) -> int:
        """Export the near end of a pipe whose reader has yet to say where to write to."""
        oid = next(self._oids)
        self._near[oid] = trio.Event()
        return oid

    async def wait_connected(self, near: int) -> int:
        """Return the number of the stream to write to, once the reader has told it."""
        await self._near[near].wait()
        del self._near[near]
        return self._far.pop(near)

    async def write(self, oid: int, size: int, request: int = 0) -> tuple[int, int]:
        """Write so many bytes to a stream of the other side and close it.

        Args:
            oid: The stream.
            size: How many bytes.
            request: The request that is being answered meanwhile.

        Returns:
            Their CRC-32, and the number of the last write, which an answer must tell.

        Raises:
            PipeDead: The other side takes no more.
        """
        target = self._targets.setdefault(oid, _Target())
        crc = 0
        try:
            for piece in _pieces(size):
                while target.free < len(piece) and not target.is_dead:
                    await target.changed.wait()
                if target.is_dead:
                    raise PipeDead("Pipe is already closed")
                target.free -= len(piece)
                crc = zlib.crc32(piece, crc)
                await self._send(
                    OutputStreamChunk(oid=oid, io_id=next(self._writes), request_id=request, buf=bytes(piece))
                )
            last = next(self._writes)
            await self._send(OutputStreamEOF(oid=oid, io_id=last, request_id=request))
        finally:
            del self._targets[oid]
        return crc, last

    def take(self, command: Command) -> OutputStreamAck | None:
        """Take a command about a pipe in; return what is to be said to it."""
        match command:
            case OutputStreamChunk() if command.oid in self._sinks:
                self._sinks[command.oid].take(command.buf)
                return OutputStreamAck(oid=command.oid, size=len(command.buf))
            case OutputStreamEOF() | OutputStreamUnexport() if command.oid in self._sinks:
                self._sinks.pop(command.oid).ended.set()
            case OutputStreamAck() if command.oid in self._targets:
                self._targets[command.oid].free += command.size
                self._targets[command.oid].change()
            case OutputStreamDead() if command.oid in self._targets:
                self._targets[command.oid].is_dead = True
                self._targets[command.oid].change()
            case PipeConnect() if command.oid_ros in self._near:
                self._far[command.oid_ros] = command.oid_pos
                self._near[command.oid_ros].set()
            case _:
                pass  # about a pipe that is over
        return None


def _pieces(size: int) -> Iterable[memoryview]:
    pattern = memoryview(_PATTERN)
    for start in range(0, size, PIECE):
        at = start % 251
        yield pattern[at : at + min(PIECE, size - start)]
