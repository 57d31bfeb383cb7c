"""Messages on a terminal: wrapped between words, where the terminal itself would break them."""

import os
import textwrap

NARROWEST = 20
"""Columns below which wrapping helps nobody."""


def wrap(text: str, columns: int | None, *, indent: str = "  ") -> str:
    """Return a text with each of its lines wrapped to columns; None, where there is no terminal, leaves it as it is.

    Lines keep their own indent. What is longer than a line, such as a path, stays whole.
    """
    if columns is None or columns < NARROWEST:
        return text
    return "\n".join(_wrap_line(line, columns, indent) for line in text.split("\n"))


def _wrap_line(line: str, columns: int, indent: str) -> str:
    if len(line) <= columns:
        return line
    own = line[: len(line) - len(line.lstrip())]
    behind = own + indent if len(own + indent) <= columns // 2 + 1 else "  "  # else there is no room behind it
    wrapped = textwrap.wrap(
        line,
        columns,
        subsequent_indent=behind,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )
    return "\n".join(wrapped)


def columns_of(descriptor: int) -> int | None:
    """Return the width of the terminal behind a file descriptor; None if it is none."""
    try:
        return os.get_terminal_size(descriptor).columns
    except OSError:
        return None
