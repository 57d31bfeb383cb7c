"""All that the screen knows of a capture: columns of rows in memory, and the spool for the rest."""

import json
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Mapping
from typing import NamedTuple

from jnlpspy.browse.batches import KINDS, SIDES, Batch, Look, SessionRow, Told
from jnlpspy.browse.limits import UNPACKED
from jnlpspy.browse.links import Link
from jnlpspy.browse.spool import Place, SpoolReader
from jnlpspy.browse.streams import StreamMap
from jnlpspy.export.jsonl import Json
from jnlpspy.model.span import Decoded, Form, Span
from jnlpspy.model.tap import Side


class Row(NamedTuple):
    """An event as its line shows it."""

    number: int
    """From 0; findings have numbers of their own."""
    seq: int
    connection: int
    when: float
    side: Side | None
    kind: str
    look: Look
    line: str


class Kept(NamedTuple):
    """What the index keeps of an event besides its line."""

    record: Mapping[str, Json]
    """As JSON Lines have it; of a command without its fields."""
    decoded: Decoded | None

    @property
    def span(self) -> Span | None:
        """Which bytes it came from."""
        match self.record.get("span"):
            case [int(start), int(end)]:
                return Span(start, end)
            case _:
                return None


class Catalogue:
    """Grows by batches; everything else asks it."""

    def __init__(self, spool: SpoolReader) -> None:
        self.sessions: dict[int, SessionRow] = {}
        self.findings: tuple[Told, ...] = ()
        self.read = 0
        """Bytes of the file that are indexed."""
        self.connections = array("I")
        self._spool = spool
        self._when = array("d")
        self._seq = array("I")
        self._look = array("B")
        self._kind = array("B")
        self._side = array("B")
        self._looks: list[Look] = []
        self._links = {link: array("i") for link in Link}
        self._starts = array("I")
        self._lines: list[Place] = []
        self._records: list[Place] = []
        self._streams = StreamMap()
        self._unpacked: OrderedDict[Place, list[str]] = OrderedDict()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._seq)

    def add(self, batch: Batch) -> None:
        """Take a batch."""
        if batch.count:
            self._starts.append(len(self))
            self._lines.append(batch.lines)
            self._records.append(batch.records)
            columns = batch.columns
            self._when.frombytes(columns.when)
            self.connections.frombytes(columns.connection)
            self._seq.frombytes(columns.seq)
            self._look.frombytes(columns.look)
            self._kind.frombytes(columns.kind)
            self._side.frombytes(columns.side)
            for column in self._links.values():
                column.frombytes(b"\xff" * (column.itemsize * batch.count))
        links = array("i")
        links.frombytes(batch.links)
        for row, link, target in zip(links[::3], links[1::3], links[2::3], strict=True):
            self._links[Link(link)][row] = target
        self._looks += batch.looks
        self._streams.add(batch.pieces)
        self.sessions.update((each.connection, each) for each in batch.sessions)
        self.findings = self.findings if batch.findings is None else batch.findings
        self.read = batch.read

    def close(self) -> None:
        """Let the spool go."""
        self._spool.close()

    def row(self, number: int) -> Row:
        """Return a row."""
        look = self._looks[self._look[number]]
        return Row(
            number,
            self._seq[number],
            self.connections[number],
            self._when[number],
            SIDES[self._side[number]],
            KINDS[self._kind[number]],
            look,
            self._text(self._lines, number)[len(look.word) + 1 :],
        )

    def kept(self, number: int) -> Kept:
        """Return all that is kept of a row."""
        line, _, place = self._text(self._records, number).partition("\t")
        decoded = None
        if place:
            start, end, lead, form = place.split()
            decoded = Decoded(Span(int(start), int(end)), int(lead), Form[form])
        return Kept(json.loads(line), decoded)

    def link(self, number: int, link: Link) -> int | None:
        """Return the row to which a row leads."""
        target = self._links[link][number]
        return None if target < 0 else target

    def kind(self, number: int) -> str:
        """Return a row's type."""
        return KINDS[self._kind[number]]

    def is_bad(self, number: int) -> bool:
        """Return whether a row says that something went wrong."""
        return self._looks[self._look[number]].style == "kind.bad"

    def row_of(self, seq: int) -> int | None:
        """Return the row of event number `seq`."""
        row = bisect_left(self._seq, seq)
        return row if row < len(self) and self._seq[row] == seq else None

    def cut(self, connection: int, side: Side, span: Span) -> bytes:
        """Return the bytes of a span, with secrets replaced; fewer if not all were seen."""
        return self._streams.cut(connection, side.value, span.start, span.end, self._spool.read)

    def blocks(self) -> int:
        """Return the number of blocks of lines."""
        return len(self._starts)

    def block_of(self, number: int) -> int:
        """Return the block of lines that a row stands in."""
        return bisect_right(self._starts, number) - 1

    def block(self, number: int) -> tuple[int, str]:
        """Return the first row of a block of lines, and the lines; it is not kept unpacked."""
        return self._starts[number], self._spool.read(self._lines[number]).decode()

    def _text(self, places: list[Place], number: int) -> str:
        block = self.block_of(number)
        place = places[block]
        lines = self._unpacked.get(place)
        if lines is None:
            lines = self._unpacked[place] = self._spool.read(place).decode().split("\n")
            if len(self._unpacked) > UNPACKED:
                self._unpacked.popitem(last=False)
        else:
            self._unpacked.move_to_end(place)
        return lines[number - self._starts[block]]
