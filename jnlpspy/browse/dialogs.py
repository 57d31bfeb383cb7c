"""Windows over the screen: a question, a list to choose from, the help."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.console import RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from jnlpspy.browse.field_tree import FieldTree
from jnlpspy.browse.items import Item
from jnlpspy.browse.lines import LineList

_WINDOW = """
    align: center middle;
    & > Vertical, & > VerticalScroll {
        background: $surface; border: round $accent; border-title-color: $text; border-title-style: bold;
        border-subtitle-color: $text-muted; padding: 0 1; width: 90%; max-width: 110; height: auto; max-height: 90%;
    }
"""


class Ask(ModalScreen[str | None]):
    """Asks for a line; None if it is given up."""

    DEFAULT_CSS = f"Ask {{ {_WINDOW} }}"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "give up", show=False)]

    def __init__(self, title: str, value: str, hint: str) -> None:
        super().__init__()
        self._title = title
        self._value = value
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Make the window."""
        with Vertical() as window:
            window.border_title = Text(self._title).markup
            window.border_subtitle = "Enter: yes   Esc: no"
            yield Static(self._hint, markup=False)
            yield Input(self._value, compact=True, select_on_focus=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        self.dismiss(event.value)


class Listing(ModalScreen[int | None]):
    """Shows items; the number of the event that one speaks of is the answer."""

    DEFAULT_CSS = f"""
    Listing {{ {_WINDOW} & FieldTree {{ height: auto; max-height: 100%; border: none; &:focus {{ border: none; }} }} }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "close", show=False),
        Binding("d,delete", "drop", "delete", show=False),
    ]

    def __init__(
        self, title: str, items: Sequence[Item], hint: str, drop: Callable[[Item], Sequence[Item]] | None = None
    ) -> None:
        super().__init__()
        self._title = title
        self._items = items
        self._hint = hint
        self._drop = drop

    def compose(self) -> ComposeResult:
        """Make the window."""
        with Vertical() as window:
            window.border_title = Text(self._title).markup
            window.border_subtitle = self._hint
            yield FieldTree()

    @property
    def list(self) -> FieldTree:
        """The items."""
        return self.query_one(FieldTree)

    def on_mount(self) -> None:
        """Show the items."""
        self.list.takes_room = True
        self.list.show(self._items)
        self.list.focus()

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Answer with the event of the item."""
        event.stop()
        item = self.list.item
        if item is not None and item.seq:
            self.dismiss(item.seq)

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        """Nobody else is to hear of it."""
        event.stop()

    def action_drop(self) -> None:
        """Take the item at the cursor away, where that can be done."""
        item = self.list.item
        if self._drop is not None and item is not None:
            self.list.show(self._drop(item))


class Help(ModalScreen[None]):
    """Shows a text."""

    DEFAULT_CSS = f"Help {{ {_WINDOW} }}"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark,enter", "dismiss", "close", show=False)]

    def __init__(self, keys: RenderableType) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Make the window."""
        with VerticalScroll() as window:
            window.border_title = "Keys"
            window.border_subtitle = "Esc: close   arrows: scroll"
            yield Static(self._keys)
