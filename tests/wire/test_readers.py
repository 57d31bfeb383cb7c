import pytest
from feeding import check_reader, error_of, queue_of

from jnlpspy.errors import LimitExceeded, MalformedBytes
from jnlpspy.model.negotiation import Refused
from jnlpspy.model.span import Span
from jnlpspy.wire import limits
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.readers import (
    begins_line,
    describe_bytes,
    read_constant,
    read_frame,
    read_line,
    read_paragraph,
    read_refusal_line,
)


@pytest.mark.parametrize("content", [b"", b"a", b"Protocol:Ping", b"x" * 65535])
def test_a_frame_is_what_stands_behind_its_length(content: bytes) -> None:
    if len(content) < 1000:
        check_reader(read_frame, len(content).to_bytes(2, "big") + content, content)
    assert read_frame(queue_of(len(content).to_bytes(2, "big") + content)) == content


@pytest.mark.parametrize(
    ("data", "line"), [(b"Welcome\n", "Welcome"), (b"a\r\n", "a"), (b"\n", ""), (b"\xff\n", r"\xff")]
)
def test_a_line_ends_at_its_line_feed(data: bytes, line: str) -> None:
    check_reader(read_line, data, line)


def test_the_end_of_the_stream_ends_a_line() -> None:
    assert read_line(queue_of(b"Unknown protocol:", ended=True)) == "Unknown protocol:"
    assert read_line(queue_of(b"", ended=True)) is None


def test_a_line_may_have_just_as_many_bytes_as_the_cap_however_it_comes() -> None:
    check_reader(read_line, b"x" * limits.LINE + b"\n", "x" * limits.LINE)
    for data in (b"x" * (limits.LINE + 1) + b"\n", b"x" * (limits.LINE + 50)):
        error, about = error_of(read_line, data)
        assert isinstance(error, LimitExceeded)
        assert about == limits.LINE + 1


@pytest.mark.parametrize("data", [b"\n", b"\r\n", b"a: b\n\n", b"a: b\r\nc: d\r\n\r\n", b"\ra\n\r\n"])
def test_a_paragraph_ends_with_its_first_empty_line(data: bytes) -> None:
    check_reader(read_paragraph, data, data)


def test_a_paragraph_may_have_just_as_many_bytes_as_the_cap() -> None:
    longest = b"x" * (limits.TEXT_BLOCK - 2) + b"\n\n"
    assert read_paragraph(queue_of(longest)) == longest
    for data in (b"x" + longest, b"x" * (limits.TEXT_BLOCK + 9)):
        with pytest.raises(LimitExceeded):
            read_paragraph(queue_of(data))


def test_a_paragraph_that_comes_byte_by_byte_is_searched_once() -> None:
    queue = ByteQueue()
    for _ in range(limits.TEXT_BLOCK):
        queue.append(b"x")
        assert read_paragraph(queue) is None
    queue.append(b"x")
    with pytest.raises(LimitExceeded, match="65536 bytes, got no empty line"):
        read_paragraph(queue)


def read_abc(queue: ByteQueue) -> bool | None:
    return read_constant(queue, b"abc", "the letters")


def test_a_constant_is_judged_when_all_of_it_is_there() -> None:
    check_reader(read_abc, b"abc", expected=True)
    error, about = error_of(read_abc, b"axx")
    assert str(error) == 'expected the letters (61 62 63), got 61 78 78 ("axx") at byte 0'
    assert about == 3


def test_the_end_cuts_a_constant_off_or_shows_that_it_was_none() -> None:
    assert read_abc(queue_of(b"ab", ended=True)) is None
    error, about = error_of(read_abc, b"ax", ended=True)
    assert isinstance(error, MalformedBytes)
    assert about == 2


def test_a_refusal_says_where_it_stands() -> None:
    queue = queue_of(b" Unknown protocol: \r\n", offset=10)
    assert read_refusal_line(queue) == Refused("Unknown protocol:", spans=(Span(10, 31),))


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"Hell", True), (b"H\0", False), (b"ok\n\0\1", True), (b"\n\xff", True), (b"", False), (b"\xff\n", False)],
)
def test_only_the_first_line_tells_whether_text_begins(data: bytes, *, text: bool) -> None:
    assert begins_line(data) is text


def test_bytes_are_described_in_hex_with_their_text() -> None:
    assert describe_bytes(b"") == "nothing"
    assert describe_bytes(b"GET ") == '47 45 54 20 ("GET ")'
    assert describe_bytes(b"\xff\0") == "ff 00"
