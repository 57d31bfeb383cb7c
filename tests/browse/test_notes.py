import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.browse.batches import Look
from jnlpspy.browse.catalogue import Row
from jnlpspy.browse.notes import Note, Notes
from jnlpspy.errors import UsageError

ROW = Row(7, 5, 2, 1795345324.25, None, "call_started", Look("call", "", ""), "c0 Echo()")


def file_of(folder: Path) -> Path:
    return folder / "s.pcapng.notes.json"


def test_a_note_is_read_back_on_the_same_event_only(tmp_path: Path) -> None:
    Notes(tmp_path / "s.pcapng").put(Note.of(ROW, "why?"))
    notes = Notes(tmp_path / "s.pcapng")
    note = notes.on(ROW)
    assert note is not None
    assert note.text == "why?"
    assert notes.on(ROW._replace(seq=6)) is None
    assert notes.on(ROW._replace(kind="finding")) is None
    assert notes.on(ROW._replace(when=1.0)) is None, "with other secrets an event has another number"


def test_the_file_can_be_read_by_people_and_programs(tmp_path: Path) -> None:
    Notes(tmp_path / "s.pcapng").put(Note.of(ROW, "wer weiß"))
    assert json.loads(file_of(tmp_path).read_text("utf-8")) == {
        "v": 1,
        "type": "notes",
        "notes": [
            {
                "seq": 5,
                "type": "call_started",
                "connection": 2,
                "when": 1795345324.25,
                "event": "c0 Echo()",
                "note": "wer weiß",
            }
        ],
    }
    assert "wer weiß" in file_of(tmp_path).read_text("utf-8")
    assert file_of(tmp_path).stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_is_left_aside_and_what_can_be_read_of_it_is_kept(tmp_path: Path) -> None:
    notes = Notes(tmp_path / "s.pcapng")
    notes.put(Note.of(ROW, "one"))
    record = json.loads(file_of(tmp_path).read_text("utf-8"))
    record["notes"].append({"seq": "x"})
    damaged = json.dumps(record)
    file_of(tmp_path).write_text(damaged, "utf-8")
    notes = Notes(tmp_path / "s.pcapng")
    assert notes.trouble == "1 of the notes in s.pcapng.notes.json cannot be read"
    assert [note.text for note in notes] == ["one"]
    notes.put(replace(Note.of(ROW, "two"), seq=9))
    assert (tmp_path / "s.pcapng.notes.json.damaged").read_text("utf-8") == damaged
    assert [note.text for note in Notes(tmp_path / "s.pcapng")] == ["one", "two"]


@given(
    st.one_of(
        st.binary(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["v", "notes", "seq", "type", "note"]), inner, max_size=4)
            ),
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_any_file_is_borne(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("notes")
    file_of(folder).write_bytes(content)
    notes = Notes(folder / "s.pcapng")
    notes.put(Note.of(ROW, "new"))
    assert "new" in [note.text for note in Notes(folder / "s.pcapng")]


def test_a_folder_that_takes_no_file_is_told(tmp_path: Path) -> None:
    notes = Notes(tmp_path / "gone" / "s.pcapng")
    with pytest.raises(UsageError, match=r"kept until you quit: .* cannot be written: No such file"):
        notes.put(Note.of(ROW, "x"))
    assert len(notes) == 1


def test_a_note_that_is_dropped_is_gone(tmp_path: Path) -> None:
    notes = Notes(tmp_path / "s.pcapng")
    note = Note.of(ROW, "x")
    notes.put(note)
    notes.drop(note)
    assert len(Notes(tmp_path / "s.pcapng")) == 0
