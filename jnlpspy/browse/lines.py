"""A list of any length of which only the lines on the screen are ever made; the ground of every pane."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from jnlpspy.view.theme import THEME

SHIFT = 8
"""Columns that a line moves to either side at a time."""

MOST_SHIFT = 400
"""A line has some hundred characters at most."""

UNDIMMED = Style(dim=False)
"""For the cursor's line: what is dim cannot be read on its ground."""

Part = tuple[str, str | Style]
"""A text and its style, or the name of one in our theme."""


class LineList(ScrollView, can_focus=True):
    """Lines with a cursor, moved by keys and mouse."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-list--cursor"}
    DEFAULT_CSS = """
    LineList {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        border-top: solid $panel;
        border-title-color: $text-muted;
        & .line-list--cursor { background: $surface-lighten-2; }
        &:focus { border-top: heavy $accent; border-title-color: $text; border-title-style: bold; }
        &:focus .line-list--cursor { background: $primary 50%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("pageup,ctrl+b", "turn(-1)", "page up", show=False),
        Binding("pagedown,space", "turn(1)", "page down", show=False),
        Binding("home,g", "first", "first", show=False),
        Binding("end,G", "last", "last", show=False),
        Binding("left", "shift(-1)", "left", show=False),
        Binding("right", "shift(1)", "right", show=False),
        Binding("enter", "choose", "open", show=False),
    ]

    class Moved(Message):
        """The cursor stands elsewhere."""

        def __init__(self, lines: "LineList") -> None:
            super().__init__()
            self.lines = lines

        @property
        def control(self) -> "LineList":
            """The list."""
            return self.lines

    class Chosen(Moved):
        """A line was chosen: by Enter, or by a click on it while the cursor was there."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual calls it
        super().__init__(id=id)
        self.cursor = 0
        self.takes_room = False
        """True if it is as high as it has lines."""
        self._shift = 0
        self._ground = self._cursor_style = Style.null()

    @abstractmethod
    def count(self) -> int:
        """Return the number of lines."""

    @abstractmethod
    def parts(self, place: int) -> Sequence[Part]:
        """Return a line, not shifted."""

    @property
    def fixed(self) -> int:
        """Columns at the left that stay where they are when lines are shifted."""
        return 0

    def grew(self) -> None:
        """There are more or other lines than before: draw them."""
        self.lengthen()
        self.refresh()

    def lengthen(self) -> None:
        """Lines were added at the end: draw them if they are seen."""
        number, known = self.count(), self.virtual_size.height
        self.cursor = max(0, min(self.cursor, number - 1))
        if number == known:
            return
        if self.takes_room:
            self.virtual_size = Size(self.size.width, number)
            return
        # were the size set as usual, Textual would arrange and draw the whole screen anew, ten times a second
        self.set_reactive(ScrollView.virtual_size, Size(self.size.width, number))
        if self.is_mounted:
            self.vertical_scrollbar.window_virtual_size = number
            if number < known:
                self.scroll_to(y=min(self.scroll_y, self.max_scroll_y), animate=False, immediate=True, force=True)
        if min(number, known) <= round(self.scroll_y) + self.size.height:
            self.refresh()

    def move_to(self, place: int, *, middle: bool = False) -> None:
        """Put the cursor on a line, and see to it that it is seen."""
        place = max(0, min(place, self.count() - 1))
        old, self.cursor = self.cursor, place
        self.reveal(place, middle=middle)
        if old != place:
            self.refresh_lines(old)
            self.refresh_lines(place)
            self.post_message(self.Moved(self))

    def reveal(self, place: int, *, middle: bool = False) -> None:
        """Scroll as little as needed to show a line; or, if it is not seen, to the middle."""
        height = max(1, self.scrollable_content_region.height)
        top = round(self.scroll_y)
        if top <= place < top + height:
            return
        target = place if place < top else place - height + 1
        if middle:
            target = place - height // 2
        self.scroll_to(y=max(0, target), animate=False, immediate=True, force=True)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Make some lines of the screen; to find out their ground takes as long as a line."""
        self._ground = self.rich_style
        self._cursor_style = self._ground + self.get_component_rich_style("line-list--cursor", partial=True)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Make one line of the screen."""
        width = self.size.width
        place = y + round(self.scroll_y)
        if place >= self.count():
            return Strip.blank(width, self._ground)
        at_cursor = place == self.cursor
        parts = (Segment(text, _style(style)) for text, style in self.parts(place) if text)
        strip = Strip(Segment.apply_style(parts, post_style=UNDIMMED if at_cursor else None))
        if self._shift:
            fixed = self.fixed
            strip = Strip.join([strip.crop(0, fixed), strip.crop(fixed + self._shift)])
        ground = self._cursor_style if at_cursor else self._ground
        return strip.crop_extend(0, width, None).apply_style(ground)

    def action_move(self, distance: int) -> None:
        """Move the cursor."""
        self.move_to(self.cursor + distance)

    def action_turn(self, pages: int) -> None:
        """Move the cursor by pages."""
        height = max(1, self.scrollable_content_region.height - 1)
        self.scroll_to(y=max(0, round(self.scroll_y) + pages * height), animate=False, immediate=True)
        self.move_to(self.cursor + pages * height)

    def action_first(self) -> None:
        """Move to the first line."""
        self.move_to(0)

    def action_last(self) -> None:
        """Move to the last line."""
        self.move_to(self.count() - 1)

    def action_shift(self, direction: int) -> None:
        """Move lines to the side."""
        self._shift = max(0, min(MOST_SHIFT, self._shift + direction * SHIFT))
        self.refresh()

    def action_choose(self) -> None:
        """Choose the line at the cursor."""
        if self.count():
            self.post_message(self.Chosen(self))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to where the mouse is; a second click there chooses."""
        offset = event.get_content_offset(self)
        place = 0 if offset is None else offset.y + round(self.scroll_y)
        if offset is None or place >= self.count():
            return
        if event.chain > 1:
            self.action_choose()
        else:
            self.move_to(place)
            self.clicked(place, offset.x)

    def clicked(self, place: int, column: int) -> None:
        """A line was clicked on."""


def cut(text: str, width: int) -> str:
    """Return a text that takes no more than so many columns."""
    if width <= 0:
        return ""
    if text.isascii():
        return text if len(text) <= width else f"{text[: width - 1]}…"
    shown = Text(text)
    shown.truncate(width, overflow="ellipsis")
    return shown.plain


def padded(text: str, width: int) -> str:
    """Return a text that takes just so many columns."""
    text = cut(text, width)
    return text + " " * (width - (len(text) if text.isascii() else Text(text).cell_len))


def _style(style: str | Style) -> Style:
    return style if isinstance(style, Style) else THEME.styles[style] if style else Style.null()
