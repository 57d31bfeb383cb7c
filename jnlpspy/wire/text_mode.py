"""Text mode: a channel in base64, flushed with padding in mid-stream (hudson.remoting.BinarySafeStream)."""

import base64
import re
from collections.abc import Iterator
from dataclasses import replace

from jnlpspy.errors import MalformedBytes
from jnlpspy.model.span import Decoded, Span
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.chunks import Block, BlockReader
from jnlpspy.wire.readers import describe_bytes

_QUAD = 4
_OCTETS = 3
"""Bytes that a quad without padding stands for."""

_LETTER = rb"[A-Za-z0-9+/]"
_QUADS = re.compile(rb"(?:%b{4})+|%b{3}=|%b{2}==" % (_LETTER, _LETTER, _LETTER))
_BATCH = 256 * 1024
"""Letters decoded at once."""


def decode_text(text: bytes) -> bytes:
    """Return what whole quads say, padded ones among them; as far as they are quads."""
    said, at = b"", 0
    while (quads := _QUADS.match(text, at)) is not None:
        said += base64.b64decode(quads[0])
        at = quads.end()
    return said


class TextReader:
    """One side's text to blocks; the spans of blocks are those of the quads that hold them."""

    def __init__(self, offset: int, inner: BlockReader) -> None:
        self._queue = ByteQueue()
        self._queue.offset = offset
        self._inner = inner
        self._decoded = 0
        """How many bytes the text stood for so far."""
        self._place = offset
        """Where the quad begins that holds what comes behind the last block."""
        self._said = 0
        """How many bytes the text before that quad stood for."""
        self._spoilt = False
        self._drop = 0
        """Letters left of a quad whose beginning was not seen."""

    @property
    def unfinished(self) -> int:
        """Letters of a block that is not whole yet."""
        inner = self._inner.unfinished
        return len(self._queue) + (self._queue.offset - self._place if inner else 0)

    def feed(self, data: bytes) -> Iterator[Block]:
        """Yield the blocks that these letters complete."""
        self._queue.append(data)
        if self._drop:
            self._drop -= len(self._queue.take(min(self._drop, len(self._queue))))
        while len(self._queue) >= _QUAD:
            start = self._queue.offset
            yield from self._read(start, self._queue.take(min(len(self._queue), _BATCH) // _QUAD * _QUAD))

    def skip(self, length: int) -> None:
        """Pass over letters that were not seen; whole quads are found again by counting."""
        unread = self._queue.clear()
        self._queue.offset += length
        self._drop = (self._drop - unread - length) % _QUAD
        self._place = self._queue.offset + self._drop
        self._inner.skip(length)
        self._decoded += length
        self._said = self._decoded

    def _read(self, start: int, text: bytes) -> Iterator[Block]:
        """Read whole quads that begin at an offset of the text."""
        at = 0
        while at < len(text):
            quads = _QUADS.match(text, at)
            if quads is None:
                yield from self._spoil(start + at, text[at : at + _QUAD])
                at += _QUAD
            else:
                yield from self._pass_on(start + at, base64.b64decode(quads[0]))
                at = quads.end()

    def _pass_on(self, start: int, data: bytes) -> Iterator[Block]:
        base = self._decoded
        self._decoded += len(data)
        self._spoilt = False
        for block in self._inner.feed(data):
            if block.lost is not None:
                yield replace(block, span=Span(self._place, self._place + _QUAD))
                continue
            end = block.span.end - base
            whole, rest = divmod(end, _OCTETS)
            span = Span(self._place, start + (whole + bool(rest)) * _QUAD)
            decoded = Decoded(block.span, block.span.start - self._said)
            is_end = end == len(data)
            self._place, self._said = (
                (span.end, base + end) if is_end else (start + whole * _QUAD, base + whole * _OCTETS)
            )
            yield replace(block, span=span, decoded=decoded)

    def _spoil(self, start: int, quad: bytes) -> Iterator[Block]:
        """Pass over a quad that is none, and say so of the first of them."""
        if not self._spoilt:
            yield Block(
                quad, Span(start, start + _QUAD), MalformedBytes("four letters of base64", describe_bytes(quad))
            )
        self._spoilt = True
        self._inner.skip(_OCTETS)
        self._decoded += _OCTETS
        self._place, self._said = start + _QUAD, self._decoded
