from functools import partial
from pathlib import Path

from browsing import CAPTURES, WORKLOAD

from jnlpspy.browse.batches import Batch, Finished, Found
from jnlpspy.browse.jobs import Chosen, Source, index_capture, write_rows
from jnlpspy.browse.worker import RunningProcess, start_process
from jnlpspy.cli.following import follow_file


def test_a_capture_is_indexed_in_a_process_of_its_own(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.touch()
    running = start_process(partial(index_capture, Source(CAPTURES / f"{WORKLOAD}.pcapng"), spool))
    rows, message = 0, running.messages.recv()
    while isinstance(message, Batch):
        rows, message = rows + message.count, running.messages.recv()
    assert message == Finished()
    assert rows == 365
    running.stop()
    running.stop()


def test_one_that_would_never_end_is_ended(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.touch()
    source = Source(CAPTURES / f"{WORKLOAD}.pcapng", follow_file)
    running = start_process(partial(index_capture, source, spool))
    assert isinstance(running, RunningProcess)
    assert isinstance(running.messages.recv(), Batch)
    running.stop()
    assert running.messages.closed


def test_a_file_that_is_half_written_is_taken_away(tmp_path: Path) -> None:
    source = Source(CAPTURES / f"{WORKLOAD}.pcapng", follow_file)
    running = start_process(partial(write_rows, source, Chosen(), tmp_path / "out.txt", "text"))
    assert isinstance(running.messages.recv(), Found)
    assert [each.name for each in tmp_path.iterdir()] == ["out.txt.part"]
    running.stop()
    assert list(tmp_path.iterdir()) == []
