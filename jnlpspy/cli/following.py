"""Reads a file that is still being written, as `tail -f` does."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from jnlpspy.errors import CaptureError

PAUSE = 0.2
"""Seconds between two looks at a file that has not grown: nobody notices less, and it costs nothing."""


@contextmanager
def follow_file(path: Path, on_wait: Callable[[], None] | None = None) -> Iterator["FollowedFile"]:
    """Open a file that is still being written; it is closed at the end of the block.

    `on_wait` is called each time before the file is waited for.

    Raises:
        CaptureError: It cannot be opened.
    """
    with ExitStack() as resources:
        try:
            stream = resources.enter_context(path.open("rb"))
        except OSError as error:
            raise CaptureError(f"expected a capture that can be read at {path}: {error.strerror or error}") from error
        yield FollowedFile(stream, path, on_wait)


class FollowedFile:
    """A file without an end: reading waits until it has grown.

    Whoever replaces it or cuts it off ends it: what was read before is then all there is to know of its sessions.
    """

    def __init__(self, stream: BinaryIO, path: Path, on_wait: Callable[[], None] | None = None) -> None:
        self._stream = stream
        self._path = path
        self._on_wait = on_wait

    def read(self, size: int) -> bytes:
        """Return what there is, at least one byte and at most `size`.

        Raises:
            CaptureError: The file was replaced, removed or cut off.
        """
        while not (data := self._stream.read(size)) and size:
            self._check()
            if self._on_wait is not None:
                self._on_wait()
            time.sleep(PAUSE)
        return data

    def _check(self) -> None:
        opened = os.fstat(self._stream.fileno())
        if opened.st_size < self._stream.tell():
            raise CaptureError(
                f"expected the capture to grow, got a file cut off to {opened.st_size} bytes: {self._path}"
            )
        try:
            now = self._path.stat()
        except OSError:
            raise CaptureError(f"expected the capture to grow, but it was removed: {self._path}") from None
        if (now.st_dev, now.st_ino) != (opened.st_dev, opened.st_ino):
            raise CaptureError(f"expected the capture to grow, but another file took its place: {self._path}")
