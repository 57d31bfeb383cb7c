"""What a report is made from: totals, every session in short, and of some of them what happened when."""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field

from jnlpspy.export.format import Export
from jnlpspy.export.html.kept import Kept
from jnlpspy.export.html.rows import CallRow, EventRow, Ledger, LoadRow, PipeRow, Rows, rank_of
from jnlpspy.export.sequence import Sequence
from jnlpspy.model.events import (
    CallFinished,
    ChannelEstablished,
    CommandSent,
    ConnectionClosed,
    ConnectionOpened,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
    HandshakeRefused,
)
from jnlpspy.model.findings import Severity
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import Side
from jnlpspy.view.sessions import COUNTED_CLASSES, SessionSummary, begin_session, name_command
from jnlpspy.view.sums import Overview, sum_up
from jnlpspy.view.timeline import MARKED, MARKS, Lane

KEPT_SESSIONS = 2000
"""Connections that have a row; those on which agents spoke and something went wrong stay longest."""

DETAILED = 200
"""Sessions with a timeline and a diagram: each takes some 20 to 90 KB of the report."""

_SLACK = 1.1
"""How far a number may be exceeded before what is too much is dropped, all at once."""

_DISCOVERIES = 100
"""Hosts whose latest discovery is remembered for the session that follows it."""


_DISCOVERIES_OF_HOST = 200
"""Discoveries of one host that may wait for their session: agents on one machine may start together."""


