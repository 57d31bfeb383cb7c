"""Observations of a connection that are held back; their bytes are found by their place in a side's stream."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import replace

from jnlpspy.model.span import Span
from jnlpspy.model.tap import Observation, Segment, Side


class Held:
    """Observations in their order."""

    def __init__(self) -> None:
        self._held: list[tuple[Observation, int]] = []
        """With the offset of their first byte in the sender's stream."""
        self.ends = dict.fromkeys(Side, 0)
        """Where in each side's stream its next byte will stand."""
        self.size = 0
        """Bytes of the segments among them."""

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._held)

    @property
    def last(self) -> Observation | None:
        """The one that was held last."""
        return self._held[-1][0] if self._held else None

    def add(self, observation: Observation) -> None:
        """Hold one back."""
        start = 0
        if isinstance(observation, Segment):
            start = self.ends[observation.sender]
            self.ends[observation.sender] += len(observation.data)
            self.size += len(observation.data)
        self._held.append((observation, start))

    def skip(self, side: Side, length: int) -> None:
        """Pass over bytes of a side that are not held."""
        self.ends[side] += length

    def start(self, side: Side) -> int:
        """Return where the first bytes of a side stand, 0 if there are none."""
        return next((at for each, at in self._held if isinstance(each, Segment) and each.sender is side), 0)

    def raw(self, side: Side, span: Span) -> bytes:
        """Return bytes of a side's stream."""
        found = b""
        for observation, start in self._held:
            if isinstance(observation, Segment) and observation.sender is side:
                found += observation.data[max(0, span.start - start) : max(0, span.end - start)]
        return found

    def overwrite(self, side: Side, patches: Mapping[int, int]) -> None:
        """Replace bytes, given by their place in a side's stream; each segment is copied once at most."""
        places = sorted(patches)
        for index, (observation, offset) in enumerate(self._held if places else ()):
            if not isinstance(observation, Segment) or observation.sender is not side:
                continue
            here = places[bisect_left(places, offset) : bisect_left(places, offset + len(observation.data))]
            if here:
                data = bytearray(observation.data)
                for place in here:
                    data[place - offset] = patches[place]
                self._held[index] = (replace(observation, data=bytes(data)), offset)

    def take(self) -> list[Observation]:
        """Return all of them, and hold none."""
        taken = [observation for observation, _ in self._held]
        self._held.clear()
        self.size = 0
        return taken
