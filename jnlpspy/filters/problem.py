"""What is wrong with a filter, where it is, and what was perhaps meant."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from jnlpspy.errors import UsageError

_SHOWN = 36
"""Characters shown to either side of the place: they fit a line, and the rest of a long filter does not help."""


class FilterError(UsageError):
    """A filter that means nothing; its text shows the filter with a caret at the place.

    Attributes:
        reason: What was expected, what came, and the nearest that is known.
        text: The filter.
        column: Where, from 0.
    """

    def __init__(self, reason: str, text: str, column: int) -> None:
        self.reason = _plain(reason)
        super().__init__(f"filter: {self.reason}\n{_point(text, column)}")
        self.text = text
        self.column = column


def nearest(word: str, known: Iterable[str], *also: str) -> str:
    """Return the clause that names what is known and near, and what else may be meant; "" if nothing is."""
    folded = {each.casefold(): each for each in known}
    near = [folded[each] for each in get_close_matches(word.casefold(), folded, n=3, cutoff=0.6)]
    meant = [f"`{each}`" for each in (*near, *also)]
    return f"; did you mean {' or '.join(meant)}?" if meant else ""


def _point(text: str, column: int) -> str:
    """Return the part of a text around a place, and below it a caret under the place."""
    start = max(0, column - _SHOWN)
    before, behind = text[start:column], text[column : column + _SHOWN]
    head = f"  {'…' if start else ''}{_plain(before)}"
    tail = f"{_plain(behind)}{'…' if column + _SHOWN < len(text) else ''}"
    return f"{head}{tail}\n{' ' * _cells(head)}^"


def _plain(text: str) -> str:
    """Return a text that stays on its line and cannot command the terminal."""
    return "".join(each if each.isprintable() else " " if each.isspace() else "\ufffd" for each in text)


def _cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(unicodedata.combining(each) != 0 for each in text)
