"""The terminal that tests drive commands in."""

import shutil
import signal
import sys
from pathlib import Path

import pytest
from terminal import Key, Terminal, in_tmux

FULL_SCREEN = """
import os, signal, sys, termios, tty
before = termios.tcgetattr(0)
tty.setraw(0)
def say(text):
    os.write(1, text.encode())  # not sys.stdout: a signal may come while it writes
def draw(word, *_):
    size = os.get_terminal_size()
    say(f"\\x1b[H\\x1b[2J{word} {size.columns}x{size.lines}")
signal.signal(signal.SIGWINCH, lambda *_: draw("resized"))
say("\\x1b[?1049h\\x1b[?25l\\x1b[?1006h\\x1b[>4;1m\\x1b[?u\\x1bP+q544e\\x1b\\\\")
draw("drawn")
while (key := os.read(0, 100)) != b"q":
    draw(key.hex())
if "untidy" not in sys.argv:
    say("\\x1b[?1006l\\x1b[?25h\\x1b[?1049l")
    termios.tcsetattr(0, termios.TCSADRAIN, before)
say("bye\\r\\n")
sys.exit(7)
"""

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-IS", "-c", code, *arguments]


def test_a_command_is_read_and_its_exit_told(tmp_path: Path) -> None:
    with Terminal(python("print('\\x1b[31mred\\x1b[0m words'); raise SystemExit(3)"), tmp_path) as terminal:
        assert terminal.wait_for_exit() == 3
        assert terminal.lines[0] == "red words"
        assert terminal.screen.buffer[0][0].fg == "red"
        assert b"\x1b[31mred" in terminal.output
        assert not terminal.was_full_screen
        assert terminal.left_as_found


def test_a_full_screen_program_is_driven_and_leaves_the_screen(tmp_path: Path) -> None:
    with Terminal(python(f"print('before', flush=True);{FULL_SCREEN}"), tmp_path, columns=100, rows=30) as terminal:
        terminal.wait_for("drawn 100x30")
        assert terminal.full_screen
        assert not terminal.cursor_shown
        assert not terminal.left_as_found
        terminal.type(Key.DOWN)
        terminal.wait_for("1b5b42 100x30")
        terminal.resize(60, 10)
        assert terminal.wait_for("resized 60x10") == "resized 60x10"
        terminal.type("q")
        assert terminal.wait_for_exit() == 7
        assert terminal.lines[:2] == ["before", "bye"]
        assert terminal.was_full_screen
        assert terminal.left_as_found


def test_what_is_left_behind_is_noticed(tmp_path: Path) -> None:
    with Terminal(python(FULL_SCREEN, "untidy"), tmp_path) as terminal:
        terminal.wait_for("drawn")
        terminal.type("q")
        assert terminal.wait_for_exit() == 7
        assert terminal.full_screen
        assert not terminal.left_as_found


def test_keys_and_signals_reach_the_command(tmp_path: Path) -> None:
    code = "import signal; print('ready', flush=True); signal.pause()"
    with Terminal(python(code), tmp_path) as terminal:
        terminal.wait_for("ready")
        terminal.type(Key.CTRL_C)
        assert terminal.wait_for_exit() in {1, -signal.SIGINT}
        assert "KeyboardInterrupt" in terminal.text
    with Terminal(python(code), tmp_path) as terminal:
        terminal.wait_for("ready")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_exit() == -signal.SIGTERM


def test_a_question_to_the_terminal_is_answered(tmp_path: Path) -> None:
    code = (
        "import os, sys, tty; tty.setraw(0); sys.stdout.write('ab\\x1b[6n'); sys.stdout.flush(); print(os.read(0, 9))"
    )
    with Terminal(python(code), tmp_path) as terminal:
        terminal.wait_for(r"b'\x1b[1;3R'")


def test_waiting_ends_with_the_command_and_shows_the_screen(tmp_path: Path) -> None:
    with (
        Terminal(python("print('other words')"), tmp_path) as terminal,
        pytest.raises(AssertionError, match=r"(?s)'some words'.*the command ended.*other words"),
    ):
        terminal.wait_for("some words")


def test_pieces_of_a_sequence_are_put_together(tmp_path: Path) -> None:
    code = (
        "import sys, termios\n"
        "for each in b'a\\x1b[>4;1mb\\x1b[1;31mc\\x1b[?u\\x1b[4:3md\\x1bP+q\\x1b\\\\e\\xe2\\x94\\x82':\n"
        "    sys.stdout.buffer.write(bytes([each])); sys.stdout.buffer.flush(); termios.tcdrain(1)"
    )
    with Terminal(python(code), tmp_path) as terminal:
        terminal.wait_for_exit()
        assert terminal.text == "abcde│"
        first = terminal.screen.buffer[0][0]
        assert (first.bold, first.underscore) == (False, False)
        assert terminal.screen.buffer[0][2].fg == "red"


@needs_tmux
def test_a_command_is_driven_through_tmux(tmp_path: Path) -> None:
    with in_tmux(python(FULL_SCREEN), tmp_path, columns=90, rows=20) as terminal:
        terminal.wait_for("drawn 90x20")
        terminal.type(Key.UP)
        terminal.wait_for("1b5b41 90x20")
        terminal.resize(70, 12)
        terminal.wait_for("resized 70x12")
        terminal.type("q")
        assert terminal.wait_for_exit() == 0
        assert terminal.left_as_found
