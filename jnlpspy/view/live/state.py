"""What the user of the live view looks at, and what keys do about it: knows no terminal and no clock."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from jnlpspy.model.events import CommandSent, Event
from jnlpspy.view.live.keys import Key, Paste, Stroke
from jnlpspy.view.live.layout import Layout
from jnlpspy.view.live.model import LiveModel, Matches
from jnlpspy.view.live.prompt import Fault, Offer, Prompt
from jnlpspy.view.live.session import LiveSession, is_bad


class Place(Enum):
    """Where the user is; Enter leads on, Escape back."""

    SESSIONS = auto()
    EVENTS = auto()
    DETAIL = auto()


class Wish(Enum):
    """What the screen cannot do by itself."""

    STOP = auto()
    """End as an interrupt does."""
    END = auto()
    """End at once."""
    RECORD = auto()
    """Begin a record, or end it."""
    SUSPEND = auto()
    REDRAW = auto()


@dataclass(frozen=True, slots=True)
class Filters:
    """How what is typed becomes a filter, and how it may go on."""

    read: Callable[[str], Matches | Fault]
    complete: Callable[[str, int], tuple[Offer, ...]] | None = None


class ScreenState:
    """What is selected, filtered, paused and asked."""

    def __init__(self, model: LiveModel, filters: Filters) -> None:
        self.live = model
        self.shown = model
        """What is drawn: the model, or how it stood when the screen was paused."""
        self.place = Place.SESSIONS
        self.connection: int | None = None
        """The selected session's."""
        self.event: Event | None = None
        """The selected event; None: the newest."""
        self.follow = True
        self.errors_only = False
        self.filter_text = ""
        self.prompt: Prompt | None = None
        self.helping = False
        self.asking = False
        """True while it is asked whether to end open sessions."""
        self.top = 0
        """The first session of the table that is seen."""
        self.scrolled = 0
        """Lines of an event's details, or of the help, that are scrolled away."""
        self.changes = 0
        """Counts what keys changed."""
        self._filters = filters
        self._matches: Matches | None = None
        self._chosen = False
        """True once the user moved in the table; until then the first row is selected, whichever that is."""
        self._row = 0
        """Where the selected session stood: another takes its place when it goes."""

    @property
    def paused(self) -> bool:
        """True while the screen stands still."""
        return self.shown is not self.live

    # What is seen

    def sessions(self) -> list[LiveSession]:
        """Return the sessions that are shown; one of them is selected, if there are any."""
        rows = [session for session in self.shown.sessions() if self._shows(session)]
        numbers = [session.connection for session in rows]
        if not self._chosen and self.place is Place.SESSIONS:
            self._row, self.connection = 0, (numbers[0] if rows else None)
        elif self.connection in numbers:
            self._row = numbers.index(self.connection)
        else:
            self._row = min(self._row, max(0, len(rows) - 1))
            self.connection = numbers[self._row] if rows else None
        return rows

    def visible(self, rows: list[LiveSession], height: int) -> list[LiveSession]:
        """Return those of the sessions for which there is room, the selected one among them."""
        self.top = max(0, min(self.top, self._row, len(rows) - height), self._row - height + 1)
        return rows[self.top : self.top + height]

    def selected(self) -> LiveSession | None:
        """Return the selected session."""
        return None if self.connection is None else self.shown.find(self.connection)

    def news(self, session: LiveSession) -> list[Event]:
        """Return what is shown of a session's events in few lines: not each command, if nobody asks for it."""
        events = self.events(session)
        if self._matches is not None:
            return events
        return [event for event in events if type(event.fact) is not CommandSent]

    def events(self, session: LiveSession) -> list[Event]:
        """Return those of a session's events that are shown."""
        matches = self._matches
        if matches is None and not self.errors_only:
            return session.events
        return [
            event
            for event in session.events
            if (matches is None or matches(event)) and (not self.errors_only or is_bad(event))
        ]

    def event_window(self, events: list[Event], height: int) -> tuple[list[Event], Event | None]:
        """Return those of the events for which there is room, and the selected one among them."""
        if not events:
            return [], None
        index = self._event_index(events)
        start = max(0, min(len(events) - height, index - height // 2))
        return events[start : start + height], events[index]

    def _event_index(self, events: list[Event]) -> int:
        if self.follow or self.event is None:
            return len(events) - 1
        for index, event in enumerate(events):
            if event is self.event or event.seq > self.event.seq:
                return index
        return len(events) - 1

    def _shows(self, session: LiveSession) -> bool:
        if self._matches is not None and not session.matched:
            return False
        return not self.errors_only or session.troubled

    # Keys

    def press(self, stroke: Stroke, layout: Layout) -> Wish | None:
        """Do what a key says; return what others must do."""
        self.changes += 1
        if stroke is Key.SUSPEND:
            return Wish.SUSPEND
        if stroke is Key.REDRAW:
            return Wish.REDRAW
        if self.prompt is not None:
            self._type(self.prompt, stroke)
            return None
        if self.asking:
            return self._answer(stroke)
        if isinstance(stroke, Paste):
            return None
        if self.helping and stroke in (Key.ESCAPE, Key.ENTER, "?"):
            self.helping = False
            return None
        if isinstance(stroke, str) and stroke in _LETTERS:
            return _LETTERS[stroke](self)
        self._move(stroke, layout)
        return None

    def _answer(self, stroke: Stroke) -> Wish | None:
        self.asking = False
        if stroke == "q":
            return Wish.END
        return Wish.STOP if stroke in ("y", Key.ENTER) else None

    def _quit(self) -> Wish | None:
        if self.live.status.stopping:
            return Wish.END
        if self.live.open_sessions:
            self.asking = True
            return None
        return Wish.STOP

    def _record(self) -> Wish:
        return Wish.RECORD

    def _pause(self) -> None:
        self.shown = self.live if self.paused else self.live.frozen()

    def _follow(self) -> None:
        if self.follow:
            session = self.selected()
            events = self.events(session) if session is not None else []
            self.event = events[-1] if events else None
        self.follow = not self.follow

    def _only_errors(self) -> None:
        self.errors_only = not self.errors_only

    def _help(self) -> None:
        self.helping = True
        self.scrolled = 0

    # The filter

    def _open_prompt(self) -> None:
        self.prompt = Prompt(self.filter_text, len(self.filter_text), complete=self._filters.complete)

    def _type(self, prompt: Prompt, stroke: Stroke) -> None:
        if stroke is Key.ESCAPE:
            self.prompt = None
        elif stroke is Key.ENTER:
            self._apply(prompt)
        else:
            prompt.press(stroke)

    def _apply(self, prompt: Prompt) -> None:
        text = prompt.text.strip()
        read = self._filters.read(prompt.text) if text else None
        if isinstance(read, Fault):
            prompt.fault = read
            prompt.cursor = min(read.column, len(prompt.text))
            return
        self._matches = read
        self.filter_text = text
        self.live.select(read)
        if self.paused:
            self.shown.select(read)
        self.prompt = None

    # Moving

    def _move(self, stroke: Stroke, layout: Layout) -> None:
        step = _STEPS.get(stroke)
        if self.helping:
            self.scrolled = max(0, self.scrolled + (step(layout.page) if step else 0))
        elif stroke is Key.ENTER or stroke is Key.RIGHT:
            self._enter()
        elif stroke is Key.ESCAPE or stroke is Key.LEFT:
            self._leave()
        elif step is None:
            return
        elif self.place is Place.SESSIONS:
            self._move_sessions(step(layout.sessions))
        elif self.place is Place.EVENTS:
            self._move_events(step(layout.page))
        else:
            self.scrolled = max(0, self.scrolled + step(layout.page))

    def _move_sessions(self, steps: int) -> None:
        rows = self.sessions()
        if rows:
            self._chosen = True
            row = max(0, min(len(rows) - 1, self._row + steps))
            self.connection = rows[row].connection

    def _move_events(self, steps: int) -> None:
        session = self.selected()
        events = self.events(session) if session is not None else []
        if events:
            index = self._event_index(events) + steps
            self.follow = index >= len(events) - 1 and steps > 0
            self.event = events[max(0, min(len(events) - 1, index))]

    def _enter(self) -> None:
        self.sessions()
        session = self.selected()
        if session is None:
            return
        if self.place is Place.SESSIONS:
            self.place = Place.EVENTS
        elif self.place is Place.EVENTS:
            _, self.event = self.event_window(self.events(session), 1)
            if self.event is not None:
                self.follow = False
                self.place = Place.DETAIL
                self.scrolled = 0

    def _leave(self) -> None:
        if self.place is Place.SESSIONS:
            if self.filter_text:
                self._apply(Prompt())
        else:
            self.place = Place.EVENTS if self.place is Place.DETAIL else Place.SESSIONS


_LETTERS: dict[str, Callable[[ScreenState], Wish | None]] = {
    "q": ScreenState._quit,  # noqa: SLF001 - its own keys
    "r": ScreenState._record,  # noqa: SLF001 - as above
    "p": ScreenState._pause,  # noqa: SLF001 - as above
    "f": ScreenState._follow,  # noqa: SLF001 - as above
    "e": ScreenState._only_errors,  # noqa: SLF001 - as above
    "?": ScreenState._help,  # noqa: SLF001 - as above
    "/": ScreenState._open_prompt,  # noqa: SLF001 - as above
}

_FAR = 1_000_000
"""More steps than there are rows."""

_STEPS: dict[Stroke, Callable[[int], int]] = {
    Key.UP: lambda _: -1,
    "k": lambda _: -1,
    Key.DOWN: lambda _: 1,
    "j": lambda _: 1,
    Key.PAGE_UP: lambda page: -page,
    Key.PAGE_DOWN: lambda page: page,
    " ": lambda page: page,
    Key.HOME: lambda _: -_FAR,
    "g": lambda _: -_FAR,
    Key.END: lambda _: _FAR,
    "G": lambda _: _FAR,
}
