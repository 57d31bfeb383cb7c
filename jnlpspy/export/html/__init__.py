"""One self-contained HTML file to be attached to a ticket."""

from jnlpspy.export.format import Export, Format
from jnlpspy.export.html.book import Book
from jnlpspy.export.html.page import draw_page
from jnlpspy.model.events import Event


class HtmlSink:
    """Collects a bounded part of events, and writes the report at the end."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self._book = Book(export)

    def observe(self, event: Event) -> None:
        """Take an event."""
        self._book.observe(event)

    def finish(self) -> None:
        """Write the report."""
        self._book.finish()
        self._export.file.writelines(draw_page(self._export, self._book))


FORMAT = Format(
    "html", ".html", "a report in one file, to be attached to a ticket", HtmlSink, judged=True, document=True
)
