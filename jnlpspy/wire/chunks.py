"""Chunk framing: chunks to blocks and back (hudson.remoting.ChunkHeader, ChannelApplicationLayer)."""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from jnlpspy.errors import DecodeError, LimitExceeded
from jnlpspy.model.noun import noun
from jnlpspy.model.span import Decoded, Span
from jnlpspy.wire import limits
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.layouts import build_chunk_header

HEADER_SIZE = 2
CHUNK_SIZE = 8192
"""Largest body real senders write; receivers take up to 32,767."""

_MOST_PARTS = 256
"""Parts of a block that are kept as they came: 2 MiB of a real sender's chunks."""

_MORE, _LENGTH = 0x8000, 0x7FFF
_STREAM_HEAD = bytes.fromhex("aced0005")
# A header, and an object of one of remoting's own classes. The stream inside a UserRequest may look the same: there
# the two bytes are the end of an array's length, and its beginning stands before them, behind the array's class.
_COMMAND = re.compile(rb"(?<!xp\0\0)(?<!q\0~..\0\0)..\xac\xed\0\x05sr\0.hudson\.remoting\.", re.DOTALL)
_COMMAND_SIZE = 26
_BEFORE_COMMAND = 7
"""Bytes before a command that are looked at."""


@noun()
class Block:
    """A whole payload: the bytes of one command, put together from its chunks."""

    data: bytes
    span: Span
    """The chunks with their headers, in the sender's stream."""
    lost: DecodeError | None = None
    """Why there is no command: the block was larger than the cap, or none begins here; then data is where it ends."""
    decoded: Decoded | None = None
    """Where it stands in what the text of its span says; None if it travelled as it is."""


class BlockReader(Protocol):
    """One side's commands, however they travel."""

    @property
    def unfinished(self) -> int:
        """Bytes of a block that is not whole yet."""

    def feed(self, data: bytes) -> Iterable[Block]:
        """Return the blocks that these bytes complete."""

    def skip(self, length: int) -> None:
        """Pass over bytes that were not seen."""


