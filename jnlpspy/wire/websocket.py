"""WebSocket frames as they came, bad ones too, and how to write them (RFC 6455)."""

from collections.abc import Iterator
from dataclasses import replace
from enum import IntEnum
from typing import Final

from jnlpspy.model.noun import noun
from jnlpspy.model.span import Span
from jnlpspy.wire import limits
from jnlpspy.wire.frame_search import LONGEST, find_first_frame
from jnlpspy.wire.layouts import FRAME_LENGTH_16, FRAME_LENGTH_64, build_frame_head

MASK_SIZE: Final = 4
HEAD_MOST: Final = 14
"""Bytes of the longest head."""

_FINAL, _RESERVED, _OPCODE, _MASKED, _LENGTH = 0x80, 0x70, 0x0F, 0x80, 0x7F
_CONTROL = 0x08
_BITS: Final = 2
"""Bytes of a head that every frame has."""
_CODE_SIZE: Final = 2
_CODES = frozenset((*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)))
"""Codes that may travel in a close frame (RFC 6455, section 7.4, and what was registered since)."""

_BAD_HEADS: Final = 2
"""Heads in a row that no sender writes, after which the place in the stream is taken for lost."""


class Opcode(IntEnum):
    """What a frame is (RFC 6455, section 5.2)."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


_OPCODES = {int(each): each for each in Opcode}


@noun()
class Flaw:
    """What of a frame is against the standard."""

    expected: str
    got: str


@noun()
class Frame:
    """A frame's head."""

    span: Span
    """The whole frame, head and payload, in the sender's stream, as long as its head says."""
    head: bytes
    opcode: int
    """An `Opcode`, or one of the numbers that are reserved."""
    final: bool
    reserved: int
    mask: bytes
    """b"" if it is not masked."""
    flaws: tuple[Flaw, ...] = ()

    @property
    def length(self) -> int:
        """Bytes of the payload."""
        return self.span.end - self.span.start - len(self.head)


@noun()
class Flawed:
    """A frame's head is against the standard; told before anything else of the frame."""

    frame: Frame


@noun()
class Piece:
    """Bytes of a message, as much of a frame as is there; every frame of a message yields one piece or more."""

    frame: Frame
    kind: int
    """What the message is: the opcode of its first frame."""
    at: int
    """Where the bytes begin in the frame's payload."""
    data: bytes
    """With the mask undone."""
    begins: bool
    """True for the first piece of a message."""
    ends: bool
    """True for the last piece of a message."""

    @property
    def place(self) -> int:
        """Where the bytes stand in the sender's stream."""
        return self.frame.span.start + len(self.frame.head) + self.at


@noun()
class Control:
    """A whole ping, pong or close."""

    frame: Frame
    data: bytes
    """With the mask undone; at most `limits.CONTROL_FRAME` bytes."""
    flaws: tuple[Flaw, ...] = ()
    """Of what a close says; those of its head were told before."""


@noun()
class Lost:
    """Where frames cannot be told any more; a command's first frame is looked for from here on."""

    span: Span
    """The head that is none."""
    flaw: Flaw
    data: bytes
    """The bytes of the span."""


FrameStep = Flawed | Piece | Control | Lost


