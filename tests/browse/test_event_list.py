from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Screen, browse

from jnlpspy.browse import lines
from jnlpspy.browse.batches import KINDS, Batch, Columns, Look, SessionRow
from jnlpspy.browse.catalogue import Catalogue
from jnlpspy.browse.event_list import EventList
from jnlpspy.browse.spool import SpoolReader, SpoolWriter

MILLION = 1_000_000
ROWS = 2_000
"""Rows of a batch."""


def batches(spool: Path) -> Iterator[Batch]:
    """Yield a million events, as an index would."""
    writer = SpoolWriter(spool)
    numbers = range(ROWS)
    text = writer.append("\n".join(f"call c{number} Echo()" for number in numbers).encode())
    records = writer.append("\n".join(f'{{"type":"call_started","call":"c{number}"}}' for number in numbers).encode())
    writer.close()
    kind = KINDS.index("call_started")
    session = SessionRow(1, "agent-1", "JNLP4-connect", "channel", False, MILLION, 1, 0.0, 1.0, "")
    for first in range(0, MILLION, ROWS):
        columns = Columns(
            array("d", range(first, first + ROWS)).tobytes(),
            array("I", [1] * ROWS).tobytes(),
            array("I", range(first + 1, first + ROWS + 1)).tobytes(),
            bytes(ROWS),
            bytes([kind]) * ROWS,
            bytes(ROWS),
        )
        looks = () if first else (Look("call", "kind.call", "summary"),)
        yield Batch(ROWS, columns, text, records, b"", looks, (), () if first else (session,), None, first)


def test_of_a_million_events_only_those_on_the_screen_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = list[int]()
    parts = EventList.parts

    def count(self: EventList, place: int) -> object:
        made.append(place)
        return parts(self, place)

    monkeypatch.setattr(EventList, "parts", count)

    async def scroll(screen: Screen) -> None:
        browser = screen.browser
        spool = tmp_path / "million"
        spool.touch()
        browser.inquiry.catalogue.close()
        browser.inquiry.catalogue._spool = SpoolReader(spool)  # noqa: SLF001 - in the place of what was indexed
        for batch in batches(spool):
            browser.inquiry.catalogue.add(batch)
        browser._refresh_all()  # noqa: SLF001 - as the index would have done
        await screen.wait_for("1,000,000 events")
        made.clear()
        await screen.press("G")
        assert screen.seq == MILLION
        await screen.wait_for("c1999 Echo()")
        await screen.press("pageup", "pageup", "g", "pagedown")
        height = browser.events.size.height
        assert len(made) <= 6 * 2 * height
        assert browser.events.virtual_size.height == MILLION

    empty = tmp_path / "empty.pcapng"
    empty.write_bytes(b"")
    browse(empty, scroll, home=tmp_path)


def test_a_million_rows_take_little_memory(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.touch()
    made = batches(spool)
    first = next(made)
    catalogue = Catalogue(SpoolReader(spool))
    catalogue.add(first)
    for batch in made:
        catalogue.add(batch)
    columns = [each for each in vars(catalogue).values() if isinstance(each, array)]
    columns += catalogue._links.values()  # noqa: SLF001 - what takes the memory
    assert len(catalogue) == MILLION
    assert sum(each.itemsize * len(each) for each in columns) < 32 * MILLION
    assert catalogue.row(777_777).seq == 777_778
    catalogue.close()


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("plain", 9, "plain"), ("too long for it", 8, "too lon…"), ("日本語の名前", 7, "日本語…"), ("x", 0, "")],
)
def test_a_text_is_cut_by_the_columns_it_takes(text: str, width: int, shown: str) -> None:
    assert lines.cut(text, width) == shown
    assert lines.padded("日本", 6) == "日本  "
