"""One session of the live view: who, how it stands in words, its counts, its latest events."""

from collections import deque
from copy import copy
from dataclasses import dataclass, field
from enum import Enum

from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    ChannelEstablished,
    CommandSent,
    ConnectFailed,
    ConnectionClosed,
    ConnectionOpened,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    OpaqueBytes,
    ProtocolOffered,
    Remark,
    TlsStarted,
)
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.tap import CloseReason, Side
from jnlpspy.model.trouble import is_trouble
from jnlpspy.view.live import limits

SMOOTHED = 3.0
"""Seconds over which rates are told: one burst is seen, and does not flicker."""

_STEADY = 0.5
"""Bytes a second below which nothing goes through."""


class Tone(Enum):
    """What a state means to the one who looks at it."""

    BEGINNING = "kind.handshake"
    GOOD = "good"
    BAD = "summary.bad"
    OVER = "summary.quiet"


@dataclass(slots=True)
class LiveSession:
    """What is kept of a session."""

    connection: int
    opened: float
    agent: str = ""
    """The address it dialled from."""
    name: str = ""
    protocol: str = ""
    state: str = "connected"
    tone: Tone = Tone.BEGINNING
    is_open: bool = True
    has_channel: bool = False
    closed: float = 0.0
    heard: float = 0.0
    """When the last byte came, of either side."""
    calls: set[str] = field(default_factory=set)
    """Those in flight."""
    bytes: dict[Side, int] = field(default_factory=lambda: dict.fromkeys(Side, 0))
    rates: dict[Side, float] = field(default_factory=lambda: dict.fromkeys(Side, 0.0))
    """Bytes a second."""
    last: Event | None = None
    """The latest event that says more than that a command went by."""
    worst: Finding | None = None
    """Of those that nothing else explains."""
    asks: bool = False
    """True once it was seen to be HTTP."""
    troubled: bool = False
    """True once something was not as it should be."""
    matched: bool = False
    """True once an event matched the filter."""
    seen: int = 0
    """Events there were, also those not kept any more."""
    _told: deque[tuple[int, Event]] = field(default_factory=deque)
    """All but commands, each with its place among all."""
    _said: int = 0
    """Characters of those of them that say much."""
    _commands: deque[tuple[int, Event]] = field(default_factory=deque)
    """Apart, so that great ones push out none of what is told of them, and not the handshake."""
    _weight: int = 0
    """Bytes of the commands."""
    _counted: dict[Side, int] = field(default_factory=lambda: dict.fromkeys(Side, 0))

    def is_ordinary(self, event: Event) -> bool:
        """Return whether an event alone makes no session: agents ask for pages again and again."""
        match event.fact:
            case DiscoveryAnswered(status=101):
                return False
            case DiscoveryAsked() | DiscoveryAnswered():
                self.asks = True
                return True
            case ConnectionOpened() | ConnectionClosed():
                return True
            case Remark() | OpaqueBytes():
                return self.asks
            case _:
                return False

    def keep(self, event: Event) -> None:
        """Keep an event, and the latest before it as far as there is room."""
        self.seen += 1
        if not isinstance(event.fact, CommandSent):
            told = self._told
            told.append((self.seen, event))
            self._said += _length_of(event)
            while len(told) > limits.EVENTS or (self._said > limits.EVENT_TEXT and len(told) > 1):
                self._said -= _length_of(told.popleft()[1])
            return
        kept = self._commands
        kept.append((self.seen, event))
        self._weight += event.fact.size
        while len(kept) > limits.EVENTS or (self._weight > limits.EVENT_BYTES and len(kept) > 1):
            self._weight -= _size_of(kept.popleft()[1])

    @property
    def events(self) -> list[Event]:
        """The events that are kept, in their order."""
        return [event for _, event in sorted([*self._told, *self._commands])]

    def count_rates(self, passed: float) -> bool:
        """Tell what went through in the seconds that passed; return whether that is another number than before."""
        changed = False
        for side in Side:
            sent = self.bytes[side] - self._counted[side]
            before = self.rates[side]
            if not sent and not before:
                continue
            self._counted[side] = self.bytes[side]
            share = min(1.0, passed / SMOOTHED)
            rate = before + (sent / passed - before) * share
            self.rates[side] = rate if rate >= _STEADY or sent else 0.0
            changed = True
        return changed

    def frozen(self) -> "LiveSession":
        """Return the session as it stands."""
        still = copy(self)
        still.calls = self.calls.copy()
        still._told, still._commands = self._told.copy(), self._commands.copy()  # noqa: SLF001 - of the same class
        still.bytes, still.rates = self.bytes.copy(), self.rates.copy()
        return still


