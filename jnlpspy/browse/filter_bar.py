"""The filter bar: a filter is written with completions and filters used before, and tried when Enter is pressed."""

from collections.abc import Iterator
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from jnlpspy.browse.history import History
from jnlpspy.filters.completion import Completion, complete_filter
from jnlpspy.filters.filter import parse_filter
from jnlpspy.filters.problem import FilterError

_OFFERED = 50
"""Completions that are listed."""

_LABEL = "filter "


class FilterInput(Input):
    """Where a filter is written."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.pick_completion(1)", "next", show=False),
        Binding("up", "app.pick_completion(-1)", "previous", show=False),
        Binding("tab", "app.accept_completion", "accept", show=False),
        Binding("escape", "app.leave_filter", "leave", show=False),
    ]


class FilterBar(Vertical):
    """A line to write in, one for what is wrong with it, and a list of what may come next."""

    DEFAULT_CSS = """
    FilterBar {
        height: auto;
        & Horizontal { height: 1; }
        & #filter-label { width: auto; color: $text-muted; }
        & Input { width: 1fr; }
        & #problem { height: auto; max-height: 4; color: $text-error; display: none; }
        & #completions {
            overlay: screen; constrain: inside inside; display: none;
            width: 76; height: auto; max-height: 10; margin-left: 7;
            border: none; background: $panel; padding: 0;
        }
    }
    """

    class Applied(Message):
        """A filter is to be used."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, history: History) -> None:
        super().__init__(id="filter-bar")
        self._history = history
        self._offers: list[Completion] = []

    def compose(self) -> ComposeResult:
        """Make the parts."""
        with Horizontal():
            yield Static(_LABEL, id="filter-label")
            yield FilterInput(
                id="filter", compact=True, placeholder='none: press f and write, as call and callable ~ "FilePath"'
            )
        yield Static(id="problem", markup=False)
        yield OptionList(id="completions", compact=True, markup=False)

    @property
    def input(self) -> Input:
        """Where it is written."""
        return self.query_one("#filter", Input)

    @property
    def completions(self) -> OptionList:
        """What is offered."""
        return self.query_one("#completions", OptionList)

    @property
    def problem(self) -> str:
        """What is said to be wrong."""
        shown = self.query_one("#problem", Static)
        return str(shown.content) if shown.display else ""

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what may come next."""
        event.stop()
        self._say("")
        if self.input.has_focus:
            self.offer()

    def on_descendant_focus(self) -> None:
        """Offer what may be written."""
        if self.input.has_focus:
            self.offer()

    def on_descendant_blur(self) -> None:
        """Offer nothing more."""
        self.hide()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the completion that was picked, or try the filter."""
        event.stop()
        if self.completions.display and self.completions.highlighted is not None:
            self.accept()
        else:
            self.apply(event.value)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take what was clicked on."""
        event.stop()
        self.completions.highlighted = event.option_index
        self.accept()
        self.input.focus()

    def apply(self, text: str) -> None:
        """Use a filter, or say what is wrong with it."""
        text = text.strip()
        try:
            if text:
                parse_filter(text)
        except FilterError as error:
            self._say(error.reason, error.column)
            self.hide()
            return
        self._say("")
        self.hide()
        if self.input.value != text:
            with self.prevent(Input.Changed):
                self.input.value = text
        self._history.add(text)
        self.post_message(self.Applied(text))

    def reset(self, text: str) -> None:
        """Show the filter that is used."""
        with self.prevent(Input.Changed):
            self.input.value = text
        self._say("")
        self.hide()

    def offer(self) -> None:
        """List what may stand at the cursor."""
        self._offers = list(self._completions())[:_OFFERED]
        options = [Option(Text.assemble(offer.text, "  ", (offer.help, "dim"))) for offer in self._offers]
        self.completions.clear_options().add_options(options)
        self.completions.highlighted = None
        self.completions.display = bool(options)

    def hide(self) -> None:
        """List nothing."""
        self.completions.display = False

    def pick(self, step: int) -> None:
        """Go through what is listed."""
        if not self._offers:
            return
        self.completions.display = True
        now = self.completions.highlighted
        start = -1 if step > 0 else 0
        self.completions.highlighted = ((start if now is None else now) + step) % len(self._offers)

    def accept(self) -> None:
        """Write the completion that was picked, or the first."""
        if not (self.completions.display and self._offers):
            return
        offer = self._offers[self.completions.highlighted or 0]
        value, cursor = self.input.value, self.input.cursor_position
        self.input.value = f"{value[: offer.start]}{offer.text} {value[cursor:].lstrip()}"
        self.input.cursor_position = offer.start + len(offer.text) + 1

    def _completions(self) -> Iterator[Completion]:
        value = self.input.value
        if not value:
            yield from (Completion(each, 0, "used before") for each in self._history.filters)
        yield from complete_filter(value, self.input.cursor_position)

    def _say(self, reason: str, column: int = 0) -> None:
        shown = self.query_one("#problem", Static)
        shown.display = bool(reason)
        lead, room = len(_LABEL) + column, max(20, self.size.width - 2)
        if lead >= room:  # the writing was shifted: where the caret belongs is not known
            shown.update(f"column {column + 1}: {reason}")
        elif lead + 2 + len(reason) <= room:
            shown.update(f"{' ' * lead}^ {reason}")
        else:
            shown.update(f"{' ' * lead}^\n{reason}")
