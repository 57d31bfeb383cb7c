"""What an output format is, and what it is given to work with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TextIO

from jnlpspy.diagnosis.runs import Runs
from jnlpspy.model.choice import Choice, every
from jnlpspy.model.events import Event

if TYPE_CHECKING:
    from jnlpspy.diagnosis.verdict import Verdict  # with all the rules: events as JSON are written without them


class EventSink(Protocol):
    """Takes events one after the other, as the pipeline hands them out."""

    def observe(self, event: Event) -> None:
        """Take an event."""

    def finish(self) -> None:
        """Write what is left: no event will follow."""


@dataclass(slots=True)
class Export:
    """One export: where it goes, and what is to be in it."""

    file: TextIO
    capture: str
    """What the capture is called."""
    verdict: "Verdict"
    """What the findings come to; it learns of them from the format's sink."""
    runs: Runs = field(default_factory=Runs)
    connection: int | None = None
    """The only connection wanted; None for all."""
    matches: Choice = every
    """The filter."""
    filter: str = ""
    """The filter as it was written; empty if there is none."""
    application: str = "jnlpspy"
    """What makes the export, with its version."""
    notes: list[str] = field(default_factory=list)
    """What is to be known of the capture besides its events, such as that its end is missing; filled before the end."""

    def within(self, event: Event) -> bool:
        """Return whether an event is of the connection wanted."""
        return self.connection is None or event.connection == self.connection

    def chosen(self, event: Event) -> bool:
        """Return whether an event is of the connection wanted, and matches the filter."""
        return self.within(event) and self.matches(event)


@dataclass(frozen=True, slots=True)
class Format:
    """An output format."""

    name: str
    """As `--format` takes it."""
    suffix: str
    """Of files in it."""
    title: str
    """What comes out, in half a sentence."""
    open: Callable[[Export], EventSink]
    """Returns a sink that takes every event and writes what was chosen, at the latest when it finishes."""
    judged: bool = False
    """True if findings are to be among the events."""
    document: bool = False
    """True if nobody reads it on a terminal."""


class Chosen:
    """Hands on the events that are chosen."""

    def __init__(self, sink: EventSink, chosen: Choice) -> None:
        self._sink = sink
        self._chosen = chosen

    def observe(self, event: Event) -> None:
        """Hand an event on if it is chosen."""
        if self._chosen(event):
            self._sink.observe(event)

    def finish(self) -> None:
        """Let the sink finish."""
        self._sink.finish()
