"""Filters that were used before, kept in the user's state folder; what may be a secret is not."""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from jnlpspy.browse.limits import LONGEST_FILTER, MOST_HISTORY
from jnlpspy.browse.state_files import read_text, write_text
from jnlpspy.model.secret import Secret

_SECRET = re.compile(r"[0-9a-fA-F]{32,}|[A-Za-z0-9+/=_-]{40,}")
"""Agents' secrets have 64 hex digits; so long a word of letters and digits is no class's name."""


class History:
    """Filters, the latest first."""

    def __init__(self, path: Path, secrets: Iterable[Secret] = ()) -> None:
        self._path = path
        self._secrets = [secret.value for secret in secrets]
        text = read_text(path, MOST_HISTORY * (LONGEST_FILTER * 4 + 1)) or ""
        self.filters = [line for line in text.splitlines() if self._may_keep(line)][:MOST_HISTORY]

    def add(self, text: str) -> None:
        """Remember a filter that was used; if it cannot be kept in the folder, then until the end."""
        if not self._may_keep(text):
            return
        self.filters = [text, *(each for each in self.filters if each != text)][:MOST_HISTORY]
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_text(self._path, "".join(f"{each}\n" for each in self.filters))

    def _may_keep(self, text: str) -> bool:
        secret = any(each in text for each in self._secrets) or _SECRET.search(text)
        return bool(text.strip()) and text.isprintable() and len(text) <= LONGEST_FILTER and not secret
