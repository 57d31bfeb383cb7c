"""A byte queue with absolute offsets: what one side sent and no reader has taken yet."""


class ByteQueue:
    """Bytes in order; appended at the end, taken from the front."""

    __slots__ = ("_data", "_scanned", "ended", "offset")

    def __init__(self) -> None:
        self._data = bytearray()
        self._scanned = 0
        self.offset = 0
        """Offset of the first unread byte in the sender's stream."""
        self.ended = False
        """True once the sender will send no more."""

    def __len__(self) -> int:
        """Return the number of unread bytes."""
        return len(self._data)

    def append(self, data: bytes) -> None:
        """Add what the sender sent next."""
        self._data += data

    def peek(self, size: int, start: int = 0) -> bytes:
        """Return up to `size` bytes from `start` on without taking them."""
        return bytes(self._data[start : start + size])

    def take(self, size: int) -> bytes:
        """Take exactly `size` bytes, which must be there."""
        taken = bytes(self._data[:size])
        del self._data[:size]
        self.offset += size
        self._scanned = 0
        return taken

    def find(self, pattern: bytes) -> int:
        """Return where a pattern begins, or -1; bytes looked through before are not looked through again.

        Between two takes the same pattern must be asked for.
        """
        found = self._data.find(pattern, self._scanned)
        self._scanned = max(0, len(self._data) - len(pattern) + 1) if found < 0 else found
        return found

    def clear(self) -> int:
        """Drop all unread bytes and return how many there were."""
        return len(self.take(len(self._data)))
