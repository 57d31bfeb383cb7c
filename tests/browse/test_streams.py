from collections.abc import Generator
from pathlib import Path

import pytest

from jnlpspy.browse import streams
from jnlpspy.browse.spool import SpoolReader, SpoolWriter
from jnlpspy.browse.streams import StreamMap, StreamWriter
from jnlpspy.model.tap import Gap, Segment, Side, Tap


class Spooled:
    """A writer, and the map of what it wrote."""

    def __init__(self, path: Path) -> None:
        path.touch()
        self._spool, self._reader = SpoolWriter(path), SpoolReader(path)
        self.writer = StreamWriter(self._spool.append)
        self._map = StreamMap()

    def cut(self, side: Side, start: int, end: int, connection: int = 1) -> bytes:
        self._map.add(self.writer.take())
        return self._map.cut(connection, side.value, start, end, self._reader.read)

    def close(self) -> None:
        self._spool.close()
        self._reader.close()


@pytest.fixture
def spooled(tmp_path: Path) -> Generator[Spooled]:
    made = Spooled(tmp_path / "spool")
    yield made
    made.close()


def said(side: Side, data: bytes, connection: int = 1, tap: Tap = Tap.DECRYPTED) -> Segment:
    return Segment(connection, 1.0, side, data, tap)


def test_bytes_are_found_by_side_and_offset_across_pieces(spooled: Spooled) -> None:
    spooled.writer.observe(said(Side.AGENT, b"hello "))
    assert spooled.cut(Side.AGENT, 0, 5) == b"hello"
    spooled.writer.observe(said(Side.CONTROLLER, b"other"))
    spooled.writer.observe(said(Side.AGENT, b"world"))
    spooled.writer.observe(said(Side.AGENT, b"!", connection=2))
    assert spooled.cut(Side.AGENT, 3, 9) == b"lo wor"
    assert spooled.cut(Side.CONTROLLER, 0, 100) == b"other"
    assert spooled.cut(Side.AGENT, 0, 1, connection=2) == b"!"
    assert spooled.cut(Side.AGENT, 50, 60) == b""
    assert spooled.cut(Side.AGENT, 0, 1, connection=3) == b""


def test_a_gap_moves_what_comes_after_it_and_its_own_bytes_are_missing(spooled: Spooled) -> None:
    spooled.writer.observe(said(Side.AGENT, b"abc"))
    spooled.writer.observe(Gap(1, 1.0, Side.AGENT, 10))
    spooled.writer.observe(said(Side.AGENT, b"xyz"))
    assert spooled.cut(Side.AGENT, 13, 16) == b"xyz"
    assert spooled.cut(Side.AGENT, 0, 16) == b"abcxyz"
    assert spooled.writer.length_of(1) == 16


def test_a_legs_wire_bytes_are_no_part_of_the_stream(spooled: Spooled) -> None:
    spooled.writer.observe(said(Side.AGENT, b"sealed", tap=Tap.AGENT_LEG))
    spooled.writer.observe(said(Side.AGENT, b"clear"))
    assert spooled.cut(Side.AGENT, 0, 9) == b"clear"


def test_much_that_waits_is_packed_before_it_is_asked_for(spooled: Spooled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PIECE", 8)
    monkeypatch.setattr(streams, "_MOST_PENDING", 16)
    for number in range(10):
        spooled.writer.observe(said(Side.AGENT, b"0123456", connection=number))
    assert [spooled.cut(Side.AGENT, 2, 4, connection=number) for number in range(10)] == [b"23"] * 10


def test_a_connection_that_is_over_is_forgotten_but_not_its_bytes(spooled: Spooled) -> None:
    spooled.writer.observe(said(Side.AGENT, b"abc"))
    spooled.writer.forget(1)
    assert spooled.writer.length_of(1) == 0
    assert spooled.cut(Side.AGENT, 0, 3) == b"abc"
