"""Where a user's own words for callables come from: `--purposes`, and a file in the user's configuration folder."""

import os
from pathlib import Path

from jnlpspy.errors import CaptureError, UsageError
from jnlpspy.remoting.purposes import Purpose, Purposes, read_purposes

FILE_NAME = "purposes.toml"


def open_purposes(given: Path | None) -> Purposes:
    """Return what callables are for: as a given file says, then the user's own file if there is one, then ours.

    Raises:
        UsageError: the option names no file.
        CaptureError: a file cannot be read, or is not made as it should be.
    """
    files = []
    if given is not None:
        if not given.name:
            raise UsageError(f"--purposes: expected a file, got {str(given)!r}")
        files.append(_read(given))
    own = own_file()
    if own is not None:
        files.append(_read(own))
    return Purposes(*files)


def own_file() -> Path | None:
    """Return the user's own file; None if there is none."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    try:
        folder = Path(base) if Path(base).is_absolute() else Path.home() / ".config"
        file = folder / "jnlpspy" / FILE_NAME
        return file if file.exists() else None
    except (RuntimeError, OSError):  # no home, or one that is closed to us
        return None


def _read(file: Path) -> tuple[Purpose, ...]:
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise CaptureError(f"expected a readable file of purposes, got {error.strerror or error}: {file}") from error
    except UnicodeDecodeError as error:
        raise CaptureError(f"{file}: expected TOML in UTF-8, got {error.reason} at byte {error.start}") from error
    return read_purposes(text, str(file))
