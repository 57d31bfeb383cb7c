"""The record: whole blocks of a capture on their way to a file, by a thread, so that a slow disk stops nothing else."""

import os
import stat
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

import trio

from jnlpspy.errors import UsageError

BACKLOG = 64 * 1024 * 1024
"""Bytes that may wait for the disk before connections are slowed: half a second of a fast network."""

STALL = 10.0
"""Seconds in which a disk with a full backlog has to take something."""

CLOSING_PATIENCE = 10.0
"""Seconds the disk gets at the end for what still waits."""

_BATCH = 1024 * 1024
_BATCH_BUFFERS = 1024  # IOV_MAX


class Record:
    """A capture file being written. What it cannot take stops the record and never the traffic."""

    def __init__(self, descriptor: int, name: str, say: Callable[[str], None]) -> None:
        self.name = name
        self.failure = ""
        """Why it stopped before its end; empty if it did not."""
        self._descriptor = descriptor
        self._say = say
        self._offered = 0
        self._kept = 0
        self._waiting: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._moved = trio.Event()
        self._done = trio.Event()
        self._token = trio.lowlevel.current_trio_token()
        # Not one of trio's threads: those are waited for at exit, and a dead disk never lets go of its writer.
        threading.Thread(target=self._write_all, name="record", daemon=True).start()

    @property
    def missing(self) -> int:
        """Bytes that did not reach the file (yet)."""
        return self._offered - self._kept

    def write(self, blocks: bytes) -> None:
        """Take whole blocks; never waits."""
        self._offered += len(blocks)
        with self._changed:
            if not self.failure and not self._closing:
                self._waiting.append(blocks)
                self._changed.notify()

    async def wait_room(self) -> None:
        """Wait while too much waits for the disk; a disk that takes nothing for too long ends the record."""
        while self.missing > BACKLOG and not self.failure:
            moved = self._moved
            with trio.move_on_after(STALL) as patience:
                await moved.wait()
            if patience.cancelled_caught and not self.failure:
                self._stop(f"the disk took nothing for {STALL:g} s")

    async def close(self) -> None:
        """Write what waits, make it safe on the disk, and say if anything is missing."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        with trio.move_on_after(CLOSING_PATIENCE):
            await self._done.wait()
        if not self._done.is_set() and not self.failure:
            self._stop(f"the disk did not finish within {CLOSING_PATIENCE:g} s")
        if self.failure:
            self._say(
                f"the record {self.name} is incomplete: its last {self.missing} bytes are missing ({self.failure})"
            )

    def _stop(self, failure: str) -> None:
        with self._changed:
            if self.failure:
                return
            self.failure = failure
            self._waiting.clear()
            self._changed.notify()
        self._say(f"the record {self.name} stops here: {failure}; the traffic goes on unrecorded")
        self._note_move()

    def _note_move(self) -> None:
        self._moved.set()
        self._moved = trio.Event()

    def _note_end(self, failure: str) -> None:
        if failure:
            self._stop(failure)
        self._done.set()

    # In the thread

    def _write_all(self) -> None:
        failure = ""
        try:
            while batch := self._next_batch():
                self._write_batch(batch)
                self._tell(self._note_move)
            with suppress(OSError):  # pipes cannot
                os.fsync(self._descriptor)
        except OSError as error:
            failure = error.strerror or str(error)
        with suppress(OSError):
            os.close(self._descriptor)
        self._tell(lambda: self._note_end(failure))

    def _next_batch(self) -> list[bytes]:
        """Return blocks to write, waiting for some; none at the end."""
        batch: list[bytes] = []
        size = 0
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing or self.failure)
            while self._waiting and size < _BATCH and len(batch) < _BATCH_BUFFERS:
                batch.append(self._waiting.popleft())
                size += len(batch[-1])
        return batch

    def _write_batch(self, batch: list[bytes]) -> None:
        size = sum(map(len, batch))
        written = 0
        try:
            written = os.writev(self._descriptor, batch)
            while written < size:
                written += os.write(self._descriptor, b"".join(batch)[written:])
        except OSError:
            whole = _whole_bytes(batch, written)
            with suppress(OSError):  # only files can be cut
                os.ftruncate(self._descriptor, self._kept + whole)
            self._kept += whole
            raise
        self._kept += written

    def _tell(self, what: Callable[[], None]) -> None:
        with suppress(trio.RunFinishedError):
            self._token.run_sync_soon(what)


async def open_record(path: Path, started: float, say: Callable[[str], None]) -> Record:
    """Open a record; in a folder it is named after the time it was started. Raises UsageError.

    A FIFO is opened when its reader is there.
    """
    descriptor, name = await trio.to_thread.run_sync(_open, path, started, abandon_on_cancel=True)
    return Record(descriptor, name, say)


def _open(path: Path, started: float) -> tuple[int, str]:
    try:
        if path.is_dir():
            return _open_new(path, datetime.fromtimestamp(started, UTC))
        with suppress(FileExistsError):
            return os.open(path, _NEW, 0o600), str(path)
        descriptor = os.open(path, os.O_WRONLY)
        try:
            _take_over(descriptor, path)
        except BaseException:
            os.close(descriptor)
            raise
    except OSError as error:
        raise UsageError(f"cannot record to {path}: {error.strerror}") from error
    return descriptor, str(path)


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def _take_over(descriptor: int, path: Path) -> None:
    """Make sure that what existed before is ours and empty, as far as it is a file; judged by what was opened."""
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        return
    if found.st_size:
        raise UsageError(f"cannot record to {path}: it exists and holds {found.st_size} bytes; name a new file")
    if found.st_uid != os.geteuid():
        raise UsageError(f"cannot record to {path}: it exists and belongs to another user; name a new file")
    os.fchmod(descriptor, 0o600)


def _open_new(folder: Path, started: datetime) -> tuple[int, str]:
    """Create a file of a name that is free, also if another run looks for one at the same moment."""
    stem = f"jnlpspy-{started:%Y%m%dT%H%M%SZ}"
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    while True:
        path = folder / f"{next(names)}.pcapng"
        with suppress(FileExistsError):
            return os.open(path, _NEW, 0o600), str(path)


def _whole_bytes(batch: list[bytes], written: int) -> int:
    """Return the length of the blocks that are whole among the bytes written."""
    whole = 0
    for blocks in batch:
        if whole + len(blocks) > written:
            break
        whole += len(blocks)
    return whole
