"""The terminal is given back as it was found."""

import fcntl
import os
import pty
import select
import struct
import termios
from collections.abc import Iterator

import pytest
import trio

from jnlpspy.view.live.terminal import ENTER, LEAVE, LiveTerminal

LOCAL = 3
DEADLINE = 10.0
"""Seconds after which nothing more comes; none is meant to need a hundredth of it."""


@pytest.fixture
def ends() -> Iterator[list[int]]:
    """The two ends of a pseudo-terminal."""
    both = list(pty.openpty())
    yield both
    for end in both:
        os.close(end)


def shows(master: int, text: str) -> bool:
    """Return whether this is what comes at the other end; the kernel hands it over when it likes."""
    came = b""
    while len(came) < len(text.encode()) and select.select([master], [], [], DEADLINE)[0]:
        came += os.read(master, 65536)
    return came.decode() == text


async def test_keys_come_one_by_one_until_it_is_given_back(ends: list[int]) -> None:
    master, slave = ends
    before = termios.tcgetattr(slave)
    terminal = LiveTerminal(slave)
    with terminal.opened():
        assert terminal.is_taken
        local = termios.tcgetattr(slave)[LOCAL]
        assert not local & (termios.ICANON | termios.ECHO)
        assert local & termios.ISIG, "Ctrl-C works whatever happens"
        assert shows(master, ENTER)
        os.write(master, b"\x1a\x13q\r")
        typed = b""
        while len(typed) < 4:
            typed += await terminal.read()
        assert typed == b"\x1a\x13q\r"
        assert await terminal.write("drawn ä")
        assert shows(master, "drawn ä")
    assert termios.tcgetattr(slave) == before
    assert shows(master, LEAVE)
    assert not terminal.is_taken


async def test_it_is_given_back_after_an_exception(ends: list[int]) -> None:
    _, slave = ends
    before = termios.tcgetattr(slave)

    def fail() -> None:
        with LiveTerminal(slave).opened():
            assert termios.tcgetattr(slave) != before
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert termios.tcgetattr(slave) == before


async def test_it_can_be_given_back_and_taken_again_between(ends: list[int]) -> None:
    master, slave = ends
    before = termios.tcgetattr(slave)
    terminal = LiveTerminal(slave)
    with terminal.opened():
        terminal.give_back()
        terminal.give_back()
        assert termios.tcgetattr(slave) == before
        terminal.take()
        terminal.take()
        assert termios.tcgetattr(slave) != before
    assert termios.tcgetattr(slave) == before
    assert shows(master, ENTER + LEAVE + ENTER + LEAVE)


async def test_others_descriptors_of_it_go_on_waiting(ends: list[int]) -> None:
    _, slave = ends
    with LiveTerminal(slave).opened():
        assert os.get_blocking(slave)


async def test_a_terminal_that_is_held_keeps_only_the_writer_waiting(ends: list[int]) -> None:
    _, slave = ends
    terminal = LiveTerminal(slave)
    with terminal.opened():
        with trio.move_on_after(0.01) as patience:
            while True:
                await terminal.write("x" * 10_000)
        assert patience.cancelled_caught


async def test_a_terminal_that_is_gone_is_borne() -> None:
    master, slave = pty.openpty()
    terminal = LiveTerminal(slave)
    with terminal.opened():
        os.close(master)
        assert await terminal.read() == b""
        assert not await terminal.write("nobody sees it")
        assert terminal.size() == (80, 24)
        assert not terminal.is_ours
    os.close(slave)


async def test_its_size_is_asked_each_time(ends: list[int]) -> None:
    _, slave = ends
    terminal = LiveTerminal(slave)
    with terminal.opened():
        assert terminal.size() == (80, 24), "as long as it tells none"
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 50, 160, 0, 0))
        assert terminal.size() == (160, 50)


def test_what_is_no_terminal_is_none() -> None:
    read, write = os.pipe()
    with pytest.raises(OSError, match="Inappropriate ioctl"):
        LiveTerminal(read)
    os.close(read)
    os.close(write)
