"""Pieces of text as wide as they are to be: cut, filled, aligned, without anything that commands the terminal."""

from rich.cells import cell_len
from rich.text import Text

from jnlpspy.view.rows import without_controls


def cell(text: str | Text, width: int, style: str = "", *, right: bool = False) -> Text:
    """Return text in exactly so many columns."""
    shown = without_controls(Text(text, style, end="") if isinstance(text, str) else text)
    shown = _one_line(shown)
    length = cell_len(shown.plain)
    if length == width:
        return shown
    if length > width:
        shown = shown.copy()
        shown.truncate(max(0, width), overflow="ellipsis" if width > 1 else "crop")
        length = cell_len(shown.plain)
    padding = " " * (width - length)
    return Text(padding, end="") + shown if right else shown + Text(padding, end="")


def spread(left: Text, right: Text, width: int) -> Text:
    """Return two texts at both ends of a line; where there is no room for both the right one stays."""
    room = width - cell_len(right.plain)
    if room <= 0:
        return cell(right, width)
    return cell(left, room) + without_controls(right)


def rule(title: Text, told: Text, width: int) -> Text:
    """Return a panel's title on a line of its own."""
    line = Text.assemble(("── ", "live.rule"), title, (" ", ""))
    behind = Text.assemble((" ", ""), told, (" ──", "live.rule")) if told.plain else Text("", end="")
    room = width - cell_len(behind.plain)
    line = _one_line(without_controls(line))
    if cell_len(line.plain) > room:
        line.truncate(max(0, room), overflow="ellipsis")
    filling = room - cell_len(line.plain)
    return line + Text("─" * max(0, filling), "live.rule") + without_controls(behind)


def _one_line(text: Text) -> Text:
    if "\n" not in text.plain:
        return text
    line = text.copy()
    line.plain = line.plain.replace("\n", " ")
    return line
