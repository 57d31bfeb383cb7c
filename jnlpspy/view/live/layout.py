"""How the live view shares out a terminal: by its size alone, so that nothing on it jumps."""

from dataclasses import dataclass
from typing import Final

MADE_FOR: Final = (80, 24)
"""Columns and rows for which everything has its place."""

LEAST: Final = (50, 12)
"""Columns and rows below which there is no place for anything."""

HEAD: Final = 2
FOOT: Final = 2
TITLE: Final = 1
_BESIDE: Final = 120
"""Columns from which on findings stand beside the events."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Rows of the panels, without their titles; columns of those that stand side by side."""

    columns: int
    rows: int
    sessions: int
    events: int
    findings: int
    beside: int = 0
    """Columns of the findings beside the events; 0 if they stand below."""

    @property
    def body(self) -> int:
        """Rows between head and foot."""
        return self.rows - HEAD - FOOT

    @property
    def page(self) -> int:
        """Rows of a panel that has the body for itself."""
        return self.body - TITLE

    @property
    def fits(self) -> bool:
        """False if there is no place for anything."""
        return self.columns >= LEAST[0] and self.rows >= LEAST[1]

    @property
    def cramped(self) -> bool:
        """True if not everything has its place."""
        return self.columns < MADE_FOR[0] or self.rows < MADE_FOR[1]


def layout_for(columns: int, rows: int) -> Layout:
    """Share out a terminal of this size."""
    if rows < LEAST[1]:
        return Layout(columns, rows, 0, 0, 0)
    body = rows - HEAD - FOOT
    headings = TITLE + 1  # the table's title and its columns'
    if columns >= _BESIDE:
        sessions = (body - headings) * 9 // 20
        events = body - headings - sessions - TITLE
        return Layout(columns, rows, sessions, events, events, columns * 2 // 5)
    rest = body - headings - 2 * TITLE
    findings = max(2, rest * 3 // 11)
    sessions = max(1, (rest - findings) * 6 // 11)
    return Layout(columns, rows, sessions, max(1, rest - findings - sessions), findings)