def note(session: LiveSession, event: Event) -> None:
    """Take an event of a session."""
    session.keep(event)
    fact = event.fact
    if type(fact) is CommandSent:  # nearly every other one is
        return
    session.last = event
    if is_bad(event):
        session.troubled = True
    match fact:  # the most frequent first
        case CallStarted():
            if len(session.calls) < limits.CALLS:
                session.calls.add(fact.call)
        case CallFinished():
            session.calls.discard(fact.call)
        case ConnectionOpened():
            session.agent = str(fact.agent)
        case ProtocolOffered():
            session.protocol = fact.protocol
            _stand(session, "handshake", Tone.BEGINNING)
        case TlsStarted(identity=None):
            _stand(session, "TLS, not opened", Tone.BEGINNING)
        case HeadersSent():
            if event.side is Side.AGENT:
                session.name = str(fact.agent_name or "")
        case HandshakeAccepted():
            session.name = session.name or str(fact.agent_name or "")
            session.protocol = session.protocol or fact.protocol
            _stand(session, "accepted", Tone.BEGINNING)
        case HandshakeRefused():
            _stand(session, f"refused: {fact.reason or 'no reason given'}", Tone.BAD)
        case ConnectFailed():
            _stand(session, fact.failure.value, Tone.BAD)
        case ChannelEstablished():
            session.has_channel = True
            session.name = session.name or str(fact.agent_name or "")
            session.protocol = session.protocol or fact.protocol
            _stand(session, "channel", Tone.GOOD)
        case ConnectionClosed():
            _close(session, event.when, fact)
        case Finding():
            _judge(session, fact)
        case _:
            pass


def is_bad(event: Event) -> bool:
    """Return whether an event tells that something is not as it should be."""
    match event.fact:
        case Finding(severity=severity):
            return severity is not Severity.INFO
        case _:
            return is_trouble(event.fact)


def _stand(session: LiveSession, state: str, tone: Tone) -> None:
    session.state, session.tone = state, tone


def _close(session: LiveSession, when: float, fact: ConnectionClosed) -> None:
    session.is_open = False
    session.closed = when
    session.calls.clear()
    session.rates = dict.fromkeys(Side, 0.0)
    if session.tone is Tone.BAD:
        return  # why it was refused says more than that it ended then
    who = "jnlpspy" if fact.by is None else fact.by.value
    match fact.how:
        case CloseReason.EOF if fact.orderly or not session.has_channel:
            _stand(session, f"closed by {who}", Tone.OVER)
        case CloseReason.EOF:
            _stand(session, f"cut off by {who}", Tone.BAD)
        case CloseReason.RESET:
            _stand(session, f"reset by {who}", Tone.BAD)
        case CloseReason.TIMEOUT:
            _stand(session, "timed out", Tone.BAD)
        case CloseReason.SHUTDOWN:
            _stand(session, "ended by jnlpspy", Tone.OVER)


def _judge(session: LiveSession, finding: Finding) -> None:
    if finding.consequence_of is None and (session.worst is None or _rank(finding) < _rank(session.worst)):
        session.worst = finding


def _rank(finding: Finding) -> int:
    return list(Severity).index(finding.severity)


def _size_of(event: Event) -> int:
    return event.fact.size if isinstance(event.fact, CommandSent) else 0


def _length_of(event: Event) -> int:
    """Return how much an event says, 0 if it is little: headers and exceptions may be as long as their sender likes."""
    span = event.span
    return len(repr(event.fact)) if span is not None and span.end - span.start > limits.SHORT else 0
