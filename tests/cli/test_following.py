"""A capture that is still being written."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from commands import COMMAND, environment, records

from jnlpspy.capture.open import open_capture
from jnlpspy.cli import following
from jnlpspy.cli.following import follow_file
from jnlpspy.errors import CaptureError
from jnlpspy.model.tap import Observation

CAPTURES = Path(__file__).parents[2] / "captures"
BASIC = CAPTURES / "3.33-JNLP4-connect-basic.pcapng"


class Writer:
    """Writes the next piece of a capture each time the reader has to wait."""

    def __init__(self, path: Path, pieces: list[bytes]) -> None:
        self._path = path
        self._pieces = iter(pieces)
        self.waits = 0

    def sleep(self, seconds: float) -> None:
        """Do what the writer does meanwhile."""
        assert seconds == following.PAUSE
        self.waits += 1
        with self._path.open("ab") as file:
            file.write(next(self._pieces))


def read_followed(path: Path, number: int) -> list[Observation]:
    with follow_file(path) as file, open_capture(file) as capture:
        return [next(capture) for _ in range(number)]


@pytest.mark.parametrize("size", [3, 100, 1000])
def test_a_block_that_is_half_written_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    with open_capture(BASIC) as capture:
        whole = list(capture)
    data, path = BASIC.read_bytes(), tmp_path / "growing.pcapng"
    path.write_bytes(b"")
    data = data[:6000] if size == 3 else data
    writer = Writer(path, [data[start : start + size] for start in range(0, len(data), size)])
    monkeypatch.setattr("time.sleep", writer.sleep)
    number = 15 if size == 3 else len(whole) - 3
    assert read_followed(path, number) == whole[:number]
    assert writer.waits > 5


def cut_off(path: Path) -> None:
    os.truncate(path, 100)


def replace_it(path: Path) -> None:
    path.with_suffix(".new").write_bytes(b"other")
    path.with_suffix(".new").rename(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (cut_off, "a file cut off to 100 bytes"),
        (replace_it, "another file took its place"),
        (Path.unlink, "it was removed"),
    ],
)
def test_a_file_that_is_no_longer_the_same_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: object, message: str
) -> None:
    path = tmp_path / "growing.pcapng"
    path.write_bytes(BASIC.read_bytes())
    monkeypatch.setattr("time.sleep", lambda _seconds: change(path))  # type: ignore[operator] # they are functions
    with pytest.raises(CaptureError, match=message):
        read_followed(path, 1000)


def test_a_file_that_is_not_there_is_no_capture(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="No such file"), follow_file(tmp_path / "none.pcapng"):
        pass


@contextmanager
def followed(*options: str, home: Path) -> Iterator[subprocess.Popen[str]]:
    """Follow a capture; the process is killed if it still runs at the end."""
    with subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, "show", str(BASIC), "--follow", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home, {}),
        cwd=home,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_events_come_at_once_and_an_interrupt_ends_it(tmp_path: Path) -> None:
    with followed("--json", home=tmp_path) as process:
        assert process.stdout is not None
        first = [process.stdout.readline() for _ in range(5)]
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert errors == ""
    assert [event["seq"] for event in records("".join(first) + rest)][:5] == [1, 2, 3, 4, 5]


def test_tables_are_printed_when_it_is_interrupted(tmp_path: Path) -> None:
    with followed("--commands", "--calls", home=tmp_path) as process:
        assert process.stdout is not None
        for _ in range(20):
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "callable" in rest
    assert "peers.work.SlaveVersion" in rest
