"""Where commands write: whole or not at all, for their owner only."""

import os
import stat
from pathlib import Path

import pytest

from jnlpspy.cli.output import as_text, open_output
from jnlpspy.errors import UsageError


def test_a_file_is_there_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    with open_output(path, force=False) as stream:
        stream.write(b"all of it")
        assert not path.exists()
    assert path.read_bytes() == b"all of it"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_not_finished_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError), open_output(tmp_path / "report.html", force=False) as stream:
        stream.write(b"half" + "\ud800".encode())
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_content_is_kept_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    with pytest.raises(UsageError, match="it exists and holds 3 bytes"), open_output(path, force=False):
        pass
    assert path.read_text() == "old"
    with open_output(path, force=True) as stream:
        stream.write(b"new")
    assert path.read_text() == "new"


def test_an_empty_file_and_a_link_are_written_through(tmp_path: Path) -> None:
    empty, link = tmp_path / "empty", tmp_path / "link"
    empty.touch()
    link.symlink_to(empty)
    with open_output(link, force=False) as stream:
        stream.write(b"here")
    assert link.is_symlink()
    assert empty.read_bytes() == b"here"


def test_a_device_is_written_to_as_it_is() -> None:
    with open_output(Path(os.devnull), force=False) as stream:
        stream.write(b"gone")
    assert Path(os.devnull).is_char_device()


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"), open_output(tmp_path / "none" / "x", force=False):
        pass


def test_text_is_utf_8_whatever_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "text"
    with open_output(path, force=False) as stream, as_text(stream) as file:
        file.write("€\ud800\n")
    assert path.read_bytes() == "€\\ud800\n".encode()
