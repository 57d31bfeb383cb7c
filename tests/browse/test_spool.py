from pathlib import Path

import pytest

from jnlpspy.browse import spool
from jnlpspy.browse.spool import SpoolReader, SpoolWriter
from jnlpspy.errors import CaptureError


def test_what_was_put_in_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    path.touch()
    writer, reader = SpoolWriter(path), SpoolReader(path)
    blocks = [b"", b"one", bytes(100_000), "zwei €".encode()]
    places = [writer.append(block) for block in blocks]
    assert [reader.read(place) for place in reversed(places)] == blocks[::-1]
    assert path.stat().st_size < 1000, "what recurs is packed"
    writer.close()
    reader.close()


def test_a_spool_beyond_its_bound_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MOST_SPOOLED", 20)
    path = tmp_path / "spool"
    path.touch()
    writer = SpoolWriter(path)
    writer.append(b"a")
    with pytest.raises(CaptureError, match="fits in 20 bytes"):
        writer.append(b"0123456789abcdefghijklmnopqrstuvwxyz")
    writer.close()


def test_a_full_temporary_folder_is_told_as_what_it_is() -> None:
    writer = SpoolWriter(Path("/dev/full"))
    with pytest.raises(CaptureError, match="room for the index in the temporary folder, got No space left"):
        writer.append(b"something")
    writer.close()
