"""All that a session came to: who, versions, bytes, commands by type, slowest calls, what nobody answered."""

from collections import Counter, OrderedDict
from collections.abc import Iterator
from typing import TypeVar

from rich.console import Console
from rich.text import Text

from jnlpspy.model.choice import Choice, every
from jnlpspy.model.describe_events import count, count_bytes, describe_duration
from jnlpspy.model.events import (
    ConnectionClosed,
    ConnectionOpened,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
)
from jnlpspy.model.session import FAILED_OUTCOMES, LoadKind
from jnlpspy.model.tap import Side
from jnlpspy.view.classes import count_few, count_loads
from jnlpspy.view.columns import Column, Cut, print_table
from jnlpspy.view.reports import ChosenConnections, Record, Report, Rows, Value
from jnlpspy.view.rows import print_line
from jnlpspy.view.sessions import KEPT_SESSIONS, SessionSummary, begin_session, format_heading, print_wrapped
from jnlpspy.view.sums import Overview, TimedCall, keep_versions, sum_up

KEPT_HOSTS = 1000
"""Hosts whose discovery is remembered for the session that follows it."""

_LABEL = 14
"""Cells before what a label labels."""

COMMANDS = (
    Column("command", cut=Cut.MIDDLE, least=16),
    Column("from agent", right=True),
    Column("bytes", right=True),
    Column("from controller", right=True),
    Column("bytes", right=True),
)
CALLS = (
    Column("call", right=True),
    Column("duration", right=True),
    Column("outcome"),
    Column("callable", cut=Cut.MIDDLE, least=20),
    Column("arguments", cut=Cut.END, least=9),
)


class OverviewReport(Report):
    """Sums up sessions."""

    title = "Sessions"

    def __init__(self, limit: int | None = None, connection: int | None = None, choice: Choice = every) -> None:
        self._chosen = ChosenConnections(choice)
        self._connection = connection
        self._sessions: Rows[int, Overview] = Rows(limit, "session", KEPT_SESSIONS)
        self._opened: OrderedDict[int, ConnectionOpened] = OrderedDict()
        self._discovered: OrderedDict[str, dict[Side, dict[str, str]]] = OrderedDict()

    def observe(self, event: Event) -> None:
        """Count an event."""
        chosen = self._chosen.observe(event)
        session = self._sessions.find(event.connection)
        if session is not None:
            sum_up(session, event)
        else:
            self._look(event)
        if chosen:
            self._sessions.choose(event.connection)

    def _look(self, event: Event) -> None:
        """Note what comes before a session, and its begin."""
        match event.fact:
            case ConnectionOpened():
                _keep(self._opened, event.connection, event.fact)
            case ConnectionClosed():
                self._opened.pop(event.connection, None)
            case DiscoveryAsked() | DiscoveryAnswered():
                keep_versions(event, self._discovery(event.connection))
            case _ if self._connection in (None, event.connection):
                self._begin(event)
            case _:
                pass

    def print_to(self, console: Console) -> None:
        """Print a section for each session."""
        for session in self._sessions:
            console.print()
            _print_session(console, session)
        self._sessions.print_left_out(console)

    def records(self) -> Iterator[Record]:
        """Yield a `session_row` for each session."""
        return (_record(session) for session in self._sessions)

    def _begin(self, event: Event) -> None:
        summary = begin_session(event)
        if summary is None:
            return
        opened = self._opened.pop(event.connection, None)
        session = Overview(summary, opened)
        for side, versions in self._discovered.get(_host(opened), {}).items():
            session.versions[side] |= versions
        self._sessions.propose(event.connection, session)
        sum_up(session, event)

    def _discovery(self, connection: int) -> dict[Side, dict[str, str]]:
        host = _host(self._opened.get(connection))
        if host not in self._discovered:
            nothing: dict[Side, dict[str, str]] = {side: {} for side in Side}
            _keep(self._discovered, host, nothing)
        return self._discovered[host]


_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def _keep(kept: OrderedDict[_Key, _Value], key: _Key, value: _Value) -> None:
    kept[key] = value
    if len(kept) > KEPT_HOSTS:
        kept.popitem(last=False)


def _host(opened: ConnectionOpened | None) -> str:
    return opened.agent.host if opened is not None else ""


def _print_session(console: Console, session: Overview) -> None:
    summary = session.summary
    print_line(console, format_heading(summary))
    for side in Side:
        address = "" if session.opened is None else str(getattr(session.opened, side.value))
        known = [address, *(f"{name} {value}" for name, value in session.versions[side].items())]
        _print_labelled(console, side.value, ", ".join(each for each in known if each))
    _print_labelled(console, "open" if session.duration is None else "closed", _ending(session))
    for label, told in (
        ("pipes", _pipes(session)),
        ("loaded", _loaded(session)),
        *session.end,
    ):
        if told:
            _print_labelled(console, label, told)
    for text in filter(None, (_undecodable(summary), summary.opaque)):
        _print_labelled(console, "unread", text, "summary.bad")
    if summary.commands:
        console.print()
        print_table(console, COMMANDS, _command_rows(session))
    for title, calls in (("slowest", sorted(session.slowest, reverse=True)), ("unanswered", session.unanswered)):
        if calls:
            console.print()
            print_line(console, Text(_calls_title(session, title), "kind.bad" if title == "unanswered" else "heading"))
            print_table(console, CALLS, [_call_cells(each) for each in calls])
    if session.waiting:
        console.print()
        print_line(console, Text("Who waits on whom", "kind.bad"))
        for told in session.waiting:
            print_wrapped(console, 2, Text(told))


