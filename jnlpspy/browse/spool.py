"""Packed blocks in a temporary file: what the index knows of events is read from it when it is looked at."""

import os
import zlib
from pathlib import Path
from typing import NamedTuple

from jnlpspy.browse.limits import MOST_SPOOLED
from jnlpspy.errors import CaptureError

_LEVEL = 1
"""The fastest: what recurs in every command is found by it as well."""


class Place(NamedTuple):
    """Where a block stands in the file."""

    offset: int
    length: int
    """Bytes as packed."""


class SpoolWriter:
    """Appends blocks."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("r+b", buffering=0)
        self._end = 0

    def append(self, data: bytes | bytearray) -> Place:
        """Pack a block and return where it is.

        Raises:
            CaptureError: the temporary folder takes no more.
        """
        packed = zlib.compress(data, _LEVEL)
        if self._end + len(packed) > MOST_SPOOLED:
            raise CaptureError(f"expected a capture whose index fits in {MOST_SPOOLED:,} bytes, got a longer one")
        try:
            self._write(packed)
        except OSError as error:
            told = error.strerror or str(error)
            raise CaptureError(f"expected room for the index in the temporary folder, got {told}") from error
        place = Place(self._end, len(packed))
        self._end += len(packed)
        return place

    def _write(self, packed: bytes) -> None:
        while packed:
            packed = packed[self._file.write(packed) :]

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class SpoolReader:
    """Reads blocks, from any thread."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)

    def read(self, place: Place) -> bytes:
        """Return a block's bytes."""
        return zlib.decompress(os.pread(self._file.fileno(), place.length, place.offset))

    def close(self) -> None:
        """Close the file."""
        self._file.close()
