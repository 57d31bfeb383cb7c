import os
from pathlib import Path

import pytest

from jnlpspy.browse.state_files import read_text, write_text


def test_a_text_is_put_in_a_files_place_at_once(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("before", "utf-8")
    write_text(path, "after €")
    assert read_text(path, 100) == "after €"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_text_that_cannot_be_written_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("before", "utf-8")

    def refuse(_: int) -> None:
        raise OSError("no room")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="no room"):
        write_text(path, "after")
    assert path.read_text("utf-8") == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_what_is_none_of_ours_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert read_text(path, 10) is None
    path.write_bytes(b"\xff")
    assert read_text(path, 10) is None
    path.write_bytes(b"01234567890")
    assert read_text(path, 10) is None
    assert read_text(tmp_path, 10) is None


def test_a_pipe_is_none_of_ours_and_nobody_waits_for_its_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read_text(tmp_path / "pipe", 10) is None
    assert read_text(tmp_path, 10) is None
