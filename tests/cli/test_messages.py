import threading

import pytest

from jnlpspy.cli import messages
from jnlpspy.cli.messages import LONGEST, WAITING, Messages, open_messages


def test_messages_are_printed_in_order_each_on_one_line() -> None:
    written: list[bytes] = []
    told = Messages(written.append)
    told.say("one")
    told.say("two\nthree \x1b[31m \x9b1m")
    told.finish()
    assert b"".join(written) == b"jnlpspy: one\njnlpspy: two\\nthree \\x1b[31m \\x9b1m\n"


def test_a_long_message_is_cut() -> None:
    written: list[bytes] = []
    told = Messages(written.append)
    told.say("x" * 70_000)
    told.finish()
    assert len(b"".join(written).decode()) == len("jnlpspy: \n") + LONGEST


def test_a_held_terminal_holds_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "PATIENCE", 0.01)
    written: list[bytes] = []
    held, begun, released = threading.Event(), threading.Event(), threading.Event()

    def write(data: bytes) -> None:
        written.append(data)
        begun.set()
        held.wait()
        released.set()

    told = Messages(write)
    told.say("first")
    begun.wait()
    for number in range(WAITING + 5):
        told.say(f"message {number}")
    told.finish()
    assert len(written) == 1
    held.set()
    released.wait()


def test_what_was_left_out_is_counted() -> None:
    written: list[bytes] = []
    held, begun = threading.Event(), threading.Event()

    def write(data: bytes) -> None:
        begun.set()
        held.wait()
        written.append(data)

    told = Messages(write)
    told.say("first")
    begun.wait()
    for number in range(WAITING + 5):
        told.say(f"message {number}")
    held.set()
    told.finish()
    assert b"".join(written).splitlines()[-1] == b"jnlpspy: 5 messages were left out: stderr took none"


def test_a_reader_that_left_fails_nobody() -> None:
    def write(_: bytes) -> None:
        raise BrokenPipeError

    told = Messages(write)
    told.say("first")
    told.finish()
    told.say("second")


def test_messages_go_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    with open_messages() as told:
        told.say("hello")
    assert capfd.readouterr().err == "jnlpspy: hello\n"
