"""Records that are begun and ended while traffic goes on."""

from pathlib import Path

import pytest
import trio

from jnlpspy.net.record import open_record
from jnlpspy.net.recordings import Recordings

NOON = 1_700_000_000.0
FULL = Path("/dev/full")


class Notes:
    """Who joined, and may leave."""

    def __init__(self) -> None:
        self.readers: list[object] = []

    async def switch(self, recordings: Recordings) -> None:
        await recordings.switch(self.readers.append, self.readers.remove)


def names_in(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


def writes(recordings: Recordings) -> bool:
    return recordings.is_writing


async def begun(path: Path | None, asked: Path | None, said: list[str]) -> Recordings:
    first = await open_record(path, NOON, said.append) if path else None
    return Recordings(first, asked, said.append, lambda: NOON)


async def test_a_record_is_begun_and_ended_as_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    notes, recordings = Notes(), await begun(None, None, said)
    assert not writes(recordings)
    await recordings.wait_room()
    await notes.switch(recordings)
    assert writes(recordings)
    assert len(notes.readers) == 1
    assert recordings.current is not None
    recordings.current.write(b"blocks")
    await recordings.wait_room()
    await notes.switch(recordings)
    assert not writes(recordings)
    assert notes.readers == []
    name = "jnlpspy-20231114T221320Z.pcapng"
    assert (tmp_path / name).read_bytes() == b"blocks"
    assert said == [f"recording to {name}", f"recorded in {name}"]
    assert (recordings.failures, recordings.missing, recordings.backlog) == ([], 0, 0)


async def test_a_name_that_is_taken_is_never_used_again(tmp_path: Path) -> None:
    first = tmp_path / "s.pcapng"
    notes, recordings = Notes(), await begun(first, first, [])
    assert recordings.current is not None
    notes.readers.append(recordings.current.write)
    recordings.current.write(b"first")
    for _ in range(5):
        await notes.switch(recordings)
    await recordings.close()
    assert first.read_bytes() == b"first"
    assert sorted(names_in(tmp_path)) == [
        "jnlpspy-20231114T221320Z-2.pcapng",
        "jnlpspy-20231114T221320Z.pcapng",
        "s.pcapng",
    ]
    assert first.with_name("jnlpspy-20231114T221320Z-2.pcapng").stat().st_mode & 0o777 == 0o600


async def test_a_record_that_cannot_be_begun_is_told_and_can_be_tried_again(tmp_path: Path) -> None:
    said: list[str] = []
    notes, recordings = Notes(), await begun(None, tmp_path / "missing" / "s.pcapng", said)
    await notes.switch(recordings)
    assert "there is no such folder" in recordings.trouble
    assert said == [recordings.trouble]
    assert notes.readers == []
    (tmp_path / "missing").mkdir()
    await notes.switch(recordings)
    assert recordings.trouble == ""
    assert writes(recordings)
    await recordings.close()


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
async def test_a_record_that_stopped_is_told_and_another_can_be_begun(tmp_path: Path) -> None:
    said: list[str] = []
    recordings = Recordings(await open_record(FULL, NOON, said.append), tmp_path, said.append, lambda: NOON)
    notes = Notes()
    assert recordings.current is not None
    notes.readers.append(recordings.current.write)
    recordings.current.write(b"blocks")
    with trio.fail_after(10):
        await recordings.current._done.wait()  # noqa: SLF001 - when the disk said no
    assert recordings.trouble == "No space left on device"
    assert not writes(recordings)
    await notes.switch(recordings)
    assert writes(recordings)
    assert len(notes.readers) == 1
    await recordings.close()
    assert recordings.failures == ["No space left on device"]


async def test_two_who_switch_at_once_take_turns(tmp_path: Path) -> None:
    notes, recordings = Notes(), await begun(None, tmp_path, [])
    async with trio.open_nursery() as nursery:
        for _ in range(4):
            nursery.start_soon(notes.switch, recordings)
    assert not writes(recordings)
    assert notes.readers == []
    assert len(names_in(tmp_path)) == 2


async def test_a_folder_that_may_not_be_looked_at_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", refuse)
    notes, recordings = Notes(), await begun(None, None, [])
    recordings._folder = tmp_path  # noqa: SLF001 - as if it had been asked for
    await notes.switch(recordings)
    assert "Permission denied" in recordings.trouble
