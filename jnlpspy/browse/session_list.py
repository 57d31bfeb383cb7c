"""The pane of sessions: a line for each connection, and one for all of them."""

from collections.abc import Sequence

from jnlpspy.browse.batches import SessionRow
from jnlpspy.browse.catalogue import Catalogue
from jnlpspy.browse.lines import LineList, Part, padded
from jnlpspy.model.describe_events import describe_duration

_MARKS = {
    "": (" ", ""),
    "info": ("i", "finding.info"),
    "warning": ("!", "finding.warning"),
    "error": ("✗", "finding.error"),
}
_WIDE = 60
"""Columns from which on all is said of a session."""


class SessionList(LineList):
    """Lines of connections; the first stands for all."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(id="sessions")
        self.chosen: int | None = None
        """The connection whose events alone are shown."""
        self._catalogue = catalogue
        self._connections: list[int] = []

    @property
    def connection(self) -> int | None:
        """The connection at the cursor; None at the line for all."""
        return self._connections[self.cursor - 1] if 0 < self.cursor <= len(self._connections) else None

    def count(self) -> int:
        """Return the number of lines."""
        return len(self._connections) + 1

    def grew(self) -> None:
        """Take in new sessions: they come in order."""
        if len(self._connections) != len(self._catalogue.sessions):
            self._connections = list(self._catalogue.sessions)
        super().grew()

    def point_at(self, connection: int) -> None:
        """Put the cursor on a connection."""
        if connection in self._catalogue.sessions:
            self.move_to(self._connections.index(connection) + 1)

    def parts(self, place: int) -> Sequence[Part]:
        """Return a connection's line."""
        mark = "▌" if place == self.cursor else " "
        if place == 0:
            told = f"all sessions, {len(self._catalogue):,} events"
            return [(mark, "kind.opening"), (self._choice(None), "waiting"), (told, "connection")]
        session = self._catalogue.sessions[self._connections[place - 1]]
        sign, sign_style = _MARKS[session.severity]
        state = "kind.bad" if session.bad else "kind.good" if session.state.startswith("channel") else "summary.quiet"
        parts: list[Part] = [
            (mark, "kind.opening"),
            (self._choice(session.connection), "waiting"),
            (sign, sign_style),
            (f" {f'#{session.connection}':<4} ", "connection"),
        ]
        if self.size.width < _WIDE:
            return [*parts, (f"{session.who} ", "summary"), (_state(session), state)]
        return [
            *parts,
            (padded(session.who, 22) + " ", "summary"),
            (padded(session.protocols, 16) + " ", "kind.handshake"),
            (f"{session.events:>9,} events ", "time"),
            (_state(session), state),
            (f", {describe_duration(max(0.0, session.last - session.opened))}, {session.bytes:,} bytes", "time"),
        ]

    def _choice(self, connection: int | None) -> str:
        return "●" if connection == self.chosen else " "


def _state(session: SessionRow) -> str:
    return session.state.replace("channel established", "channel")
