"""Drives a command in a terminal as a person does: types, resizes, and reads what the screen shows."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import pyte
import pyte.screens
from commands import environment

DEADLINE = 60.0
"""Seconds after which a wait has failed; none is meant to need a tenth of it."""

READ_SIZE = 65536

TAKE_TERMINAL = "import fcntl,os,sys,termios;fcntl.ioctl(0,termios.TIOCSCTTY,0);os.execvp(sys.argv[1],sys.argv[1:])"
"""What the new process does first: as in a real terminal, Ctrl-C and changes of size are signalled to it."""

TMUX_SETTINGS = """\
set -g status off
set -s escape-time 0
set -g default-terminal tmux-256color
set -as terminal-overrides ',*:indn@:rin@:rep@'
"""
"""All rows for the program, Escape at once, and no sequences that pyte does not know."""

_ALTERNATE = frozenset(mode << 5 for mode in (47, 1047, 1049))
"""DEC private modes, as pyte keeps them, that swap the screen for another one."""

_UNKNOWN_TO_PYTE = re.compile(
    rb"\x1b\[(?:[<=>][0-?]*|\?[0-?]*(?=[^0-?hlcJK])|[0-9;]*:[0-?]*)[ -/]*[@-~]"  # queries, keyboard modes, colons
    rb"|\x1b[P_^][^\x1b]*\x1b\\"  # texts for the terminal's machinery
)
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|[P_^][^\x1b]*\x1b?)?\Z")


class Key(StrEnum):
    """What keys send, as xterm and its heirs."""

    UP = "\x1b[A"
    DOWN = "\x1b[B"
    RIGHT = "\x1b[C"
    LEFT = "\x1b[D"
    HOME = "\x1b[H"
    END = "\x1b[F"
    PAGE_UP = "\x1b[5~"
    PAGE_DOWN = "\x1b[6~"
    DELETE = "\x1b[3~"
    ENTER = "\r"
    TAB = "\t"
    ESCAPE = "\x1b"
    BACKSPACE = "\x7f"
    CTRL_C = "\x03"
    CTRL_Z = "\x1a"


class Screen(pyte.Screen):
    """A terminal's screen with the second one that full-screen programs draw on, and a voice to answer queries."""

    def __init__(self, columns: int, rows: int, answer: Callable[[bytes], None]) -> None:
        self.swaps = 0
        self._kept: Any = None  # the buffer is of a private type of pyte's
        self._answer = answer
        super().__init__(columns, rows)

    def set_mode(self, *modes: int, **kwargs: bool) -> None:
        before = self.alternate
        super().set_mode(*modes, **kwargs)
        if self.alternate and not before:
            self.swaps += 1
            self._kept = deepcopy(self.buffer), self.cursor.x, self.cursor.y
            self.buffer.clear()

    def reset_mode(self, *modes: int, **kwargs: bool) -> None:
        before = self.alternate
        super().reset_mode(*modes, **kwargs)
        if before and not self.alternate:
            self.buffer, self.cursor.x, self.cursor.y = self._kept

    def select_graphic_rendition(self, *attrs: int) -> None:
        """Keep dim as blink, for pyte does not know it, and nothing of ours blinks."""
        numbers = iter(attrs or (0,))
        known = []
        for number in numbers:
            if number in {38, 48}:  # a colour follows, as `5;N` or `2;R;G;B`
                kind = next(numbers, 0)
                known += [number, kind, *(next(numbers, 0) for _ in range(1 if kind == 5 else 3))]
            else:
                known += {2: (5,), 22: (22, 25)}.get(number, (number,))
        super().select_graphic_rendition(*known)

    def write_process_input(self, data: str) -> None:
        self._answer(data.encode())

    @property
    def alternate(self) -> bool:
        """True if a full-screen program has the screen."""
        return not _ALTERNATE.isdisjoint(self.mode)


