"""What one side of a connection sent, put in order: sequence numbers, holes, duplicates and the end."""

from bisect import bisect
from typing import Final, NamedTuple

from jnlpspy.model.tap import Ended, Gap, Observation, Segment, Side, Tap

SIDE_LIMIT: Final = 8 * 1024 * 1024
"""Bytes of one side held back behind a hole: above the receive windows that systems grow to by themselves."""

TOTAL_LIMIT: Final = 256 * 1024 * 1024
"""The same over all connections."""

PATIENCE_PACKETS: Final = 64
PATIENCE_SECONDS: Final = 1.0
"""How long bytes may still turn up that their receiver has acknowledged: captures swap neighbours, no more."""

_PIECE_COST: Final = 200  # what Python adds to the bytes of a piece
_CIRCLE: Final = 1 << 32
_NUMBER: Final = _CIRCLE - 1
_PAST: Final = 3 << 30
"""Distances from here on lie behind: a window is at most 1 GiB, so what a capture missed may be 3 GiB."""


class Piece(NamedTuple):
    """Bytes that cannot be delivered yet; positions count on where sequence numbers wrap."""

    start: int
    end: int
    """More than `start + len(data)` if the capture cut the packet."""
    data: bytes


class Budget:
    """The bytes that all connections hold back together."""

    def __init__(self) -> None:
        self.used = 0