class FrameReader:
    """One side's frames, however they are split; linear in the number of bytes, and never raises on them.

    Payloads are handed on as they come, so that no length makes it keep more than a head and a control frame. A bad
    frame is passed over by its own length. Where two heads in a row are none, or bytes were not seen, it looks for the
    frame that the next command begins with.
    """

    def __init__(
        self, offset: int = 0, *, masks: bool, synchronized: bool = True, gather_controls: bool = True
    ) -> None:
        self.offset = offset
        """Where what comes next stands in the sender's stream."""
        self._masks = masks
        """True for agents, which have to mask."""
        self._held = b""
        """The beginning of a head; of a stream without a place what may begin a command."""
        self._frame: Frame | None = None
        self._kind: int | None = None
        """The opcode of the message that is not whole yet."""
        self._begins = False
        self._gather_controls = gather_controls
        """False if control frames too are handed on in pieces, as they come and whatever their length."""
        self._control = bytearray()
        self._closed = False
        self._masks_told = False
        """True once a mask was missing, or too much: who does so does it with every frame."""
        self._bad_heads = 0
        self.synchronized = synchronized
        """False where frames cannot be told and a command is looked for."""

    @property
    def unfinished(self) -> int:
        """Bytes of a frame that is not whole yet."""
        if not self.synchronized:
            return 0
        return len(self._held) if self._frame is None else self.offset - self._frame.span.start

    def feed(self, data: bytes) -> Iterator[FrameStep]:
        """Yield what these bytes tell."""
        at = 0
        while at < len(data):
            if not self.synchronized:
                data, at = self._find_command(data[at:] if at else data), 0
            elif self._frame is None:
                head = self._held + data[at : at + HEAD_MOST - len(self._held)]
                size = _head_size(head)
                head = head[:size]
                at += len(head) - len(self._held)
                self.offset += len(head) - len(self._held)
                self._held = head
                if size is not None:
                    yield from self._take_head(head)
            else:
                part = data[at : at + self._frame.span.end - self.offset]  # all of it is no copy
                at += len(part)
                yield from self._read_payload(self._frame, part)

    def skip(self, length: int) -> None:
        """Pass over bytes that were not seen, 0 if nobody knows how many; inside a payload the place is kept."""
        self.offset += length
        frame = self._frame
        if frame is None or not length or self.offset > frame.span.end:
            self._lose_place()
        elif self.offset == frame.span.end:
            self._leave_frame(frame)

    def _lose_place(self) -> None:
        self._held = b""
        self._frame = self._kind = None
        self._bad_heads = 0
        self._control.clear()
        self.synchronized = False

    # Heads

    def _take_head(self, head: bytes) -> Iterator[FrameStep]:
        """Begin a frame; without a payload it is over at once."""
        frame = _parse_head(head, self.offset - len(head))
        is_plain = frame.opcode == Opcode.BINARY and not frame.reserved and self._masks == bool(frame.mask)
        if not is_plain or self._kind is not None or self._closed:  # nearly every frame is, and judging takes its time
            frame = replace(frame, flaws=(*frame.flaws, *self._flaws_of(frame)))
        is_bad = frame.reserved or frame.opcode not in _OPCODES or self._is_stray(frame)
        self._bad_heads = self._bad_heads + 1 if is_bad else 0
        if frame.length > limits.FRAME or self._bad_heads >= _BAD_HEADS:
            flaw = Flaw(f"frames of at most {limits.FRAME} bytes", f"one of {frame.length}")
            if self._bad_heads >= _BAD_HEADS:
                flaw = Flaw("a frame's head", f"{_BAD_HEADS} in a row that no sender writes")
            self._lose_place()
            self._held = head[1:]  # a frame may begin in what was taken for a head
            yield Lost(Span(self.offset - len(head), self.offset), flaw, head)
            return
        self._held = b""
        self._begin(frame)
        if frame.flaws:
            yield Flawed(frame)
        if not frame.length:
            yield from self._read_payload(frame, b"")

    def _begin(self, frame: Frame) -> None:
        self._frame = frame
        if frame.opcode & _CONTROL:
            self._closed = self._closed or frame.opcode == Opcode.CLOSE
        elif frame.opcode != Opcode.CONTINUATION or self._kind is None:
            self._kind, self._begins = frame.opcode, True

    def _flaws_of(self, frame: Frame) -> Iterator[Flaw]:
        if frame.reserved:
            yield Flaw("reserved bits that are 0", f"{frame.reserved:03b}")
        if frame.opcode not in _OPCODES:
            yield Flaw("an opcode of RFC 6455", f"{frame.opcode:#x}")
        if self._masks != bool(frame.mask) and not self._masks_told:
            self._masks_told = True
            if self._masks:
                yield Flaw("a masked frame from the agent", "one without a mask")
            else:
                yield Flaw("a frame without a mask from the controller", "a masked one")
        if frame.opcode & _CONTROL:
            if not frame.final:
                yield Flaw("a control frame in one piece", "its beginning")
            if frame.length > limits.CONTROL_FRAME:
                yield Flaw(f"a control frame of at most {limits.CONTROL_FRAME} bytes", f"one of {frame.length}")
        elif self._is_stray(frame):
            yield Flaw("the first frame of a message", "a continuation")
        elif frame.opcode != Opcode.CONTINUATION and self._kind is not None:
            yield Flaw("the continuation of a message", "the first frame of another")
        if self._closed and frame.opcode != Opcode.CLOSE:
            yield Flaw("nothing behind the close frame", "a frame")

    def _is_stray(self, frame: Frame) -> bool:
        """Return whether a frame goes on with a message that did not begin."""
        return frame.opcode == Opcode.CONTINUATION and self._kind in (None, Opcode.CONTINUATION)

    # Payloads

    def _read_payload(self, frame: Frame, part: bytes) -> Iterator[FrameStep]:
        at = self.offset - frame.span.start - len(frame.head)
        self.offset += len(part)
        whole = self.offset == frame.span.end
        if frame.opcode & _CONTROL:
            yield from self._read_control(frame, part, at, whole=whole)
        else:
            kind = frame.opcode if self._kind is None else self._kind
            piece = Piece(frame, kind, at, unmask(part, frame.mask, at), self._begins, whole and frame.final)
            self._begins = False
            if whole:
                self._leave_frame(frame)
            yield piece

    def _read_control(self, frame: Frame, part: bytes, at: int, *, whole: bool) -> Iterator[FrameStep]:
        if not self._gather_controls:
            yield Piece(frame, frame.opcode, at, unmask(part, frame.mask, at), at == 0, whole)
        else:
            room = limits.CONTROL_FRAME - len(self._control)
            self._control += unmask(part[:room], frame.mask, at)
        said = bytes(self._control)
        if whole:
            self._leave_frame(frame)
        if whole and self._gather_controls:
            yield Control(frame, said, tuple(_flaws_of_close(frame, said)))

    def _leave_frame(self, frame: Frame) -> None:
        self._frame = None
        self._control.clear()
        if frame.final and not frame.opcode & _CONTROL:
            self._kind = None

    # A place in the stream

    def _find_command(self, data: bytes) -> bytes:
        """Look for a command's first frame; return the bytes from it on, none if it is not there."""
        self.offset -= len(self._held)
        data = self._held + data
        found = find_first_frame(data, masked=self._masks)
        if found is None:
            self.offset += len(data)
            self._held = data[1 - LONGEST :]
            return b""
        self.offset += found
        self._held = b""
        self.synchronized = True
        return data[found:]


