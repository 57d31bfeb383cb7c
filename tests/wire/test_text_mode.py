from base64 import b64encode
from random import Random

import samples
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.model.span import Span
from jnlpspy.wire.chunks import Block, ChunkReader
from jnlpspy.wire.text_mode import TextReader, decode_text


def reader(offset: int = 0) -> TextReader:
    return TextReader(offset, ChunkReader(0))


def feed(text: TextReader, data: bytes) -> list[Block]:
    return list(text.feed(data))


def in_pieces(data: bytes) -> list[Block]:
    text = reader()
    return [block for byte in data for block in text.feed(bytes((byte,)))]


def comparable(blocks: list[Block]) -> list[tuple[bytes, Span, str]]:
    return [(block.data, block.span, str(block.lost)) for block in blocks]


def test_padding_may_stand_anywhere_between_quads() -> None:
    chunks = samples.chunked(b"hello") + samples.chunked(b"world!")
    pieces = [chunks[:1], chunks[1:6], chunks[6:7], chunks[7:9], chunks[9:]]
    text = b"".join(map(b64encode, pieces))
    assert b"==" in text
    assert [block.data for block in feed(reader(), text)] == [b"hello", b"world!"]
    assert in_pieces(text) == feed(reader(), text)


def test_the_span_of_a_block_is_that_of_its_quads() -> None:
    one, other = b64encode(samples.chunked(b"hello")), b64encode(samples.chunked(b"you"))
    assert [block.span for block in feed(reader(50), one + other)] == [Span(50, 62), Span(62, 70)]
    together = b64encode(samples.chunked(b"hello", b"you"))
    assert [block.span for block in feed(reader(), together)] == [Span(0, 12), Span(8, 16)]


def test_where_a_block_stands_in_what_the_text_says_is_told() -> None:
    chunks = samples.chunked(b"hello", b"you", b"world!")
    together = b64encode(chunks)
    flushed = b64encode(chunks[:12]) + b64encode(chunks[12:])
    for text in (together, flushed, b64encode(b"")):
        for blocks in (feed(reader(), text), in_pieces(text)):
            for block in blocks:
                assert block.decoded is not None
                span, lead = block.decoded.span, block.decoded.lead
                said = decode_text(text[block.span.start : block.span.end])
                assert said[lead : lead + len(span)] == chunks[span.start : span.end]
                assert chunks[span.start + 2 : span.end] == block.data
    leads = [block.decoded.lead for block in feed(reader(), together) if block.decoded is not None]
    assert leads == [0, 1, 0]


def test_behind_letters_that_were_not_seen_a_block_is_found_in_its_quads() -> None:
    command = samples.chunked(samples.PING)
    text = reader()
    assert feed(text, b64encode(command)[:8]) == []
    text.skip(4)
    (block,) = feed(text, b64encode(b"ab") + b64encode(command))
    assert block.decoded is not None
    letters = b64encode(b"ab") + b64encode(command)
    said = decode_text(letters[block.span.start - 12 : block.span.end - 12])
    assert said[block.decoded.lead :][: len(block.decoded.span)] == command


def test_text_is_decoded_as_far_as_it_is_made_of_quads() -> None:
    assert decode_text(b"YQ==YWJjYWI=YW") == b"aabcab"
    assert decode_text(b"!YQ==") == b""


def test_what_is_not_whole_yet_is_counted_in_letters() -> None:
    text = reader()
    assert feed(text, b64encode(samples.chunked(b"hello"))[:7]) == []
    assert text.unfinished == 7


def test_letters_outside_the_alphabet_are_told_once_and_the_next_command_found() -> None:
    spoilt = b64encode(samples.chunked(samples.PING)) + b"!!!!" * 3 + b64encode(samples.chunked(samples.CLOSE))
    ping, lost, close = feed(reader(), spoilt)
    assert (ping.data, close.data) == (samples.PING, samples.CLOSE)
    assert str(lost.lost) == 'expected four letters of base64, got 21 21 21 21 ("!!!!") at byte 0'
    assert lost.data == b"!!!!"
    assert comparable(in_pieces(spoilt)) == comparable([ping, lost, close])


def test_behind_missing_letters_quads_are_found_by_counting() -> None:
    stream = b64encode(samples.chunked(samples.PING) + samples.chunked(samples.RPC, samples.CLOSE))
    for first, lost in ((5, 6), (4, 4), (0, 1), (6, 1), (7, 2)):
        text = reader()
        assert feed(text, stream[:first]) == []
        text.skip(lost)
        text.skip(1)
        found = [block.data for block in feed(text, stream[first + lost + 1 :])]
        assert found == [samples.RPC, samples.CLOSE]


@given(st.lists(st.binary(max_size=20), max_size=6), st.randoms(use_true_random=False))
def test_any_text_tells_the_same_in_any_pieces(blocks: list[bytes], random: Random) -> None:
    wire = samples.chunked(*blocks)
    text = bytearray()
    while wire:
        size = random.randint(1, 30)
        text += b64encode(wire[:size])
        wire = wire[size:]
    for _ in range(random.randint(0, 2)):
        if text:
            text[random.randrange(len(text))] = random.choice(b"=!AZ")
    assert comparable(in_pieces(bytes(text))) == comparable(feed(reader(), bytes(text)))
