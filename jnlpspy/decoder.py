"""Observations to events: routes each observation to its connection's stack and numbers what comes back.

Never raises on bytes, reads no clock, touches no socket or file.
"""

from collections.abc import Mapping
from itertools import count

from jnlpspy.connection import Connection
from jnlpspy.model.events import Event, Fact
from jnlpspy.model.secret import NO_SECRETS, Secret
from jnlpspy.model.tap import Closed, Observation, Opened, Segment, Tick
from jnlpspy.remoting.purposes import WELL_KNOWN, Purposes
from jnlpspy.session.tracker import Tracker
from jnlpspy.wire import limits
from jnlpspy.wire.seal import Sealing


class Decoder:
    """Decodes any number of connections; feed it observations in the order they were made.

    `secrets` are agents' secrets by name, as far as they are known: they open what is encrypted with them.
    `purposes` say in words what callables are for.
    """

    def __init__(self, secrets: Mapping[str, Secret] = NO_SECRETS, purposes: Purposes = WELL_KNOWN) -> None:
        self._secrets = secrets
        self._purposes = purposes
        self._connections: dict[int, Connection] = {}
        self._numbers = count(1)
        self._when = 0.0

    def feed(self, observation: Observation) -> list[Event]:
        """Return what an observation tells; one of a connection that was never opened tells nothing."""
        self._when = observation.when
        if isinstance(observation, Segment):  # nearly every one is
            connection = self._connections.get(observation.connection)
            told = [] if connection is None else connection.receive(observation)
            return told if isinstance(told, list) else list(told)
        if isinstance(observation, Tick):
            return []
        given_up = self._open(observation) if isinstance(observation, Opened) else []
        connection = self._connections.get(observation.connection)
        if connection is None:
            return []
        if isinstance(observation, Closed):
            del self._connections[observation.connection]
        return [*given_up, *connection.observe(observation)]

    def _open(self, opened: Opened) -> list[Event]:
        """Start a connection's stack; beyond the cap the oldest one is given up, as a capture that forgets it would."""
        events: list[Event] = []
        if len(self._connections) >= limits.CONNECTIONS:
            oldest = self._connections.pop(next(iter(self._connections)))
            events = list(oldest.finish(opened.when))
        self._connections[opened.connection] = Connection(
            opened, self._numbers, Sealing(self._secrets), Tracker(self._purposes)
        )
        return events

    def tell(self, when: float, fact: Fact) -> Event:
        """Return a fact that no connection told, with its number."""
        return Event(next(self._numbers), 0, when, fact)

    def finish(self) -> list[Event]:
        """Return what is left to say when no observation will follow: calls unanswered, bytes that stayed closed."""
        events = [event for connection in self._connections.values() for event in connection.finish(self._when)]
        self._connections.clear()
        return events
