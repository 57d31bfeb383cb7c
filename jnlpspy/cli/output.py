"""Where a command writes: standard output, or a file that is there whole or not at all."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO

from jnlpspy.errors import UsageError

STANDARD_OUTPUT = Path("-")


@contextmanager
def open_output(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """Yield a stream whose bytes are at the end in the file, which only its owner can read; `-` is standard output.

    A file that has content is replaced only by `force`, and by nothing if what is written is not finished.

    Raises:
        UsageError: The file cannot be written, or has content.
    """
    import tempfile

    if path == STANDARD_OUTPUT:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        if path.exists() and not path.is_file():  # a pipe, a terminal
            with path.open("wb") as stream:
                yield stream
            return
        held = path.stat().st_size if path.exists() else 0
        if held and not force:
            raise UsageError(f"cannot write {path}: it exists and holds {held} bytes; name a new file, or add --force")
        target = Path(os.path.realpath(path))
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
    try:
        with open(descriptor, "wb") as stream:  # noqa: PTH123 - a descriptor, which tempfile made for its owner only
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


@contextmanager
def as_text(stream: BinaryIO) -> Iterator[TextIO]:
    """Yield a text stream in UTF-8 over bytes, with line ends and unpaired surrogates the same on every system."""
    text = io.TextIOWrapper(stream, "utf-8", errors="backslashreplace", newline="\n", write_through=False)
    try:
        yield text
        text.flush()
    finally:
        with suppress(OSError, ValueError):
            text.detach()
