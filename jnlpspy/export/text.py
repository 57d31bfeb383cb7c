"""Plain text: a line an event as the views print it, what each session came to, and the diagnosis."""

from datetime import datetime

from jnlpspy.export.format import Chosen, EventSink, Export, Format
from jnlpspy.model.events import Event
from jnlpspy.view.rows import LogSink
from jnlpspy.view.screen import Screen
from jnlpspy.view.sessions import SummarySink
from jnlpspy.view.verdicts import FindingSink, VerdictSink


class TextSink:
    """Writes events as they come, and the rest at the end.

    A filter chooses lines; sessions are summed up and judged by all that was said on the connections wanted.
    """

    def __init__(self, export: Export) -> None:
        console = Screen(force_terminal=False)
        console.file = export.file
        self._export = export
        self._dated = False
        self._sinks: tuple[EventSink, ...] = (
            Chosen(LogSink(console), export.chosen),
            Chosen(FindingSink(console), export.chosen),
            Chosen(SummarySink(console), export.within),
        )
        self._verdict = Chosen(VerdictSink(export.verdict, console, export.runs, always=True), export.within)

    def observe(self, event: Event) -> None:
        """Write an event."""
        if not self._dated:
            self._dated = True
            self._write_heading(event.when)
        for sink in self._sinks:
            sink.observe(event)
        self._verdict.observe(event)

    def finish(self) -> None:
        """Write what it comes to."""
        for sink in self._sinks:
            sink.finish()
        self._export.file.write("\n")
        self._verdict.finish()
        self._export.file.writelines(f"\nnote: {note}\n" for note in self._export.notes)

    def _write_heading(self, began: float) -> None:
        """Write what the lines do not say: the day, and where the clock stood."""
        when = datetime.fromtimestamp(began).astimezone()
        chosen = f", only what matches: {self._export.filter}" if self._export.filter else ""
        self._export.file.write(f"{self._export.capture}, from {when:%Y-%m-%d %H:%M:%S %z}{chosen}\n\n")


FORMAT = Format("text", ".txt", "plain lines, what each session came to, and the diagnosis", TextSink, judged=True)
