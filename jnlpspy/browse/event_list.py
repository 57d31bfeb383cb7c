"""The pane of events: a line each, as `show` prints them, with marks for the cursor, bookmarks and nesting."""

from collections.abc import Callable, Sequence
from datetime import datetime

from jnlpspy.browse.catalogue import Catalogue, Row
from jnlpspy.browse.lines import LineList, Part
from jnlpspy.browse.links import Link
from jnlpspy.browse.shown import Shown
from jnlpspy.model.tap import Side
from jnlpspy.view.rows import ARROWS

WIDE = 100
"""Columns from which on arrows say who they stand for."""

MOST_NESTED = 6
"""Levels of calls that are indented."""

_SHORT_ARROWS = {Side.AGENT: "─▶", Side.CONTROLLER: "◀─"}
_NESTING = {"call_started", "call_finished", "class_loaded"}


class EventList(LineList):
    """Lines of the rows that are shown."""

    def __init__(self, catalogue: Catalogue, shown: Shown, is_marked: Callable[[Row], bool]) -> None:
        super().__init__(id="events")
        self.following = False
        """True if the cursor goes with the last row."""
        self._catalogue = catalogue
        self._shown = shown
        self._is_marked = is_marked
        self._wanted: int | None = None
        """The row that the cursor is to stand on as soon as it is shown."""
        self._digits = 0

    @property
    def row(self) -> int | None:
        """The row at the cursor."""
        return self._shown[self.cursor] if self.cursor < len(self._shown) else None

    def count(self) -> int:
        """Return how many rows are shown."""
        return len(self._shown)

    @property
    def fixed(self) -> int:
        """All but the summary."""
        return self._lead()[0]

    def want(self, row: int | None) -> None:
        """Put the cursor on a row, or on the next one that is shown, now or once it is."""
        self._wanted = row
        self.grew()
        self.settle(at_end=False)

    def settle(self, *, at_end: bool) -> None:
        """Put the cursor where it is wanted if rows are shown that far, or if none will follow."""
        digits = self._lead()[1]
        if digits != self._digits:  # the columns move
            self._digits = digits
            self.refresh()
        self.lengthen()
        if self.following and self.count():
            self.move_to(self.count() - 1)
        elif self._wanted is not None and self.count():
            place = self._shown.place_of(self._wanted)
            if place < self.count() or at_end:
                self._wanted = None
                self.move_to(place, middle=True)

    def parts(self, place: int) -> Sequence[Part]:
        """Return a row's line."""
        row = self._catalogue.row(self._shown[place])
        _, digits, wide = self._lead()
        mark = "▌" if place == self.cursor else " "
        when = datetime.fromtimestamp(row.when).astimezone()
        if row.side is None:
            arrow, style = "", ""
        else:
            arrow, style = ARROWS[row.side] if wide else (_SHORT_ARROWS[row.side], ARROWS[row.side][1])
        return [
            (mark, "kind.opening"),
            ("★" if self._is_marked(row) else " ", "waiting"),
            (f"{row.seq:>{digits}} ", "time"),
            (f"{when:%H:%M:%S}.{when.microsecond // 1000:03} ", "time"),
            (f"{f'#{row.connection}':<4} ", "connection"),
            (f"{arrow:<{8 if wide else 2}} ", style),
            (f"{row.look.word:<10} ", row.look.style),
            (self._nesting(row), "summary.quiet"),
            (row.line, row.look.summary),
        ]

    def _lead(self) -> tuple[int, int, bool]:
        """Return the columns before the summary, those of the number, and whether arrows are long."""
        wide = self.size.width >= WIDE
        digits = max(4, len(str(len(self._catalogue))))
        return 2 + digits + 1 + 13 + 5 + (9 if wide else 3) + 11, digits, wide

    def _nesting(self, row: Row) -> str:
        """Return what hangs a call on the one that it serves."""
        if row.kind not in _NESTING:
            return ""
        depth, above = 0, self._catalogue.link(row.number, Link.SERVES)
        while above is not None and depth < MOST_NESTED:
            depth, above = depth + 1, self._catalogue.link(above, Link.SERVES)
        return f"{'  ' * (depth - 1)}└ " if depth else ""
