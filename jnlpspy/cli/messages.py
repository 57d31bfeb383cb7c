"""Messages of a running relay, printed by a thread: a held terminal, or a reader that left, stops no traffic."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from jnlpspy.cli.wrapping import columns_of, wrap
from jnlpspy.model.describe import shorten

WAITING = 1000
"""Messages that may wait to be printed; beyond it the newest are only counted."""

LONGEST = 1000
"""Characters of a message; what peers sent stands in some of them."""

PATIENCE = 1.0
"""Seconds that what waits gets at the end."""

_STDERR = 2


class Messages:
    """Messages on their way to stderr."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._waiting: deque[str] = deque()
        self._changed = threading.Condition()
        self._left_out = 0
        self._closing = False
        # Not waited for at exit: nobody knows when a held terminal goes on.
        self._thread = threading.Thread(target=self._write_all, name="messages", daemon=True)
        self._thread.start()

    def say(self, text: str) -> None:
        """Take a message; never waits and never fails."""
        with self._changed:
            if len(self._waiting) < WAITING:
                self._waiting.append(shorten(text, LONGEST))
            else:
                self._left_out += 1
            self._changed.notify()

    def finish(self) -> None:
        """Let what waits be printed, for a while."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(PATIENCE)

    # In the thread

    def _write_all(self) -> None:
        while lines := self._next_lines():
            columns = columns_of(_STDERR)  # looked up each time: terminals are resized
            wrapped = (wrap(f"jnlpspy: {line}", columns) for line in lines)
            data = "".join(f"{line}\n" for line in wrapped).encode("utf-8", "backslashreplace")
            try:
                self._write(data)
            except OSError:
                return  # nobody reads any more

    def _next_lines(self) -> list[str]:
        """Return the messages to print, waiting for some; none at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            lines = [*self._waiting]
            if self._left_out:
                lines.append(f"{self._left_out} messages were left out: stderr took none")
            self._waiting.clear()
            self._left_out = 0
        return lines


@contextmanager
def open_messages() -> Iterator[Messages]:
    """Give messages to stderr, past Python's own buffer: at exit that would wait for a thread which is held."""
    messages = Messages(_write_stderr)
    try:
        yield messages
    finally:
        messages.finish()


def _write_stderr(data: bytes) -> None:
    while data:
        data = data[os.write(_STDERR, data) :]
