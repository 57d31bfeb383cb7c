"""`jnlpspy browse` in a terminal, as a person uses it."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from browsing import CUT_OFF, WORKLOAD, copy_of
from commands import COMMAND, run
from terminal import Key, Terminal, in_tmux


def test_a_capture_is_moved_about_in_and_the_terminal_left_as_it_was(tmp_path: Path) -> None:
    command = [*COMMAND, "browse", str(copy_of(WORKLOAD, tmp_path))]
    with Terminal(command, tmp_path, columns=80, rows=24) as terminal:
        terminal.wait_for("365 events", "nothing found")
        terminal.type("/DetectOS\r")
        terminal.wait_for("▌   25 ")
        terminal.type("r")
        terminal.wait_until(lambda shown: "▌   34 " in shown or "c1 returned" in shown)
        terminal.resize(160, 50)
        terminal.wait_for("agent ─▶", "Quit")
        terminal.type("q")
        assert terminal.wait_for_exit() == 0
        assert terminal.left_as_found


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_it_works_in_tmux_without_colour(tmp_path: Path) -> None:
    command = [*COMMAND, "browse", str(copy_of(CUT_OFF, tmp_path)), "--filter", "refused or finding"]
    with in_tmux(command, tmp_path, columns=100, rows=30, more={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("Events: 2 of 52", "abrupt-close")
        terminal.type(f"{Key.DOWN}!")
        terminal.wait_for("what to do", "what follows from it", "Esc: close")
        terminal.type(Key.ESCAPE)
        terminal.wait_until(lambda shown: "what follows from it" not in shown)
        terminal.type("q")
        terminal.wait_for_exit()


def test_a_signal_ends_it_and_the_terminal_is_as_it_was(tmp_path: Path) -> None:
    with Terminal([*COMMAND, "browse", str(copy_of(WORKLOAD, tmp_path)), "--follow"], tmp_path) as terminal:
        terminal.wait_for("365 events")
        terminal.signal(signal.SIGINT)
        assert terminal.wait_for_exit() == 130
        assert terminal.left_as_found


def test_a_capture_that_breaks_off_is_shown_and_told_at_the_end(tmp_path: Path) -> None:
    capture = copy_of(WORKLOAD, tmp_path)
    capture.write_bytes(capture.read_bytes()[:30_000] + b"\xff" * 10_000)
    with Terminal([*COMMAND, "browse", str(capture)], tmp_path) as terminal:
        terminal.wait_for("breaks off", "JNLP2-connect")
        terminal.type("q")
        assert terminal.wait_for_exit() == 3
        assert "expected the block length" in terminal.text


def test_a_bug_is_one_line_and_the_terminal_is_as_it_was(tmp_path: Path) -> None:
    capture = copy_of(WORKLOAD, tmp_path)
    broken = (
        "import sys; from jnlpspy.browse.app import Browser; from jnlpspy.cli import main\n"
        "def fail(self): raise ZeroDivisionError\n"
        "Browser.action_help = fail\n"
        "if __name__ == '__main__': main()\n"
    )
    (tmp_path / "broken.py").write_text(broken, "utf-8")
    with Terminal([sys.executable, str(tmp_path / "broken.py"), "browse", str(capture)], tmp_path) as terminal:
        terminal.wait_for("365 events")
        terminal.type("?")
        assert terminal.wait_for_exit() == 70
        assert terminal.left_as_found
        assert "this is a bug in jnlpspy: ZeroDivisionError; the traceback is in" in terminal.text.replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["-"], 2, "expected a file, got -"),
        (["CAPTURE"], 2, "expected a terminal to browse on"),
        (["CAPTURE", "--filter", "durration > 1"], 2, "did you mean `duration`?"),
        (["gone.pcapng"], 3, "No such file"),
        (["TEXT"], 3, "expected pcap or pcapng"),
        (["CAPTURE", "--agent-secret", "nonsense"], 2, "--agent-secret NAME=SECRET"),
    ],
)
def test_what_cannot_be_browsed_is_refused_before_the_screen_is_taken(
    arguments: list[str], code: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "text").write_text("no capture", "utf-8")
    files = {"CAPTURE": str(copy_of(WORKLOAD, tmp_path)), "TEXT": str(tmp_path / "text")}
    finished = run("browse", *(files.get(each, each) for each in arguments), home=tmp_path)
    assert finished.returncode == code
    assert said in finished.stderr
    assert finished.stdout == ""


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    finished = run("browse", "pipe", home=tmp_path)
    assert finished.returncode == 2
    assert "which can be read only once" in finished.stderr


def test_without_textual_it_says_how_to_install_it(tmp_path: Path) -> None:
    hidden = (
        "import sys; sys.modules['textual'] = None\n"
        "import importlib.util; found = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name: None if name == 'textual' else found(name)\n"
        "from jnlpspy.cli import main; main()"
    )
    finished = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", hidden, "browse", str(copy_of(WORKLOAD, tmp_path))],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 2
    assert "pip install 'jnlpspy[tui]'" in finished.stderr


def test_help_imports_no_textual() -> None:
    code = (
        "import sys; from jnlpspy.cli import app\n"
        "try: app(['browse', '--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(any(name.partition('.')[0] in ('textual', 'rich') for name in sys.modules))"
    )
    command = [sys.executable, "-c", code]
    finished = subprocess.run(command, capture_output=True, timeout=60, check=False)  # noqa: S603 - our own command
    assert finished.returncode == 0
    assert b"Example: jnlpspy browse" in finished.stdout
