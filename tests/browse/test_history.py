from pathlib import Path

from jnlpspy.browse.history import History
from jnlpspy.browse.limits import LONGEST_FILTER, MOST_HISTORY
from jnlpspy.model.secret import Secret


def test_the_latest_filter_comes_first_and_once(tmp_path: Path) -> None:
    history = History(tmp_path / "state" / "history")
    for text in ("call", "pipe", "call"):
        history.add(text)
    assert history.filters == ["call", "pipe"]
    assert History(tmp_path / "state" / "history").filters == ["call", "pipe"]


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    history = History(tmp_path / "state" / "history")
    history.add("call")
    assert (tmp_path / "state" / "history").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


def test_what_may_be_a_secret_is_not_kept(tmp_path: Path) -> None:
    history = History(tmp_path / "history", [Secret("hunter2hunter2")])
    history.add('text contains "hunter2hunter2"')
    history.add(f'text contains "{"0123456789abcdef" * 4}"')
    history.add("call\nand more")
    history.add(" ")
    history.add("x" * (LONGEST_FILTER + 1))
    assert history.filters == []
    assert not (tmp_path / "history").exists()


def test_it_is_bounded(tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    for number in range(MOST_HISTORY + 10):
        history.add(f"seq == {number}")
    assert len(history.filters) == MOST_HISTORY
    assert len((tmp_path / "history").read_text("utf-8").splitlines()) == MOST_HISTORY


def test_a_damaged_file_and_a_folder_that_takes_none_are_borne(tmp_path: Path) -> None:
    (tmp_path / "history").write_bytes(b"\xff\xfe\x00call")
    assert History(tmp_path / "history").filters == []
    (tmp_path / "file").touch()
    history = History(tmp_path / "file" / "history")
    history.add("call")
    assert history.filters == ["call"]
