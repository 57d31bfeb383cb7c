"""Finds a text in the lines that are shown, block by block, so that the screen goes on meanwhile."""

from collections.abc import Iterator

from jnlpspy.browse.catalogue import Catalogue
from jnlpspy.browse.shown import Shown


def find_text(catalogue: Catalogue, shown: Shown, text: str, start: int, step: int) -> Iterator[int | None]:
    """Yield None for each block that was looked through, and at last the row of the next line with a text, if any.

    `start` is a row, and looked at last; `step` is 1 for those after it and -1 for those before it. Beyond one end the
    search goes on from the other. Case is ignored.
    """
    number, blocks = len(catalogue), catalogue.blocks()
    if not number or not text:
        return
    needle = text.casefold()
    begin = catalogue.block_of(min(start, number - 1))
    for distance in range(blocks + 1):
        block = (begin + step * distance) % blocks
        rows = [row for row in _rows_with(catalogue, block, needle) if shown.holds(row)]
        if distance == 0:
            rows = [row for row in rows if (row - start) * step > 0]
        elif distance == blocks:
            rows = [row for row in rows if (row - start) * step <= 0]
        if rows:
            yield rows[0] if step > 0 else rows[-1]
            return
        yield None


def _rows_with(catalogue: Catalogue, block: int, needle: str) -> list[int]:
    first, lines = catalogue.block(block)
    folded = lines.casefold()
    if needle not in folded:
        return []
    return [first + place for place, line in enumerate(folded.split("\n")) if needle in line]