class SentBytes:
    """Takes one side's packets in any order and appends its observations in order to `out`."""

    __slots__ = (
        "_acknowledged", "_budget", "_fin", "_first", "_held", "_missed", "_missed_packets", "_missed_since", "_next",
        "_pieces", "connection", "ended", "sender", "tap", "waiting",
    )  # fmt: skip

    def __init__(self, connection: int, sender: Side, tap: Tap, budget: Budget) -> None:
        self.connection = connection
        self.sender = sender
        self.tap = tap
        self._first: int | None = None
        self.ended = False
        self._next: int | None = None
        self._fin: int | None = None
        self._acknowledged: int | None = None
        self._pieces: list[Piece] = []
        self._held = 0
        self._budget = budget
        self._missed: int | None = None
        """Position up to which the receiver has what we have not; patience with it is running out."""
        self.waiting = False
        """True while bytes that the receiver has may still turn up."""
        self._missed_since = 0.0
        self._missed_packets = 0

    def may_begin(self, sequence: int) -> bool:
        """Return False if a SYN for that first byte belongs to another connection."""
        return self._next is None or self._first == sequence & _NUMBER

    def begin(self, sequence: int, when: float, out: list[Observation]) -> None:
        """Learn the sequence number of the first byte; what comes later is ignored."""
        if self._next is None:
            self._next = self._position(sequence)
            self._first = sequence & _NUMBER
            self._deliver(when, out)

    def add(self, sequence: int, data: bytes, length: int, when: float, out: list[Observation]) -> None:
        """Take the bytes of one packet, of which the capture may have kept the start only."""
        if self.ended:
            return
        awaited = self._next
        if (
            awaited is not None  # nearly every packet
            and sequence == awaited & _NUMBER
            and len(data) == length
            and not self._pieces
            and self._fin is self._missed is None
        ):
            self._next = awaited + length
            out.append(Segment(self.connection, when, self.sender, data, self.tap))
            return
        start = self._position(sequence)
        self._hold(Piece(start, start + length, data), when)
        self._deliver(when, out)
        while self._pieces and (self._held > SIDE_LIMIT or self._budget.used > TOTAL_LIMIT):
            if self._next is None:
                self._begin_anywhere(when, out)
            else:
                self._skip_to(self._pieces[0].start, when, out)

    def end(self, sequence: int, when: float, out: list[Observation]) -> None:
        """Take a FIN, which stands behind the last byte."""
        position = self._position(sequence)
        if self._fin is None and (self._next is None or position >= self._next):
            self._fin = position
            if self._next is None:
                self._miss(position, when)
            else:
                self._deliver(when, out)

    def acknowledge(self, sequence: int, when: float) -> None:
        """Learn that the receiver has everything before a sequence number."""
        awaited, latest = self._next, self._acknowledged
        if awaited is None:
            return
        ahead = (sequence - awaited) & _NUMBER
        if ahead < _PAST and (latest is None or awaited + ahead > latest):
            self._acknowledged = awaited + ahead
            if ahead and not self.ended:
                self._miss(awaited + ahead, when)

    @property
    def end_acknowledged(self) -> bool:
        """True if the receiver has the FIN, too."""
        return self.ended and self._next == self._acknowledged

    def wait(self, when: float, out: list[Observation]) -> None:
        """Count one more packet of the connection; after enough of them the missing bytes are given up."""
        self._missed_packets += 1
        if self._missed_packets <= PATIENCE_PACKETS and when - self._missed_since <= PATIENCE_SECONDS:
            return
        missed, self._missed, self.waiting = self._missed, None, False
        if self._next is None:
            self._begin_anywhere(when, out)
        if missed is not None:
            self._skip_to(missed, when, out)
        if self._next is not None and self._acknowledged is not None and self._acknowledged > self._next:
            self._miss(self._acknowledged, when)

    def skip(self, length: int, when: float, out: list[Observation]) -> None:
        """Report missing bytes that somebody else has counted; 0 if that was not possible."""
        out.append(Gap(self.connection, when, self.sender, length))
        if self._next is not None:
            self._next += length
            self._deliver(when, out)

    def flush(self, when: float, out: list[Observation]) -> None:
        """Report what is still held back: nothing more will come."""
        if self._next is None:
            self._begin_anywhere(when, out)
        while self._pieces:
            self._skip_to(self._pieces[-1].end, when, out)
        for known in (self._fin, self._acknowledged):
            if known is not None and not self.ended:
                self._skip_to(known, when, out)

    def _position(self, sequence: int) -> int:
        base = self._next
        if base is None:  # any circle will do, as long as all positions are on the same
            base = self._pieces[0].start if self._pieces else sequence if self._fin is None else self._fin
        ahead = (sequence - base) & _NUMBER
        return base + ahead if ahead < _PAST else base + ahead - _CIRCLE

    def _hold(self, piece: Piece, when: float) -> None:
        if self._next is not None and piece.end <= self._next:
            return
        at = bisect(self._pieces, piece)
        if any(piece.start == held.start and piece.end == held.end for held in self._pieces[max(at - 1, 0) : at + 1]):
            return
        self._pieces.insert(at, piece)
        self._count(len(piece.data) + _PIECE_COST)
        if self._next is None and self._missed is None:
            self._miss(piece.start, when)

    def _count(self, more: int) -> None:
        self._held += more
        self._budget.used += more

    def _miss(self, position: int, when: float) -> None:
        if self._missed is None:
            self._missed, self._missed_since, self._missed_packets = position, when, 0
            self.waiting = True

    def _begin_anywhere(self, when: float, out: list[Observation]) -> None:
        known = self._pieces[0].start if self._pieces else self._fin
        if known is not None:
            out.append(Gap(self.connection, when, self.sender, 0))
            self._next = known
            self._deliver(when, out)

    def _skip_to(self, position: int, when: float, out: list[Observation]) -> None:
        """Give up all holes before a position."""
        while self._next is not None and self._next < position and not self.ended:
            hole_end = min(position, self._pieces[0].start) if self._pieces else position
            self._gap(hole_end, when, out)
            self._deliver(when, out)

    def _gap(self, until: int, when: float, out: list[Observation]) -> None:
        if self._next is not None and until > self._next:
            out.append(Gap(self.connection, when, self.sender, until - self._next))
            self._next = until

    def _deliver(self, when: float, out: list[Observation]) -> None:
        """Append everything that has no hole before it."""
        if self._next is None:
            return
        while self._pieces and self._pieces[0].start <= self._next:
            piece = self._pieces.pop(0)
            self._count(-len(piece.data) - _PIECE_COST)
            data = piece.data[self._next - piece.start :]
            if data:
                out.append(Segment(self.connection, when, self.sender, data, self.tap))
                self._next += len(data)
            self._gap(piece.end, when, out)
        if self._fin == self._next and not self.ended:
            self.ended = True
            self._next += 1  # a FIN has a number of its own
            for piece in self._pieces:
                self._count(-len(piece.data) - _PIECE_COST)
            self._pieces.clear()
            out.append(Ended(self.connection, when, self.sender))
        if self._missed is not None and self._missed <= self._next:
            self._missed, self.waiting = None, False
