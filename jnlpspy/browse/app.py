"""What keys and commands of the browser do."""

import asyncio
import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import ClassVar

from textual import work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from jnlpspy.browse.desk import Desk
from jnlpspy.browse.dialogs import Ask, Help, Listing
from jnlpspy.browse.help import help_table
from jnlpspy.browse.hex_view import HexView
from jnlpspy.browse.inquiry import export_suffixes
from jnlpspy.browse.items import Item, finding_items
from jnlpspy.browse.limits import COPIED, SLICE
from jnlpspy.browse.lines import LineList
from jnlpspy.browse.links import Link
from jnlpspy.browse.notes import Note
from jnlpspy.browse.search import find_text
from jnlpspy.errors import UsageError

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("Filter…", "filter", "write which events are shown"),
    ("Show all events", "show_all", "take filter and choice of a session away"),
    ("Search…", "search", "find a text in the lines that are shown"),
    ("Search: next", "search_next(1)", "n"),
    ("Search: the one before", "search_next(-1)", "N"),
    ("Jump to response or request", "answer", "r"),
    ("Jump to the call it serves", "caller", "c"),
    ("Jump to the class it loaded", "loaded", "l"),
    ("Jump back", "return", "Backspace"),
    ("Next failure", "failure(1)", "e"),
    ("Failure before", "failure(-1)", "E"),
    ("Findings", "findings", "what is the matter, and the cure"),
    ("Mark the event…", "mark", "a bookmark with a note, kept beside the capture"),
    ("Marks", "marks", "all bookmarks and their notes"),
    ("Copy the line", "copy_line", "y"),
    ("Copy the event or field", "copy_all", "Y"),
    ("Export what is shown…", "export", "to a file: a report, text, a diagram, JSON"),
    ("Stay at the last event", "follow", "t"),
    ("Zoom the pane", "zoom", "z"),
    ("Help: all keys", "help", "?"),
)


