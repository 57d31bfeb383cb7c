"""Brings the messages of a job to the screen, a few at a time, without ever waiting for one."""

import asyncio
from collections.abc import Callable

from jnlpspy.browse.batches import Crashed, Finished, Message
from jnlpspy.browse.worker import Running

_AT_ONCE = 4
"""Messages that are taken before the keyboard is looked at again."""


class Feed:
    """A job that is listened to."""

    def __init__(self, running: Running, take: Callable[[Message], None]) -> None:
        self._running = running
        self._take = take
        self._loop = asyncio.get_running_loop()
        self._number = running.messages.fileno()
        self._is_over = False
        self._loop.add_reader(self._number, self._read)

    def stop(self) -> None:
        """End the job; nothing of it is heard any more."""
        if not self._is_over:
            self._is_over = True
            self._loop.remove_reader(self._number)
        self._running.stop()

    def _read(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                if self._is_over or not self._running.messages.poll():
                    return
                message = self._running.messages.recv()
            except (EOFError, OSError):
                message = Crashed("the process that reads the capture ended before its work was done")
            if isinstance(message, Finished | Crashed):
                self._is_over = True
                self._loop.remove_reader(self._number)
            self._take(message)
