"""What a session came to: a few lines for each connection on which an agent offered a protocol."""

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from jnlpspy.model.choice import Choice, every
from jnlpspy.model.commands import COMMANDS, PACKAGE
from jnlpspy.model.describe import short_class
from jnlpspy.model.describe_events import count, count_bytes, describe_duration, describe_fact
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    CallsWaiting,
    ChannelEnded,
    ChannelEstablished,
    CommandSent,
    ConnectionClosed,
    DiscoveryAnswered,
    Event,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    OpaqueBytes,
    PipeStalled,
    ProtocolOffered,
    TlsStarted,
    Undecodable,
)
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.session import FAILED_OUTCOMES, Outcome
from jnlpspy.model.tap import Side
from jnlpspy.view.reports import ChosenConnections, Rows
from jnlpspy.view.rows import print_line, without_controls

KEPT_SESSIONS = 1000
"""Sessions summed up; of more than these the newest are kept."""

COUNTED_CLASSES = 100
"""Classes of commands told apart; remoting has 23, but what sends them may be anything."""

SWITCHING = 101
"""The status that leads to WebSocket."""

SHOWN_FAILURES = 5
SHOWN_COMMANDS = 4


@dataclass(slots=True)
class SessionSummary:
    """What is counted of one session."""

    connection: int
    opened: float
    protocols: list[str] = field(default_factory=list)
    agent_name: str = ""
    secret: str = ""
    state: str = "handshake not finished"
    bad: bool = False
    commands: Counter[tuple[Side, str]] = field(default_factory=Counter)
    sizes: Counter[Side] = field(default_factory=Counter)
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    undecodable: int = 0
    opaque: str = ""
    closed: str = "still open"
    last: float = 0.0
    finding: Finding | None = None
    """The worst one that nothing else explains."""


def begin_session(event: Event) -> SessionSummary | None:
    """Return the session that an event begins: by an offer, or by a command where the capture began after it."""
    match event.fact:
        case ProtocolOffered():
            return SessionSummary(event.connection, event.when)
        case CommandSent():
            return SessionSummary(event.connection, event.when, state="channel begun before the capture")
        case _:
            return None


class SummarySink:
    """Counts sessions, and prints what each came to at the end."""

    def __init__(self, console: Console, choice: Choice = every) -> None:
        self._console = console
        self._chosen = ChosenConnections(choice)
        self._sessions: Rows[int, SessionSummary] = Rows(None, "session", KEPT_SESSIONS)

    def observe(self, event: Event) -> None:
        """Count an event."""
        session = self._sessions.find(event.connection)
        if session is None or not self._chosen.are_all:
            session = self._begin_or_choose(event, session)
        if session is not None:
            session.last = event.when
            count_event(session, event)

    def _begin_or_choose(self, event: Event, session: SessionSummary | None) -> SessionSummary | None:
        chosen = self._chosen.observe(event)
        if session is None and (session := begin_session(event)) is not None:
            self._sessions.propose(event.connection, session)
        if chosen:
            self._sessions.choose(event.connection)
        return session

    def finish(self) -> None:
        """Print the sessions."""
        dropped = self._sessions.dropped
        if dropped:
            print_line(self._console, Text(f"{dropped} earlier sessions are not summed up", "summary.quiet"))
        for session in self._sessions:
            print_all_wrapped(self._console, format_summary(session))


def print_all_wrapped(console: Console, lines: list[tuple[int, Text]]) -> None:
    """Print lines below an empty one, each after its indent; at once where none is wrapped, as prints take long."""
    if console.file.isatty():
        console.print()
        for indent, line in lines:
            print_wrapped(console, indent, line)
    else:
        print_line(console, Text("\n").join([Text(), *(Text(" " * indent) + line for indent, line in lines)]))


def print_wrapped(console: Console, indent: int, line: Text) -> None:
    """Print a line; on a terminal one too long is wrapped: a summary is read to its end."""
    if console.file.isatty():
        console.print(Padding(without_controls(line), (0, 0, 0, indent), expand=False))
    else:
        print_line(console, Text(" " * indent) + line)


