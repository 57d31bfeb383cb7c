"""Lines to what a terminal is sent: only those that changed, so that nothing flickers and little is sent."""

from collections.abc import Sequence

from rich.color import ColorSystem
from rich.console import Console
from rich.text import Text

_COLOR_SYSTEMS = {
    "standard": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "truecolor": ColorSystem.TRUECOLOR,
    "windows": ColorSystem.WINDOWS,
}

CLEAR = "\x1b[0m\x1b[2J"


class Frames:
    """Remembers what stands on the screen."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._colors = _COLOR_SYSTEMS.get(console.color_system or "")
        self._shown: list[Text] = []

    def forget(self) -> None:
        """Take it that nothing stands there: the next frame is whole."""
        self._shown = []

    def render(self, lines: Sequence[Text]) -> str:
        """Return what brings these lines to the screen; nothing if they stand there."""
        whole = len(lines) != len(self._shown)
        pieces = [CLEAR] if whole else []
        for row, line in enumerate(lines, start=1):
            if whole or not _same(line, self._shown[row - 1]):
                pieces.append(f"\x1b[{row};1H{self._encode(line)}\x1b[0m")
        self._shown = list(lines)
        return "".join(pieces)

    def _encode(self, line: Text) -> str:
        """Return a line with its styles."""
        line.end = ""
        pieces = []
        for text, style, _ in line.render(self._console):
            if style is None or self._console.no_color:
                style = style.without_color if style is not None else None  # noqa: PLW2901 - as NO_COLOR asks
            pieces.append(text if style is None else style.render(text, color_system=self._colors))
        return "".join(pieces)


def _same(line: Text, other: Text) -> bool:
    return line.plain == other.plain and line.spans == other.spans and line.style == other.style