@dataclass(slots=True)
class Detail:
    """What a session's timeline and diagram are drawn from."""

    sequence: Sequence = field(default_factory=Sequence)
    sent: dict[Side, Lane] = field(default_factory=dict)
    calls: Kept[CallRow] = field(default_factory=lambda: Kept(40, 160))
    pipes: Kept[PipeRow] = field(default_factory=lambda: Kept(20, 60))
    marks: list[Event] = field(default_factory=list)

    def observe(self, event: Event, began: float) -> None:
        """Take an event of the session."""
        self.sequence.observe(event)
        if isinstance(event.fact, CommandSent) and event.side is not None:
            now = max(0.0, event.when - began)
            lane = self.sent.get(event.side)
            if lane is None:
                lane = self.sent[event.side] = Lane(add=True)
            lane.put(now, now, event.fact.size)
        elif isinstance(event.fact, MARKED):
            self.marks.append(event)
            if len(self.marks) > MARKS:
                del self.marks[MARKS // 2]


@dataclass(slots=True, eq=False)
class Session:
    """A connection, with what came of it."""

    connection: int
    began: float
    overview: Overview
    detail: Detail | None
    offered: bool = False
    """True if an agent offered a protocol on it, or had before the capture; else it is a discovery, or a probe."""
    asked: str = ""
    """The first URL an agent asked for."""
    answered: int = 0
    """The last status it was answered with."""
    discovery: "Session | None" = None
    """What the agent had asked before."""
    closed: ConnectionClosed | None = None

    @property
    def summary(self) -> SessionSummary:
        """What is counted."""
        return self.overview.summary

    @property
    def bad(self) -> bool:
        """True if something went wrong."""
        finding = self.summary.finding
        judged = finding is not None and finding.severity is not Severity.INFO
        return judged or self.summary.bad or bool(self.summary.failures) or self.summary.undecodable > 0

    @property
    def worth(self) -> int:
        """How much it is worth keeping."""
        return (7 if self.closed is None else 4) * self.offered + 2 * self.bad


@dataclass(slots=True)
class Totals:
    """What all that was wanted adds up to."""

    events: int = 0
    connections: int = 0
    sessions: int = 0
    channels: int = 0
    refused: int = 0
    first: float = 0.0
    last: float = 0.0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    commands: Counter[tuple[Side, str]] = field(default_factory=Counter)
    sizes: Counter[tuple[Side, str]] = field(default_factory=Counter)

    def observe(self, event: Event) -> None:
        """Count an event."""
        self.events += 1
        self.first = self.first or event.when
        self.last = max(self.last, event.when)
        match event.fact:
            case CommandSent() if event.side is not None:
                kind = event.side, name_command(event.fact.command.class_name)
                if kind not in self.commands and len(self.commands) >= COUNTED_CLASSES:
                    kind = event.side, "others"
                self.commands[kind] += 1
                self.sizes[kind] += event.fact.size
            case CallFinished():
                self.outcomes[event.fact.outcome] += 1
            case ConnectionOpened():
                self.connections += 1
            case ChannelEstablished():
                self.channels += 1
            case HandshakeRefused():
                self.refused += 1
            case _:
                pass


class Book:
    """Collects from events what a report shows of them; however many there are, only so much is kept."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self._ledger = Ledger()
        self._discoveries: OrderedDict[str, list[Session]] = OrderedDict()
        self._sessions: OrderedDict[int, Session] = OrderedDict()
        self._detailed = 0
        self.totals = Totals()
        self.dropped = 0
        """Connections that have no row."""
        self.rows = Rows(Kept(400, 1600), Kept(200, 800), Kept(400, 600), Kept(500, 500))

    def observe(self, event: Event) -> None:
        """Take an event."""
        session = self._sessions.get(event.connection)
        if session is None:
            session = self._open(event)
        sum_up(session.overview, event)
        if session.detail is not None:
            session.detail.observe(event, session.began)
        begins = not session.offered and self._begin(session, event)
        self._note(session, event)
        if not self._export.within(event):
            return
        self._export.verdict.observe(event)
        self.totals.observe(event)
        self.totals.sessions += begins
        row = self._ledger.observe(event, wanted=self._export.matches(event))
        if row is not None:
            self._keep(row, session)

    def finish(self) -> None:
        """Take what is still open for what it is."""
        for row in self._ledger.finish():
            session = self._sessions.get(row.connection)
            if session is not None:
                self._keep(row, session)

    def sessions(self) -> list[Session]:
        """Return the connections wanted, without discoveries that are told with their session."""
        told = {session.discovery.connection for session in self._sessions.values() if session.discovery is not None}
        wanted = self._export.connection
        return [
            each
            for each in self._sessions.values()
            if each.connection and (each.connection == wanted if wanted is not None else each.connection not in told)
        ]

    def _open(self, event: Event) -> Session:
        overview = Overview(SessionSummary(event.connection, event.when, last=event.when), None)
        session = Session(event.connection, event.when, overview, Detail())
        self._sessions[event.connection] = session
        self._detailed += 1
        if len(self._sessions) > KEPT_SESSIONS * _SLACK:
            for each in self._least(list(self._sessions.values()), KEPT_SESSIONS, session):
                del self._sessions[each.connection]
                self._detailed -= each.detail is not None
                each.detail = None
                self.dropped += 1
        if self._detailed > DETAILED * _SLACK:
            detailed = [each for each in self._sessions.values() if each.detail is not None]
            for each in self._least(detailed, DETAILED, session):
                each.detail = None
                self._detailed -= 1
        return session

    @staticmethod
    def _least(sessions: list[Session], most: int, newest: Session) -> list[Session]:
        """Return those that are one too many: the least worth keeping, of these the oldest."""
        ranked = sorted(sessions, key=lambda each: (each is newest, each.worth, each.connection))
        return ranked[: len(ranked) - most]

    def _begin(self, session: Session, event: Event) -> bool:
        """Return whether an event makes an agent's session of a connection."""
        begun = begin_session(event)
        if begun is None:
            return False
        session.offered = True
        session.summary.opened = begun.opened
        if not session.summary.protocols:  # nothing was said of how far it came
            session.summary.state = begun.state
        self._lead_in(session)
        return True

    def _note(self, session: Session, event: Event) -> None:
        match event.fact:
            case ConnectionOpened():
                session.overview.opened = event.fact
            case DiscoveryAsked():
                session.asked = session.asked or event.fact.url
            case DiscoveryAnswered():
                session.answered = event.fact.status
                self._remember(session)
            case ConnectionClosed():
                session.closed = event.fact
            case _:
                pass

    def _remember(self, session: Session) -> None:
        """Keep a discovery for the session that the same host may begin next."""
        if session.overview.opened is not None:
            of_host = self._discoveries.setdefault(session.overview.opened.agent.host, [])
            of_host[:-_DISCOVERIES_OF_HOST] = []
            of_host.append(session)
            if len(self._discoveries) > _DISCOVERIES:
                self._discoveries.popitem(last=False)

    def _lead_in(self, session: Session) -> None:
        """Let a session begin with the discovery before it: the oldest of its host that told it where to go."""
        opened = session.overview.opened
        before = self._discoveries.get(opened.agent.host, []) if opened is not None else []
        found = next((each for each in before if each.answered == 200), None)
        if found is not None:
            before.remove(found)
            session.discovery = found
            for side in Side:
                session.overview.versions[side] |= found.overview.versions[side]

    def _keep(self, row: CallRow | PipeRow | LoadRow | EventRow, session: Session) -> None:
        rank = rank_of(row)
        match row:
            case CallRow():
                self.rows.calls.add(row, rank)
                if session.detail is not None:
                    session.detail.calls.add(row, rank)
            case PipeRow():
                self.rows.pipes.add(row, rank)
                if session.detail is not None:
                    session.detail.pipes.add(row, rank)
            case LoadRow():
                self.rows.loads.add(row, rank)
            case EventRow():
                self.rows.events.add(row, rank)
