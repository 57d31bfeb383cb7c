"""The panes of the browser, and how they keep in step: with the index, with each other."""

import asyncio
import signal
from collections import deque
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Footer, Input, Static

from jnlpspy.browse.detail import Detail
from jnlpspy.browse.event_list import EventList
from jnlpspy.browse.filter_bar import FilterBar
from jnlpspy.browse.history import History
from jnlpspy.browse.indexing import printable
from jnlpspy.browse.inquiry import Index, Inquiry
from jnlpspy.browse.limits import MOST_JUMPS
from jnlpspy.browse.lines import LineList
from jnlpspy.browse.notes import Notes
from jnlpspy.browse.session_list import SessionList
from jnlpspy.browse.title import badge_text, events_title, title_text

_REST = 0.03
"""Seconds that the cursor stays before an event's bytes are taken apart: keys that are held pass by."""

_MOMENT = 0.25
"""Seconds between two times that the screen follows the index: each draws all of it anew."""


class Desk(App[None]):
    """Panes that show a capture while it is indexed beside; what keys do is said elsewhere."""

    TITLE = "jnlpspy browse"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - as Textual declares it
        (0, "-narrow"),
        (120, "-wide"),
        (156, "-broad"),
    ]
    CSS = """
    Screen { layers: base; }
    #top { height: 1; background: $panel; }
    #title { width: 1fr; }
    #badge { width: auto; }
    #panes { height: 1fr; layout: vertical; }
    #sessions { height: 4; }
    #events { height: 3fr; min-height: 4; }
    #detail { height: 2fr; min-height: 4; }
    #seek { display: none; dock: bottom; height: 1; }
    #work { height: 1fr; }
    .-wide #panes, .-broad #panes { layout: horizontal; }
    .-wide #sessions, .-broad #sessions { width: 36; height: 1fr; max-height: 100%; margin-right: 1; }
    #hex { width: 46; }
    .-broad #hex { width: 79; }
    .-zoomed #panes LineList, .-zoomed #panes HexView { display: none; }
    .-zoomed #panes .-alone { display: block; width: 1fr; height: 1fr; max-height: 100%; }
    .-zoomed-above #detail, .-zoomed-sessions #work { display: none; }
    """

    def __init__(
        self, index: Index, notes: Notes, history: History, *, filter_text: str = "", connection: int | None = None
    ) -> None:
        super().__init__()
        self.bug: Exception | None = None
        """What went wrong in us."""
        self.signal: int | None = None
        """What ended us from outside."""
        self.inquiry = Inquiry(index, self._refresh_soon, self._say, self._crash)
        catalogue, shown = self.inquiry.catalogue, self.inquiry.shown
        self.bar = FilterBar(history)
        self.sessions = SessionList(catalogue)
        self.events = EventList(catalogue, shown, lambda row: notes.on(row) is not None)
        self.detail = Detail(catalogue, self.inquiry.source)
        self._title = Static(id="title")
        self._badge = Badge(id="badge")
        self._seek = SeekInput(id="seek", compact=True, placeholder="text in the lines shown")
        self._notes = notes
        self._first = filter_text, connection
        self._jumps: deque[int] = deque(maxlen=MOST_JUMPS)
        self._resting: Timer | None = None
        self._refreshing: Timer | None = None
        self._has_rows = False
        self._sought = ""

    def compose(self) -> ComposeResult:
        """Make the panes."""
        with Horizontal(id="top"):
            yield self._title
            yield self._badge
        yield self.bar
        with Container(id="panes"):
            yield self.sessions
            with Container(id="work"):
                yield self.events
                yield self.detail
        yield self._seek
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Begin."""
        self.sessions.border_title = "Sessions"
        self.detail.fields.border_title = "Fields"
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._leave, number)
        self.events.following = self.inquiry.source.follow is not None
        self.events.focus()
        text, connection = self._first
        self._choose("", connection)
        if text:
            self.bar.apply(text)
        self.inquiry.begin()
        if self._notes.trouble:
            self._say(self._notes.trouble)

    def on_unmount(self) -> None:
        """End every job."""
        self.inquiry.stop()

    def _refresh_soon(self) -> None:
        """Show what came, together with what comes in the next moment."""
        if not self._has_rows:
            self._refresh_all()
        elif self._refreshing is None:
            self._refreshing = self.set_timer(_MOMENT, self._refresh_all)

    def _refresh_all(self) -> None:
        if self._refreshing is not None:
            self._refreshing.stop()
            self._refreshing = None
        inquiry = self.inquiry
        if not self.events.is_attached:  # the screen is being taken down
            return
        self._has_rows = len(inquiry.catalogue) > 0
        self.sessions.grew()
        self.events.settle(at_end=inquiry.is_done)
        self.events.border_title = events_title(inquiry, following=self.events.following)
        self._title.update(title_text(inquiry, len(self._notes)), layout=False)
        badge = badge_text(inquiry)
        if badge != self._badge.content:
            self._badge.update(badge)
        if self.events.row != self.detail.wanted:
            self._rest()

    def _say(self, text: str) -> None:
        self.notify(printable(text), markup=False, timeout=6)

    def _complain(self, text: str) -> None:
        self.notify(printable(text), markup=False, severity="warning")

    def _crash(self, traceback: str) -> None:
        self._handle_exception(RuntimeError(traceback))

    def _leave(self, number: int) -> None:
        self.signal = number
        self.exit()

    def _handle_exception(self, error: Exception) -> None:
        """Keep what Textual would print: a bug is one line on the screen, after the terminal is as it was."""
        self.bug = self.bug or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        """Show the event at the cursor, once it rests there."""
        if event.lines is self.events:
            row = self.events.row
            if self.events.following and self.events.cursor < self.events.count() - 1:
                self.events.following = False
            if row is not None and not self.sessions.has_focus:
                self.sessions.point_at(self.inquiry.catalogue.connections[row])
            self._rest()

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Go into an event, or show only one session's."""
        if event.lines is self.events:
            self.detail.fields.focus()
        elif event.lines is self.sessions:
            connection = self.sessions.connection
            self._choose(self.inquiry.shown.filter, None if connection == self.sessions.chosen else connection)

    def on_filter_bar_applied(self, event: FilterBar.Applied) -> None:
        """Show other events."""
        self._choose(event.text, self.inquiry.shown.connection)
        self.events.focus()

    def _choose(self, text: str, connection: int | None) -> None:
        row = self.events.row
        self.sessions.chosen = connection
        self.inquiry.choose(text, connection)
        self.events.want(row)
        self._refresh_all()

    def _rest(self) -> None:
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(_REST, lambda: self.detail.show(self.events.row))

    def action_show_all(self) -> None:
        """Show every event."""
        self._choose("", None)
        self.bar.reset("")

    def _go_to(self, row: int) -> None:
        """Jump to a row; Backspace leads back."""
        if self.events.row is not None:
            self._jumps.append(self.events.row)
        self._show_row(row)

    def _show_row(self, row: int) -> None:
        self.events.following = False
        if not self.inquiry.shown.holds(row):
            self.action_show_all()
            self._say("the event is not among those that were shown: filter and choice of a session are taken away")
        self.events.move_to(self.inquiry.shown.place_of(row), middle=True)

    def _go_to_seq(self, seq: int | None) -> None:
        row = None if seq is None else self.inquiry.catalogue.row_of(seq)
        if row is not None:
            self._go_to(row)

    def _zoom(self, pane: Widget | None) -> None:
        for each in self.screen.query(".-alone"):
            each.remove_class("-alone")
        if pane is not None:
            pane.add_class("-alone")
        self.screen.set_class(pane is not None, "-zoomed")
        self.screen.set_class(pane is self.events, "-zoomed-above")
        self.screen.set_class(pane is self.sessions, "-zoomed-sessions")


class Badge(Static):
    """How many findings there are; a click lists them."""

    async def on_click(self) -> None:
        """List findings."""
        await self.app.run_action("app.findings")


class SeekInput(Input):
    """Where a text to search for is written."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.leave_search", "leave", show=False)]
