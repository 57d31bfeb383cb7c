"""What a report keeps of a capture: bounded, and of much the part that matters."""

import io

from diagnosing import a_finding
from facts import EVENTS, WHEN

from jnlpspy.diagnosis.verdict import Verdict
from jnlpspy.export.format import Export
from jnlpspy.export.html.book import DETAILED, KEPT_SESSIONS, Book, Session
from jnlpspy.model.commands import UserRequest
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    CommandSent,
    ConnectionClosed,
    ConnectionOpened,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
    Fact,
    HandshakeRefused,
    ProtocolOffered,
)
from jnlpspy.model.findings import Severity
from jnlpspy.model.session import CallKind, Outcome
from jnlpspy.model.tap import Address, CloseReason, Side

CLOSED = ConnectionClosed(
    Side.AGENT, CloseReason.EOF, True, {Side.AGENT: 5, Side.CONTROLLER: 7}, {Side.AGENT: 0, Side.CONTROLLER: 0}, 2.0
)


def book_of(*said: tuple[int, Fact], **options: object) -> Book:
    book = Book(Export(io.StringIO(), "s.pcapng", Verdict(), **options))  # type: ignore[arg-type] # what a test wants changed
    for seq, (connection, fact) in enumerate(said, start=1):
        book.observe(Event(seq, connection, WHEN + seq / 10, fact, Side.AGENT))
    book.finish()
    return book


def opened(host: str = "10.0.0.5") -> ConnectionOpened:
    return ConnectionOpened(Address(host, 51020), Address("10.0.0.1", 50000))


def call(number: int, outcome: Outcome = Outcome.RETURNED, duration: float = 0.1) -> list[tuple[int, Fact]]:
    started = CallStarted(f"c{number}", CallKind.USER, "x.Y")
    return [(1, started), (1, CallFinished(f"c{number}", "x.Y", duration, outcome))]


def numbers(book: Book) -> list[int]:
    return [each.connection for each in book.sessions()]


OFFERED = ProtocolOffered("JNLP4-connect")


def test_everything_is_counted() -> None:
    book = Book(Export(io.StringIO(), "s.pcapng", Verdict()))
    for event in EVENTS:
        book.observe(event)
    book.finish()
    totals = book.totals
    assert (totals.events, totals.connections, totals.sessions, totals.channels) == (len(EVENTS), 1, 1, 1)
    assert totals.outcomes.total() == len([each for each in EVENTS if isinstance(each.fact, CallFinished)])
    assert totals.commands[Side.CONTROLLER, "UserRequest"] == 1
    assert totals.sizes[Side.CONTROLLER, "UserRequest"] == 2029
    (session,) = book.sessions()
    assert session.offered
    assert session.bad


def test_another_connection_is_neither_shown_nor_counted() -> None:
    book = book_of((1, opened()), (1, OFFERED), (2, opened()), (2, OFFERED), connection=2)
    assert numbers(book) == [2]
    assert (book.totals.events, book.totals.sessions) == (2, 1)


def test_a_session_begins_with_the_discovery_that_led_to_it() -> None:
    url = "/tcpSlaveAgentListener/"
    found: list[tuple[int, Fact]] = [(2, DiscoveryAsked("GET", url, {})), (2, DiscoveryAnswered(200, {}, url))]
    refused: list[tuple[int, Fact]] = [(1, DiscoveryAsked("GET", url, {})), (1, DiscoveryAnswered(503, {}, url))]
    book = book_of((1, opened()), *refused, (2, opened()), *found, (3, opened()), (3, OFFERED))
    first, session = book.sessions()
    assert (first.connection, first.asked, first.answered) == (1, url, 503)
    assert session.connection == 3
    assert session.discovery is not None
    assert session.discovery.connection == 2


