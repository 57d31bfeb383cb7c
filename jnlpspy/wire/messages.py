"""The commands in one side's WebSocket messages, and whatever else its frames carry."""

from collections import deque
from collections.abc import Iterator

from jnlpspy.errors import LimitExceeded, MalformedBytes
from jnlpspy.model.noun import noun
from jnlpspy.model.span import Decoded, Form, Span
from jnlpspy.wire import limits
from jnlpspy.wire.chunks import HEADER_SIZE, Block, ChunkReader
from jnlpspy.wire.websocket import Control, Flaw, Flawed, Frame, FrameReader, Lost, Opcode, Piece

_STREAM_HEAD = bytes.fromhex("aced0005")
_TELLING = HEADER_SIZE + len(_STREAM_HEAD)
"""Bytes of a message that tell whether a command begins in it."""

_SEARCHED = 64
"""Bytes among which a command may begin that is looked for; each may have come in a frame of its own."""


@noun()
class Aside:
    """What a frame or message carries that is no command, or what is against the standard in one."""

    span: Span
    opcode: int
    size: int
    """Bytes of the payload."""
    data: bytes = b""
    """Of a control frame: the payload, its beginning if it is longer than may be."""
    flaw: Flaw | None = None
    """What is against the standard; then data is the head, and told is nothing else."""


class MessageReader:
    """One side's frames to blocks: the payloads of its binary messages are one stream of chunks.

    The span of a block reaches from the head of the frame that it begins in to its own last byte. Where a message
    begins with a command in the middle of a chunk, that chunk is given up: no sender splits one so. Before remoting 4.3
    there were no chunks: each message is a command.
    """

    def __init__(self, offset: int, *, masks: bool, synchronized: bool = True) -> None:
        self._frames = FrameReader(offset, masks=masks, synchronized=synchronized)
        self._chunks = ChunkReader(0)
        self._said = 0
        """Bytes of binary messages so far."""
        self._begun: deque[tuple[int, int]] = deque()
        """Where frames begin in which the next block may begin: in what is said, and in the stream."""
        self._doubted: list[Piece] = []
        """The beginning of a message, too short to tell whether a command begins in it."""
        self._whole: _WholeMessages | None = None
        """What reads messages without chunks."""
        self._decided = False
        """True once it is known whether there are chunks."""
        self._text = 0
        """Bytes of the text at hand so far."""

    @property
    def unfinished(self) -> int:
        """Bytes of a frame or a command that is not whole yet."""
        if self._whole is not None:
            return max(self._frames.unfinished, self._whole.unfinished(self._frames.offset))
        inner, cut = self._chunks.unfinished + sum(len(each.data) for each in self._doubted), self._frames.unfinished
        begun = [start for said, start in self._begun if said <= self._said - self._chunks.unfinished]
        return max(cut, self._frames.offset - begun[-1]) if inner and begun else cut

    def feed(self, data: bytes) -> Iterator[Block | Aside]:
        """Yield the blocks that these bytes complete, and what else they carry."""
        for step in self._frames.feed(data):
            match step:
                case Piece():
                    yield from self._take_piece(step)
                case Flawed():
                    yield from _tell_flaws(step.frame, step.frame.flaws)
                case Control():
                    frame = step.frame
                    yield from _tell_flaws(frame, step.flaws)
                    yield Aside(frame.span, frame.opcode, frame.length, step.data)
                case Lost():
                    self._lose_place(0)
                    yield Aside(step.span, 0, 0, step.data, step.flaw)

    def skip(self, length: int) -> None:
        """Pass over bytes that were not seen."""
        self._frames.skip(length)
        self._lose_place(length)

    def _lose_place(self, length: int) -> None:
        self._doubted.clear()
        self._begun.clear()
        self._said += length
        if self._whole is not None:
            self._whole.skip(length)
        elif self._frames.synchronized:
            self._chunks.skip(length)
        else:  # frames are found again where a command begins
            self._chunks = ChunkReader(self._said)

    def _take_piece(self, piece: Piece) -> Iterator[Block | Aside]:
        frame = piece.frame
        if piece.kind == Opcode.BINARY and not frame.reserved:
            if self._whole is not None:
                yield from self._whole.read(piece)
            elif self._doubted or not self._decided or (piece.begins and self._chunks.in_chunk):
                yield from self._doubt(piece)
            elif piece.data:
                yield from self._read(piece)
        elif piece.kind == Opcode.TEXT:
            self._text = len(piece.data) + (0 if piece.begins else self._text)
            if piece.ends:
                yield Aside(frame.span, Opcode.TEXT, self._text)

    def _doubt(self, piece: Piece) -> Iterator[Block]:
        """Look whether a message begins with a command where nobody knows of chunks yet, or one is not whole."""
        if piece.begins:
            yield from self._believe()
        if piece.data or not self._doubted:
            self._doubted.append(piece)
        said = b"".join(each.data for each in self._doubted)
        if not self._decided:
            if len(said) < HEADER_SIZE and not piece.ends:
                return
            self._decided = said != b""
            if said.startswith(_STREAM_HEAD[:HEADER_SIZE]):
                self._whole = _WholeMessages()
        if self._whole is None and self._chunks.in_chunk:
            if len(said) < _TELLING and not piece.ends:
                return
            if _begins_command(said, self._doubted[0].frame, piece.frame):
                start, self._begun = self._begun[0][1], deque()
                self._chunks = ChunkReader(self._said)
                error = MalformedBytes("the rest of a chunk", "a message that begins with a command")
                yield Block(b"", Span(start, self._doubted[0].frame.span.start), error)
        yield from self._believe()

    def _believe(self) -> Iterator[Block]:
        """Read what was doubted."""
        doubted = self._doubted
        self._doubted = []
        for each in doubted:
            yield from self._read(each) if self._whole is None else self._whole.read(each)

    def _read(self, piece: Piece) -> Iterator[Block]:
        base, place = self._said, piece.place
        frame = base - piece.at, piece.frame.span.start
        self._said += len(piece.data)
        if not self._chunks.unfinished:
            self._begin(frame)
        for block in self._chunks.feed(piece.data):
            while len(self._begun) > 1 and self._begun[1][0] <= block.span.start:
                self._begun.popleft()
            said, start = self._begun[0]
            span = Span(start, place + block.span.end - base)
            decoded = None if block.lost is not None else Decoded(block.span, block.span.start - said, Form.FRAMES)
            self._begin(frame)
            yield Block(block.data, span, block.lost, decoded)

    def _begin(self, frame: tuple[int, int]) -> None:
        """Take note of a frame in which the next block may begin."""
        if not self._begun or self._begun[-1] != frame:
            self._begun.append(frame)
        while len(self._begun) > 1 and self._begun[1][0] <= self._said - _SEARCHED:
            self._begun.popleft()


