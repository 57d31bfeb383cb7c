"""What the index tells the screen: batches of rows, and how it ended."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from jnlpspy.browse.spool import Place
from jnlpspy.export.jsonl import TYPES
from jnlpspy.model.tap import Side

KINDS: Final = tuple(TYPES.values())
"""Types of events, in the order of the numbers that rows have for them."""

SIDES: Final = (None, *Side)
"""Senders, in the order of the numbers that rows have for them."""


class Look(NamedTuple):
    """What a row's kind column says, and the styles of its kind and its summary."""

    word: str
    style: str
    summary: str


class Piece(NamedTuple):
    """Some bytes of a side's stream, with secrets replaced."""

    connection: int
    side: str
    start: int
    length: int
    place: Place


class SessionRow(NamedTuple):
    """What the pane of sessions says of a connection."""

    connection: int
    who: str
    """The agent's name, or its address."""
    protocols: str
    state: str
    bad: bool
    events: int
    bytes: int
    opened: float
    last: float
    severity: str
    """Of its worst finding; "" if it has none."""


class Told(NamedTuple):
    """A conclusion of the diagnosis, as it is shown."""

    depth: int
    """How many conclusions it follows from."""
    severity: str
    title: str
    rule: str
    sure: str
    connections: tuple[int, ...]
    when: float
    seq: int
    evidence: tuple[tuple[int, str], ...]
    """Numbers of events with what they say; 0 for a text."""
    causes: tuple[str, ...]
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """What is kept of each row in memory, as bytes of arrays of the types in `catalogue.COLUMNS`."""

    when: bytes
    connection: bytes
    seq: bytes
    look: bytes
    kind: bytes
    side: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows, one after the other, and what became known of earlier ones."""

    count: int
    columns: Columns
    lines: Place
    """The words of their kinds, and their summaries, a line each."""
    records: Place
    """Them as JSON Lines; behind a tab, where a message stands in another form."""
    links: bytes
    """Triples of a row, a kind of link and the row it leads to, as an array of signed 32-bit numbers."""
    looks: tuple[Look, ...] = ()
    """Looks that no batch before had."""
    pieces: tuple[Piece, ...] = ()
    sessions: tuple[SessionRow, ...] = ()
    """Those that changed."""
    findings: tuple[Told, ...] | None = None
    """All conclusions up to now; None if none was added."""
    read: int = 0
    """Bytes of the file that are read."""


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that a filter means."""

    rows: bytes
    """Their numbers, as an array of unsigned 32-bit numbers."""
    seen: int
    """Rows that were looked at up to now."""


@dataclass(frozen=True, slots=True)
class Remarked:
    """Something to tell the user while all goes on."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """No row will follow."""

    failure: str = ""
    """Why it ends before its end."""
    remarks: tuple[str, ...] = ()
    """What else is to be known of the file."""


@dataclass(frozen=True, slots=True)
class Crashed:
    """A bug of ours, with its traceback."""

    traceback: str


Message = Batch | Found | Remarked | Finished | Crashed