class Browser(Desk):
    """Shows a capture while it is indexed beside."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help"),
        Binding("f", "filter", "Filter", priority=True),
        Binding("slash,ctrl+f", "search", "Search", key_display="/", priority=True),
        Binding("n", "search_next(1)", "next", show=False),
        Binding("N", "search_next(-1)", "previous", show=False),
        Binding("r", "answer", "Answer"),
        Binding("c", "caller", "Caller"),
        Binding("l", "loaded", "class", show=False),
        Binding("backspace", "return", "back", show=False),
        Binding("exclamation_mark", "findings", "Findings", key_display="!"),
        Binding("m", "mark", "Mark"),
        Binding("x", "export", "Export"),
        Binding("M", "marks", "marks", show=False),
        Binding("b", "next_mark(1)", "next mark", show=False),
        Binding("B", "next_mark(-1)", "mark before", show=False),
        Binding("e", "failure(1)", "next failure", show=False),
        Binding("E", "failure(-1)", "failure before", show=False),
        Binding("y", "copy_line", "copy", show=False),
        Binding("Y", "copy_all", "copy all", show=False),
        Binding("t", "follow", "follow", show=False),
        Binding("z", "zoom", "zoom", show=False),
        Binding("1", "go('sessions')", "sessions", show=False),
        Binding("2", "go('events')", "events", show=False),
        Binding("3", "go('fields')", "fields", show=False),
        Binding("4", "go('hex')", "bytes", show=False),
        Binding("escape", "go('events')", "events", show=False),
        Binding("ctrl+z", "suspend_process", "suspend", show=False),
        Binding("q", "quit", "Quit"),
        Binding("ctrl+q", "quit", "quit", show=False, priority=True),
    ]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Yield all that can be done, by name."""
        for title, action, told in COMMANDS:
            yield SystemCommand(title, told, partial(self.run_action, action))
        yield from super().get_system_commands(screen)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Leave keys alone that are being written somewhere.

        Filter and search come before what has the focus, so that what is typed right behind their keys reaches them.
        """
        if action in {"filter", "search"}:
            return not isinstance(self.focused, Input) and not isinstance(self.screen, ModalScreen)
        return True

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Search."""
        if event.input is self._seek:
            self._sought = event.value
            self.action_leave_search()
            self.action_search_next(1)

    def action_filter(self) -> None:
        """Write a filter."""
        self.screen.set_focus(self.bar.input)

    def action_leave_filter(self) -> None:
        """Put the list away, or leave the filter as it is."""
        if self.bar.completions.display:
            self.bar.hide()
        else:
            self.bar.reset(self.inquiry.shown.filter)
            self.events.focus()

    def action_pick_completion(self, step: int) -> None:
        """Go through completions."""
        self.bar.pick(step)

    def action_accept_completion(self) -> None:
        """Write a completion."""
        self.bar.accept()

    def action_search(self) -> None:
        """Ask what to search for."""
        self._seek.display = True
        self._seek.value = self._sought
        self.screen.set_focus(self._seek)

    def action_leave_search(self) -> None:
        """Search for nothing else."""
        self._seek.display = False
        self.events.focus()

    @work(exclusive=True, group="search")
    async def action_search_next(self, step: int) -> None:
        """Go to the next line with the text."""
        row = self.events.row
        if not self._sought or row is None:
            self._complain("nothing to search for: / asks for a text")
            return
        begun = perf_counter()
        for found in find_text(self.inquiry.catalogue, self.inquiry.shown, self._sought, row, step):
            if found is not None:
                self._go_to(found)
                return
            if perf_counter() - begun > SLICE:
                await asyncio.sleep(0)
                begun = perf_counter()
        self._complain(f"not found in the lines shown: {self._sought}")

    def action_failure(self, step: int) -> None:
        """Go to the next event that says that something went wrong."""
        shown, catalogue = self.inquiry.shown, self.inquiry.catalogue
        ahead = range(self.events.cursor + 1, len(shown)) if step > 0 else range(self.events.cursor - 1, -1, -1)
        place = next((place for place in ahead if catalogue.is_bad(shown[place])), None)
        if place is None:
            self._complain(f"no failure {'behind' if step > 0 else 'before'} this event")
        else:
            self._go_to(shown[place])

    def action_answer(self) -> None:
        """Go from a request to its response, and back."""
        self._follow_link(Link.PAIR, "this event has no other half here")

    def action_caller(self) -> None:
        """Go to the call that this one serves."""
        self._follow_link(Link.SERVES, "this event serves no call that is known")

    def action_loaded(self) -> None:
        """Go to the class that a call loaded."""
        self._follow_link(Link.LOADED, "no class came by this event")

    def action_return(self) -> None:
        """Go back to where a jump began."""
        if self._jumps:
            self._show_row(self._jumps.pop())
        else:
            self._complain("no jump to go back from")

    def _follow_link(self, link: Link, otherwise: str) -> None:
        row = self.events.row
        target = None if row is None else self.inquiry.catalogue.link(row, link)
        if target is None:
            self._complain(otherwise)
        else:
            self._go_to(target)

    def action_findings(self) -> None:
        """List findings with their cures."""
        items = finding_items(self.inquiry.catalogue.findings)
        if items:
            hint = "Enter: to the event   ← →: close, open   Esc: close"
            self.push_screen(Listing("Findings", items, hint), self._go_to_seq)
        else:
            self._say("nothing found" if self.inquiry.finished is not None else "nothing found up to now")

    def action_mark(self) -> None:
        """Write a note on the event."""
        if self.events.row is not None:
            row = self.inquiry.catalogue.row(self.events.row)
            note = self._notes.on(row)
            ask = Ask(f"Note on event {row.seq}", "" if note is None else note.text, row.line)
            self.push_screen(
                ask, lambda text: None if text is None else self._keep(partial(self._notes.put, Note.of(row, text)))
            )

    def action_marks(self) -> None:
        """List the notes."""
        if len(self._notes):
            hint = "Enter: to the event   d: delete   Esc: close"
            self.push_screen(Listing("Marks", self._note_items(), hint, self._drop), self._go_to_seq)
        else:
            self._say("nothing is marked: m marks an event")

    def action_next_mark(self, step: int) -> None:
        """Go to the next marked event."""
        rows = [row for note in self._notes if (row := self._row_of(note)) is not None]
        here = -1 if self.events.row is None else self.events.row
        ahead = sorted((row for row in rows if (row - here) * step > 0), reverse=step < 0)
        if ahead:
            self._go_to(ahead[0])
        else:
            self._complain("no mark there")

    def _row_of(self, note: Note) -> int | None:
        catalogue = self.inquiry.catalogue
        row = catalogue.row_of(note.seq)
        while row is not None and row < len(catalogue) and catalogue.row(row).seq == note.seq:
            if note.fits(catalogue.row(row)):
                return row
            row += 1
        return None

    def _note_items(self) -> list[Item]:
        return [
            Item(f"#{note.seq}", f"{note.text or '(no note)'} — {note.line}", wrapped=True, seq=note.seq, note=note)
            for note in self._notes
        ]

    def _drop(self, item: Item) -> list[Item]:
        if item.note is not None:
            self._keep(partial(self._notes.drop, item.note))
        return self._note_items()

    def _keep(self, change: Callable[[], None]) -> None:
        try:
            change()
        except UsageError as error:
            self._complain(str(error))
        self.events.refresh()
        self._refresh_all()

    def action_export(self) -> None:
        """Ask where to write what is shown."""
        path = self.inquiry.source.path
        hint = f"{len(self.inquiry.shown):,} events as shown; the name ends in {export_suffixes()}"
        stem = path.stem if path.stem.isprintable() else "capture"  # what is offered is drawn as it is
        self.push_screen(Ask("Export", str(path.with_name(f"{stem}.shown.jsonl")), hint), self._export)

    def _export(self, target: str | None) -> None:
        if target:
            try:
                self.inquiry.write(Path(target).expanduser())
            except (UsageError, RuntimeError) as error:
                self._complain(str(error))

    def action_copy_line(self) -> None:
        """Copy the event's line."""
        if self.events.row is not None:
            self._copy("".join(text for text, _ in self.events.parts(self.events.cursor)[2:]).strip())

    def action_copy_all(self) -> None:
        """Copy the field at the tree's cursor with its bytes; in the list of events, the event."""
        item, exhibit = self.detail.fields.item, self.detail.exhibit
        if self.events.has_focus and self.events.row is not None:
            self._copy(json.dumps(self.inquiry.catalogue.kept(self.events.row).record))
        elif item is not None and item.node is not None and exhibit is not None and exhibit.root is not None:
            start = exhibit.root.start
            data = exhibit.data[item.node.start - start : item.node.end - start][:COPIED]
            self._copy(f"{item.label}: {item.text}\n{data.hex(' ')}")
        elif item is not None:
            self._copy(f"{item.label}: {item.text}")

    def _copy(self, text: str) -> None:
        self.copy_to_clipboard(text[:COPIED])
        self._say(f"copied: {text.partition(chr(10))[0][:60]}")

    def action_help(self) -> None:
        """Show all keys."""
        self.push_screen(Help(help_table()))

    def action_go(self, name: str) -> None:
        """Go to a pane."""
        self._zoom(None)
        self.screen.query_one(f"#{name}").focus()

    def action_follow(self) -> None:
        """Stay at the last event, or no longer."""
        self.events.following = not self.events.following
        self._refresh_all()

    def action_zoom(self) -> None:
        """Show one pane alone, or all again."""
        alone = self.screen.has_class("-zoomed")
        focused = self.focused if isinstance(self.focused, LineList | HexView) else self.events
        self._zoom(None if alone else focused)
