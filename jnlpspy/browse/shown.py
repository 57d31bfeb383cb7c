"""Which rows are shown: all, or those that a filter and a session leave."""

from array import array
from bisect import bisect_left

from jnlpspy.browse.catalogue import Catalogue


class Shown:
    """Rows of the catalogue by their place on the screen."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.connection: int | None = None
        """None if all sessions are shown."""
        self.filter = ""
        self._catalogue = catalogue
        self._sifted: array[int] | None = None
        """What the filter has found, also of rows that are not indexed yet."""
        self._rows: array[int] | None = None
        self._looked_at = 0

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._catalogue) if self._rows is None else len(self._rows)

    def __getitem__(self, place: int) -> int:
        """Return the row at a place."""
        return place if self._rows is None else self._rows[place]

    def place_of(self, row: int) -> int:
        """Return the place of a row, or of the first one after it."""
        return min(row, len(self)) if self._rows is None else bisect_left(self._rows, row)

    def holds(self, row: int) -> bool:
        """Return whether a row is shown."""
        place = self.place_of(row)
        return place < len(self) and self[place] == row

    def choose(self, filter_text: str, connection: int | None) -> None:
        """Show other rows; what the filter means comes by `found`."""
        self._sifted = None if not filter_text else self._sifted if filter_text == self.filter else array("I")
        self.filter, self.connection = filter_text, connection
        self._rows = None if self._sifted is None and connection is None else array("I")
        self._looked_at = 0
        self.grow()

    def found(self, rows: bytes) -> None:
        """Take rows that the filter means, in order."""
        if self._sifted is not None:
            self._sifted.frombytes(rows)
            self.grow()

    def grow(self) -> None:
        """Show what came since the last time."""
        if self._rows is None:
            return
        connections = self._catalogue.connections
        if self._sifted is None:
            end = len(connections)
            new = range(self._looked_at, end)
            self._rows.extend([row for row in new if connections[row] == self.connection])
        else:
            end = bisect_left(self._sifted, len(connections), self._looked_at)
            new_found = self._sifted[self._looked_at : end]
            self._rows.extend([row for row in new_found if self.connection in (None, connections[row])])
        self._looked_at = end
