"""The TLS keys of our own legs, for a capture that is to be decrypted by others; they touch no disk."""

import os
import ssl
from contextlib import suppress


class KeyLog:
    """Collects what OpenSSL logs for the contexts that were added; the caller closes it."""

    def __init__(self) -> None:
        # A pipe, as OpenSSL writes to paths only; one handshake logs some 700 bytes, and it is drained at each step.
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)

    def add(self, context: ssl.SSLContext) -> None:
        """Collect the keys of all connections of a context."""
        context.keylog_filename = f"/dev/fd/{self._writer}"

    def drain(self) -> bytes:
        """Return the lines that came up since."""
        text = b""
        with suppress(BlockingIOError):
            text = os.read(self._reader, 1 << 16)
        return b"".join(line for line in text.splitlines(keepends=True) if not line.startswith(b"#"))

    def close(self) -> None:
        """Let go of the pipe."""
        os.close(self._reader)
        os.close(self._writer)
