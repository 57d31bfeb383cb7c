"""Chunk framing: chunks to blocks and back (hudson.remoting.ChunkHeader, ChannelApplicationLayer)."""

from collections.abc import Iterator
from dataclasses import dataclass

from jnlpspy.errors import LimitExceeded
from jnlpspy.model.span import Span
from jnlpspy.wire import limits
from jnlpspy.wire.layouts import build_chunk_header

HEADER_SIZE = 2
CHUNK_SIZE = 8192
"""Largest body real senders write; receivers take up to 32,767."""

_STREAM_HEAD = bytes.fromhex("aced0005")


@dataclass(frozen=True, slots=True)
class Block:
    """A whole payload: the bytes of one command, put together from its chunks."""

    data: bytes
    span: Span
    """The chunks with their headers, in the sender's stream."""
    lost: LimitExceeded | None = None
    """Set instead of data when the block was larger than the cap and has been passed over."""


class ChunkReader:
    """One side's chunks to blocks; linear in the number of bytes however they are split."""

    def __init__(self, offset: int, *, synchronized: bool = True) -> None:
        self._offset = offset
        self._pending = bytearray()
        self._parts: list[bytes] = []
        self._size = 0
        self._start = offset
        self._synchronized = synchronized

    @property
    def unfinished(self) -> int:
        """Bytes of a block that is not whole yet."""
        return self._offset - self._start + len(self._pending)

    def feed(self, data: bytes) -> Iterator[Block]:
        """Yield the blocks that these bytes complete."""
        pending = self._pending
        pending += data
        position = 0
        if not self._synchronized:
            position = self._resynchronize()
            if not self._synchronized:
                return
        while len(pending) - position >= HEADER_SIZE:
            header = pending[position] << 8 | pending[position + 1]
            end = position + HEADER_SIZE + (header & 0x7FFF)
            if end > len(pending):
                break
            self._add(bytes(pending[position + HEADER_SIZE : end]))
            self._offset += end - position
            position = end
            if not header & 0x8000:
                yield self._block()
        del pending[:position]

    def skip(self, length: int) -> None:
        """Pass over bytes that the tap did not see: the block they belong to is lost, the next one is looked for."""
        self._offset += len(self._pending) + length
        self._pending.clear()
        self._parts.clear()
        self._size = 0
        self._start = self._offset
        self._synchronized = False

    def _add(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > limits.COMMAND:
            self._parts.clear()
        else:
            self._parts.append(part)

    def _block(self) -> Block:
        span = Span(self._start, self._offset)
        data = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        lost = None
        if self._size > limits.COMMAND:
            lost = LimitExceeded(f"a command of at most {limits.COMMAND} bytes", f"{self._size} bytes")
            data = b""
        self._parts.clear()
        self._size = 0
        self._start = self._offset
        return Block(data, span, lost)

    def _resynchronize(self) -> int:
        """Return where a command begins after bytes were lost: at a header with an object stream behind it."""
        found = self._pending.find(_STREAM_HEAD, HEADER_SIZE)
        self._synchronized = found >= 0
        position = found - HEADER_SIZE if found >= 0 else max(0, len(self._pending) - len(_STREAM_HEAD) - 1)
        self._offset += position
        self._start = self._offset
        if found < 0:
            del self._pending[:position]
            return 0
        return position


def write_chunks(block: bytes) -> Iterator[bytes]:
    """Yield a command's chunks as JNLP4 and WebSocket senders write them: never an empty last one."""
    for start in range(0, max(len(block), 1), CHUNK_SIZE):
        part = block[start : start + CHUNK_SIZE]
        yield build_chunk_header(len(part), more=start + CHUNK_SIZE < len(block)) + part
