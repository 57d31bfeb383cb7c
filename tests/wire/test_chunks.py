from collections.abc import Iterable
from random import Random

import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.model.span import Span
from jnlpspy.wire import limits
from jnlpspy.wire.chunks import Block, ChunkReader, write_chunks
from jnlpspy.wire.layouts import build_chunk_header

RPC = samples.RPC


def feed(reader: ChunkReader, data: bytes) -> list[Block]:
    return list(reader.feed(data))


def feed_in_pieces(reader: ChunkReader, data: bytes) -> list[Block]:
    return [block for byte in data for block in reader.feed(bytes((byte,)))]


def blocks(found: Iterable[Block]) -> list[bytes]:
    return [block.data for block in found]


@pytest.mark.parametrize("size", [0, 1, 8191, 8192, 8193, 20_000, 3 * 8192])
def test_a_block_is_put_together_from_the_chunks_it_was_cut_into(size: int) -> None:
    data = bytes(index % 251 for index in range(size))
    wire = b"".join(write_chunks(data))
    assert feed(ChunkReader(100), wire) == [Block(data, Span(100, 100 + len(wire)))]


def test_senders_cut_blocks_as_real_ones_do() -> None:
    heads = [chunk[:2].hex() for chunk in write_chunks(b"x" * 20_000)]
    assert heads == ["a000", "a000", "0e20"]
    assert [chunk[:2].hex() for chunk in write_chunks(b"x" * 8192)] == ["2000"]


@given(st.lists(st.tuples(st.binary(max_size=9), st.booleans())), st.randoms(use_true_random=False))
def test_any_split_gives_the_same_blocks(chunks: list[tuple[bytes, bool]], random: Random) -> None:
    wire = b"".join(build_chunk_header(len(body), more=more) + body for body, more in chunks)
    cut = random.randint(0, len(wire))
    reader, halves = ChunkReader(0), ChunkReader(0)
    assert (
        feed(reader, wire)
        == feed_in_pieces(ChunkReader(0), wire)
        == feed(halves, wire[:cut]) + feed(halves, wire[cut:])
    )
    assert reader.unfinished == halves.unfinished


def test_what_is_not_whole_yet_is_counted_with_its_headers() -> None:
    reader = ChunkReader(5)
    assert feed(reader, b"\0\1x\x80\2ab\0\3c") == [Block(b"x", Span(5, 8))]
    assert reader.unfinished == 7


def test_empty_chunks_cost_no_memory() -> None:
    reader = ChunkReader(0)
    for _ in range(20):
        assert feed(reader, b"\x80\0" * 50_000) == []
    assert kept(reader) < 1000
    assert feed(reader, b"\0\1x")[0].data == b"x"


def test_chunks_of_one_byte_cost_no_more_than_what_is_in_them() -> None:
    reader = ChunkReader(0)
    feed(reader, b"\x80\1x" * 100_000)
    assert kept(reader) < 200_000


def test_a_block_over_the_cap_is_passed_over_and_the_next_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COMMAND", 10_000)
    reader = ChunkReader(0)
    wire = b"".join(write_chunks(b"x" * 30_000)) + b"\0\1x"
    lost, after = feed(reader, wire)
    assert (lost.data, str(lost.lost)) == (b"", "expected a command of at most 10000 bytes, got 30000 bytes at byte 0")
    assert after == Block(b"x", Span(30_008, 30_011))


def kept(reader: ChunkReader) -> int:
    """Bytes a reader holds on to."""
    parts = sum(len(part) + 100 for part in reader._parts)  # noqa: SLF001 - as below
    return parts + len(reader._block) + len(reader._queue)  # noqa: SLF001 - nothing else shows it


