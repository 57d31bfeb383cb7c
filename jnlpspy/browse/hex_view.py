"""The bytes of an event as a hexdump, those of the field at the tree's cursor lit."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from jnlpspy.model.trace import Node
from jnlpspy.view.theme import THEME


class HexView(ScrollView, can_focus=True):
    """Lines of 16 or 8 bytes, made as they are seen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"hex-view--lit"}
    DEFAULT_CSS = """
    HexView {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        border-top: solid $panel;
        border-title-color: $text-muted;
        & .hex-view--lit { background: $warning; color: black; }
        &:focus { border-top: heavy $accent; border-title-color: $text; border-title-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "up", show=False),
        Binding("down,j", "scroll_down", "down", show=False),
        Binding("home,g", "scroll_home", "first", show=False),
        Binding("end,G", "scroll_end", "last", show=False),
    ]

    class Picked(Message):
        """A byte was clicked on."""

        def __init__(self, offset: int) -> None:
            super().__init__()
            self.offset = offset

    def __init__(self) -> None:
        super().__init__(id="hex")
        self.data = b""
        self.start = 0
        """Offset of the first byte in its sender's stream."""
        self.lit = (0, 0)
        """Offsets of the bytes that are lit."""
        self._ground = self._lit = Style.null()

    @property
    def width(self) -> int:
        """Bytes of a line."""
        return 16 if self.size.width >= self._columns(16) else 8

    def show(self, data: bytes, start: int) -> None:
        """Show other bytes."""
        self.data, self.start, self.lit = data, start, (0, 0)
        self._lay_out()
        self.scroll_to(y=0, animate=False, immediate=True)

    def light(self, node: Node | None) -> None:
        """Light the bytes of a piece, and scroll to where they begin."""
        self.lit = (0, 0) if node is None else (node.start, node.end)
        height = max(1, self.scrollable_content_region.height)
        if node is not None:
            first = (node.start - self.start) // self.width
            last = max(first, (node.end - 1 - self.start) // self.width)
            top = round(self.scroll_y)
            if not (top <= first and last < top + height):
                target = first if last - first >= height - 1 or first < top else last - height + 1
                self.scroll_to(y=max(0, target), animate=False, immediate=True, force=True)
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Make some lines of the screen; to find out their ground takes as long as a line."""
        self._ground = self.rich_style
        self._lit = self.get_component_rich_style("hex-view--lit", partial=True)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Make one line of the screen."""
        size, width = self.size.width, self.width
        begin = (y + round(self.scroll_y)) * width
        data = self.data[begin : begin + width]
        if not data:
            return Strip.blank(size, self._ground)
        place = self.start + begin
        low, high = (min(max(offset - place, 0), len(data)) for offset in self.lit)
        segments = [Segment(f" {place:0{self._digits}x}  ", THEME.styles["time"])]
        for piece, style in ((data[:low], None), (data[low:high], self._lit), (data[high:], None)):
            if piece:
                segments += [Segment(piece.hex(" "), style), Segment(" ")]
        segments.append(Segment("   " * (width - len(data)) + " "))
        for piece, style in ((data[:low], None), (data[low:high], self._lit), (data[high:], None)):
            segments.append(Segment(_printable(piece), style))
        return Strip(segments).crop_extend(0, size, None).apply_style(self._ground)

    def on_resize(self, _: events.Resize) -> None:
        """Put more or fewer bytes on a line."""
        self._lay_out()

    def on_click(self, event: events.Click) -> None:
        """Tell which byte was clicked on."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        width = self.width
        column = offset.x - self._digits - 3
        text = column - 3 * width - 1
        number = text if 0 <= text < width else column // 3 if 0 <= column < 3 * width else None
        place = None if number is None else (offset.y + round(self.scroll_y)) * width + number
        if place is not None and place < len(self.data):
            self.post_message(self.Picked(self.start + place))

    @property
    def _digits(self) -> int:
        return max(6, len(f"{self.start + len(self.data):x}"))

    def _columns(self, width: int) -> int:
        return self._digits + 3 + 4 * width + 2

    def _lay_out(self) -> None:
        self.virtual_size = Size(self.size.width, -(-len(self.data) // self.width))
        self.refresh()


def _printable(data: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in data)