def _print_labelled(console: Console, label: str, told: str, style: str = "summary") -> None:
    """Print a line that goes on below itself, not below its label."""
    width = console.width - _LABEL if console.file.isatty() else len(told) + 1
    lines = Text(told, style).wrap(console, max(width, 20)) if told else [Text()]
    for number, line in enumerate(lines):
        line.rstrip()
        print_line(console, Text(f"  {'' if number else label:<{_LABEL - 2}}") + line)


def _calls_title(session: Overview, title: str) -> str:
    if title == "slowest":
        told = ", ".join(f"{number} {outcome.value}" for outcome, number in session.summary.outcomes.items())
        return f"Slowest calls of {session.summary.outcomes.total():,} ({told})"
    told = "not answered when the capture ends" if session.duration is None else "never answered"
    return f"{count(session.nobody_answered, 'call')} {told}, oldest first"


def _ending(session: Overview) -> str:
    if session.duration is None:
        seen = describe_duration(session.summary.last - session.summary.opened)
        return f"when the capture ends, {seen} after {'the offer' if session.summary.protocols else 'it began'}"
    return session.summary.closed.removeprefix("closed ")


def _pipes(session: Overview) -> str:
    pipes = session.pipes
    told = [count(pipes["pipe"], "pipe"), count_bytes(pipes["byte"])] if pipes["pipe"] else []
    told += [f"{count(pipes['stall'], 'time')} a writer had to wait"] if pipes["stall"] else []
    told += [f"{pipes['error']:,} with an error"] if pipes["error"] else []
    return ", ".join(told)


def _loaded(session: Overview) -> str:
    told = [count_loads(kind, session.loaded[kind.value]) for kind in LoadKind if session.loaded[kind.value]]
    if not told:
        return ""
    few = {"not found": session.loaded["missing"], "left to the jar cache": session.loaded["cached"]}
    return ", ".join([*told, count_bytes(session.loaded["byte"]), *count_few(few)])


def _undecodable(summary: SessionSummary) -> str:
    return f"{count(summary.undecodable, 'piece')} could not be decoded" if summary.undecodable else ""


def _command_rows(session: Overview) -> list[list[Text]]:
    names = Counter[str]()
    for (_, name), number in session.summary.commands.items():
        names[name] += number
    rows = []
    for name, _ in names.most_common():
        row = [Text(name)]
        for side in Side:
            number = session.summary.commands[side, name]
            row += [Text(f"{number:,}" if number else ""), Text(f"{session.sizes[side, name]:,}" if number else "")]
        rows.append(row)
    total = [Text("all", "heading")]
    for side in Side:
        sent = sum(number for (each, _), number in session.summary.commands.items() if each is side)
        total += [Text(f"{sent:,}", "heading"), Text(f"{session.summary.sizes[side]:,}", "heading")]
    return [*rows, total]


def _call_cells(call: TimedCall) -> list[Text]:
    bad = call.finished.outcome in FAILED_OUTCOMES
    return [
        Text(call.finished.call, "kind.call"),
        Text(describe_duration(call.duration)),
        Text(call.finished.outcome.value, "summary.bad" if bad else "summary"),
        Text(call.finished.callable),
        Text(call.arguments, "summary.quiet"),
    ]


def _record(session: Overview) -> Record:
    summary = session.summary
    return {
        "type": "session_row",
        "connection": summary.connection,
        "agent_name": summary.agent_name or None,
        "protocols": list(summary.protocols),
        "state": summary.state,
        "addresses": {side.value: str(getattr(session.opened, side.value)) for side in Side if session.opened},
        "versions": {side.value: dict(session.versions[side]) for side in Side},
        "duration": None if session.duration is None else round(session.duration, 6),
        "commands": {
            side.value: {
                name: {"number": number, "bytes": session.sizes[side, name]}
                for (each, name), number in sorted(summary.commands.items(), key=lambda item: item[0][1])
                if each is side
            }
            for side in Side
        },
        "outcomes": {outcome.value: number for outcome, number in summary.outcomes.items()},
        "slowest": [_call_record(each) for each in sorted(session.slowest, reverse=True)],
        "unanswered": [_call_record(each) for each in session.unanswered],
        "waiting": list(session.waiting),
        "pipes": dict(session.pipes),
        "loaded": dict(session.loaded),
        "end": [told for _, told in session.end],
        "undecodable": summary.undecodable,
    }


def _call_record(call: TimedCall) -> dict[str, Value]:
    return {
        "call": call.finished.call,
        "callable": call.finished.callable,
        "arguments": call.arguments,
        "duration": round(call.duration, 6),
        "outcome": call.finished.outcome.value,
    }
