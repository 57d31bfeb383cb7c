"""How open connections began: what a record that is begun later needs, so that one can tell whose they are."""

from dataclasses import dataclass, field, replace
from typing import Final

from jnlpspy.capture.recorder import Recorder
from jnlpspy.model.tap import Closed, Ended, Gap, Observation, Opened, Segment, Side, Tap
from jnlpspy.protocols import SPECS
from jnlpspy.wire.handshake import HandshakeMachine, LaneEnd

HEAD: Final = 16 * 1024
"""Bytes kept of each side: every handshake fits, and a thousand connections' are some MiB."""

REMARKS: Final = 64
"""Observations without bytes that are kept of a connection."""

_KNOWN_ENDS: Final = frozenset((LaneEnd.CHANNEL, LaneEnd.SILENT, LaneEnd.FAILED))


@dataclass(slots=True)
class _Head:
    begun: list[Observation]
    """In their order; no side's bytes behind the first that are left out."""
    kept: dict[Side, int] = field(default_factory=lambda: dict.fromkeys(Side, 0))
    skipped: dict[Side, int] = field(default_factory=lambda: dict.fromkeys(Side, 0))
    machine: HandshakeMachine = field(default_factory=lambda: HandshakeMachine(SPECS, through_tls=True))
    ended: list[Ended] = field(default_factory=list)
    remarks: int = 0
    when: float = 0.0


class Heads:
    """Watches what a recorder is given, and tells it to another one."""

    def __init__(self) -> None:
        self._heads: dict[int, _Head] = {}

    def observe(self, observation: Observation) -> None:
        """Keep the beginnings of connections."""
        match observation:
            case Segment():
                head = self._heads.get(observation.connection)
                if head is not None and observation.tap is Tap.DECRYPTED:
                    _add(head, observation)
            case Opened():
                self._heads[observation.connection] = _Head([observation])
            case Closed():
                self._heads.pop(observation.connection, None)
            case Ended() if (head := self._heads.get(observation.connection)) is not None:
                head.ended.append(observation)
            case Gap() if (head := self._heads.get(observation.connection)) is not None:
                head.skipped[observation.sender] += observation.length
            case _:
                head = self._heads.get(getattr(observation, "connection", 0))
                if head is not None and head.remarks < REMARKS:
                    head.remarks += 1
                    head.begun.append(observation)

    def forget(self, connection: int) -> None:
        """Keep nothing of a connection."""
        self._heads.pop(connection, None)

    def tell(self, recorder: Recorder) -> None:
        """Record how each open connection began, and how much of it is left out."""
        for number, head in self._heads.items():
            for observation in head.begun:
                recorder.observe(observation)
            for side, length in head.skipped.items():
                if length:
                    recorder.observe(Gap(number, head.when, side, length))
            for ended in head.ended:
                recorder.observe(ended)
            recorder.write_comments(number, head.when or head.begun[0].when)


def _add(head: _Head, segment: Segment) -> None:
    side, data = segment.sender, segment.data
    head.when = segment.when
    kept = 0 if head.skipped[side] else _length_of_beginning(head, side, data)
    head.kept[side] += kept
    head.skipped[side] += len(data) - kept
    if kept:
        head.begun.append(segment if kept == len(data) else replace(segment, data=data[:kept]))


def _length_of_beginning(head: _Head, side: Side, data: bytes) -> int:
    """Return how many bytes still belong to the handshake, or to what nobody knows the end of.

    What is called on the channel is left out from its first byte: its answers would be missing.
    """
    room = len(data) if head.kept[side] + len(data) <= HEAD else 0
    machine = head.machine
    if machine.over(side):
        return 0 if machine.states[side] in _KNOWN_ENDS else room
    try:
        machine.feed(side, data)
    except Exception:  # noqa: BLE001 - a defect in a table may cost a beginning, not the record
        machine.lose(side)
        return 0
    if machine.states[side] not in _KNOWN_ENDS:
        return room
    return min(room, machine.offset(side) - head.kept[side])