class TestBehindAGap:
    """What the tap did not see may have ended anywhere."""

    def test_the_next_command_is_found_and_its_place_told(self) -> None:
        for lost in range(1, len(RPC)):
            reader = ChunkReader(0)
            wire = samples.chunked(RPC, samples.PING, RPC)
            reader.skip(lost)
            found = feed(reader, wire[lost:])
            assert blocks(found) == [samples.PING, RPC]
            assert found[0].span == Span(2 + len(RPC), 4 + len(RPC) + len(samples.PING))

    def test_any_split_finds_the_same(self) -> None:
        wire = samples.chunked(RPC, samples.PING, RPC, samples.CANCEL)
        for lost in range(0, len(wire), 37):
            whole, pieces = ChunkReader(0), ChunkReader(0)
            for reader in (whole, pieces):
                reader.skip(lost)
            assert feed(whole, wire[lost:]) == feed_in_pieces(pieces, wire[lost:])
            assert whole.unfinished == pieces.unfinished

    def test_the_stream_inside_a_request_is_not_taken_for_a_command(self) -> None:
        reader = ChunkReader(0)
        reader.skip(300)
        inside = samples.PING.index(b"\xac\xed\0\x05", 4) - 50
        assert blocks(feed(reader, samples.chunked(samples.PING)[inside:] + samples.chunked(RPC))) == [RPC]

    def test_a_command_that_was_none_is_given_up_and_the_search_goes_on(self) -> None:
        """The false one claims 300 bytes; what stands behind them is no command."""
        false = b"\x01\x2c" + RPC[:40]
        reader = ChunkReader(0, synchronized=False)
        found = feed(reader, false + b"x" * 400 + samples.chunked(RPC, samples.CLOSE))
        assert blocks(found)[1:] == [RPC, samples.CLOSE]

    def test_a_command_of_many_chunks_is_found_whole(self) -> None:
        wire = samples.request(1, b"x" * 20_000)
        whole, pieces = (ChunkReader(0, synchronized=False) for _ in range(2))
        assert feed(whole, b"..." + wire) == feed_in_pieces(pieces, b"..." + wire)
        assert feed(whole, wire)[0].span == Span(3 + len(wire), 3 + 2 * len(wire))

    def test_searching_keeps_a_few_bytes_only(self) -> None:
        reader = ChunkReader(0, synchronized=False)
        for _ in range(100):
            assert feed(reader, b"x" * 10_000) == []
        assert kept(reader) < 100
        assert reader.unfinished == 0


def test_a_block_of_very_many_tiny_chunks_is_whole() -> None:
    data = bytes(range(256)) * 40
    wire = b"".join(build_chunk_header(1, more=at + 1 < len(data)) + data[at : at + 1] for at in range(len(data)))
    reader = ChunkReader(0)
    assert blocks(feed(reader, wire + samples.chunked(RPC))) == [data, RPC]
    assert reader.unfinished == 0


def test_chunks_without_bytes_take_no_memory() -> None:
    reader = ChunkReader(0)
    assert feed(reader, build_chunk_header(0, more=True) * 100_000) == []
    assert reader.unfinished == 200_000
    assert kept(reader) == 0
    assert blocks(feed(reader, samples.chunked(RPC))) == [RPC]


def test_a_length_with_the_bit_for_more_is_no_whole_block() -> None:
    """Read as one number, it would be as long as a segment that ends with the next chunk's beginning."""
    chunk = b"\x80\x02" + b"ab"
    data = chunk + bytes(2 + 0x8002 - len(chunk))
    reader = ChunkReader(0)
    (block,) = list(reader.feed(data))[:1]
    assert (block.data, block.span) == (b"ab", Span(0, len(chunk) + 2))


def test_a_body_behind_a_header_of_its_own_segment_is_a_block() -> None:
    reader = ChunkReader(7)
    assert list(reader.feed(b"\0\3")) == []
    assert reader.in_chunk
    assert list(reader.feed(b"abc")) == [Block(b"abc", Span(7, 12))]
    assert list(reader.feed(b"\x80\2")) == []
    assert list(reader.feed(b"de")) == []
    assert list(reader.feed(b"\0\1")) == []
    assert list(reader.feed(b"f")) == [Block(b"def", Span(12, 19))]
    assert not reader.in_chunk
