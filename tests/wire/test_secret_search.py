"""A secret is found wherever the head of a chunk may cut it."""

import pytest

from jnlpspy.wire.secret_search import Marks, find_cut_off, find_secret, is_cut_off

SECRET = bytes(range(65, 97))


def test_a_secret_is_found_whole_and_as_often_as_it_stands_there() -> None:
    data = b"xx" + SECRET + b"yy" + SECRET
    assert [places[0] for places in find_secret(data, SECRET)] == [2, 2 + len(SECRET) + 2]
    assert list(find_secret(b"x" * 100, SECRET)) == []


@pytest.mark.parametrize("cut", range(1, len(SECRET)))
def test_a_chunk_s_head_inside_hides_nothing(cut: int) -> None:
    data = b"xx" + SECRET[:cut] + b"\x00\x40" + SECRET[cut:] + b"yy"
    (places,) = find_secret(data, SECRET)
    assert bytes(data[place] for place in places) == SECRET
    assert 2 + cut not in places


@pytest.mark.parametrize("length", range(1, len(SECRET)))
def test_bytes_that_end_inside_a_secret_are_told(length: int) -> None:
    assert is_cut_off(b"xx" + SECRET[:length], SECRET)
    assert not is_cut_off(b"xx" + SECRET[:length] + b"##", b"y" + SECRET)


def test_a_whole_secret_is_not_cut_off() -> None:
    assert not is_cut_off(b"xx" + SECRET + b"zz", SECRET)


@pytest.mark.parametrize("at", range(len(SECRET) + 1))
def test_a_glance_misses_no_secret_wherever_a_segment_or_a_chunk_cuts_it(at: int) -> None:
    marks = Marks()
    marks.add(b"another secret, of other bytes")
    marks.add(SECRET)
    assert not marks.absent_from(b"xx" + SECRET[:at] + b"\x00\x40" + SECRET[at:] + b"yy")
    assert marks.absent_from(b"xx" + SECRET[:at] + b"####") == (at < len(SECRET) // 2)
    assert not at or not marks.absent_from(b"xx" + SECRET[:at])
    assert marks.stand_in(b"xx" + SECRET[:at] + b"\x00\x40" + SECRET[at:])
    assert marks.stand_in(b"xx" + SECRET[:at]) == (at >= len(SECRET) // 2)
    assert marks.absent_from(b"")


def test_the_beginning_of_a_secret_at_the_end_is_found_if_it_is_long_enough_to_tell() -> None:
    assert find_cut_off(b"xx" + SECRET[:10], SECRET) == list(range(2, 12))
    assert find_cut_off(b"xx" + SECRET[:4] + b"\x00\x40" + SECRET[4:10], SECRET) == [*range(2, 6), *range(8, 14)]
    assert find_cut_off(b"A " + SECRET[:10], SECRET) == list(range(2, 12))
    assert find_cut_off(b"xx" + SECRET[:4], SECRET) == []
    assert find_cut_off(b"xx", SECRET) == []