def format_summary(session: SessionSummary) -> list[tuple[int, Text]]:
    """Return a session's lines, each with its indent."""
    lines = [(0, format_heading(session)), (2, Text(session.closed))]
    lines += [(2, Text(line)) for line in _describe_commands(session)]
    if session.outcomes:
        told = ", ".join(
            f"{number} {outcome.value}" for outcome, number in sorted(session.outcomes.items(), key=_order)
        )
        lines.append((2, Text(f"calls: {told}")))
    lines += [(4, Text(each, "summary.bad")) for each in session.failures]
    if session.undecodable:
        lines.append((2, Text(f"{count(session.undecodable, 'piece')} could not be decoded", "summary.bad")))
    if session.opaque:
        lines.append((2, Text(session.opaque, "summary.quiet")))
    if session.finding is not None:
        style = "summary" if session.finding.severity is Severity.INFO else "summary.bad"
        lines.append((2, Text(f"diagnosis: {session.finding.title} ({session.finding.rule})", style)))
    return lines


def format_heading(session: SessionSummary) -> Text:
    """Return the line that says who a session belongs to and how far it came."""
    who = ", ".join(filter(None, (session.agent_name or "nameless agent", " then ".join(session.protocols))))
    return Text.assemble(
        (f"Session #{session.connection}  {who}: ", "heading"),
        (session.state, "kind.bad" if session.bad else "kind.good"),
    )


@lru_cache(maxsize=COUNTED_CLASSES)
def name_command(class_name: str) -> str:
    """Return what a class of commands is called where many are counted."""
    return short_class(class_name).removeprefix("RemoteInvocationHandler$")


_NAMES = {known: name_command(PACKAGE + known.java_name) for known in COMMANDS}


def count_event(session: SessionSummary, event: Event) -> None:
    """Count an event of a session."""
    fact = event.fact
    if isinstance(fact, CommandSent):  # the most frequent first
        side = event.side
        if side is not None:
            kind = side, _NAMES.get(type(fact.command)) or name_command(fact.command.class_name)
            if kind not in session.commands and len(session.commands) >= COUNTED_CLASSES:
                kind = side, "others"
            session.commands[kind] += 1
            session.sizes[side] += fact.size
    elif isinstance(fact, CallFinished):
        session.outcomes[fact.outcome] += 1
        if fact.outcome in FAILED_OUTCOMES:
            _keep_failure(session, event)
    elif not isinstance(fact, CallStarted):
        _count_rare(session, event)


def _count_rare(session: SessionSummary, event: Event) -> None:
    match event.fact:
        case ProtocolOffered():
            session.protocols.append(event.fact.protocol)
        case HeadersSent():
            if event.side is Side.AGENT:
                session.agent_name = str(event.fact.agent_name or "")
        case HandshakeAccepted():
            session.state = "accepted, no channel"
        case DiscoveryAnswered(status=status) if status != SWITCHING:
            session.state = f"refused with status {status}"
            session.bad = True
        case HandshakeRefused():
            session.state = f"refused: {event.fact.reason or 'closed without giving a reason'}"
            session.bad = True
        case TlsStarted(identity=None):
            session.state = "TLS, not opened here"
        case ChannelEstablished():
            session.state = f"channel established after {describe_duration(event.when - session.opened)}"
        case CallsWaiting() | PipeStalled():
            _keep_failure(session, event)
        case ChannelEnded():
            if event.fact.reason or event.fact.silent is not None:
                _keep_failure(session, event)
        case Undecodable():
            session.undecodable += 1
        case OpaqueBytes():
            session.opaque = describe_fact(event.fact)
        case Finding(consequence_of=None) as finding:
            if session.finding is None or _rank(finding) < _rank(session.finding):
                session.finding = finding
        case ConnectionClosed():
            session.closed = f"closed {describe_fact(event.fact)}"
        case _:
            pass


def _keep_failure(session: SessionSummary, event: Event) -> None:
    if len(session.failures) < SHOWN_FAILURES:
        session.failures.append(describe_fact(event.fact))


def _describe_commands(session: SessionSummary) -> list[str]:
    lines = []
    for side in Side:
        kinds = Counter({name: number for (each, name), number in session.commands.items() if each is side})
        if kinds:
            told = [f"{number} {name}" for name, number in kinds.most_common(SHOWN_COMMANDS)]
            rest = len(kinds) - len(told)
            more = f", {count(rest, 'more kind')}" if rest else ""
            total = f"{count(kinds.total(), 'command')}, {count_bytes(session.sizes[side])}"
            lines.append(f"{side.value} sent {total}: {', '.join(told)}{more}")
    return lines


def _rank(finding: Finding) -> tuple[int, float]:
    return list(Severity).index(finding.severity), -finding.confidence


def _order(item: tuple[Outcome, int]) -> int:
    return list(Outcome).index(item[0])
