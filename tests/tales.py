"""Sessions for reports, told as events."""

import io
from collections.abc import Iterable
from itertools import chain

from diagnosing import a_finding
from exported import written_of
from facts import WHEN

from jnlpspy.diagnosis.verdict import Verdict
from jnlpspy.export.format import Export
from jnlpspy.export.html.book import Book
from jnlpspy.model.commands import UserRequest
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    ChannelEstablished,
    ClassLoaded,
    CommandSent,
    ConnectionClosed,
    ConnectionOpened,
    Event,
    Fact,
    HandshakeRefused,
    HeadersSent,
    PipeClosed,
    PipeOpened,
    ProtocolOffered,
    Remark,
    Undecodable,
)
from jnlpspy.model.session import CallKind, LoadKind, Outcome, PipeEnd, PipeKind
from jnlpspy.model.tap import Address, CloseReason, Side

HOSTILE = "</script></style><img src=x onerror=alert(1)>\"'&amp;\u202egnp\u2066\x1b[31m\x00\ud800<!--]]>"
"""Text that would break out of nearly anything."""

Said = tuple[float, Fact, Side | None]


def a_call(
    number: int, began: float, duration: float | None, outcome: Outcome = Outcome.RETURNED, side: Side = Side.CONTROLLER
) -> list[Said]:
    name = f"{side.value[0]}{number}"
    started = CallStarted(name, CallKind.USER, f"org.example.Job{number}.run", f"n={number}", "does its work")
    finished = CallFinished(name, f"org.example.Job{number}.run", duration or 0.0, outcome)
    return [(began, started, side)] + ([] if duration is None else [(began + duration, finished, side.peer)])


def a_session(connection: int, *told: Iterable[Said], name: str = "agent-1", duration: float = 10.0) -> list[Event]:
    """Return a session that reaches its channel after half a second."""
    opened = ConnectionOpened(Address("10.0.0.5", 51020), Address("10.0.0.1", 50000))
    bytes_sent = {Side.AGENT: 1000, Side.CONTROLLER: 2000}
    closed = ConnectionClosed(Side.AGENT, CloseReason.EOF, True, bytes_sent, dict.fromkeys(Side, 0), duration)
    before: list[Said] = [
        (0.0, opened, None),
        (0.1, ProtocolOffered("JNLP4-connect"), Side.AGENT),
        (0.2, HeadersSent({"Node-Name": name}, name), Side.AGENT),
        (0.5, ChannelEstablished("JNLP4-connect", name), None),
        (0.6, CommandSent(UserRequest(id=1), 2048), Side.CONTROLLER),
        (0.7, CommandSent(UserRequest(id=2), 1024), Side.AGENT),
    ]
    said = sorted([*before, *chain(*told), (duration, closed, None)], key=lambda each: each[0])
    return [
        Event(connection * 100_000 + seq, connection, WHEN + when, fact, side)
        for seq, (when, fact, side) in enumerate(said, start=1)
    ]


def a_hostile_session(connection: int) -> list[Event]:
    """Return a session in which every text is hostile."""
    started = CallStarted("c1", CallKind.USER, HOSTILE, HOSTILE, HOSTILE)
    finished = CallFinished("c1", HOSTILE, 1.0, Outcome.THREW, HOSTILE, (HOSTILE,))
    opened = PipeOpened("c5", PipeKind.STREAM, Side.AGENT, HOSTILE)
    dead = PipeClosed("c5", PipeKind.STREAM, Side.AGENT, HOSTILE, 1, 1, PipeEnd.DEAD, 0.2, HOSTILE)
    said: list[Said] = [
        (1.0, started, Side.CONTROLLER),
        (2.0, finished, Side.AGENT),
        (2.1, opened, Side.CONTROLLER),
        (2.4, dead, Side.AGENT),
        (2.5, ClassLoaded(HOSTILE, LoadKind.CLASS, 1, 0.1, HOSTILE, found=False, jar=HOSTILE), Side.CONTROLLER),
        (2.6, Remark(HOSTILE), None),
        (2.7, Undecodable(HOSTILE, HOSTILE, HOSTILE, b"\xff"), Side.AGENT),
        (2.8, HandshakeRefused(Side.CONTROLLER, HOSTILE), Side.CONTROLLER),
        (2.9, a_finding(HOSTILE), None),
    ]
    return a_session(connection, said, name=HOSTILE)


def book_of(events: Iterable[Event]) -> Book:
    book = Book(Export(io.StringIO(), "s.pcapng", Verdict()))
    for event in events:
        book.observe(event)
    book.finish()
    return book


def report_of(events: Iterable[Event], capture: str = "s.pcapng", **options: object) -> str:
    """Return the report on events."""
    export = Export(io.StringIO(), capture, Verdict(), **options)  # type: ignore[arg-type] # what a test wants changed
    export.runs.begin(capture, 0, 0)
    return written_of(events, "html", export)
