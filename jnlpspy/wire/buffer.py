"""A byte queue with absolute offsets: what one side sent and no reader has taken yet."""

import re


class ByteQueue:
    """Bytes in order; appended at the end, taken from the front."""

    __slots__ = ("_data", "_pattern", "_scanned", "ended", "offset", "taken")

    def __init__(self) -> None:
        self._data = bytearray()
        self._pattern: re.Pattern[bytes] | None = None
        self._scanned = 0
        self.offset = 0
        """Offset of the first unread byte in the sender's stream."""
        self.ended = False
        """True once the sender will send no more."""
        self.taken = b""
        """What was taken last: the bytes that an error is about."""

    def __len__(self) -> int:
        """Return the number of unread bytes."""
        return len(self._data)

    def append(self, data: bytes) -> None:
        """Add what the sender sent next."""
        self._data += data
        self.ended = False  # an end that bytes follow was none

    def peek(self, size: int, start: int = 0) -> bytes:
        """Return up to `size` bytes from `start` on without taking them."""
        return bytes(self._data[start : start + size])

    def take(self, size: int) -> bytes:
        """Take exactly `size` bytes, which must be there."""
        taken = bytes(self._data[:size])
        del self._data[:size]
        self.offset += size
        self._scanned = max(0, self._scanned - size)
        self.taken = taken
        return taken

    def replace(self, data: bytes) -> None:
        """Put other bytes in the place of the unread ones: as many, deciphered."""
        self._data[:] = data
        self._scanned = 0

    def search(self, pattern: re.Pattern[bytes], longest: int) -> tuple[int, int] | None:
        """Return where the first match of a pattern begins and ends; no match is longer than `longest`.

        What was looked through for a pattern is not looked through again: byte by byte costs no more than at once.
        """
        if pattern is not self._pattern:
            self._pattern, self._scanned = pattern, 0
        found = pattern.search(self._data, self._scanned)
        if found is None:
            self._scanned = max(self._scanned, len(self._data) - longest + 1)
            return None
        self._scanned = found.start()
        return found.span()

    def clear(self) -> int:
        """Drop all unread bytes and return how many there were."""
        dropped = len(self._data)
        self.take(dropped)
        self.taken = b""
        return dropped
