"""Which transport a side's commands travel by on a classic channel (hudson.remoting.ChannelBuilder.makeTransport)."""

from collections.abc import Iterator

from jnlpspy.javaser.tags import STREAM_HEADER
from jnlpspy.model.negotiation import Capability, TransmissionMode
from jnlpspy.remoting.classic import ClassicReader
from jnlpspy.wire.chunks import Block, BlockReader, ChunkReader
from jnlpspy.wire.text_mode import TextReader

_DECIDING = 2
"""Bytes that tell an object stream from a chunk: senders of chunks make none of 0x2ced bytes."""


def open_transport(offset: int, mode: TransmissionMode, sender: Capability, receiver: Capability | None) -> BlockReader:
    """Return what reads a side's commands from an offset on; the receiver is None if nobody saw what it takes."""
    transport: BlockReader
    is_text = mode is TransmissionMode.TEXT
    start = 0 if is_text else offset
    if receiver is None:
        transport = ChunkReader(start, synchronized=False)
    elif not receiver.chunked:
        transport = ClassicReader(start)
    elif sender.chunked:
        transport = ChunkReader(start)
    else:
        transport = _UndecidedReader(start)
    return TextReader(offset, transport) if is_text else transport


class _UndecidedReader:
    """Commands of a sender that may not know what the receiver takes: remoting before 2.38 writes no chunks."""

    def __init__(self, offset: int) -> None:
        self._offset = offset
        self._held = b""
        self._decided: BlockReader | None = None

    @property
    def unfinished(self) -> int:
        return len(self._held) if self._decided is None else self._decided.unfinished

    def feed(self, data: bytes) -> Iterator[Block]:
        if self._decided is None:
            self._held += data
            if len(self._held) < _DECIDING:
                return
            is_classic = STREAM_HEADER.startswith(self._held[:_DECIDING])
            self._decided = ClassicReader(self._offset) if is_classic else ChunkReader(self._offset)
            data, self._held = self._held, b""
        yield from self._decided.feed(data)

    def skip(self, length: int) -> None:
        if self._decided is None:
            self._offset += len(self._held)
            self._decided, self._held = ClassicReader(self._offset), b""
        self._decided.skip(length)
