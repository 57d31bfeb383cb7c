"""Frames are read as they came, however they are split; wsproto says what well-formed ones mean."""

from collections.abc import Iterable
from random import Random

import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st
from wsproto.frame_protocol import CloseReason, FrameProtocol
from wsproto.frame_protocol import Opcode as Theirs

from jnlpspy.model.span import Span
from jnlpspy.wire import limits
from jnlpspy.wire.layouts import FRAME_HEAD, build_chunk_header
from jnlpspy.wire.websocket import (
    Control,
    Flaw,
    Flawed,
    FrameReader,
    FrameStep,
    Lost,
    Opcode,
    Piece,
    read_close,
    unmask,
    write_close,
    write_frame,
)

MASK = bytes.fromhex("a1b2c3d4")
COMMAND = samples.RPC


def reader(offset: int = 0, *, masks: bool = False) -> FrameReader:
    return FrameReader(offset, masks=masks)


def feed(frames: FrameReader, data: bytes) -> list[FrameStep]:
    return list(frames.feed(data))


def feed_in_pieces(frames: FrameReader, data: bytes) -> list[FrameStep]:
    return [step for byte in data for step in frames.feed(bytes((byte,)))]


def told(steps: Iterable[FrameStep]) -> list[tuple[int, bytes, object]]:
    """Return what steps tell whatever the pieces: whole messages, control frames, where nothing is told, and flaws."""
    found: list[tuple[int, bytes, object]] = []
    message = bytearray()
    for step in steps:
        match step:
            case Piece():
                if step.begins:
                    message.clear()
                message += step.data
                if step.ends:
                    found.append((step.kind, bytes(message), ()))
            case Flawed():
                found.append((-2, step.frame.head, step.frame.flaws))
            case Control():
                found.append((step.frame.opcode, step.data, step.flaws))
            case Lost():
                found.append((-1, step.data, step.flaw))
    return found


def flaws_in(data: bytes, *, masks: bool = False) -> list[Flaw]:
    found: list[Flaw] = []
    for step in feed(reader(masks=masks), data):
        flaws = (
            step.flaws if isinstance(step, Control) else (step.flaw,) if isinstance(step, Lost) else step.frame.flaws
        )
        found += [flaw for flaw in flaws if flaw not in found]
    return found


@pytest.mark.parametrize("mask", [b"", MASK])
@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536])
def test_a_frame_is_read_as_it_was_written(size: int, mask: bytes) -> None:
    payload = bytes(index % 251 for index in range(size))
    wire = write_frame(Opcode.BINARY, payload, mask)
    (step,) = feed(reader(100, masks=bool(mask)), wire)
    assert isinstance(step, Piece)
    assert (step.kind, step.data, step.begins, step.ends) == (Opcode.BINARY, payload, True, True)
    assert step.frame.span == Span(100, 100 + len(wire))
    assert (step.frame.length, step.place) == (size, 100 + len(wire) - size)
    assert (step.frame.mask, step.frame.flaws) == (mask, ())


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536])
def test_heads_are_those_of_the_layout(size: int) -> None:
    head = FRAME_HEAD.parse(write_frame(Opcode.PONG, bytes(size), MASK, final=False, reserved=5))
    bits = head.bits
    assert (bits.final, bits.reserved, bits.opcode, bits.masked) == (False, 5, Opcode.PONG, True)
    assert (head.length if bits.length > limits.CONTROL_FRAME else bits.length, head.mask) == (size, MASK)
    flawed, step = feed(reader(masks=True), write_frame(7, bytes(size), MASK, final=False, reserved=5))
    assert isinstance(flawed, Flawed)
    assert isinstance(step, Piece)
    assert step.frame == flawed.frame
    frame = step.frame
    assert (frame.final, frame.reserved, frame.opcode, frame.mask, frame.length) == (False, 5, 7, MASK, size)


