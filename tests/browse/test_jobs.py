import json
import re
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import CAPTURES, WORKLOAD, copy_of, indexed
from commands import run

from jnlpspy.browse import jobs
from jnlpspy.browse.batches import Batch, Crashed, Finished, Found, Message
from jnlpspy.browse.jobs import Chosen, Source, index_capture, sift_capture, write_rows
from jnlpspy.capture.reader import ByteSource
from jnlpspy.cli.following import follow_file
from jnlpspy.errors import CaptureError


def sifted(source: Source, chosen: Chosen) -> tuple[list[int], list[Message]]:
    """Return the rows found, and what else was said."""
    sent = list[Message]()
    sift_capture(source, chosen, sent.append)
    rows = array("I", b"".join(each.rows for each in sent if isinstance(each, Found)))
    return list(rows), [each for each in sent if not isinstance(each, Found)]


def test_a_filter_finds_the_same_rows_as_the_index_has(tmp_path: Path) -> None:
    source = Source(CAPTURES / f"{WORKLOAD}.pcapng")
    rows, rest = sifted(source, Chosen("class_loaded or channel_established", 2))
    with indexed(source, tmp_path) as (catalogue, _):
        meant = {"class_loaded", "channel_established"}
        assert rows == [row for row in range(len(catalogue)) if catalogue.kind(row) in meant]
    assert rest == [Finished()]


def test_a_damaged_capture_gives_what_is_before_the_damage(tmp_path: Path) -> None:
    capture = copy_of(WORKLOAD, tmp_path)
    capture.write_bytes(capture.read_bytes()[:30_000] + b"\xff" * 10_000)
    with indexed(Source(capture), tmp_path) as (catalogue, others):
        assert len(catalogue) > 20
        (finished,) = others
        assert isinstance(finished, Finished)
        assert "block length" in finished.failure


def test_a_capture_that_is_cut_off_says_so(tmp_path: Path) -> None:
    capture = copy_of(WORKLOAD, tmp_path)
    capture.write_bytes(capture.read_bytes()[:30_000])
    with indexed(Source(capture), tmp_path) as (_, others):
        (finished,) = others
        assert isinstance(finished, Finished)
        assert finished.failure == ""
        assert finished.remarks[0].startswith("the last block is cut off; ")


def test_a_file_that_is_not_there_is_an_ending_and_no_bug(tmp_path: Path) -> None:
    rows, (finished,) = sifted(Source(tmp_path / "gone"), Chosen())
    assert rows == []
    assert isinstance(finished, Finished)
    assert "No such file" in finished.failure


def test_a_bug_is_told_with_its_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(jobs, "_read", fail)
    _, (crashed,) = sifted(Source(tmp_path), Chosen())
    assert isinstance(crashed, Crashed)
    assert "ZeroDivisionError" in crashed.traceback


def test_a_screen_that_is_gone_ends_the_job_quietly(tmp_path: Path) -> None:
    def refuse(_: Message) -> None:
        raise BrokenPipeError

    (tmp_path / "spool").touch()
    index_capture(Source(CAPTURES / f"{WORKLOAD}.pcapng"), tmp_path / "spool", refuse)


def test_rows_are_written_as_events_or_as_lines(tmp_path: Path) -> None:
    source, chosen = Source(CAPTURES / f"{WORKLOAD}.pcapng"), Chosen("command_sent", 2)
    sent = list[Message]()
    write_rows(source, chosen, tmp_path / "out.jsonl", "jsonl", sent.append)
    write_rows(source, chosen, tmp_path / "out.txt", "text", sent.append)
    golden = (CAPTURES / f"{WORKLOAD}.events.jsonl").read_text("ascii").splitlines()
    commands = [line for line in golden if json.loads(line)["type"] == "command_sent"]
    assert (tmp_path / "out.jsonl").read_text("ascii").splitlines() == commands
    text = (tmp_path / "out.txt").read_text("utf-8")
    assert ", only what matches: command_sent\n" in text
    assert len(re.findall(r"(?m)^\d\d:\d\d:\d\d\.\d{3} #2 ", text)) == len(commands)
    assert "UserRequest #0" in text
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out.jsonl", "out.txt"]


@pytest.mark.parametrize(("form", "mark"), [("html", "<!DOCTYPE html>"), ("mermaid", "sequenceDiagram")])
def test_rows_are_written_as_export_writes_them(tmp_path: Path, form: str, mark: str) -> None:
    capture = CAPTURES / "3.33-JNLP4-connect-kill-controller-midcall.pcapng"
    sent = list[Message]()
    write_rows(Source(capture), Chosen(), tmp_path / "out", form, sent.append)
    exported = run("export", str(capture), "--format", form, "-o", str(tmp_path / "other"), home=tmp_path)
    assert exported.returncode == 0, exported.stderr
    written = (tmp_path / "out").read_text("utf-8")
    assert mark in written
    assert written == (tmp_path / "other").read_text("utf-8")
    assert sent[-1] == Finished()


def test_no_file_is_overwritten_and_none_half_written_is_left(tmp_path: Path) -> None:
    source = Source(CAPTURES / f"{WORKLOAD}.pcapng")
    (tmp_path / "out.txt").write_text("mine", "utf-8")
    sent = list[Message]()
    write_rows(source, Chosen(), tmp_path / "out.txt", "text", sent.append)
    write_rows(source, Chosen(), tmp_path / "gone" / "out.txt", "text", sent.append)
    endings = [each.failure for each in sent if isinstance(each, Finished)]
    assert ["File exists" in endings[0], "No such file" in endings[1]] == [True, True]
    assert (tmp_path / "out.txt").read_text("utf-8") == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["out.txt"]


def test_a_file_that_grows_is_told_while_it_is_waited_for(tmp_path: Path) -> None:
    capture = copy_of(WORKLOAD, tmp_path)
    whole = capture.read_bytes()
    capture.write_bytes(whole[:60_000])
    sent, counted = list[Message](), list[int]()

    @contextmanager
    def follow(path: Path, on_wait: Callable[[], None]) -> Iterator[ByteSource]:
        def wait() -> None:
            on_wait()
            counted.append(sum(each.count for each in sent if isinstance(each, Batch)))
            if len(counted) > 1:
                raise CaptureError("enough")
            with capture.open("ab") as file:
                file.write(whole[60_000:])

        with follow_file(path, wait) as stream:
            yield stream

    (tmp_path / "spool").touch()
    index_capture(Source(capture, follow), tmp_path / "spool", sent.append)
    first, second = counted
    assert 20 < first < second == 365
    assert sent[-1] == Finished("enough")
