import re

from feeding import queue_of

from jnlpspy.wire.buffer import ByteQueue

END = re.compile(rb"\n")
BLANK = re.compile(rb"\n\r?\n")


class Watched(ByteQueue):
    """Counts the bytes that searches may have looked through."""

    looked = 0

    def search(self, pattern: re.Pattern[bytes], longest: int) -> tuple[int, int] | None:
        before = self._scanned if pattern is self._pattern else 0
        self.looked += len(self) - before
        return super().search(pattern, longest)


def test_offsets_count_from_the_first_byte_of_the_stream() -> None:
    queue = queue_of(b"abcdef", offset=100)
    assert queue.take(2) == b"ab"
    assert (queue.offset, len(queue), queue.peek(2, 1)) == (102, 4, b"de")
    assert queue.clear() == 4
    assert (queue.offset, len(queue)) == (106, 0)


def test_what_was_taken_last_is_kept_for_the_error_that_is_about_it() -> None:
    queue = queue_of(b"abcdef")
    queue.take(2)
    assert queue.take(3) == queue.taken == b"cde"
    queue.clear()
    assert queue.taken == b""


def test_a_match_is_found_across_pieces() -> None:
    queue = ByteQueue()
    for piece in (b"ab\n", b"\r"):
        queue.append(piece)
        assert queue.search(BLANK, 3) is None
    queue.append(b"\nrest")
    assert queue.search(BLANK, 3) == queue.search(BLANK, 3) == (2, 5)


def test_another_pattern_is_looked_for_from_the_start() -> None:
    queue = queue_of(b"one\ntwo\n\n")
    assert queue.search(BLANK, 3) == (7, 9)
    assert queue.search(END, 1) == (3, 4)
    queue.take(4)
    assert queue.search(END, 1) == (3, 4)


def test_nothing_is_looked_through_twice() -> None:
    queue = Watched()
    for _ in range(10_000):
        queue.append(b"x")
        assert queue.search(BLANK, 3) is None
    assert queue.looked <= 3 * 10_000


def test_taking_some_bytes_forgets_no_search() -> None:
    queue = queue_of(b"x" * 100)
    assert queue.search(BLANK, 3) is None
    queue.take(50)
    queue.append(b"\n\n")
    assert queue.search(BLANK, 3) == (50, 52)


def test_an_end_that_bytes_follow_was_none() -> None:
    queue = queue_of(b"a", ended=True)
    queue.append(b"b")
    assert not queue.ended
