"""`jnlpspy proxy` in a terminal: its live view as people meet it, and the terminal behind it."""

import os
import re
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest
from commands import COMMAND, records, run
from terminal import Key, Terminal, in_tmux

from jnlpspy.simulate.session import CONTROLLER_PART
from jnlpspy.testing import Agent, Controller

SECRET = "5" * 64
ANYWHERE = ("--http", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--grace", "0.2")
NOTHING: Mapping[str, str] = MappingProxyType({})

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")


def proxy(controller: Controller, *options: str) -> list[str]:
    return [*COMMAND, "proxy", controller.url, *ANYWHERE, *options]


@contextmanager
def live(
    controller: Controller,
    home: Path,
    *options: str,
    size: tuple[int, int] = (80, 24),
    more: Mapping[str, str] = NOTHING,
) -> Iterator[Terminal]:
    """Run the proxy in a terminal, and wait for its first screen."""
    with Terminal(proxy(controller, *options), home, columns=size[0], rows=size[1], more=more) as terminal:
        terminal.wait_for("No agent has connected yet")
        yield terminal


def url_on(terminal: Terminal) -> str:
    found = re.search(r"-url (http://[\d.:]+/)", terminal.text)
    assert found is not None
    return found[1]


def admit(controller: Controller) -> None:
    """Let an agent in, and keep its channel open."""
    controller.accept("a1", secret=SECRET)
    controller.play(CONTROLLER_PART)


def join(terminal: Terminal, name: str = "a1", secret: str = SECRET) -> Agent:
    """Connect an agent through the proxy."""
    agent = Agent()
    agent.connect(url_on(terminal), name, secret=secret)
    return agent


def children_of(pid: int) -> list[int]:
    lists = [tasks.read_text() for tasks in Path(f"/proc/{pid}/task").glob("*/children")]
    if not lists:
        pytest.skip("this system does not tell a process's children")
    return [int(child) for listed in lists for child in listed.split()]


def test_a_session_is_seen_looked_into_and_left(tmp_path: Path, jnlp_controller: Controller) -> None:
    admit(jnlp_controller)
    with live(jnlp_controller, tmp_path) as terminal:
        assert terminal.full_screen
        assert not terminal.cursor_shown
        assert terminal.text.startswith(f" jnlpspy  {jnlp_controller.url}")
        # before the screen: whoever scrolls back finds it
        assert bytes(terminal.output).startswith(b'{"v":1,"type":"ready",')
        with join(terminal):
            terminal.wait_for("a1", "JNLP4", "channel", "1 open", "PingThread$Ping")
            terminal.type(Key.ENTER)
            terminal.wait_for("Enter details", ", following")
            terminal.type("g")
            terminal.wait_for("opened", "offers     JNLP4-connect", "not following")
            terminal.type(Key.ENTER)
            terminal.wait_for("Esc back", "in short")
            terminal.type(Key.ESCAPE)
            terminal.wait_for("Enter details")
            terminal.type(Key.ESCAPE)
            terminal.wait_for("Enter events")
            terminal.type("q")
            terminal.wait_for("1 session open")
            terminal.type("q")
            assert terminal.wait_for_exit() == 0
        assert terminal.left_as_found
        assert "Warning" not in terminal.text


def test_a_refused_agent_is_a_finding_with_its_cure_and_the_verdict_is_said_at_the_end(
    tmp_path: Path, jnlp_controller: Controller
) -> None:
    admit(jnlp_controller)
    with live(jnlp_controller, tmp_path, "--sessions", "1") as terminal, join(terminal, secret="6" * 64):
        assert terminal.wait_for_exit() == 0
        assert terminal.left_as_found
        assert b"secret-rejected" in terminal.output
        assert "6" * 64 not in terminal.output.decode()
        assert "what to do" in terminal.text


def test_a_record_is_begun_and_ended_while_a_session_goes_on(tmp_path: Path, jnlp_controller: Controller) -> None:
    admit(jnlp_controller)
    with live(jnlp_controller, tmp_path) as terminal, join(terminal):
        terminal.wait_for("channel", "1 open", "○ not recording")
        terminal.type("r")
        terminal.wait_for("● recording", "recording to jnlpspy-")
        terminal.type("r")
        terminal.wait_for("○ not recording", "recorded in jnlpspy-")
        terminal.type("r")
        terminal.wait_for("● recording", "recording to jnlpspy-")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_exit() == 0
        assert terminal.left_as_found
    told = [
        records(run("show", str(capture), "--json", home=tmp_path).stdout)
        for capture in tmp_path.glob("jnlpspy-*.pcapng")
    ]
    names = [[each["agent_name"] for each in one if each["type"] == "handshake_accepted"] for one in told]
    assert names == [["a1"], ["a1"]], "also of a session that had begun before"
    ends = [[each["how"] for each in one if each["type"] == "connection_closed"] for one in told]
    assert sorted(map(len, ends)) == [0, 1]
    assert ["shutdown"] in ends


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_record_that_cannot_be_written_is_told_and_traffic_goes_on(
    tmp_path: Path, jnlp_controller: Controller
) -> None:
    admit(jnlp_controller)
    with live(jnlp_controller, tmp_path, "--record", "/dev/full") as terminal, join(terminal):
        terminal.wait_for("✖ not recording", "No space left on device", "channel")
        terminal.type("qq")
        assert terminal.wait_for_exit() == 0
        assert terminal.left_as_found


def test_keys_filter_pause_and_help(tmp_path: Path, jnlp_controller: Controller) -> None:
    admit(jnlp_controller)
    with live(jnlp_controller, tmp_path, size=(160, 50)) as terminal, join(terminal):
        terminal.wait_for("channel", "last event")
        terminal.type("/channel")
        terminal.wait_for("/channel")
        terminal.type(Key.ENTER)
        terminal.wait_for("1 shown")
        terminal.type(Key.ESCAPE)
        terminal.wait_until(lambda text: "1 shown" not in text)
        terminal.type("e")
        terminal.wait_for("errors only")
        terminal.type("ep")
        terminal.wait_for("PAUSED")
        terminal.type("p?")
        terminal.wait_for("Keys", "Ctrl-L")
        terminal.type(Key.ESCAPE)
        terminal.wait_for("Sessions")
        terminal.type("f")
        terminal.wait_for("not following")
        terminal.type("q")
        terminal.wait_for("session open")
        terminal.type("y")
        assert terminal.wait_for_exit() == 0
        assert terminal.left_as_found


def test_changes_of_size_are_followed_down_to_one_without_room(tmp_path: Path, jnlp_controller: Controller) -> None:
    with live(jnlp_controller, tmp_path) as terminal:
        terminal.resize(160, 50)
        terminal.wait_for("identity ")
        terminal.resize(30, 6)
        terminal.wait_for("jnlpspy needs 80x24")
        terminal.resize(79, 23)
        terminal.wait_for("made for 80x24")
        terminal.resize(80, 24)
        terminal.wait_until(lambda text: "Findings" in text and "80x24" not in text)
        terminal.type("q")
        assert terminal.wait_for_exit() == 0
        assert terminal.left_as_found


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGHUP, 0)])
def test_a_signal_leaves_the_terminal_as_it_was(
    tmp_path: Path, jnlp_controller: Controller, number: signal.Signals, code: int
) -> None:
    with live(jnlp_controller, tmp_path) as terminal:
        terminal.signal(number)
        assert terminal.wait_for_exit() == code
        assert terminal.left_as_found


