"""The composition root: builds sinks, the pipeline and the analysis command from options."""

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from jnlpspy.cli.exits import say
from jnlpspy.cli.options import Color
from jnlpspy.export.jsonl import JsonlSink
from jnlpspy.model.events import Event
from jnlpspy.pipeline import Pipeline, Sink

if TYPE_CHECKING:
    from rich.console import Console


class Selection:
    """Hands on the events of one connection, up to a number of them; None means all."""

    def __init__(self, sink: Sink, connection: int | None, limit: int | None) -> None:
        self._sink = sink
        self._connection = connection
        self._left = limit
        self.handed_on = False
        """True once an event was handed on."""

    @property
    def full(self) -> bool:
        """True once no further event will be handed on."""
        return self._left == 0

    def observe(self, event: Event) -> None:
        """Hand an event on if it is chosen."""
        if self.full or self._connection not in (None, event.connection):
            return
        if self._left is not None:
            self._left -= 1
        self.handed_on = True
        self._sink.observe(event)

    def finish(self) -> None:
        """Let the sink finish."""
        self._sink.finish()


def open_console(color: Color) -> "Console":
    """Return a console on stdout that colours as asked; auto: on a terminal, as NO_COLOR and FORCE_COLOR say."""
    from jnlpspy.view.console import PipedConsole
    from jnlpspy.view.theme import THEME

    plain = color is Color.NEVER or (color is Color.AUTO and bool(os.environ.get("NO_COLOR")))
    forced = True if color is Color.ALWAYS else False if plain else None
    return PipedConsole(theme=THEME, force_terminal=forced, highlight=False, markup=False, emoji=False)


def open_sinks(*, json: bool, color: Color, summary: bool, silent: bool = False) -> list[Sink]:
    """Return the sinks that options ask for: JSON Lines, or a line an event and a summary a session."""
    if json:
        return [JsonlSink(write_line)]
    from jnlpspy.view.rows import LogSink
    from jnlpspy.view.sessions import SummarySink

    console = open_console(color)
    sinks: list[Sink] = [] if silent else [LogSink(console)]
    return [*sinks, SummarySink(console)] if summary else sinks


def open_pipeline(sinks: Iterable[Sink]) -> Pipeline:
    """Return a pipeline whose failing sinks are reported on stderr; a stdout that takes nothing ends the program."""

    def report(sink: Sink, error: Exception) -> None:
        if isinstance(error, OSError):
            raise error
        say(f"a bug stopped {type(sink).__name__}: {type(error).__name__}: {error}; everything else goes on")

    return Pipeline(sinks, report)


def write_line(line: str) -> None:
    """Write a line to stdout at once, so that whoever reads it sees it."""
    sys.stdout.write(line)
    sys.stdout.flush()


def analysis_command(*, json: bool, color: Color, summary: bool = False) -> tuple[str, ...]:
    """Return the command of the analysis process: `show` of the capture stream on its standard input."""
    return (
        *(sys.executable, "-P", "-m", "jnlpspy", "show", "-", "--ignore-interrupts", "--color", color.value),
        *(("--json",) if json else ()),
        *(() if summary else ("--no-summary",)),
    )
