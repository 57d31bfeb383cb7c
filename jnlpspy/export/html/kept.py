"""Which rows of very many are kept: the first, and the worst of the rest."""

from collections.abc import Iterator
from heapq import heappush, heapreplace
from typing import Generic, TypeVar

Row = TypeVar("Row")


class Kept(Generic[Row]):
    """The first rows that come, and of the others those of the highest rank; in the order in which they came."""

    def __init__(self, first: int, worst: int) -> None:
        self.first = first
        self.worst = worst
        self.seen = 0
        """Rows that came."""
        self._first: list[Row] = []
        self._worst: list[tuple[float, int, Row]] = []

    def add(self, row: Row, rank: float) -> None:
        """Take a row."""
        self.seen += 1
        if len(self._first) < self.first:
            self._first.append(row)
            return
        ranked = (rank, -self.seen, row)  # the number is another for each row, so that rows are never compared
        if len(self._worst) < self.worst:
            heappush(self._worst, ranked)
        elif self._worst and ranked[:2] > self._worst[0][:2]:
            heapreplace(self._worst, ranked)

    def __iter__(self) -> Iterator[Row]:
        yield from self._first
        yield from (row for _, _, row in sorted(self._worst, key=lambda ranked: -ranked[1]))

    def __len__(self) -> int:
        return len(self._first) + len(self._worst)