def test_ctrl_c_ends_it_in_order(tmp_path: Path, jnlp_controller: Controller) -> None:
    with live(jnlp_controller, tmp_path) as terminal:
        terminal.type(Key.CTRL_C)
        assert terminal.wait_for_exit() == 130
        assert terminal.left_as_found


def test_a_view_that_is_killed_leaves_the_terminal_and_the_traffic(tmp_path: Path, jnlp_controller: Controller) -> None:
    admit(jnlp_controller)
    with live(jnlp_controller, tmp_path) as terminal, join(terminal):
        terminal.wait_for("channel", "1 open")
        [view] = children_of(terminal.pid)
        os.kill(view, signal.SIGKILL)
        terminal.wait_for("the analysis ended (killed by signal 9)")
        assert terminal.left_as_found
        assert not jnlp_controller.sessions[0].over
        terminal.type(Key.CTRL_C)
        assert terminal.wait_for_exit() == 130


BROKEN = """
import sys
if "live" in sys.orig_argv:
    import jnlpspy.view.live.screen as screen
    drawn = []
    def draw(state, layout, now, draw=screen.draw):
        if state.live.open_sessions:
            raise ZeroDivisionError("a bug")
        return draw(state, layout, now)
    screen.draw = draw
"""


def test_a_bug_in_the_view_leaves_the_terminal_and_the_traffic_and_says_where_the_traceback_is(
    tmp_path: Path, jnlp_controller: Controller
) -> None:
    admit(jnlp_controller)
    (tmp_path / "sitecustomize.py").write_text(BROKEN, "utf-8")
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    more = {"PYTHONPATH": path, "TMPDIR": str(tmp_path)}
    with live(jnlp_controller, tmp_path, more=more) as terminal, join(terminal):
        terminal.wait_for("this is a bug in jnlpspy", "the analysis ended (exit code 70)")
        assert terminal.left_as_found
        [traceback] = tmp_path.glob("*.traceback")
        assert "a bug" in traceback.read_text("utf-8")
        assert str(traceback)[:40] in terminal.text.replace("\n", "")
        assert not jnlp_controller.sessions[0].over
        terminal.type(Key.CTRL_C)
        assert terminal.wait_for_exit() == 130


