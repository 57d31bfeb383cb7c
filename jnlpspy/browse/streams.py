"""The bytes of both sides of each connection, secrets replaced, on their way into the spool and out of it."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable

from jnlpspy.browse.batches import Piece
from jnlpspy.browse.limits import MOST_STREAMED, PIECE
from jnlpspy.browse.spool import Place
from jnlpspy.model.tap import Gap, Observation, Segment, Side, Tap

_MOST_PENDING = 8 * 1024 * 1024
"""Bytes that wait to be packed, of all streams."""

_Stream = tuple[int, Side]


class StreamWriter:
    """Packs what streams bring."""

    def __init__(self, append: Callable[[bytes | bytearray], Place]) -> None:
        self._append = append
        self._ends: dict[_Stream, int] = {}
        self._pending: dict[_Stream, bytearray] = {}
        self._waiting = 0
        self._pieces: list[Piece] = []

    def observe(self, observation: Observation) -> None:
        """Take an observation, with secrets already replaced."""
        match observation:
            case Segment(tap=Tap.DECRYPTED | Tap.WIRE):
                stream = observation.connection, observation.sender
                waiting = self._pending.setdefault(stream, bytearray())
                waiting += observation.data
                self._ends[stream] = self._ends.get(stream, 0) + len(observation.data)
                self._waiting += len(observation.data)
                if len(waiting) >= PIECE:
                    self._pack(stream, waiting)
                elif self._waiting >= _MOST_PENDING:
                    self._pack_all()
            case Gap():
                stream = observation.connection, observation.sender
                if stream in self._pending:
                    self._pack(stream, self._pending[stream])
                self._ends[stream] = self._ends.get(stream, 0) + observation.length
            case _:
                pass

    def length_of(self, connection: int) -> int:
        """Return how many bytes both sides of a connection sent up to now."""
        return sum(self._ends.get((connection, side), 0) for side in Side)

    def forget(self, connection: int) -> None:
        """A connection is over."""
        for side in Side:
            stream = connection, side
            if stream in self._pending:
                self._pack(stream, self._pending[stream])
            self._ends.pop(stream, None)

    def take(self) -> tuple[Piece, ...]:
        """Return the pieces that were packed since the last time, to the last byte that came."""
        self._pack_all()
        pieces, self._pieces = tuple(self._pieces), []
        return pieces

    def _pack_all(self) -> None:
        for stream, waiting in list(self._pending.items()):
            self._pack(stream, waiting)

    def _pack(self, stream: _Stream, waiting: bytearray) -> None:
        del self._pending[stream]
        self._waiting -= len(waiting)
        connection, side = stream
        start = self._ends[stream] - len(waiting)
        self._pieces.append(Piece(connection, side.value, start, len(waiting), self._append(waiting)))


class StreamMap:
    """Where the pieces of each stream are."""

    def __init__(self) -> None:
        self._streams: dict[tuple[int, str], tuple[array[int], list[Piece]]] = {}

    def add(self, pieces: Iterable[Piece]) -> None:
        """Note pieces; those of a stream come in order."""
        for piece in pieces:
            starts, known = self._streams.setdefault((piece.connection, piece.side), (array("Q"), []))
            starts.append(piece.start)
            known.append(piece)

    def cut(self, connection: int, side: str, start: int, end: int, read: Callable[[Place], bytes]) -> bytes:
        """Return bytes of a stream: fewer if there was a gap, and not more than are shown of anything."""
        starts, pieces = self._streams.get((connection, side), (array("Q"), []))
        end = min(end, start + MOST_STREAMED)
        out = bytearray()
        for number in range(max(0, bisect_right(starts, start) - 1), len(pieces)):
            piece = pieces[number]
            if piece.start >= end:
                break
            out += read(piece.place)[max(0, start - piece.start) : max(0, end - piece.start)]
        return bytes(out)
