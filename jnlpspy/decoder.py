"""Observations to events: routes each observation to its connection's stack and numbers what comes back.

Never raises on bytes, reads no clock, touches no socket or file.
"""

from itertools import count

from jnlpspy.connection import Connection
from jnlpspy.model.events import Event
from jnlpspy.model.tap import Closed, Observation, Opened, Tick


class Decoder:
    """Decodes any number of connections; feed it observations in the order they were made."""

    def __init__(self) -> None:
        self._connections: dict[int, Connection] = {}
        self._numbers = count(1)
        self._when = 0.0

    def feed(self, observation: Observation) -> list[Event]:
        """Return what an observation tells; one of a connection that was never opened tells nothing."""
        self._when = observation.when
        if isinstance(observation, Tick):
            return []
        if isinstance(observation, Opened):
            self._connections[observation.connection] = Connection(observation, self._numbers)
        connection = self._connections.get(observation.connection)
        if connection is None:
            return []
        if isinstance(observation, Closed):
            del self._connections[observation.connection]
        return list(connection.observe(observation))

    def finish(self) -> list[Event]:
        """Return what is left to say when no observation will follow: calls unanswered, bytes that stayed closed."""
        events = [event for connection in self._connections.values() for event in connection.finish(self._when)]
        self._connections.clear()
        return events
