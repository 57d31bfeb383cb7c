import os
import resource
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import trio
import trio.testing

from jnlpspy.errors import UsageError
from jnlpspy.net.record import BACKLOG, STALL, Record, open_record

STARTED = 1_795_357_656.5  # 2026-11-22 14:27:36 UTC


def blocks(number: int) -> bytes:
    return bytes([number]) * (1000 + number)


async def test_blocks_reach_the_file_in_order_for_its_owner_only(tmp_path: Path) -> None:
    said: list[str] = []
    path = tmp_path / "x.pcapng"
    record = await open_record(path, STARTED, said.append)
    for number in range(200):
        record.write(blocks(number))
    await record.close()
    assert path.read_bytes() == b"".join(map(blocks, range(200)))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (record.missing, record.failure, said) == (0, "", [])


async def test_folder_gets_a_file_named_after_the_start(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        record = await open_record(tmp_path, STARTED, print)
        await record.close()
        names.append(Path(record.name).name)
    assert names == [
        "jnlpspy-20261122T142736Z.pcapng",
        "jnlpspy-20261122T142736Z-2.pcapng",
        "jnlpspy-20261122T142736Z-3.pcapng",
    ]


async def test_two_runs_that_start_at_once_never_share_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda _path: False)  # as if the other run created it right after the look
    names = []
    for _ in range(2):
        record = await open_record(tmp_path, STARTED, print)
        await record.close()
        names.append(record.name)
    assert len(set(names)) == 2


async def test_empty_file_of_another_user_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.pcapng"
    path.touch(0o666)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(UsageError, match="belongs to another user"):
        await open_record(path, STARTED, print)


async def test_file_that_is_filled_after_a_look_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, empty = tmp_path / "x.pcapng", tmp_path / "empty"
    path.write_bytes(b"precious")
    empty.touch()
    looked_at = empty.stat()
    monkeypatch.setattr(Path, "stat", lambda _path, **_options: looked_at)
    with pytest.raises(UsageError, match="it exists and holds 8 bytes"):
        await open_record(path, STARTED, print)
    assert path.read_bytes() == b"precious"


async def test_file_that_holds_something_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "x.pcapng"
    path.write_bytes(b"precious")
    with pytest.raises(UsageError, match=r"cannot record to .*x\.pcapng: it exists and holds 8 bytes"):
        await open_record(path, STARTED, print)
    assert path.read_bytes() == b"precious"


async def test_empty_file_is_used_and_made_private(tmp_path: Path) -> None:
    path = tmp_path / "x.pcapng"
    path.touch(0o644)
    record = await open_record(path, STARTED, print)
    record.write(b"blocks")
    await record.close()
    assert path.read_bytes() == b"blocks"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot record to .*none/x\.pcapng: No such file or directory"):
        await open_record(tmp_path / "none" / "x.pcapng", STARTED, print)


async def test_fifo_feeds_its_reader(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    record = await open_record(path, STARTED, print)
    record.write(b"blocks")
    await record.close()
    reader.join()
    assert got == [b"blocks"]


async def test_full_disk_stops_the_record_and_says_so_at_once_and_at_the_end() -> None:
    said: list[str] = []
    record = await open_record(Path("/dev/full"), STARTED, said.append)
    record.write(b"some blocks")
    await trio.testing.wait_all_tasks_blocked(0.05)
    assert said == ["the record /dev/full stops here: No space left on device; the traffic goes on unrecorded"]
    record.write(b"more blocks")
    await record.wait_room()
    await record.close()
    assert record.missing == 22
    assert said[1:] == ["the record /dev/full is incomplete: its last 22 bytes are missing (No space left on device)"]


LIMITED = """
import resource, sys, trio
from pathlib import Path
from jnlpspy.net.record import open_record

async def main():
    record = await open_record(Path(sys.argv[1]), 0.0, print)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
    for number in range(20):
        record.write(bytes([number]) * 999)
    await record.close()

trio.run(main)
"""


def test_file_keeps_whole_blocks_only_when_the_disk_fills(tmp_path: Path) -> None:
    path = tmp_path / "x.pcapng"
    run = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert path.read_bytes() == b"".join(bytes([number]) * 999 for number in range(10))
    assert "stops here: File too large" in run.stdout
    assert f"its last {10 * 999} bytes are missing" in run.stdout
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 10_000


def test_disk_that_hangs_slows_the_traffic_first_and_then_loses_the_record() -> None:
    async def run() -> list[str]:
        said: list[str] = []
        reader, writer = os.pipe()  # nobody reads: a disk that takes 64 KiB and hangs
        record = Record(writer, "hung", said.append)
        record.write(bytes(BACKLOG // 2))
        await record.wait_room()
        start = trio.current_time()
        record.write(bytes(BACKLOG))
        assert said == []
        await record.wait_room()
        assert trio.current_time() - start == pytest.approx(STALL, abs=0.5)
        await record.wait_room()
        os.close(reader)
        await record.close()
        assert record.missing == BACKLOG // 2 + BACKLOG
        return said

    said = trio.run(run, clock=trio.testing.MockClock(autojump_threshold=0.1))
    assert said[0] == "the record hung stops here: the disk took nothing for 10 s; the traffic goes on unrecorded"
    assert said[1].startswith("the record hung is incomplete")


async def test_slow_disk_makes_room_and_loses_nothing() -> None:
    reader, writer = os.pipe()
    record = Record(writer, "slow", print)
    size = BACKLOG + (1 << 20)
    read: list[int] = []

    def drain() -> None:
        while got := os.read(reader, 1 << 20):
            read.append(len(got))
        os.close(reader)

    for _ in range(size >> 16):
        record.write(bytes(1 << 16))
    thread = threading.Thread(target=drain)
    thread.start()
    await record.wait_room()
    assert record.missing <= BACKLOG
    await record.close()
    await trio.to_thread.run_sync(thread.join)
    assert sum(read) == size
    assert record.missing == 0
