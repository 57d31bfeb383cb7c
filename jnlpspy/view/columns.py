"""Aligned columns: fitted to a terminal by shortening what may be shortened, whole in a pipe."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from jnlpspy.model.tap import Side
from jnlpspy.view.rows import ARROWS, print_line

_BOUNDARY = re.compile(r"[.$/](?=\w)")
_BRANCH = re.compile(r" *└\?? ")

GAP = 2
"""Spaces between columns."""


SENDERS = {Side.AGENT: "agent", Side.CONTROLLER: "contr"}
"""What a narrow column calls the sides."""


class Cut(Enum):
    """How the cells of a column are shortened when the terminal is too narrow."""

    NEVER = auto()
    END = auto()
    MIDDLE = auto()
    """For class names: the package and the class both say something."""


@dataclass(frozen=True, slots=True)
class Column:
    """How a column looks."""

    title: str
    right: bool = False
    """Numbers stand on the right, so that their digits do under each other."""
    cut: Cut = Cut.NEVER
    least: int = 0
    """Cells that are left of a column at least when it is shortened."""
    rare: bool = False
    """True if a terminal has no room for it while all of it is empty."""


def print_table(console: Console, columns: Sequence[Column], rows: Sequence[Sequence[Text]]) -> None:
    """Print rows under their columns' titles."""
    if console.file.isatty():
        kept = [index for index, column in enumerate(columns) if not column.rare or any(row[index] for row in rows)]
        columns, rows = [columns[index] for index in kept], [[row[index] for index in kept] for row in rows]
    titles = [Text(column.title, "heading") for column in columns]
    widths = [max(cell_len(row[index].plain) for row in (titles, *rows)) for index in range(len(columns))]
    if console.file.isatty():
        widths = fit(columns, widths, console.width)
    for row in (titles, *rows):
        print_row(console, columns, widths, row)


def print_row(console: Console, columns: Sequence[Column], widths: Sequence[int], row: Sequence[Text]) -> None:
    """Print one row; a cell wider than its column is shortened on a terminal and stays whole in a pipe."""
    shortened = console.file.isatty()
    line = Text()
    for column, width, cell in zip(columns, widths, row, strict=True):
        shown = _shorten(cell, width, column.cut) if shortened else cell
        padding = " " * (width - cell_len(shown.plain))
        line += Text.assemble(" " * (GAP if line else 0), *((padding, shown) if column.right else (shown, padding)))
    line.rstrip()
    print_line(console, line)


def sender_cell(side: Side | None) -> Text:
    """Return who sent something as a short word in their colour."""
    return Text() if side is None else Text(SENDERS[side], ARROWS[side][1])


def fit(columns: Sequence[Column], widths: Sequence[int], available: int) -> list[int]:
    """Return widths that fit, taken from the widest of the columns that may be shortened."""
    fitted = [min(width, available) for width in widths]
    excess = sum(fitted) + GAP * (len(fitted) - 1) - available
    while excess > 0:
        spare = [
            0 if column.cut is Cut.NEVER else width - max(column.least, len(column.title))
            for column, width in zip(columns, fitted, strict=True)
        ]
        index = max(range(len(fitted)), key=lambda each: (spare[each] > 0, fitted[each] * (spare[each] > 0)))
        if spare[index] <= 0:
            break
        fitted[index] -= 1
        excess -= 1
    return fitted


def cut_middle(text: str, width: int) -> str:
    """Return text with its middle left out; of a class name whole words stay, and rather the last ones."""
    if len(text) <= width:
        return text
    branch = _BRANCH.match(text)
    if branch is not None:
        return branch[0] + cut_middle(text[branch.end() :], width - branch.end())
    first = _BOUNDARY.search(text)
    for boundary in _BOUNDARY.finditer(text):
        for start in (text[: first.start()] if first else "", ""):
            shortened = f"{start}…{text[boundary.end() :]}"
            if len(shortened) <= width:
                return shortened
    tail = (width - 1) * 2 // 3
    return f"{text[: width - 1 - tail]}…{text[len(text) - tail :]}"


def _shorten(cell: Text, width: int, cut: Cut) -> Text:
    if cell_len(cell.plain) <= width or cut is Cut.NEVER:
        return cell
    shown = Text(cut_middle(cell.plain, width), cell.style) if cut is Cut.MIDDLE else cell.copy()
    shown.truncate(width, overflow="ellipsis")
    return shown
