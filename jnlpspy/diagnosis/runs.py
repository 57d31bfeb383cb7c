"""Several captures as one run: what was numbered through, in the numbers of the capture it is of."""

from bisect import bisect_left


class Runs:
    """Which capture connections and events are of, where several are read one after another."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._connections: list[int] = []
        self._events: list[int] = []

    def begin(self, name: str, connections: int, events: int) -> None:
        """Begin a capture, after so many connections and events of those before it."""
        self._names.append(name)
        self._connections.append(connections)
        self._events.append(events)

    def connection(self, number: int) -> tuple[int, str]:
        """Return a connection's number in its capture, and the capture's name."""
        return self._place(number, self._connections)

    def event(self, seq: int) -> tuple[int, str]:
        """Return an event's number in its capture, and the capture's name."""
        return self._place(seq, self._events)

    def label(self, name: str) -> str:
        """Return ` of NAME` where more than one capture was read."""
        return f" of {name}" if len(self._names) > 1 else ""

    def _place(self, number: int, before: list[int]) -> tuple[int, str]:
        index = bisect_left(before, number) - 1
        return (number - before[index], self._names[index]) if index >= 0 else (number, "")
