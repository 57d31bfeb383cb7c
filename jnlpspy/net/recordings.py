"""The records of a run, one after another: begun and ended while traffic goes on."""

from collections.abc import Callable
from pathlib import Path

import trio

from jnlpspy.errors import UsageError
from jnlpspy.net.journal import Clock
from jnlpspy.net.record import Record, open_record

Say = Callable[[str], None]
Write = Callable[[bytes], None]


class Recordings:
    """Which record is written, and what came of those before it."""

    def __init__(self, first: Record | None, asked: Path | None, say: Say, clock: Clock) -> None:
        self.current = first
        self.last_name = first.name if first else ""
        self.failure = ""
        """Why the last one stopped by itself, or could not be begun; empty if it did not."""
        self._folder = _folder_of(asked)
        self._say = say
        self._clock = clock
        self._ended: list[Record] = []
        self._turn = trio.Lock()

    @property
    def is_writing(self) -> bool:
        """True while what is observed reaches a file."""
        return self.current is not None and not self.current.failure

    @property
    def trouble(self) -> str:
        """Why nothing is written; empty if that was asked for."""
        return self.current.failure if self.current is not None else self.failure

    @property
    def failures(self) -> list[str]:
        """Why records stopped before their end, those that did."""
        return [each.failure for each in self._all() if each.failure]

    @property
    def missing(self) -> int:
        """Bytes that did not reach their file."""
        return sum(each.missing for each in self._all() if each.failure or each is self.current)

    @property
    def backlog(self) -> int:
        """Bytes that wait for the disk."""
        return self.current.missing if self.current is not None and not self.current.failure else 0

    async def wait_room(self) -> None:
        """Wait while too much waits for the disk."""
        if self.current is not None:
            await self.current.wait_room()
        else:
            await trio.lowlevel.checkpoint()

    async def switch(self, join: Callable[[Write], None], leave: Callable[[Write], None]) -> None:
        """End the record that is written, or begin one, under a name that is free; traffic does not wait for that."""
        async with self._turn:
            if self.current is not None and not self.current.failure:
                leave(self.current.write)
                await self._end(self.current)
                return
            if self.current is not None:
                leave(self.current.write)
                await self._end(self.current)
            await self._begin(join)

    async def close(self) -> None:
        """Finish the record that is written."""
        with trio.CancelScope(shield=True):
            if self.current is not None:
                await self.current.close()

    async def _begin(self, join: Callable[[Write], None]) -> None:
        record, self.failure = await self._open()
        if record is None:
            self._say(self.failure)
            return
        self.current, self.last_name = record, record.name
        join(record.write)
        self._say(f"recording to {record.name}")

    async def _open(self) -> tuple[Record | None, str]:
        """Open a new record, or say why that cannot be."""
        try:
            if await trio.Path(self._folder).is_dir():
                return await open_record(self._folder, self._clock(), self._say), ""
        except UsageError as error:
            return None, str(error)
        except OSError as error:
            return None, f"cannot record in {self._folder}: {error.strerror}"
        return None, f"cannot record in {self._folder}: there is no such folder"  # and no file is to take its name

    async def _end(self, record: Record) -> None:
        self.current = None
        self._ended.append(record)
        await record.close()
        self.failure = record.failure
        if not record.failure:
            self._say(f"recorded in {record.name}")

    def _all(self) -> list[Record]:
        return [*self._ended, *([self.current] if self.current else [])]


def _folder_of(asked: Path | None) -> Path:
    """Return where records go that are begun later: beside the first one, or where the program was started."""
    if asked is None:
        return Path()
    return asked if asked.is_dir() else asked.parent
