"""The relay's end of the analysis: a process that reads the capture stream, and that may hang or die as it likes."""

import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import trio

from jnlpspy.errors import NetworkError

BACKLOG = 64 * 1024 * 1024
"""Bytes that may wait for the analysis; beyond it packets are left out, which it sees as a gap."""

RESERVE = 1024 * 1024
"""Room kept for small blocks: without a connection's end its rows would stay on the screen for ever."""

SMALL = 256
"""Bytes of the largest small block: a FIN, a RST, an acknowledgement."""

PATIENCE = 5.0
"""Seconds the analysis gets at the end to read what waits and to finish what it prints."""

KILL_PATIENCE = 1.0
"""Seconds between asking it to go and ending it."""

_BATCH = 256 * 1024

NO_MORE: Mapping[str, str] = MappingProxyType({})
"""No environment besides ours."""


class Analysis:
    """The process and what waits for it."""

    def __init__(self, process: trio.Process, say: Callable[[str], None], pause: float = 0.0) -> None:
        """With a pause what comes within so many seconds is handed over together, which leaves traffic more time."""
        self.left_out = 0
        """Bytes it was not given: it was too slow, or gone."""
        self.exit_code: int | None = None
        """None while it runs."""
        self._process = process
        self._say = say
        self._pause = pause
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._is_late = False
        self._closing = False
        self._more = trio.Event()
        self._hurry = trio.Event()
        """Set if more must not be waited for."""
        self.gone = trio.Event()
        """Set once the process has ended."""

    @property
    def backlog(self) -> int:
        """Bytes that wait for it."""
        return self._size

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def write(self, blocks: bytes) -> None:
        """Take whole blocks, or leave them out; never waits."""
        limit = BACKLOG + RESERVE if len(blocks) <= SMALL else BACKLOG
        if self._closing or self.gone.is_set() or self._size + len(blocks) > limit:
            self._leave_out(blocks)
        else:
            self._waiting.append(blocks)
            self._size += len(blocks)
            self._more.set()
            if self._size >= _BATCH:
                self._hurry.set()

    async def run(self) -> None:
        """Feed the process until it is gone; `finish` ends it, cancelling does not."""
        with trio.CancelScope(shield=True):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._feed)
                code = self.exit_code = await self._process.wait()
                nursery.cancel_scope.cancel()
        self.left_out += self._size
        self._waiting.clear()
        self._size = 0
        self.gone.set()
        if not self._closing:
            self._say(f"the analysis ended ({describe_exit(code)}); traffic and record go on without it")

    async def finish(self) -> None:
        """Let it read what waits and finish, for some seconds; then end it."""
        self._closing = True
        self._more.set()
        self._hurry.set()
        with trio.move_on_after(PATIENCE):
            await self.gone.wait()
        for end in (self._process.terminate, self._process.kill):
            if not self.gone.is_set():
                end()
                with trio.move_on_after(KILL_PATIENCE):
                    await self.gone.wait()
        if self.left_out:
            self._say(f"the analysis was not given {self.left_out} bytes of the capture stream")

    async def _feed(self) -> None:
        stream = self._process.stdin
        assert stream  # noqa: S101 - it was asked for
        try:
            while self._waiting or not self._closing:
                if batch := self._next_batch():
                    await stream.send_all(batch)
                    self._size -= len(batch)
                else:
                    self._more = trio.Event()
                    await self._more.wait()
                    if self._pause:
                        await self._gather()
        except trio.BrokenResourceError:
            self._waiting.clear()  # it reads no more; its end is noticed where it is waited for
        finally:
            await stream.aclose()

    async def _gather(self) -> None:
        """Let more come, unless it is the end or a batch already."""
        if not self._closing and self._size < _BATCH:
            self._hurry = trio.Event()
            with trio.move_on_after(self._pause):
                await self._hurry.wait()

    def _next_batch(self) -> bytes:
        batch: list[bytes] = []
        size = 0
        while self._waiting and size < _BATCH:
            batch.append(self._waiting.popleft())
            size += len(batch[-1])
        return b"".join(batch)

    def _leave_out(self, blocks: bytes) -> None:
        self.left_out += len(blocks)
        if not self._is_late and not self.gone.is_set() and not self._closing:
            self._is_late = True
            self._say("the analysis does not keep up: it shows gaps from here on; traffic and record have none")


_RELAYS_TO_TAKE = (signal.SIGINT, signal.SIGTERM)
"""Signals that reach all of a terminal's foreground, and that are not for the analysis: it ends when its input does."""


async def start_analysis(
    command: Sequence[str],
    say: Callable[[str], None],
    environment: Mapping[str, str] = NO_MORE,
    descriptors: Sequence[int] = (),
    pause: float = 0.0,
) -> Analysis:
    """Start the process with a pipe to read from, with this environment and these descriptors besides ours.

    Raises:
        NetworkError: It cannot be started.
    """
    # A process begins with the signals blocked that are blocked in the thread that starts it, and trio takes the thread
    # that was idle last. Else a Ctrl-C for all of a terminal would end the analysis while it is still being loaded.
    await trio.to_thread.run_sync(signal.pthread_sigmask, signal.SIG_BLOCK, _RELAYS_TO_TAKE)
    try:
        process = await trio.lowlevel.open_process(
            command, stdin=subprocess.PIPE, env={**os.environ, **environment}, pass_fds=descriptors
        )
    except OSError as error:
        raise NetworkError(f"cannot start the analysis ({command[0]}): {error.strerror}") from error
    return Analysis(process, say, pause)


def describe_exit(code: int) -> str:
    """Return how a process ended, in words."""
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
