"""What one side's WebSocket frames say, and where each byte of it stands, so that bytes of it can be overwritten."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from jnlpspy.model.noun import noun
from jnlpspy.wire.secret_search import find_cut_off, find_secret
from jnlpspy.wire.websocket import FrameReader, Opcode, Piece, unmask


@noun()
class _Run:
    """Bytes that stand one behind the other in the stream, under one mask."""

    place: int
    mask: bytes
    at: int
    """Where they begin in the frame's payload, which says where in the mask."""
    data: bytes


class Payloads:
    """What frames say of one side that was fed since the last `clear`, however they are split.

    There are two lanes, each in order: messages, and the control frames that may stand among their frames. Where no
    frames can be told, the bytes themselves are taken for what is said.
    """

    def __init__(self, offset: int, *, masks: bool) -> None:
        self._frames = FrameReader(offset, masks=masks, gather_controls=False)
        self._lanes: tuple[list[_Run], list[_Run]] = ([], [])

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes; return what is new in each lane."""
        frames, lanes = self._frames, self._lanes
        before = [len(lane) for lane in lanes]
        if not frames.synchronized:
            lanes[0].append(_Run(frames.offset, b"", 0, data))
        for step in frames.feed(data):
            if isinstance(step, Piece) and step.data:
                lane = lanes[step.frame.opcode >= Opcode.CLOSE]
                lane.append(_Run(step.place, step.frame.mask, step.at, step.data))
        return [_joined(lane[start:]) for lane, start in zip(lanes, before, strict=True) if len(lane) > start]

    def skip(self, length: int) -> None:
        """Pass over bytes that were not seen, 0 if nobody knows how many."""
        self._frames.skip(length)

    def clear(self) -> None:
        """Forget what was said."""
        for lane in self._lanes:
            lane.clear()

    def keep(self, size: int) -> None:
        """Forget what was said but for the last bytes of each lane, behind which a secret may go on."""
        for lane in self._lanes:
            del lane[: len(lane) - _count_of_last(lane, size)]

    def tails(self, size: int) -> Iterator[bytes]:
        """Yield the last bytes of each lane."""
        for lane in self._lanes:
            if taken := _count_of_last(lane, size):
                yield _joined(lane[-taken:])[-size:]

    def overwritten(self, secret: bytes, pseudonym: bytes) -> dict[int, int]:
        """Return which bytes of the stream must become which for a secret to be its pseudonym, under the same masks."""
        patches: dict[int, int] = {}
        for lane in self._lanes:
            starts = _starts_of(lane)
            for places in find_secret(_joined(lane), secret):
                patches.update(_patches(lane, starts, places, pseudonym))
        return patches

    def cut_off(self, secret: bytes, pseudonym: bytes) -> dict[int, int]:
        """Return the same for the beginning of a secret that a lane ends inside."""
        patches: dict[int, int] = {}
        for lane in self._lanes:
            patches.update(_patches(lane, _starts_of(lane), find_cut_off(_joined(lane), secret), pseudonym))
        return patches


def _patches(lane: list[_Run], starts: list[int], places: list[int], pseudonym: bytes) -> dict[int, int]:
    """Return what stands in the stream instead of a lane's bytes at these places."""
    if not places:
        return {}
    number = bisect_right(starts, places[0]) - 1
    run, inside = lane[number], places[0] - starts[number]
    if places[-1] - places[0] == len(places) - 1 and places[-1] < starts[number + 1]:
        said = pseudonym[: len(places)]
        return dict(enumerate(unmask(said, run.mask, run.at + inside), run.place + inside))
    patches: dict[int, int] = {}
    for place, byte in zip(places, pseudonym, strict=False):  # of one cut off the end is not there
        number = bisect_right(starts, place) - 1
        run, inside = lane[number], place - starts[number]
        patches[run.place + inside] = unmask(bytes((byte,)), run.mask, run.at + inside)[0]
    return patches


def _starts_of(lane: list[_Run]) -> list[int]:
    return list(accumulate((len(run.data) for run in lane), initial=0))


def _count_of_last(lane: list[_Run], size: int) -> int:
    """Return how many runs at the end hold so many bytes."""
    taken, length = 0, 0
    while taken < len(lane) and length < size:
        taken += 1
        length += len(lane[-taken].data)
    return taken


def _joined(lane: list[_Run]) -> bytes:
    return lane[0].data if len(lane) == 1 else b"".join([run.data for run in lane])
