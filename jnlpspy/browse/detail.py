"""The pane of one event: the tree of its fields beside its bytes."""

import asyncio
from contextlib import ExitStack
from functools import partial

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal

from jnlpspy.browse.batches import Told
from jnlpspy.browse.catalogue import Catalogue, Kept, Row
from jnlpspy.browse.field_tree import FieldTree
from jnlpspy.browse.hex_view import HexView
from jnlpspy.browse.items import Item, event_items, finding_items
from jnlpspy.browse.jobs import Source
from jnlpspy.browse.limits import MOST_DISSECTED
from jnlpspy.browse.lines import LineList
from jnlpspy.capture.open import open_capture
from jnlpspy.exhibit import Exhibit, exhibit_bytes, find_exhibit
from jnlpspy.export.jsonl import TYPES
from jnlpspy.model.events import Event, Remark
from jnlpspy.model.trace import Node

_SEALED = "JNLP3"
"""What the protocol is called whose bytes only a secret opens."""

_FACTS = {name: kind for kind, name in TYPES.items()}


class Detail(Horizontal):
    """Shows the event it is told to, once its bytes are taken apart."""

    DEFAULT_CSS = """
    Detail { & #fields { width: 1fr; } & .-empty { display: none; } }
    """

    def __init__(self, catalogue: Catalogue, source: Source) -> None:
        super().__init__(id="detail")
        self.number: int | None = None
        """The row that is shown."""
        self.wanted: int | None = None
        """The row that is to be shown."""
        self.exhibit: Exhibit | None = None
        self.fields = FieldTree(id="fields")
        self.hex = HexView()
        self._catalogue = catalogue
        self._source = source

    def compose(self) -> ComposeResult:
        """Make the parts."""
        yield self.fields
        yield self.hex

    def show(self, number: int | None) -> None:
        """Show a row."""
        if number == self.wanted or not self.hex.is_attached:  # the screen may just be taken down
            return
        self.wanted = number
        if number is None:
            self.number = self.exhibit = None
            self._present([], None)
        else:
            self._load(number)

    @work(exclusive=True, group="detail")
    async def _load(self, number: int) -> None:
        row, kept = self._catalogue.row(number), self._catalogue.kept(number)
        exhibit = None
        span = kept.span
        if row.side is not None and span is not None:
            data = self._catalogue.cut(row.connection, row.side, span)
            sealed = self._source.secrets and _SEALED in self._catalogue.sessions[row.connection].protocols
            take_apart = self._open_sealed if sealed else _take_apart
            exhibit = await asyncio.to_thread(partial(take_apart, row, kept, data))
        if number != self.wanted or not self.hex.is_attached:
            return
        self.number, self.exhibit = number, exhibit
        items = event_items(kept.record, exhibit)
        if row.kind == "finding":
            told = self._conclusion(row)
            items[0].is_open = not told
            items = [*told, *items]
        self._present(items, exhibit)

    def _present(self, items: list[Item], exhibit: Exhibit | None) -> None:
        root = None if exhibit is None else exhibit.root
        self.hex.set_class(root is None, "-empty")
        self.hex.show(b"" if exhibit is None or root is None else exhibit.data, 0 if root is None else root.start)
        self.hex.border_title = "Bytes" if root is None else f"Bytes: {root.end - root.start:,} at {root.start:,}"
        self.fields.show(items)
        self._light()

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        """Light the bytes of the field at the tree's cursor."""
        event.stop()
        self._light()

    def on_hex_view_picked(self, event: HexView.Picked) -> None:
        """Go to the field of a byte."""
        event.stop()
        self.fields.pick(event.offset)
        self._light()

    def _light(self) -> None:
        item = self.fields.item
        self.hex.light(None if item is None else item.node)

    def _conclusion(self, row: Row) -> list[Item]:
        told = [each for each in self._catalogue.findings if _is_of(each, row)]
        return finding_items([each._replace(depth=0) for each in told[:1]])

    def _open_sealed(self, row: Row, kept: Kept, data: bytes) -> Exhibit:
        """Read the capture again: only on the way to an event is it known how it was enciphered."""
        source = self._source
        with ExitStack() as opened:
            found = find_exhibit(
                lambda: opened.enter_context(open_capture(source.path, keys=source.read_keys())),
                row.seq,
                source.secrets,
                source.read_purposes(),
            )
        return _take_apart(row, kept, data) if found is None else found


def _is_of(told: Told, row: Row) -> bool:
    return row.connection in told.connections and row.line.startswith(f"{told.rule}: ")


def _take_apart(row: Row, kept: Kept, data: bytes) -> Exhibit:
    event = Event(row.seq, row.connection, row.when, Remark(row.line), row.side, kept.span, kept.decoded)
    if len(data) > MOST_DISSECTED:
        start = 0 if kept.span is None else kept.span.start
        return Exhibit(event, data, Node("bytes", start, start + len(data), "too many to be taken apart here"))
    return exhibit_bytes(event, data, _FACTS[row.kind])
