"""What is added up of one session: versions, sizes, slowest calls, pipes, loading, and what was left at the end."""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from heapq import heappush, heapreplace

from jnlpspy.model.commands import Command, Response
from jnlpspy.model.describe_events import describe_fact
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    CallsWaiting,
    ChannelEnded,
    ClassLoaded,
    CommandSent,
    ConnectionClosed,
    ConnectionOpened,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
    ExportsLeft,
    Fact,
    PipeClosed,
)
from jnlpspy.model.session import Outcome, Payload
from jnlpspy.model.stack_traces import java_version_of
from jnlpspy.model.tap import Side
from jnlpspy.view.classes import is_left_to_cache
from jnlpspy.view.sessions import SessionSummary, count_event, name_command

SLOWEST = 5
UNANSWERED = 10
"""Calls named for each session."""

WAITING_CALLS = 10_000
"""Calls of a session whose arguments are remembered until they end."""

LONGEST_VERSION = 80
"""Characters of a version; who sends a megabyte as one shall not fill the memory."""

TOLD_HEADERS = {
    "user-agent": "User-Agent",
    "x-jenkins": "Jenkins",
    "x-hudson": "Hudson",
    "x-remoting-minimum-version": "agents need remoting",
    "remoting-version": "remoting",
    "server": "Server",
}
"""Headers that tell a version, and what it is called."""


@dataclass(frozen=True, slots=True, order=True)
class TimedCall:
    """A call that ended, ordered by how long it took."""

    duration: float
    number: int
    finished: CallFinished = field(compare=False)
    arguments: str = field(compare=False)


@dataclass(slots=True)
class Overview:
    """What is known of one session beyond its counts."""

    summary: SessionSummary
    opened: ConnectionOpened | None
    versions: dict[Side, dict[str, str]] = field(default_factory=lambda: {side: {} for side in Side})
    sizes: Counter[tuple[Side, str]] = field(default_factory=Counter)
    arguments: OrderedDict[str, str] = field(default_factory=OrderedDict)
    slowest: list[TimedCall] = field(default_factory=list)
    unanswered: list[TimedCall] = field(default_factory=list)
    nobody_answered: int = 0
    waiting: list[str] = field(default_factory=list)
    """Chains of calls that wait for one another at the end."""
    pipes: Counter[str] = field(default_factory=Counter)
    loaded: Counter[str] = field(default_factory=Counter)
    end: list[tuple[str, str]] = field(default_factory=list)
    """What was left at the end, and what it is about; a channel has one end."""
    answer: str | None = None
    """What the latest Response returned, if that is a text."""
    duration: float | None = None


def sum_up(session: Overview, event: Event) -> None:
    """Add an event of a session."""
    keep_versions(event, session.versions)
    session.summary.last = event.when
    count_event(session.summary, event)
    match event.fact:
        case CommandSent() if event.side is not None:
            session.sizes[event.side, _kind(session, event.side, event.fact.command)] += event.fact.size
            _keep_java(session, event.side, event.fact.command)
            session.answer = _text_returned(event.fact.command, event.fact.payload)
        case CallStarted():
            session.arguments[event.fact.call] = event.fact.arguments
            if len(session.arguments) > WAITING_CALLS:
                session.arguments.popitem(last=False)
        case CallFinished():
            _finish_call(session, event.fact, event.side)
        case ConnectionClosed():
            session.duration = event.fact.duration
        case _:
            _observe_books(session, event.fact)


def _finish_call(session: Overview, fact: CallFinished, side: Side | None) -> None:
    arguments = session.arguments.pop(fact.call, "")
    timed = TimedCall(fact.duration, session.summary.outcomes.total(), fact, arguments)
    if fact.outcome is Outcome.UNANSWERED:
        session.nobody_answered += 1
        if len(session.unanswered) < UNANSWERED:
            session.unanswered.append(timed)
    elif len(session.slowest) < SLOWEST:
        heappush(session.slowest, timed)
    elif timed > session.slowest[0]:
        heapreplace(session.slowest, timed)
    if side is not None and session.answer and fact.callable.endswith("SlaveVersion"):
        session.versions[side]["remoting"] = session.answer[:LONGEST_VERSION]


def _observe_books(session: Overview, fact: Fact) -> None:
    match fact:
        case CallsWaiting():
            if len(session.waiting) < UNANSWERED:
                session.waiting.append(describe_fact(fact))
        case PipeClosed():
            session.pipes["pipe"] += 1
            session.pipes["byte"] += fact.bytes
            session.pipes["stall"] += fact.stalls
            session.pipes["error"] += fact.error is not None
        case ClassLoaded():
            session.loaded[fact.kind.value] += 1
            session.loaded["byte"] += fact.bytes
            session.loaded["missing"] += not fact.found
            session.loaded["cached"] += is_left_to_cache(fact)
        case ChannelEnded():
            session.end.append(("channel", describe_fact(fact)))
        case ExportsLeft():
            session.end.append(("exports", describe_fact(fact)))
        case _:
            pass


def _kind(session: Overview, side: Side, command: Command) -> str:
    name = name_command(command.class_name)
    return name if (side, name) in session.summary.commands else "others"


def keep_versions(event: Event, versions: dict[Side, dict[str, str]]) -> None:
    """Note what HTTP headers tell of versions."""
    if isinstance(event.fact, DiscoveryAsked | DiscoveryAnswered) and event.side is not None:
        for name, value in event.fact.headers.items():
            if isinstance(value, str) and name.lower() in TOLD_HEADERS:
                versions[event.side][TOLD_HEADERS[name.lower()]] = value[:LONGEST_VERSION]


def _keep_java(session: Overview, side: Side, command: Command) -> None:
    if "Java" not in session.versions[side] and command.created_at is not None:
        version = java_version_of(command.created_at)
        if version is not None:
            session.versions[side]["Java"] = version[:LONGEST_VERSION]


def _text_returned(command: Command, payload: Payload | None) -> str | None:
    if not isinstance(command, Response):
        return None
    value = payload.value if payload is not None else command.return_value
    return value if isinstance(value, str) else None
