from random import Random

import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.model.span import Span
from jnlpspy.remoting.classic import ClassicReader
from jnlpspy.wire import limits
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.chunks import Block

HEADER = b"\xac\xed\0\5"
COMMANDS = (samples.PING, samples.RPC, samples.UNEXPORT, samples.CLOSE)
STREAM = HEADER + b"y".join(command[4:] for command in COMMANDS)


def feed(reader: ClassicReader, data: bytes) -> list[Block]:
    return list(reader.feed(data))


def in_pieces(data: bytes) -> list[Block]:
    reader = ClassicReader(0)
    return [block for byte in data for block in reader.feed(bytes((byte,)))]


def test_each_object_is_a_command_with_a_stream_of_its_own() -> None:
    found = feed(ClassicReader(100), STREAM)
    assert [block.data for block in found] == list(COMMANDS)
    assert found[0].span == Span(104, 100 + len(samples.PING))
    assert found[-1].span.end == 100 + len(STREAM)
    assert in_pieces(STREAM) == feed(ClassicReader(0), STREAM)


def test_a_command_is_told_with_its_last_byte_and_the_reset_behind_it_belongs_to_none() -> None:
    reader = ClassicReader(0)
    assert feed(reader, samples.RPC[:-1]) == []
    assert reader.unfinished == len(samples.RPC) - 4 - 1
    assert [block.data for block in feed(reader, samples.RPC[-1:])] == [samples.RPC]
    assert feed(reader, b"y") == []
    assert reader.unfinished == 0


def test_what_is_no_object_is_told_once_and_the_next_command_found() -> None:
    garbled = STREAM.replace(samples.RPC[4:], b"\x6f" * 40)
    found = feed(ClassicReader(0), garbled)
    assert [block.data for block in found if block.lost is None] == [samples.PING, samples.UNEXPORT, samples.CLOSE]
    (lost,) = (block for block in found if block.lost)
    assert str(lost.lost).startswith("expected a value's tag, got 0x6f")
    assert lost.data == b"\x6f"
    assert comparable(in_pieces(garbled)) == comparable(found)


def test_what_begins_otherwise_is_no_stream() -> None:
    (lost, command) = feed(ClassicReader(0), b"nope" + STREAM[4 + len(samples.PING) - 4 :][: 1 + len(samples.RPC) - 4])
    assert lost == Block(b"nope", Span(0, 4), lost.lost)
    assert "expected stream header aced0005" in str(lost.lost)
    assert command.data == samples.RPC


def test_behind_missing_bytes_the_next_command_is_found() -> None:
    reader = ClassicReader(0)
    assert feed(reader, STREAM[:50]) == []
    reader.skip(30)
    assert reader.unfinished == 0
    assert [block.data for block in feed(reader, STREAM[80:])] == list(COMMANDS[1:])


def test_an_object_above_the_cap_is_given_up() -> None:
    array = b"ur\0\2[B" + bytes(8) + b"\2\0\0xp" + (limits.COMMAND + 1).to_bytes(4, "big")
    (lost,) = feed(ClassicReader(0), HEADER + array)
    assert str(lost.lost).startswith("expected an object of at most 67108864 bytes")


@given(st.lists(st.sampled_from(COMMANDS), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_any_damage_tells_the_same_in_any_pieces(commands: list[bytes], random: Random) -> None:
    stream = bytearray(HEADER + b"y".join(command[4:] for command in commands))
    for _ in range(random.randint(0, 3)):
        stream[random.randrange(len(stream))] = random.randrange(256)
    whole = feed(ClassicReader(0), bytes(stream))
    cut = random.randint(0, len(stream))
    halves = ClassicReader(0)
    parts = feed(halves, bytes(stream[:cut])) + feed(halves, bytes(stream[cut:]))
    assert comparable(whole) == comparable(parts) == comparable(in_pieces(bytes(stream)))


def comparable(blocks: list[Block]) -> list[tuple[bytes, Span, str]]:
    return [(block.data, block.span, str(block.lost)) for block in blocks]


class CountingQueue(ByteQueue):
    """Counts the bytes that are copied out."""

    touched = 0

    def peek(self, size: int, start: int = 0) -> bytes:
        CountingQueue.touched += size
        return super().peek(size, start)


def test_byte_by_byte_takes_linear_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jnlpspy.remoting.classic.ByteQueue", CountingQueue)
    CountingQueue.touched = 0
    stream = HEADER + b"y".join(command[4:] for command in COMMANDS * 20)
    reader = ClassicReader(0)
    assert sum(1 for byte in stream for _ in reader.feed(bytes((byte,)))) == 20 * len(COMMANDS)
    assert CountingQueue.touched < 4 * len(stream)