class _WholeMessages:
    """Messages each of which is a command (remoting 4.0 to 4.2)."""

    def __init__(self) -> None:
        self._message = bytearray()
        self._size = 0
        self._start = 0
        """Where the frame begins in which the message does."""
        self._said = 0
        """Bytes of the messages before."""
        self._is_lost = False
        """True until the next message begins, where bytes of one were not seen."""

    def skip(self, length: int) -> None:
        """Pass over bytes that were not seen."""
        self._said += self._size + length
        self._size = 0
        self._is_lost = True

    def unfinished(self, offset: int) -> int:
        """Return the bytes of a message that is not whole yet."""
        return offset - self._start if self._size else 0

    def read(self, piece: Piece) -> Iterator[Block]:
        """Yield the message if it is whole now."""
        if piece.begins:
            self._message.clear()
            self._size, self._start = 0, piece.frame.span.start
            self._is_lost = False
        if self._is_lost:
            self._said += len(piece.data)
            return
        self._size += len(piece.data)
        if self._size <= limits.COMMAND:
            self._message += piece.data
        if not piece.ends or not self._size:
            return
        error = None
        if self._size > limits.COMMAND:
            error = LimitExceeded(f"a command of at most {limits.COMMAND} bytes", f"{self._size} bytes")
            self._message.clear()
        span = Span(self._start, piece.place + len(piece.data))
        decoded = Decoded(Span(self._said, self._said + self._size), 0, Form.FRAMES)
        self._said += self._size
        self._size = 0
        yield Block(bytes(self._message), span, error, None if error else decoded)


def _begins_command(said: bytes, first: Frame, second: Frame) -> bool:
    """Return whether a message is one chunk that a command begins in, with its head perhaps in a frame of its own."""
    size = int.from_bytes(said[:HEADER_SIZE], "big") & 0x7FFF
    behind = second.length if first.length == HEADER_SIZE else first.length - HEADER_SIZE
    return said[HEADER_SIZE:_TELLING] == _STREAM_HEAD and size == behind


def _tell_flaws(frame: Frame, flaws: tuple[Flaw, ...]) -> Iterator[Aside]:
    for flaw in flaws:
        yield Aside(frame.span, frame.opcode, frame.length, frame.head, flaw)
