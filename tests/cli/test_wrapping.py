"""Messages wrapped to a terminal."""

import os
import pty
from pathlib import Path

import pytest
from commands import COMMAND, run
from hypothesis import given
from hypothesis import strategies as st
from terminal import Terminal

from jnlpspy.cli.wrapping import columns_of, wrap


@pytest.mark.parametrize(
    ("text", "wrapped"),
    [
        ("one two three four five six", "one two three four\n  five six"),
        ("short\n    one two three four five", "short\n    one two three\n      four five"),
        ("see /a/very/long/path/that/is/whole now", "see\n  /a/very/long/path/that/is/whole\n  now"),
        ("a\n\nb", "a\n\nb"),
    ],
)
def test_lines_are_wrapped_between_words(text: str, wrapped: str) -> None:
    assert wrap(text, 20) == wrapped


@given(st.text("ab \n", max_size=200), st.integers(20, 40))
def test_no_word_is_lost_or_moved(text: str, columns: int) -> None:
    assert wrap(text, columns).split() == text.split()


def test_an_indent_that_leaves_no_room_is_given_up() -> None:
    assert wrap("name      " + "word " * 6, 20, indent=" " * 12) == "name      word word\n  word word word\n  word"


def test_without_a_terminal_nothing_is_wrapped() -> None:
    assert wrap("word " * 50, None) == "word " * 50


def test_the_terminals_width_is_its_own() -> None:
    near, far = pty.openpty()
    try:
        assert columns_of(far) is not None
    finally:
        os.close(near)
        os.close(far)
    with Path(os.devnull).open(encoding="utf-8") as file:
        assert columns_of(file.fileno()) is None


def test_a_message_is_wrapped_on_a_terminal_only(tmp_path: Path) -> None:
    asked = ("proxy", "jenkins")
    with Terminal([*COMMAND, *asked], tmp_path, columns=40) as terminal:
        assert terminal.wait_for_exit() == 2
        shown = terminal.lines
    assert len([line for line in shown if line]) > 2
    assert " ".join(" ".join(shown).split()) == run(*asked, home=tmp_path).stderr.rstrip("\n")
