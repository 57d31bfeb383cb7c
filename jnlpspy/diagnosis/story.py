"""What the connections of a run told so far, for rules to ask again: a `Story` each, all of them in a `Chronicle`."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from jnlpspy.diagnosis import limits
from jnlpspy.model.events import (
    BytesMissing,
    ChannelEnded,
    ChannelEstablished,
    CommandSent,
    ConnectFailed,
    ConnectionClosed,
    ConnectionOpened,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
    Fact,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    OpaqueBytes,
    ProtocolOffered,
    Remark,
    TlsStarted,
)
from jnlpspy.model.findings import Finding
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Address, Side

F = TypeVar("F")
F_co = TypeVar("F_co", covariant=True)

COUNTED = (CommandSent,)
"""Kinds that are counted and not kept: their facts hold whatever was sent."""

LASTING = (
    ConnectionOpened,
    ConnectFailed,
    DiscoveryAsked,
    DiscoveryAnswered,
    ProtocolOffered,
    TlsStarted,
    HeadersSent,
    HandshakeAccepted,
    HandshakeRefused,
    ChannelEstablished,
    ChannelEnded,
    OpaqueBytes,
    BytesMissing,
    Remark,
    ConnectionClosed,
)
"""Kinds that later connections may ask for when this one is over."""


PAUSE = 20.0
"""Seconds that make a pause: no device between the two forgets a connection sooner."""


@dataclass(frozen=True, slots=True)
class Told(Generic[F_co]):
    """An event with its fact, whose type is known."""

    event: Event
    fact: F_co


@dataclass(slots=True)
class _Kept:
    """The first and the last events of a kind."""

    first: list[Event] = field(default_factory=list)
    last: deque[Event] = field(default_factory=lambda: deque(maxlen=limits.EVENTS_OF_A_KIND))
    total: int = 0

    def keep(self, event: Event) -> None:
        if len(self.first) < limits.EVENTS_OF_A_KIND:
            self.first.append(event)
        else:
            self.last.append(event)


class Story:
    """What one connection told so far; connection 0 is what was read or looked up before any."""

    def __init__(self, connection: int, chronicle: "Chronicle") -> None:
        self.connection = connection
        self.chronicle = chronicle
        """The other connections of the run."""
        self.agent_host: str | None = None
        """Where the agent's connection came from."""
        self.began = 0.0
        """When the first event came, in seconds since the epoch."""
        self.last_event: Event | None = None
        self.spoke: dict[Side, float] = {}
        """When each side was last heard: the last event made of its bytes."""
        self.pause = (0.0, 0.0)
        """How long the last pause of some length was, after which somebody spoke again, and when it was over."""
        self._heard = 0.0
        self.agent_name: str | Secret | None = None
        """The name that the agent gave. Rules ask it of every connection, so that it is not looked up each time."""
        self.closed: Told[ConnectionClosed] | None = None
        """The end; None while the connection is open, or if the capture ends before it."""
        self.findings: list[Finding] = []
        """What rules concluded so far."""
        self._kept: dict[type, _Kept] = {}

    def add(self, event: Event) -> None:
        """Take an event."""
        self.began = self.began or event.when
        self.last_event = event
        if event.side is not None:
            self.spoke[event.side] = when = event.when
            if when - self._heard > PAUSE:
                self.pause = (when - (self._heard or when), when)
            self._heard = when
        if isinstance(event.fact, ConnectionOpened) and self.agent_host is None:
            self.agent_host = event.fact.agent.host
            self.chronicle.place(self)
        if isinstance(event.fact, HeadersSent) and event.side is Side.AGENT:
            self.agent_name = self.agent_name or event.fact.agent_name
        if isinstance(event.fact, ConnectionClosed):
            self.closed = Told(event, event.fact)
        kind = type(event.fact)
        kept = self._kept.get(kind)
        if kept is None:
            kept = self._kept[kind] = _Kept()
        kept.total += 1
        if kind not in COUNTED:
            kept.keep(event)

    def close(self) -> None:
        """Forget what no later connection will ask for."""
        self._kept = {kind: kept for kind, kept in self._kept.items() if kind in LASTING or kind in COUNTED}

    def all(self, kind: type[F], side: Side | None = None) -> Iterator[Told[F]]:
        """Yield the events of a kind, in order; of a great number the first and the last."""
        kept = self._kept.get(kind)
        for event in () if kept is None else (*kept.first, *kept.last):
            if side in (None, event.side) and isinstance(event.fact, kind):
                yield Told(event, event.fact)

    def first(self, kind: type[F], side: Side | None = None) -> Told[F] | None:
        """Return the first event of a kind."""
        return next(self.all(kind, side), None)

    def last(self, kind: type[F], side: Side | None = None) -> Told[F] | None:
        """Return the last event of a kind."""
        kept = self._kept.get(kind)
        for events in () if kept is None else (kept.last, kept.first):
            for event in reversed(events):
                if side in (None, event.side) and isinstance(event.fact, kind):
                    return Told(event, event.fact)
        return None

    def find(self, seq: int) -> Event | None:
        """Return an event by its number, if it is kept."""
        if self.last_event is not None and self.last_event.seq == seq:
            return self.last_event
        kept = (event for each in self._kept.values() for event in (*each.first, *each.last))
        return next((event for event in kept if event.seq == seq), None)

    def has(self, *kinds: type[Fact]) -> bool:
        """True if there was an event of one of these kinds."""
        return any(kind in self._kept for kind in kinds)

    def count(self, kind: type[Fact]) -> int:
        """Return how many events of a kind there were."""
        return self._kept[kind].total if kind in self._kept else 0

    @property
    def controller(self) -> Address | None:
        """Where the agent's connection went to."""
        opened = self.first(ConnectionOpened)
        return None if opened is None else opened.fact.controller

    @property
    def secret(self) -> Secret | None:
        """The secret that the agent gave, or its pseudonym."""
        return next((told.fact.secret for told in self.all(HeadersSent, Side.AGENT) if told.fact.secret), None)

    @property
    def protocol(self) -> str | None:
        """The protocol that was offered last."""
        offered = self.last(ProtocolOffered)
        return None if offered is None else offered.fact.protocol


