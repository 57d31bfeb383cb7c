"""What the live view knows: sessions with their events and counts, findings, the relay's state; all of it bounded."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from copy import copy

from jnlpspy.model.events import ConnectionClosed, Event
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.relay_status import RelayStatus
from jnlpspy.model.tap import Observation, Segment, Tap
from jnlpspy.view.live import limits
from jnlpspy.view.live.session import LiveSession, note

Matches = Callable[[Event], bool]

_COUNTED = frozenset((Tap.DECRYPTED, Tap.WIRE))
_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class LiveModel:
    """Takes what is observed and what the decoder says of it; whoever draws reads its attributes."""

    def __init__(self, status: RelayStatus) -> None:
        self.status = status
        self.now = status.started
        """Seconds since the epoch, as the clock last told."""
        self.changes = 0
        """Counts what changed, but for the clock."""
        self.findings: deque[Event] = deque(maxlen=limits.FINDINGS)
        self.notices: deque[str] = deque(maxlen=limits.NOTICES)
        self.other_connections = 0
        """Connections that were no session: the pages that agents ask for."""
        self.closed_sessions = 0
        self._open: OrderedDict[int, LiveSession] = OrderedDict()
        self._closed: OrderedDict[int, LiveSession] = OrderedDict()
        self._asking: OrderedDict[int, LiveSession] = OrderedDict()
        """Connections of which nothing is known that would make them a session."""
        self._matches: Matches | None = None
        self._finished = False

    # What comes in

    def see(self, observation: Observation) -> None:
        """Count an observation's bytes."""
        if isinstance(observation, Segment) and observation.tap in _COUNTED:
            session = self._open.get(observation.connection) or self._asking.get(observation.connection)
            if session is not None:
                session.bytes[observation.sender] += len(observation.data)
                session.heard = observation.when
                self.changes += 1

    def observe(self, event: Event) -> None:
        """Take an event."""
        if isinstance(event.fact, Finding):
            self.findings.append(event)
        if event.connection:
            session = self._session_of(event)
            note(session, event)
            if self._matches is not None and not session.matched:
                session.matched = self._matches(event)
            if type(event.fact) is ConnectionClosed:
                self._close(session)
        self.changes += 1

    def finish(self) -> None:
        """Nothing is left to count: no event will follow."""

    def tell(self, status: RelayStatus) -> None:
        """Take the relay's state."""
        if status != self.status:
            self.status = status
            self.changes += 1

    def notice(self, text: str) -> None:
        """Take a message of the relay."""
        self.notices.append(text[: limits.LONGEST_NOTICE])
        self.changes += 1

    def tick(self, now: float) -> None:
        """Take the time, and see what went through since the last time."""
        passed = now - self.now
        self.now = now
        if passed <= 0:
            return
        for session in self._open.values():
            if session.count_rates(passed):
                self.changes += 1

    # What it knows

    @property
    def open_sessions(self) -> int:
        """How many are open."""
        return len(self._open)

    def sessions(self) -> Iterator[LiveSession]:
        """Yield the sessions: open ones in the order they came, then closed ones, the newest first."""
        yield from self._open.values()
        yield from reversed(self._closed.values())

    def find(self, connection: int) -> LiveSession | None:
        """Return a session by its connection's number."""
        return self._open.get(connection) or self._closed.get(connection)

    def worst_findings(self) -> list[Event]:
        """Return the findings that nothing else explains, the worst first, and of equal ones the newest."""
        roots = [event for event in self.findings if isinstance(event.fact, Finding) and not event.fact.consequence_of]
        roots.reverse()
        return sorted(roots, key=_rank)

    def select(self, matches: Matches | None) -> None:
        """Mark from now on the sessions of which an event matches."""
        self._matches = matches
        for session in (*self._open.values(), *self._closed.values(), *self._asking.values()):
            session.matched = matches is not None and any(map(matches, session.events))
        self.changes += 1

    def frozen(self) -> "LiveModel":
        """Return what is known now, which then changes no more; the clock stands still in it, too."""
        still = copy(self)
        still._open = OrderedDict((number, session.frozen()) for number, session in self._open.items())  # noqa: SLF001 - of the same class
        still._closed = OrderedDict(self._closed)  # noqa: SLF001 - what is closed changes no more
        still._asking = OrderedDict()  # noqa: SLF001 - as above
        still.findings = self.findings.copy()
        still.notices = self.notices.copy()
        return still

    # Sessions

    def _session_of(self, event: Event) -> LiveSession:
        number = event.connection
        session = self._open.get(number) or self._closed.get(number)
        if session is not None:
            return session
        session = self._asking.get(number)
        if session is None:
            session = self._asking[number] = LiveSession(number, event.when)
            _bound(self._asking, limits.OPEN)
        if not session.is_ordinary(event):
            del self._asking[number]
            self._take_in(session)
        return session

    def _take_in(self, session: LiveSession) -> None:
        """Show a connection as a session; what a rule concludes from its end may make it one that is over."""
        if session.is_open:
            self._open[session.connection] = session
            _bound(self._open, limits.OPEN)
        else:
            self.other_connections -= 1
            self._keep_closed(session)

    def _close(self, session: LiveSession) -> None:
        if self._open.pop(session.connection, None) is not None:
            self._keep_closed(session)
        else:
            self.other_connections += 1

    def _keep_closed(self, session: LiveSession) -> None:
        self.closed_sessions += 1
        self._closed[session.connection] = session
        _bound(self._closed, limits.CLOSED)


def severity_of(event: Event) -> Severity | None:
    """Return how bad a finding is."""
    return event.fact.severity if isinstance(event.fact, Finding) else None


def _rank(event: Event) -> int:
    severity = severity_of(event)
    return len(_RANKS) if severity is None else _RANKS[severity]


def _bound(kept: OrderedDict[int, LiveSession], most: int) -> None:
    if len(kept) > most:
        kept.popitem(last=False)
