import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.view.live.keys import LONGEST_PASTE, LONGEST_SEQUENCE, Key, KeyReader, Paste, Stroke


def read(data: bytes) -> list[Stroke]:
    keys = KeyReader()
    return [*keys.feed(data), *keys.settle()]


@pytest.mark.parametrize(
    ("data", "strokes"),
    [
        (b"jkgG", ["j", "k", "g", "G"]),
        (b"\x1b[A\x1b[B\x1bOA\x1bOB", [Key.UP, Key.DOWN, Key.UP, Key.DOWN]),
        (b"\x1b[C\x1b[D\x1b[H\x1b[F\x1b[1~\x1b[4~", [Key.RIGHT, Key.LEFT, Key.HOME, Key.END, Key.HOME, Key.END]),
        (b"\x1b[5~\x1b[6~\x1b[3~", [Key.PAGE_UP, Key.PAGE_DOWN, Key.DELETE]),
        (b"\r\n\t\x7f\x08", [Key.ENTER, Key.ENTER, Key.TAB, Key.BACKSPACE, Key.BACKSPACE]),
        (b"\x0c\x1a\x15\x17", [Key.REDRAW, Key.SUSPEND, Key.ERASE_LINE, Key.ERASE_WORD]),
        (b"\x1b", [Key.ESCAPE]),
        (b"\x1b\x1b[A", [Key.ESCAPE, Key.UP]),
        ("ä€😀".encode(), ["ä", "€", "😀"]),
        (b"a\xffb\xc3", ["a", "b"]),
        (b"\x1b[1;5A\x1b[200;1H\x1bxz\x1b[<0;1;1M", ["z"]),
        (b"\x00\x02\x1fq", [Key.PAGE_UP, "q"]),
        (b"\x1b[200~quit q\x1b[201~p", [Paste("quit q"), "p"]),
        (b"\x1b[\x03q", ["q"]),
    ],
)
def test_what_a_terminal_sends_is_read_as_keys(data: bytes, strokes: list[Stroke]) -> None:
    assert read(data) == strokes


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_pieces_give_the_keys_of_the_whole(pieces: list[bytes]) -> None:
    keys = KeyReader()
    told = [stroke for piece in pieces for stroke in keys.feed(piece)]
    assert [*told, *keys.settle()] == read(b"".join(pieces))


def test_a_key_that_comes_in_pieces_is_waited_for() -> None:
    keys = KeyReader()
    assert keys.feed(b"\x1b") == []
    assert keys.waits
    assert keys.feed(b"[") == []
    assert keys.feed(b"A") == [Key.UP]
    assert not keys.waits


def test_a_sequence_without_end_is_given_up() -> None:
    assert read(b"\x1b[" + b"1;" * LONGEST_SEQUENCE + b"q")[-1] == "q"


def test_a_long_paste_is_cut_and_its_end_found() -> None:
    keys = KeyReader()
    told = keys.feed(b"\x1b[200~")
    for _ in range(100):
        told += keys.feed(b"x" * 1000)
    told += keys.feed(b"\x1b[20")
    told += keys.feed(b"1~q")
    assert told == [Paste("x" * LONGEST_PASTE), "q"]
