"""Bookmarks with notes, kept in a file beside the capture that anybody can read: CAPTURE.notes.json."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from jnlpspy.browse.catalogue import Row
from jnlpspy.browse.limits import LONGEST_MESSAGE, LONGEST_NOTES_FILE, MOST_NOTES
from jnlpspy.browse.state_files import read_text, write_text
from jnlpspy.errors import UsageError

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody marked."""

    seq: int
    """The event's number."""
    kind: str
    """Its type: a finding has the number of another event."""
    connection: int
    when: float
    line: str
    """What the event says, for readers of the file."""
    text: str = ""
    """What they say of it."""

    @classmethod
    def of(cls, row: Row, text: str) -> Self:
        """Return a note on a row."""
        return cls(row.seq, row.kind, row.connection, row.when, row.line[:LONGEST_MESSAGE], text[:LONGEST_MESSAGE])

    def fits(self, row: Row) -> bool:
        """Return whether it was made on this very event: other secrets give events other numbers."""
        return (self.seq, self.kind, self.connection) == (row.seq, row.kind, row.connection) and (
            abs(self.when - row.when) < _MICROSECOND
        )


_MICROSECOND = 1e-6


class Notes:
    """The notes on a capture, saved with each change."""

    def __init__(self, capture: Path) -> None:
        self.path = capture.with_name(f"{capture.name}.notes.json")
        self.trouble = ""
        """What is wrong with the file; "" if nothing is."""
        self._notes: dict[tuple[int, str], Note] = {}
        self._damaged = False
        self._load()

    def __len__(self) -> int:
        """Return the number of notes."""
        return len(self._notes)

    def __iter__(self) -> Iterator[Note]:
        """Go over the notes in the order of their events."""
        return iter(sorted(self._notes.values(), key=lambda note: (note.seq, note.kind)))

    def on(self, row: Row) -> Note | None:
        """Return the note on a row."""
        if not self._notes:
            return None
        note = self._notes.get((row.seq, row.kind))
        return note if note is not None and note.fits(row) else None

    def put(self, note: Note) -> None:
        """Keep a note in the place of one on the same event.

        Raises:
            UsageError: there are too many, or the file cannot be written; the note stays until the end.
        """
        if len(self._notes) >= MOST_NOTES and (note.seq, note.kind) not in self._notes:
            raise UsageError(f"expected at most {MOST_NOTES:,} notes, got one more")
        self._notes[note.seq, note.kind] = note
        self._save()

    def drop(self, note: Note) -> None:
        """Take a note away.

        Raises:
            UsageError: the file cannot be written.
        """
        self._notes.pop((note.seq, note.kind), None)
        self._save()

    def _save(self) -> None:
        records = [
            {
                "seq": note.seq,
                "type": note.kind,
                "connection": note.connection,
                "when": note.when,
                "event": note.line,
                "note": note.text,
            }
            for note in self
        ]
        text = json.dumps({"v": SCHEMA, "type": "notes", "notes": records}, indent=1, ensure_ascii=False)
        try:
            if self._damaged:  # somebody's words may be in it
                self.path.replace(self.path.with_name(f"{self.path.name}.damaged"))
                self._damaged = False
            write_text(self.path, f"{text}\n")
        except (OSError, UnicodeEncodeError) as error:
            told = error.strerror if isinstance(error, OSError) else "unpaired surrogates"
            raise UsageError(f"the note is kept until you quit: {self.path} cannot be written: {told}") from error

    def _load(self) -> None:
        if not self.path.exists():
            return
        text = read_text(self.path, LONGEST_NOTES_FILE)
        try:
            found = json.loads(text or "")
            records = found["notes"]
            if found["v"] != SCHEMA or not isinstance(records, list):
                raise ValueError  # noqa: TRY301 - one answer to all that is wrong
        except (ValueError, TypeError, KeyError, RecursionError):
            self._damaged = True
            self.trouble = (
                f"the notes in {self.path.name} cannot be read; new ones will leave that file aside as .damaged"
            )
            return
        notes = [note for record in records[:MOST_NOTES] if (note := _read(record)) is not None]
        self._notes = {(note.seq, note.kind): note for note in notes}
        if len(notes) != len(records):
            self._damaged = True
            self.trouble = f"{len(records) - len(notes)} of the notes in {self.path.name} cannot be read"


def _read(record: object) -> Note | None:
    match record:
        case {
            "seq": int(seq),
            "type": str(kind),
            "connection": int(connection),
            "when": int() | float() as when,
            "event": str(line),
            "note": str(text),
        }:
            return Note(seq, kind, connection, float(when), line[:LONGEST_MESSAGE], text[:LONGEST_MESSAGE])
        case _:
            return None