class ChunkReader:
    """One side's chunks to blocks; linear in the number of bytes however they are split.

    Without synchronization it looks for the next command. From then on it takes nothing for granted: what stands where
    a command should begin and is none makes it look again, for it may have started inside a command.
    """

    def __init__(self, offset: int, *, synchronized: bool = True) -> None:
        self._queue = ByteQueue()
        self._queue.offset = offset
        self._block = bytearray()
        self._size = 0
        self._start = offset
        self._synchronized = self._trusted = synchronized
        self._head = b""
        """The first byte of a header whose second one is still to come."""
        self._parts: list[memoryview] = []
        self._missing = 0
        """Bytes of the chunk at hand that are still to come."""
        self._more = False

    @property
    def unfinished(self) -> int:
        """Bytes of a block that is not whole yet."""
        return self._queue.offset - self._start + len(self._queue) if self._synchronized else 0

    @property
    def in_chunk(self) -> bool:
        """True if bytes of a chunk, or of its head, are still to come."""
        return bool(self._missing or self._head or len(self._queue))

    def feed(self, data: bytes) -> Iterable[Block]:
        """Return the blocks that these bytes complete."""
        if not self._trusted:
            return self._look_for_blocks(data)
        size = len(data)
        if self._missing:
            if size == self._missing and not self._size and not self._more:  # a chunk behind its header
                self._missing = 0
                self._queue.offset += size
                self._size = size
                return (self._whole(data),)
        elif (
            HEADER_SIZE < size <= HEADER_SIZE + _LENGTH  # one whole chunk that is a whole block, as most are
            and data[0] << 8 | data[1] == size - HEADER_SIZE
            and not (self._size or self._head)
        ):
            self._queue.offset += size
            self._size = size - HEADER_SIZE
            return (self._whole(data[HEADER_SIZE:]),)
        return self._follow(data)

    def _look_for_blocks(self, data: bytes) -> Iterator[Block]:
        queue = self._queue
        queue.append(data)
        while (self._synchronized or self._find_command()) and len(queue) >= HEADER_SIZE:
            header = int.from_bytes(queue.peek(HEADER_SIZE), "big")
            size = header & _LENGTH
            if self._at_no_command(size):
                self._synchronized = False
                queue.take(1)
                continue
            if len(queue) < HEADER_SIZE + size:
                return
            queue.take(HEADER_SIZE)
            self._add(queue.take(size))
            if not header & _MORE:
                yield self._whole(bytes(self._block))

    def _follow(self, data: bytes) -> Iterator[Block]:
        """Yield the blocks of a side whose every byte was seen; each byte is copied into its block once."""
        view, at, end = memoryview(data), 0, len(data)
        while at < end:
            if not self._missing:
                head = self._head + data[at : at + HEADER_SIZE - len(self._head)]
                at += len(head) - len(self._head)
                self._queue.offset += len(head) - len(self._head)
                if len(head) < HEADER_SIZE:
                    self._head = head
                    return
                self._head = b""
                header = head[0] << 8 | head[1]
                self._missing, self._more = header & _LENGTH, header & _MORE != 0
            part = view[at : at + self._missing]
            at += len(part)
            self._queue.offset += len(part)
            self._missing -= len(part)
            self._size += len(part)
            if part:
                self._parts.append(part)
                if len(self._parts) >= _MOST_PARTS or self._size > limits.COMMAND:
                    self._gather()
            if not self._missing and not self._more:
                if self._block:
                    self._gather()
                    yield self._whole(bytes(self._block))
                else:
                    yield self._whole(b"".join(self._parts))

    def _gather(self) -> None:
        """Put the parts into one: a block may be made of any number of tiny chunks."""
        self._block += b"".join(self._parts)
        self._parts.clear()
        if self._size > limits.COMMAND:
            self._block.clear()

    def skip(self, length: int) -> None:
        """Pass over bytes that the tap did not see: the block they belong to is lost, the next one is looked for."""
        self._queue.clear()
        self._queue.offset += length
        self._block.clear()
        self._parts.clear()
        self._size = 0
        self._start = self._queue.offset
        self._synchronized = self._trusted = False

    def _add(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > limits.COMMAND:
            self._block.clear()
        else:
            self._block += part

    def _whole(self, data: bytes) -> Block:
        lost = None
        if self._size > limits.COMMAND:
            lost = LimitExceeded(f"a command of at most {limits.COMMAND} bytes", f"{self._size} bytes")
        start, self._start = self._start, self._queue.offset
        if self._block:
            self._block.clear()
        if self._parts:
            self._parts.clear()
        self._size = 0
        return Block(data, Span(start, self._start), lost)

    def _at_no_command(self, size: int) -> bool:
        """Return whether a block begins here and does not begin as a command does; an empty one may stand anywhere."""
        if self._queue.offset != self._start or not size:
            return False
        head = self._queue.peek(len(_STREAM_HEAD), HEADER_SIZE)
        return size < len(_STREAM_HEAD) or not _STREAM_HEAD.startswith(head)

    def _find_command(self) -> bool:
        """Go to the next chunk that a command begins with, if it is there."""
        found = self._queue.search(_COMMAND, _COMMAND_SIZE)
        kept = _COMMAND_SIZE - 1 + _BEFORE_COMMAND
        self._queue.take(max(0, len(self._queue) - kept) if found is None else found[0])
        self._start = self._queue.offset
        self._synchronized = found is not None
        return self._synchronized


def write_chunks(block: bytes) -> Iterator[bytes]:
    """Yield a command's chunks as JNLP4 and WebSocket senders write them: never an empty last one."""
    for start in range(0, max(len(block), 1), CHUNK_SIZE):
        part = block[start : start + CHUNK_SIZE]
        yield build_chunk_header(len(part), more=start + CHUNK_SIZE < len(block)) + part