def test_it_goes_on_where_nobody_could_fetch_it_back(tmp_path: Path, jnlp_controller: Controller) -> None:
    with live(jnlp_controller, tmp_path) as terminal:
        terminal.type(Key.CTRL_Z)
        terminal.wait_until(lambda _: terminal.screen.swaps == 2, "the screen to be taken again")
        terminal.wait_for("No agent has connected yet")
        terminal.type("q")
        assert terminal.wait_for_exit() == 0
        assert terminal.left_as_found


@contextmanager
def in_shell(controller: Controller, home: Path) -> Iterator[Terminal]:
    """Run the proxy in a shell, which must find the terminal as it was before."""
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("needs bash")
    with Terminal([shell, "--norc", "--noprofile", "-i"], home) as terminal:
        terminal.type("PS1='ready> '; stty -a > before\r")
        terminal.wait_until(lambda text: text.endswith("ready>"))
        terminal.type(" ".join(proxy(controller)) + "\r")
        terminal.wait_for("No agent has connected yet")
        yield terminal
        terminal.type("stty -a | cmp - before && echo as be''fore\r")
        terminal.wait_for("as before")
        terminal.type("exit\r")
        terminal.wait_for_exit()


def test_it_is_suspended_and_fetched_back(tmp_path: Path, jnlp_controller: Controller) -> None:
    with in_shell(jnlp_controller, tmp_path) as terminal:
        for _ in range(2):
            terminal.type(Key.CTRL_Z)
            terminal.wait_for("Stopped", "ready>")
            assert not terminal.full_screen
            assert terminal.cursor_shown
            terminal.type("fg\r")
            terminal.wait_for("No agent has connected yet")
            assert terminal.full_screen
        terminal.type("q")
        terminal.wait_for("0 agent sessions")


def test_a_relay_that_is_killed_leaves_the_terminal(tmp_path: Path, jnlp_controller: Controller) -> None:
    with in_shell(jnlp_controller, tmp_path) as terminal:
        [relay] = children_of(terminal.pid)
        os.kill(relay, signal.SIGKILL)
        terminal.wait_until(lambda _: not terminal.full_screen)
        assert terminal.cursor_shown


@needs_tmux
def test_it_works_in_tmux(tmp_path: Path, jnlp_controller: Controller) -> None:
    admit(jnlp_controller)
    with in_tmux(proxy(jnlp_controller), tmp_path) as terminal:
        terminal.wait_for("No agent has connected yet")
        with join(terminal):
            terminal.wait_for("a1", "channel", "1 open")
            terminal.type(Key.ENTER)
            terminal.wait_for("Enter details")
            terminal.type(Key.UP)
            terminal.wait_for("not following")
            terminal.type("qq")
            assert terminal.wait_for_exit() == 0


def test_a_terminal_that_cannot_do_it_gets_lines(tmp_path: Path, jnlp_controller: Controller) -> None:
    with Terminal(proxy(jnlp_controller), tmp_path, more={"TERM": "dumb"}) as terminal:
        terminal.wait_for("Ctrl-C ends the proxy")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_exit() == 0
        assert not terminal.was_full_screen


def test_without_a_terminal_it_cannot_be_asked_for(tmp_path: Path) -> None:
    finished = run("proxy", "http://127.0.0.1:1/", "--view", "live", home=tmp_path)
    assert finished.returncode == 2
    assert finished.stderr == (
        "jnlpspy: --view live: expected a terminal to draw on and to read keys from; use --view log\n"
    )
