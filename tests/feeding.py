"""Reader tables: bytes and the value they mean, fed whole, byte by byte, and with more bytes behind."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from jnlpspy.errors import DecodeError
from jnlpspy.wire.buffer import ByteQueue

T = TypeVar("T")

Reader = Callable[[ByteQueue], T | None]

BEHIND = b"\0\x02ab"
"""What stands behind a message in a stream: any reader must leave it alone."""


def queue_of(data: bytes, *, ended: bool = False, offset: int = 0) -> ByteQueue:
    """Return a queue of bytes that begin at an offset of the stream."""
    queue = ByteQueue()
    queue.offset = offset
    queue.append(data)
    queue.ended = ended
    return queue


def read_whole(reader: Reader[T], data: bytes) -> T | None:
    """Read bytes that came at once; all of them must be consumed."""
    queue = queue_of(data)
    value = reader(queue)
    assert len(queue) == 0, f"{len(queue)} bytes left of {data!r}"
    return value


def read_in_pieces(reader: Reader[T], data: bytes) -> T | None:
    """Read bytes that came one by one; nothing may be told or consumed before the last one."""
    queue = ByteQueue()
    for index in range(len(data)):
        assert reader(queue) is None, f"a value after {index} of {len(data)} bytes"
        assert queue.offset == 0, f"consumed {queue.offset} bytes without a value"
        queue.append(data[index : index + 1])
    value = reader(queue)
    assert len(queue) == 0
    return value


def read_with_more_behind(reader: Reader[T], data: bytes) -> T | None:
    """Read bytes with others behind, which must be left alone."""
    queue = queue_of(data + BEHIND)
    value = reader(queue)
    assert queue.peek(len(queue)) == BEHIND
    return value


def check_reader(reader: Callable[[ByteQueue], object], data: bytes, expected: object) -> None:
    """Feed bytes in each way and compare the value."""
    for feed in (read_whole, read_in_pieces, read_with_more_behind):
        assert feed(reader, data) == expected, feed.__name__


def error_of(reader: Callable[[ByteQueue], object], data: bytes, *, ended: bool = False) -> tuple[DecodeError, int]:
    """Return the error that bytes raise and how many it is about, the same however the bytes come."""
    found = [_first_error(reader, pieces, ended=ended) for pieces in ([data], [bytes((each,)) for each in data])]
    whole, in_pieces = found
    assert str(whole[0]) == str(in_pieces[0])
    assert whole[1:] == in_pieces[1:]
    return whole[0], whole[1]


def _first_error(
    reader: Callable[[ByteQueue], object], pieces: Iterable[bytes], *, ended: bool
) -> tuple[DecodeError, int, bytes]:
    queue = ByteQueue()
    for piece in pieces:
        queue.append(piece)
        try:
            assert reader(queue) is None
        except DecodeError as error:
            return error, queue.offset, queue.taken
    queue.ended = ended
    try:
        assert reader(queue) is None
    except DecodeError as error:
        return error, queue.offset, queue.taken
    raise AssertionError("expected an error")