def test_a_channel_that_was_there_before_the_capture_is_a_session() -> None:
    sent = CommandSent(UserRequest(id=1), 100)
    book = book_of((1, sent), (1, sent), (2, DiscoveryAsked("GET", "/", {})))
    assert [(each.connection, each.offered) for each in book.sessions()] == [(1, True), (2, False)]
    assert book.sessions()[0].summary.state == "channel begun before the capture"
    assert book.totals.sessions == 1


def test_a_discovery_of_another_host_is_told_by_itself() -> None:
    asked: list[tuple[int, Fact]] = [(1, DiscoveryAsked("GET", "/", {})), (1, DiscoveryAnswered(200, {}, "/"))]
    assert numbers(book_of((1, opened("10.0.0.9")), *asked, (2, opened()), (2, OFFERED))) == [1, 2]


def test_calls_and_pipes_that_are_still_open_have_their_rows() -> None:
    book = book_of((1, CallStarted("c1", CallKind.USER, "x.Y")))
    assert [row.outcome for row in book.rows.calls] == [None]


def test_of_very_many_calls_those_that_failed_or_took_longest_are_kept() -> None:
    said = [each for number in range(5000) for each in call(number)]
    said += [*call(9001, Outcome.THREW), *call(9002, duration=60.0)]
    said += [each for number in range(20_000, 21_000) for each in call(number)]
    book = book_of(*said)
    assert len(book.rows.calls) == book.rows.calls.first + book.rows.calls.worst
    assert {"c9001", "c9002"} < {row.call for row in book.rows.calls}
    (session,) = book.sessions()
    assert session.detail is not None
    assert {"c9001", "c9002"} < {row.call for row in session.detail.calls}


def test_only_what_matches_has_a_row_but_sessions_are_whole() -> None:
    book = book_of(
        (1, opened()),
        (1, OFFERED),
        *call(1),
        *call(2, duration=5.0),
        (1, CommandSent(UserRequest(id=7), 10)),
        matches=lambda event: isinstance(event.fact, CallFinished) and event.fact.duration > 1,
    )
    assert [row.call for row in book.rows.calls] == ["c2"]
    assert list(book.rows.events) == []
    assert book.sessions()[0].summary.outcomes[Outcome.RETURNED] == 2


def test_of_very_many_connections_sessions_that_went_wrong_stay_longest() -> None:
    refused: list[tuple[int, Fact]] = [(1, OFFERED), (1, HandshakeRefused(Side.CONTROLLER, "no")), (1, CLOSED)]
    probes = [(number, fact) for number in range(2, KEPT_SESSIONS * 2) for fact in (opened(), CLOSED)]
    book = book_of((1, opened()), *refused, *probes)
    assert 1 in numbers(book)
    assert len(book.sessions()) <= KEPT_SESSIONS * 1.1 + 1
    assert len(book.sessions()) + book.dropped == KEPT_SESSIONS * 2 - 1


def test_details_are_kept_of_so_many_sessions_only_and_of_the_bad_ones_first() -> None:
    said: list[tuple[int, Fact]] = [(1, OFFERED), (1, HandshakeRefused(Side.CONTROLLER, "no")), (1, CLOSED)]
    said += [(number, fact) for number in range(2, DETAILED * 2) for fact in (OFFERED, CLOSED)]
    sessions = book_of(*said).sessions()
    detailed = [each.connection for each in sessions if each.detail is not None]
    assert len(sessions) == DETAILED * 2 - 1
    assert DETAILED <= len(detailed) <= DETAILED * 1.1
    assert 1 in detailed


def test_findings_are_not_events_but_make_a_session_bad() -> None:
    session = book_of((1, OFFERED), (1, a_finding("x", Severity.INFO)), (1, CLOSED)).sessions()[0]
    assert not session.bad
    book = book_of((1, OFFERED), (1, a_finding("x")), (1, CLOSED))
    assert book.sessions()[0].bad
    assert [row.word for row in book.rows.events] == ["offers", "closed"]
    assert isinstance(book.sessions()[0], Session)