@given(st.binary(max_size=70), st.integers(0, 9))
def test_a_mask_is_undone_byte_by_byte_as_at_once(data: bytes, at: int) -> None:
    assert unmask(data, MASK, at) == bytes(byte ^ MASK[(at + index) % 4] for index, byte in enumerate(data))


frames_of_messages = st.lists(
    st.tuples(
        st.sampled_from((Opcode.TEXT, Opcode.BINARY)),
        st.lists(st.text("ab\u00e4", max_size=90), min_size=1, max_size=3),
        st.lists(st.tuples(st.sampled_from((Opcode.PING, Opcode.PONG)), st.binary(max_size=125)), max_size=2),
    ),
    max_size=4,
)


def write_as_theirs(messages: list[tuple[Opcode, list[str], list[tuple[Opcode, bytes]]]], *, masks: bool) -> bytes:
    """Let wsproto write messages in fragments with control frames among them, and a close frame."""
    writer = FrameProtocol(client=masks, extensions=[])
    wire = b""
    for kind, parts, controls in messages:
        for index, part in enumerate(parts):
            said = part.encode()
            opcode = Theirs(kind) if not index else Theirs.CONTINUATION
            wire += bytes(writer._serialize_frame(opcode, said, fin=index == len(parts) - 1))  # noqa: SLF001 - fragments
            for control, data in controls:
                wire += bytes(writer._serialize_frame(Theirs(control), data))  # noqa: SLF001 - and what comes among them
    return wire + bytes(writer.close(CloseReason.NORMAL_CLOSURE, "so be it"))


@given(messages=frames_of_messages, random=st.randoms(use_true_random=False), masks=st.booleans())
def test_well_formed_frames_mean_what_wsproto_reads_in_them(
    messages: list[tuple[Opcode, list[str], list[tuple[Opcode, bytes]]]], random: Random, *, masks: bool
) -> None:
    wire = write_as_theirs(messages, masks=masks)
    expected: list[object] = []
    theirs = FrameProtocol(client=not masks, extensions=[])
    theirs.receive_bytes(wire)
    message = b""
    for frame in theirs.received_frames():
        said = frame.payload
        data = said.encode() if isinstance(said, str) else b"" if isinstance(said, tuple) else bytes(said)
        if frame.opcode in (Theirs.TEXT, Theirs.BINARY):
            message += data
            if frame.message_finished:
                expected.append((int(frame.opcode), message))
                message = b""
        else:
            expected.append((int(frame.opcode), said if isinstance(said, tuple) else data))
    cut = random.randint(0, len(wire))
    frames = reader(masks=masks)
    ours = told(feed(frames, wire[:cut]) + feed(frames, wire[cut:]))
    assert ours == told(feed_in_pieces(reader(masks=masks), wire)) == told(feed(reader(masks=masks), wire))
    assert [(kind, read_close(data) if kind == Opcode.CLOSE else data) for kind, data, _ in ours] == expected
    assert frames.unfinished == 0
    assert flaws_in(wire, masks=masks) == []


@given(
    parts=st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.builds(
                write_frame,
                st.integers(0, 15),
                st.binary(max_size=140),
                st.sampled_from((b"", MASK)),
                final=st.booleans(),
                reserved=st.sampled_from((0, 0, 4)),
            ),
        ),
        max_size=6,
    ),
    masks=st.booleans(),
)
def test_any_bytes_are_read_the_same_however_they_are_split(parts: list[bytes], *, masks: bool) -> None:
    wire = b"".join(parts)
    once, bytewise = reader(masks=masks), reader(masks=masks)
    assert told(feed(once, wire)) == told(feed_in_pieces(bytewise, wire))
    assert once.unfinished == bytewise.unfinished


