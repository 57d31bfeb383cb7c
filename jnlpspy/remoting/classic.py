"""The transport before chunks: an object stream each way, an object a command.

Mirrors hudson.remoting.ClassicCommandTransport.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto

from jnlpspy.errors import DecodeError, MalformedBytes
from jnlpspy.javaser.boundaries import BoundaryScanner
from jnlpspy.javaser.tags import STREAM_HEADER, TC_RESET
from jnlpspy.model.span import Span
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.chunks import Block
from jnlpspy.wire.readers import describe_bytes

_COMMAND = re.compile(rb"ysr\0.hudson\.remoting\.", re.DOTALL)
"""The TC_RESET behind a command, and an object of one of remoting's own classes."""
_COMMAND_SIZE = 21

_SHOWN = 64
"""Bytes shown of what begins no command: the last ones before it was seen."""


class _Awaited(Enum):
    HEADER = auto()
    OBJECT = auto()
    COMMAND = auto()
    """Anywhere: the place in the stream is lost."""


class ClassicReader:
    """One side's object stream to blocks, each a stream of its own; linear in the number of bytes however they come.

    The sender resets its stream behind each command, but that byte comes with the next one: where an object ends is
    found in the object itself.
    """

    def __init__(self, offset: int) -> None:
        self._queue = ByteQueue()
        self._queue.offset = offset
        self._scanner = BoundaryScanner()
        self._awaited = _Awaited.HEADER

    @property
    def unfinished(self) -> int:
        """Bytes of a command that is not whole yet."""
        return 0 if self._awaited is _Awaited.COMMAND else len(self._queue)

    def feed(self, data: bytes) -> Iterator[Block]:
        """Yield the commands that these bytes complete."""
        queue = self._queue
        queue.append(data)
        while self._is_at_object():
            start = queue.offset
            try:
                length = self._read_header() if self._awaited is _Awaited.HEADER else self._scanner.advance(queue)
            except DecodeError as error:
                yield self._lose_place(error)
                continue
            if length is None:
                return
            content = queue.take(length)
            if self._awaited is _Awaited.HEADER:
                self._awaited = _Awaited.OBJECT
            elif content[0] != TC_RESET:
                yield Block(STREAM_HEADER + content, Span(start, queue.offset))

    def skip(self, length: int) -> None:
        """Pass over bytes that were not seen: the command they belong to is lost, the next one is looked for."""
        self._queue.clear()
        self._queue.offset += length
        self._awaited = _Awaited.COMMAND

    def _is_at_object(self) -> bool:
        """Return whether an object begins here, as far as is known; if the place is lost, go to the next command."""
        if self._awaited is _Awaited.COMMAND:
            found = self._queue.search(_COMMAND, _COMMAND_SIZE)
            if found is None:
                self._queue.take(max(0, len(self._queue) - _COMMAND_SIZE + 1))
                return False
            self._queue.take(found[0] + 1)
            self._scanner.reset()
            self._awaited = _Awaited.OBJECT
        return len(self._queue) > 0

    def _read_header(self) -> int | None:
        seen = self._queue.peek(len(STREAM_HEADER))
        if len(seen) < len(STREAM_HEADER):
            return None
        if seen != STREAM_HEADER:
            raise MalformedBytes(f"stream header {STREAM_HEADER.hex()}", describe_bytes(seen))
        return len(seen)

    def _lose_place(self, error: DecodeError) -> Block:
        """Return what begins no object, and look for a command behind its first byte."""
        is_header, start = self._awaited is _Awaited.HEADER, self._queue.offset
        at = len(STREAM_HEADER) if is_header else max(self._scanner.at, 1)
        lost = Block(self._queue.peek(min(at, _SHOWN), max(0, at - _SHOWN)), Span(start, start + at), error)
        self._queue.take(1)
        self._awaited = _Awaited.COMMAND
        return lost