class Chronicle:
    """All stories of a run, the oldest that are over forgotten first."""

    def __init__(self) -> None:
        self._stories: dict[int, Story] = {}
        self._over: deque[int] = deque()
        self._of_host: dict[str, dict[int, Story]] = {}

    def __iter__(self) -> Iterator[Story]:
        """Yield the stories, the oldest first."""
        return iter(self._stories.values())

    def story_of(self, connection: int) -> Story:
        """Return a connection's story, begun if need be."""
        story = self._stories.get(connection)
        if story is None:
            story = self._stories[connection] = Story(connection, self)
        return story

    def find(self, connection: int) -> Story | None:
        """Return a connection's story if it is known."""
        return self._stories.get(connection)

    def close(self, connection: int) -> None:
        """Take note that a connection is over."""
        self._stories[connection].close()
        self._over.append(connection)
        if len(self._over) > limits.STORIES:
            self._forget(self._over.popleft())

    def place(self, story: Story) -> None:
        """Take note of which host a story is of."""
        if story.agent_host is not None:
            self._of_host.setdefault(story.agent_host, {})[story.connection] = story

    def discoveries(self, host: str | None = None) -> Sequence[tuple[Story, Told[DiscoveryAnswered]]]:
        """Return the answers of the controller's web server, in order; to agents of a host only, if one is given."""
        return [
            (story, told)
            for story in self
            if host is None or story.agent_host in (None, host)
            for told in story.all(DiscoveryAnswered)
        ]

    def before(self, story: Story) -> list[Story]:
        """Return the stories of the same agent's host that began before this one, the latest first."""
        if story.agent_host is None:
            neighbours = [each for each in self if each.agent_host is None]
        else:
            neighbours = list(self._of_host[story.agent_host].values())
        earlier = [each for each in neighbours if each is not story and each.began <= story.began]
        return sorted(earlier, key=lambda each: each.began, reverse=True)

    def of_agent(self, name: str) -> list[Story]:
        """Return the stories in which an agent gave this name, in order."""
        return [each for each in self if each.agent_name == name]

    def _forget(self, connection: int) -> None:
        story = self._stories.pop(connection, None)
        if story is None or story.agent_host is None:
            return
        neighbours = self._of_host[story.agent_host]
        del neighbours[connection]
        if not neighbours:
            del self._of_host[story.agent_host]


def header_of(answered: DiscoveryAnswered | DiscoveryAsked, name: str) -> str | None:
    """Return a header's value; names are compared without regard to case. A secret is its fingerprint."""
    wanted = name.lower()
    return next((str(value) for key, value in answered.headers.items() if key.lower() == wanted), None)