@pytest.mark.parametrize(
    ("wire", "flaw"),
    [
        (write_frame(2, b"x", reserved=4), Flaw("reserved bits that are 0", "100")),
        (write_frame(3, b"x"), Flaw("an opcode of RFC 6455", "0x3")),
        (write_frame(11), Flaw("an opcode of RFC 6455", "0xb")),
        (write_frame(2, b"x", MASK), Flaw("a frame without a mask from the controller", "a masked one")),
        (write_frame(9, b"x", final=False), Flaw("a control frame in one piece", "its beginning")),
        (write_frame(9, bytes(126)), Flaw("a control frame of at most 125 bytes", "one of 126")),
        (write_frame(0, b"x"), Flaw("the first frame of a message", "a continuation")),
        (
            write_frame(2, b"x", final=False) + write_frame(2, b"y"),
            Flaw("the continuation of a message", "the first frame of another"),
        ),
        (write_close(1000) + write_frame(2, b"x"), Flaw("nothing behind the close frame", "a frame")),
        (b"\x82\x7e\0\x01x", Flaw("a length of 1 in as few bytes as can be", "2 bytes more")),
        (
            b"\x82\x7f" + (300).to_bytes(8, "big") + bytes(300),
            Flaw("a length of 300 in as few bytes as can be", "8 bytes more"),
        ),
        (write_frame(8, b"x"), Flaw("a close code of RFC 6455", "half of one")),
        (write_close(1005), Flaw("a close code of RFC 6455", "1005")),
        (write_frame(8, b"\x03\xe8a\xff"), Flaw("a reason in UTF-8", "byte 0xff at 1")),
        (
            b"\x82\x7f" + bytes.fromhex("ffffffffffffffff"),
            Flaw("frames of at most 67108864 bytes", "one of 18446744073709551615"),
        ),
    ],
)
def test_what_is_against_the_standard_is_told_and_read_all_the_same(wire: bytes, flaw: Flaw) -> None:
    assert flaws_in(wire) == [flaw]


def test_an_agent_has_to_mask() -> None:
    assert flaws_in(write_frame(2, b"x"), masks=True) == [Flaw("a masked frame from the agent", "one without a mask")]
    assert flaws_in(write_frame(2, b"x", MASK), masks=True) == []


def test_a_close_may_be_said_twice_as_jetty_does() -> None:
    assert flaws_in(write_close(1000) * 2) == []


@pytest.mark.parametrize(
    ("code", "reason"), [(1000, ""), (1009, "Binary message size [70000] exceeds"), (4000, "\u00e4")]
)
def test_a_close_is_read_as_it_was_written(code: int, reason: str) -> None:
    (step,) = feed(reader(masks=True), write_close(code, reason, MASK))
    assert isinstance(step, Control)
    assert (read_close(step.data), step.flaws) == ((code, reason), ())


def test_a_close_may_say_nothing() -> None:
    (step,) = feed(reader(), write_close())
    assert isinstance(step, Control)
    assert (read_close(step.data), step.flaws) == ((None, ""), ())


def test_a_big_control_frame_is_passed_over_and_its_beginning_kept() -> None:
    frames = reader()
    steps = feed(frames, write_frame(9, bytes(100_000)) + write_frame(2, b"x"))
    assert isinstance(steps[1], Control)
    assert len(steps[1].data) == limits.CONTROL_FRAME
    assert isinstance(steps[2], Piece)


def test_payloads_are_handed_on_as_they_come() -> None:
    frames = reader(5, masks=True)
    wire = write_frame(2, b"abcdef", MASK)
    assert feed(frames, wire[:3]) == []
    assert frames.unfinished == 3
    (first,) = feed(frames, wire[3:9])
    (rest,) = feed(frames, wire[9:])
    assert isinstance(first, Piece)
    assert isinstance(rest, Piece)
    assert (first.data, first.at, first.place, first.begins, first.ends) == (b"abc", 0, 11, True, False)
    assert (rest.data, rest.at, rest.place, rest.begins, rest.ends) == (b"def", 3, 14, False, True)


def test_a_payload_that_comes_alone_is_not_copied() -> None:
    payload = bytes(100_000)
    frames = reader()
    assert feed(frames, write_frame(2, payload)[:10]) == []
    (step,) = feed(frames, payload)
    assert isinstance(step, Piece)
    assert step.data is payload


