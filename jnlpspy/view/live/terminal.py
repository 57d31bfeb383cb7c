"""The terminal while a full-screen view has it: taken and given back, whatever happens between."""

import os
import select
import signal
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import trio

ENTER: Final = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[0m\x1b[2J"
"""The other screen, without cursor and without wrapping; what is pasted comes marked as such."""

LEAVE: Final = "\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l"

_READ_SIZE: Final = 4096
_PATIENCE: Final = 1.0
"""Seconds that a held terminal gets to take the last bytes."""

_DISABLED: Final = b"\x00"  # _POSIX_VDISABLE


class LiveTerminal:
    """The terminal of a descriptor, opened anew: that it does not wait is nobody else's concern then."""

    def __init__(self, descriptor: int) -> None:
        """Raises OSError: it is none, or cannot be opened."""
        self._descriptor = os.open(os.ttyname(descriptor), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self._stream: trio.lowlevel.FdStream | None = None
        self._saved: list[int | list[bytes | int]] | None = None

    @property
    def is_taken(self) -> bool:
        """True while the view has it."""
        return self._saved is not None

    @property
    def is_ours(self) -> bool:
        """False in the background, where nobody may change it."""
        try:
            return os.tcgetpgrp(self._descriptor) == os.getpgrp()
        except OSError:
            return False

    def size(self) -> tuple[int, int]:
        """Return columns and rows; what a terminal without a size is taken for if it tells none."""
        try:
            size = os.get_terminal_size(self._descriptor)
        except OSError:
            return 80, 24
        return (size.columns or 80), (size.lines or 24)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Have it for the block; behind it the terminal is as it was."""
        self._stream = trio.lowlevel.FdStream(self._descriptor)
        before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # to give it back is right from the background, too
        try:
            self.take()
            yield
        finally:
            self.give_back()
            signal.signal(signal.SIGTTOU, before)
            self._stream.close()

    def take(self) -> None:
        """Switch to the other screen, and read keys one by one."""
        if self.is_taken:
            return
        try:
            saved = termios.tcgetattr(self._descriptor)
        except termios.error:
            return  # the terminal is gone: nobody sees what is drawn
        with suppress(termios.error):
            termios.tcsetattr(self._descriptor, termios.TCSANOW, _key_by_key(saved))
        self._saved = saved
        self._write_now(ENTER)

    def give_back(self) -> None:
        """Leave the terminal as it was found."""
        if self._saved is None:
            return
        self._write_now(LEAVE)
        with suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(self._descriptor, termios.TCSANOW, self._saved)
        self._saved = None

    async def read(self) -> bytes:
        """Return what was typed, none at the terminal's end."""
        assert self._stream is not None  # noqa: S101 - it is opened
        try:
            return await self._stream.receive_some(_READ_SIZE)
        except (trio.BrokenResourceError, OSError):
            return b""

    async def write(self, text: str) -> bool:
        """Write, and wait as long as the terminal is held; return whether it is still there."""
        assert self._stream is not None  # noqa: S101 - it is opened
        try:
            await self._stream.send_all(text.encode("utf-8", "replace"))
        except (trio.BrokenResourceError, OSError):
            return False
        return True

    def _write_now(self, text: str) -> None:
        data = text.encode()
        with suppress(OSError):
            while data and select.select([], [self._descriptor], [], _PATIENCE)[1]:
                data = data[os.write(self._descriptor, data) :]


def _key_by_key(attributes: list[int | list[bytes | int]]) -> list[int | list[bytes | int]]:
    """Return a terminal's attributes with keys that come one by one and are not shown.

    Ctrl-C stays a signal, so that it works whatever happens here; Ctrl-Z has to wait until the screen is given back.
    """
    input_modes, output_modes, control_modes, local_modes, ispeed, ospeed, characters = attributes
    assert isinstance(input_modes, int)  # noqa: S101 - as tcgetattr says
    assert isinstance(local_modes, int)  # noqa: S101 - as above
    assert isinstance(characters, list)  # noqa: S101 - as above
    keys = characters.copy()
    keys[termios.VSUSP] = _DISABLED
    keys[termios.VMIN], keys[termios.VTIME] = 1, 0
    input_modes &= ~(termios.IXON | termios.ICRNL)
    local_modes &= ~(termios.ICANON | termios.ECHO | termios.IEXTEN)
    return [input_modes, output_modes, control_modes, local_modes, ispeed, ospeed, keys]
