"""TLS keys that somebody logged, in the format that browsers, OpenSSL and Java agents for it write (SSLKEYLOGFILE)."""

import re
from pathlib import Path
from typing import Final

from jnlpspy.errors import CaptureError

LONGEST: Final = 64 * 1024 * 1024
"""Bytes of a file of keys."""

MOST_SECRETS: Final = 1_000_000
"""Of TLS 1.3 a session has four to six."""

_LINE: Final = re.compile(rb"([A-Z][A-Z0-9_]*) ([0-9a-fA-F]{64}) ((?:[0-9a-fA-F]{2}){1,128})")
_OTHER: Final = re.compile(rb"(?:#.*|RSA(?: Session-ID:\S*)? .*|)")
"""Comments, blank lines, and the older lines that name no client random."""


class KeyLog:
    """Secrets by their label and by the random number of the ClientHello."""

    def __init__(self) -> None:
        self._secrets: dict[tuple[str, bytes], bytes] = {}

    def __bool__(self) -> bool:
        return bool(self._secrets)

    def add(self, text: bytes) -> int | None:
        """Take the lines of a key log; return the number of the first that is none, if there is one."""
        wrong = None
        for number, line in enumerate(text.splitlines(), 1):
            found = _LINE.fullmatch(line.strip())
            if found and len(self._secrets) < MOST_SECRETS:
                label, random, secret = found.groups()
                self._secrets[label.decode(), bytes.fromhex(random.decode())] = bytes.fromhex(secret.decode())
            elif not found and wrong is None and not _OTHER.fullmatch(line.strip()):
                wrong = number
        return wrong

    def secret(self, label: str, random: bytes) -> bytes | None:
        """Return what the log has under a label for a ClientHello's random number of 32 bytes."""
        return self._secrets.get((label, random))

    def knows(self, random: bytes) -> bool:
        """Return whether any secret of that session is there."""
        return any((label, random) in self._secrets for label in ("CLIENT_RANDOM", "SERVER_HANDSHAKE_TRAFFIC_SECRET"))


def read_key_log(path: Path) -> KeyLog:
    """Return the keys in a file.

    Raises:
        CaptureError: It cannot be read, or is no key log.
    """
    try:
        with path.open("rb") as stream:
            text = stream.read(LONGEST + 1)
    except OSError as error:
        raise CaptureError(f"expected a TLS key log, got {error.strerror or error}: {path}") from error
    if len(text) > LONGEST:
        raise CaptureError(f"expected a TLS key log of at most {LONGEST} bytes, got more: {path}")
    log = KeyLog()
    wrong = log.add(text)
    if wrong is not None:  # it is not repeated: it may be a key
        raise CaptureError(
            f"expected `LABEL CLIENT_RANDOM SECRET` of a TLS key log, got another line, number {wrong}: {path}"
        )
    return log