def frames_of_command(mask: bytes, *, own_frame: bool) -> bytes:
    """Return a command's frames: of one, or as remoting 4.14 writes them, the chunk's head in a frame of its own."""
    head = build_chunk_header(len(COMMAND), more=False)
    if not own_frame:
        return write_frame(2, head + COMMAND, mask)
    return write_frame(2, head, mask, final=False) + write_frame(0, COMMAND, mask)


@pytest.mark.parametrize("mask", [b"", MASK, bytes(4), b"\xac\xac\xac\xac"])
@pytest.mark.parametrize("own_frame", [False, True])
def test_after_a_gap_the_next_command_is_found(mask: bytes, *, own_frame: bool) -> None:
    frames = frames_of_command(mask, own_frame=own_frame)
    noise = bytes(index * index % 251 for index in range(500)) + b"\x82\x82\x02" + bytes(range(9))
    for each in (feed, feed_in_pieces):
        searching = reader(100, masks=bool(mask))
        each(searching, frames[:10])
        searching.skip(1000)
        steps = each(searching, noise + frames + write_frame(9, b"ping", mask))
        assert isinstance(steps[0], Piece)
        assert steps[0].frame.span.start == 100 + 10 + 1000 + len(noise)
        assert steps[0].frame.flaws == ()
        assert [(kind, data) for kind, data, _ in told(steps)] == [
            (Opcode.BINARY, build_chunk_header(len(COMMAND), more=False) + COMMAND), (Opcode.PING, b"ping"),
        ]  # fmt: skip
        assert searching.unfinished == 0


def test_a_gap_inside_a_payload_loses_no_place() -> None:
    wire = write_frame(2, b"abcdefgh", MASK)
    frames = reader(masks=True)
    feed(frames, wire[:8])
    frames.skip(3)
    (step,) = feed(frames, wire[11:])
    assert isinstance(step, Piece)
    assert (step.at, step.data, step.ends) == (5, b"fgh", True)
    feed(frames, wire[:8])
    frames.skip(len(wire) - 8)
    (step,) = feed(frames, wire)
    assert isinstance(step, Piece)
    assert (step.data, step.begins) == (b"abcdefgh", True)


@pytest.mark.parametrize("mask", [b"", MASK])
def test_where_heads_are_none_the_next_command_is_looked_for(mask: bytes) -> None:
    garbage = write_frame(2, b"x", mask) + write_frame(3, b"y", mask, reserved=1) + b"HTTP/1.1 400 Bad\r\n"
    wire = garbage + frames_of_command(mask, own_frame=False)
    for each in (feed, feed_in_pieces):
        steps = each(reader(masks=bool(mask)), wire)
        (lost,) = (step for step in steps if isinstance(step, Lost))
        assert lost.flaw.got == "2 in a row that no sender writes"
        assert lost.data == wire[lost.span.start : lost.span.end]
        assert told(steps)[-1][1].endswith(COMMAND)


def test_garbage_is_told_once() -> None:
    for garbage in (bytes(10_000), b"\xff\x80abcd" * 1000, b"HTTP/1.1 400 Bad Request\r\n" * 500):
        assert len(told(feed(reader(masks=True), garbage))) <= 4


def test_who_masks_wrongly_is_told_of_once() -> None:
    steps = feed(reader(masks=True), write_frame(2, b"x") * 3 + write_frame(2, b"x", MASK))
    assert [type(step) for step in steps] == [Flawed, Piece, Piece, Piece, Piece]


def test_an_endless_frame_keeps_nothing() -> None:
    frames = reader()
    head = b"\x82\x7f" + limits.FRAME.to_bytes(8, "big")
    feed(frames, head)
    for _ in range(3):
        (step,) = feed(frames, bytes(65536))
        assert isinstance(step, Piece)
        assert not step.ends
        assert step.frame.length == limits.FRAME
    assert frames.unfinished == len(head) + 3 * 65536