def unmask(data: bytes, mask: bytes, at: int = 0) -> bytes:
    """Return bytes with a mask undone, or done: it is the same; `at` is where in the payload they stand."""
    if not mask or not data:
        return data
    at %= MASK_SIZE
    mask = mask[at:] + mask[:at]
    repeated = (mask * (len(data) // MASK_SIZE + 1))[: len(data)]
    return (int.from_bytes(data, "little") ^ int.from_bytes(repeated, "little")).to_bytes(len(data), "little")


def write_frame(
    opcode: int, payload: bytes = b"", mask: bytes = b"", *, final: bool = True, reserved: int = 0
) -> bytes:
    """Return a frame; an agent's has a mask of 4 bytes."""
    head = build_frame_head(opcode, len(payload), mask, final=final, reserved=reserved)
    return head + unmask(payload, mask)


def write_close(code: int | None = None, reason: str = "", mask: bytes = b"") -> bytes:
    """Return a close frame; without a code it says nothing."""
    said = b"" if code is None else code.to_bytes(2, "big") + reason.encode("utf-8", "surrogatepass")
    return write_frame(Opcode.CLOSE, said, mask)


def read_close(data: bytes) -> tuple[int | None, str]:
    """Return the code and the reason that a close frame's payload says; None if it has no code."""
    if len(data) < _CODE_SIZE:
        return None, ""
    return int.from_bytes(data[:_CODE_SIZE], "big"), data[_CODE_SIZE:].decode("utf-8", "backslashreplace")


def _flaws_of_close(frame: Frame, data: bytes) -> Iterator[Flaw]:
    if frame.opcode != Opcode.CLOSE or not data:
        return
    code, _ = read_close(data)
    if code not in _CODES:
        yield Flaw("a close code of RFC 6455", "half of one" if code is None else str(code))
    try:
        data[_CODE_SIZE:].decode("utf-8")
    except UnicodeDecodeError as error:
        yield Flaw("a reason in UTF-8", f"byte {data[_CODE_SIZE + error.start]:#04x} at {error.start}")


def _head_size(head: bytes) -> int | None:
    """Return how long the head is that bytes begin with; None if it is not whole."""
    if len(head) < _BITS:
        return None
    length = head[1] & _LENGTH
    size = _BITS + (2 if length == FRAME_LENGTH_16 else 8 if length == FRAME_LENGTH_64 else 0)
    size += MASK_SIZE if head[1] & _MASKED else 0
    return size if len(head) >= size else None


def _parse_head(head: bytes, start: int) -> Frame:
    """Read a head by hand, as one stands before every command; tests hold it to its layout."""
    first, second, size = head[0], head[1], len(head)
    mask = head[size - MASK_SIZE : size] if second & _MASKED else b""
    short = second & _LENGTH
    length = int.from_bytes(head[_BITS : size - len(mask)], "big") if short >= FRAME_LENGTH_16 else short
    flaws: tuple[Flaw, ...] = ()
    if short >= FRAME_LENGTH_16 and length < (FRAME_LENGTH_16 if short == FRAME_LENGTH_16 else 1 << 16):
        flaws = (Flaw(f"a length of {length} in as few bytes as can be", f"{size - _BITS - len(mask)} bytes more"),)
    opcode = first & _OPCODE
    span = Span(start, start + size + length)
    reserved = (first & _RESERVED) >> 4
    return Frame(span, head, _OPCODES.get(opcode, opcode), bool(first & _FINAL), reserved, mask, flaws)
