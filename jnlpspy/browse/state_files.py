"""Small files that the browser keeps: written whole or not at all, read as far as they make sense."""

import os
import stat
import tempfile
from pathlib import Path


def read_text(path: Path, longest: int) -> str | None:
    """Return a file's text; None if there is none, or if it is not one of ours."""
    try:
        # in a folder that others write to it may be a pipe, for whose writer one would wait
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            data = file.read(longest + 1)
        return None if len(data) > longest else data.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def write_text(path: Path, text: str) -> None:
    """Put a text in a file's place at once, readable for its owner only.

    Raises:
        OSError: it cannot be written; the file is as it was.
    """
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    part = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