class Terminal:
    """A command in a pseudo-terminal; as a context manager it ends the command, and gives the terminal back."""

    def __init__(
        self,
        command: Sequence[str],
        home: Path,
        *,
        columns: int = 80,
        rows: int = 24,
        more: Mapping[str, str] = MappingProxyType({}),
        cwd: Path | None = None,
    ) -> None:
        self._master, self._slave = pty.openpty()
        self.output = bytearray()
        self.screen = Screen(columns, rows, self._send)
        self._stream = pyte.ByteStream(self.screen)
        self._unfed = b""
        self.resize(columns, rows)
        self.attributes_before = self.attributes
        variables = {**environment(home, {}), "TERM": "xterm-256color", "LANG": "C.UTF-8", **more}
        variables.pop("COLUMNS", None)
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-IS", "-c", TAKE_TERMINAL, *command],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            env=variables,
            cwd=cwd or home,
            start_new_session=True,
        )
        self._end = os.pidfd_open(self._process.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for descriptor in (self._master, self._slave, self._end):
            os.close(descriptor)

    @property
    def pid(self) -> int:
        """The command's process."""
        return self._process.pid

    @property
    def lines(self) -> list[str]:
        """What the screen shows, without blanks at the lines' ends."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(self.lines).rstrip("\n")

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self.screen.columns, self.screen.lines

    @property
    def full_screen(self) -> bool:
        """True while the alternate screen is shown."""
        return self.screen.alternate

    @property
    def was_full_screen(self) -> bool:
        """True if the alternate screen was shown at any time."""
        return self.screen.swaps > 0

    @property
    def cursor_shown(self) -> bool:
        """True if the cursor can be seen."""
        return not self.screen.cursor.hidden

    @property
    def attributes(self) -> list[Any]:
        """The terminal's settings: echo, line mode, signals, characters."""
        return termios.tcgetattr(self._slave)

    @property
    def left_as_found(self) -> bool:
        """True if nothing of a full-screen program is left behind: screen, cursor, settings, mouse, paste."""
        modes = {mode >> 5 for mode in self.screen.mode}
        asks = modes & {1000, 1002, 1003, 1004, 1006, 1015, 2004}
        return not self.full_screen and self.cursor_shown and not asks and self.attributes == self.attributes_before

    def type(self, keys: str) -> None:
        """Type characters or keys."""
        self._send(keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Change the size; the kernel signals it to the command."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the command, by its id."""
        self._process.send_signal(number)

    def wait_for(self, *texts: str) -> str:
        """Wait until the screen shows all texts, and return what it shows."""
        return self.wait_until(lambda shown: all(text in shown for text in texts), f"the screen to show {texts}")

    def wait_until(self, holds: Callable[[str], object], wanted: str = "") -> str:
        """Wait until something holds of what the screen shows, and return that."""
        deadline = time.monotonic() + DEADLINE
        while not holds(self.text):
            if not self._read(deadline) and not holds(self.text):
                raise AssertionError(self._told(wanted or "the screen to be as wanted", deadline))
        return self.text

    def wait_for_rest(self, pause: float) -> str:
        """Wait until nothing was drawn for so long; good for pictures, not for tests: a busy machine pauses too."""
        while self._read(time.monotonic() + pause):
            pass
        return self.text

    def wait_for_exit(self) -> int:
        """Wait until the command ended, and return its exit code; a negative one is the signal that ended it."""
        deadline = time.monotonic() + DEADLINE
        while self._read(deadline):
            pass
        if not self._ended():
            raise AssertionError(self._told("the command to end", deadline))
        return self._process.wait()

    def _read(self, deadline: float) -> bool:
        """Wait for output and show it; False where none comes any more, or not in time."""
        left = max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select([self._master, self._end], [], [], left)
        if self._master not in ready:
            ready, _, _ = select.select([self._master], [], [], 0)  # what it wrote just before its end
        if self._master not in ready:
            return False
        data = os.read(self._master, READ_SIZE)
        self.output += data
        self._show(data)
        return True

    def _show(self, data: bytes) -> None:
        data = self._unfed + data
        unfinished = _UNFINISHED.search(data)
        end = unfinished.start() if unfinished else len(data)
        self._unfed = data[end:]
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data[:end]))

    def _ended(self) -> bool:
        return bool(select.select([self._end], [], [], 0)[0])

    def _send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._master, data) :]

    def _told(self, wanted: str, deadline: float) -> str:
        why = "the command ended" if self._ended() else "nothing came any more"
        why = f"{DEADLINE:g} s passed" if time.monotonic() >= deadline else why
        frame = "-" * self.screen.columns
        return f"waited for {wanted}, but {why}; the screen:\n{frame}\n{self.text}\n{frame}"


@contextmanager
def in_tmux(
    command: Sequence[str],
    home: Path,
    *,
    columns: int = 80,
    rows: int = 24,
    more: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Terminal]:
    """Run a command in a tmux of its own, in a terminal: keys and drawing pass through both.

    The tmux ends with the command, at the latest with the block.
    """
    settings = home / "tmux.conf"
    settings.write_text(TMUX_SETTINGS, "utf-8")
    tmux = ["tmux", "-S", str(home / "tmux.socket")]
    outside = [*tmux, "-f", str(settings), "new-session", "-x", str(columns), "-y", str(rows), *command]
    with Terminal(outside, home, columns=columns, rows=rows, more=more) as terminal:
        try:
            yield terminal
        finally:
            with contextlib.suppress(subprocess.TimeoutExpired):
                subprocess.run(  # noqa: S603 - the tmux started above, by its own socket
                    [*tmux, "kill-server"], check=False, capture_output=True, timeout=DEADLINE
                )
