"""What the view knows, and that it is bounded."""

from diagnosing import Tale, a_finding
from live_screens import STATUS, Stage, busy, read_filter, sending

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
    OpaqueBytes,
    ProtocolOffered,
    Remark,
)
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.session import CallKind, Outcome
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Address, CloseReason, Segment, Side, Tap
from jnlpspy.view.live import limits
from jnlpspy.view.live.model import LiveModel

ASKED = DiscoveryAsked("GET", "/tcpSlaveAgentListener/", {})


def session_count(model: LiveModel) -> int:
    return len(list(model.sessions()))


def test_pages_that_agents_ask_for_are_counted_and_are_no_sessions() -> None:
    tale = Tale().opened(1).agent(ASKED).controller(DiscoveryAnswered(200, {}, "/"))
    tale.fact(Remark("the answer leads here"), OpaqueBytes("a page", 10)).closed()
    model = Stage().tell(tale).model
    assert session_count(model) == 0
    assert model.other_connections == 1


def test_a_websocket_is_a_session_from_its_upgrade_on() -> None:
    tale = Tale().opened(1).agent(ASKED).controller(DiscoveryAnswered(101, {}, "/wsagents/"))
    assert session_count(Stage().tell(tale).model) == 1


def test_a_connection_of_which_only_its_end_tells_something_is_a_session_that_is_over() -> None:
    stage = Stage()
    for event in Tale().opened(1).closed().events:
        stage.model.observe(event)
    assert stage.model.other_connections == 1
    stage.model.observe(Event(9, 1, 1001.0, a_finding("port-probe", Severity.INFO)))
    [session] = stage.model.sessions()
    assert not session.is_open
    assert (stage.model.other_connections, stage.model.closed_sessions) == (0, 1)


def test_open_sessions_stand_before_closed_ones_and_of_these_the_newest_first() -> None:
    tale = busy(4)
    for connection in (2, 1):
        tale.on(connection).closed()
    assert [each.connection for each in Stage().tell(tale).model.sessions()] == [3, 4, 1, 2]


def test_calls_in_flight_are_counted_each_once() -> None:
    tale = Tale().channel(1)
    tale.controller(*[CallStarted(f"c{number}", CallKind.USER, "Work") for number in (1, 2, 2)])
    stage = Stage().tell(tale)
    session = stage.model.find(1)
    assert session is not None
    assert len(session.calls) == 2
    done = Tale().on(1).agent(*[CallFinished(call, "Work", 1.0, Outcome.RETURNED) for call in ("c2", "c9")])
    stage.tell(done)
    assert session.calls == {"c1"}


def test_bytes_are_counted_where_they_are_not_seen_twice() -> None:
    stage = Stage().tell(busy(1))
    sending(stage, 1, Side.AGENT, 10)
    stage.model.see(Segment(1, 1000.0, Side.AGENT, bytes(500), Tap.AGENT_LEG))
    stage.model.see(Segment(99, 1000.0, Side.AGENT, bytes(500)))
    session = stage.model.find(1)
    assert session is not None
    assert session.bytes == {Side.AGENT: 10, Side.CONTROLLER: 0}


def test_a_rate_rises_and_falls_to_nothing_and_then_nothing_changes() -> None:
    stage = sending(Stage().tell(busy(1)), 1, Side.AGENT, 30_000)
    session = stage.model.find(1)
    assert session is not None
    stage.at(stage.now + 1)
    assert session.rates[Side.AGENT] == 10_000
    for _ in range(40):
        stage.at(stage.now + 1)
    assert session.rates[Side.AGENT] == 0
    before = stage.model.changes
    stage.at(stage.now + 1)
    assert stage.model.changes == before


def test_a_clock_that_is_set_back_is_borne() -> None:
    stage = sending(Stage().tell(busy(1)), 1, Side.AGENT, 30_000)
    stage.at(stage.now - 100)
    stage.at(stage.now + 1)
    assert "linux-1" in stage.text


def test_findings_are_told_the_worst_first_then_the_newest_and_none_that_another_explains() -> None:
    stage = Stage().tell(busy(1))
    for seq, (rule, severity, under) in enumerate(
        [
            ("a", Severity.INFO, None),
            ("b", Severity.ERROR, None),
            ("c", Severity.ERROR, None),
            ("d", Severity.ERROR, "c"),
        ]
    ):
        stage.model.observe(Event(seq, 1, 1000.0, a_finding(rule, severity, under=under)))
    told = [event.fact.rule for event in stage.model.worst_findings() if isinstance(event.fact, Finding)]
    assert told == ["c", "b", "a"]
    session = stage.model.find(1)
    assert session is not None
    assert session.worst is not None
    assert session.worst.rule == "b"


def test_nothing_grows_without_end() -> None:
    model = LiveModel(STATUS)
    opened = ConnectionOpened(Address("10.0.0.5", 1), Address("10.0.0.2", 2))
    end = ConnectionClosed(Side.AGENT, CloseReason.EOF, False, {}, {}, 1.0)
    for number in range(1, 3 * limits.OPEN):
        model.observe(Event(1, number, 1000.0, opened))
        if number % 3:
            model.observe(Event(2, number, 1000.0, Remark("something")))
        if number % 2:
            model.observe(Event(3, number, 1000.0, end))
        model.observe(Event(3, number, 1000.0, a_finding("rule")))
        model.notice("x" * 10_000)
    assert model.open_sessions <= limits.OPEN
    assert session_count(model) <= limits.OPEN + limits.CLOSED
    assert len(model.findings) == limits.FINDINGS
    assert len(model.notices) == limits.NOTICES
    assert len(model.notices[0]) == limits.LONGEST_NOTICE


def test_a_busy_session_keeps_its_latest_events_and_little_of_great_commands() -> None:
    stage = Stage().tell(busy(1))
    session = stage.model.find(1)
    assert session is not None
    for seq in range(2 * limits.EVENTS):
        stage.model.observe(Event(seq, 1, 1000.0, Remark(str(seq))))
    assert len(session.events) == limits.EVENTS
    assert session.events[-1].seq == 2 * limits.EVENTS - 1
    for seq in range(20):
        stage.model.observe(Event(1000 + seq, 1, 1000.0, CommandSent(UserRequest(), limits.EVENT_BYTES // 4)))
    assert len(session.events) == limits.EVENTS + 4
    stage.model.observe(Event(2000, 1, 1000.0, CommandSent(UserRequest(), limits.EVENT_BYTES * 4)))
    stage.model.observe(Event(2001, 1, 1000.0, Remark("the last")))
    assert [event.seq for event in session.events[-3:]] == [2 * limits.EVENTS - 1, 2000, 2001]


def test_calls_that_are_never_answered_do_not_add_up_without_end() -> None:
    stage = Stage().tell(Tale().channel(1))
    for number in range(limits.CALLS + 10):
        stage.model.observe(Event(number, 1, 1000.0, CallStarted(f"c{number}", CallKind.USER, "Work")))
    session = stage.model.find(1)
    assert session is not None
    assert len(session.calls) == limits.CALLS


def test_what_is_frozen_does_not_change() -> None:
    stage = sending(Stage().tell(busy(3)), 1, Side.AGENT, 100)
    still = stage.model.frozen()
    before = [(each.connection, each.state, each.seen, dict(each.bytes)) for each in still.sessions()]
    sending(stage.tell(busy(30)), 1, Side.AGENT, 100)
    assert [(each.connection, each.state, each.seen, dict(each.bytes)) for each in still.sessions()] == before
    assert len(still.findings) == 0


def test_sessions_that_match_are_marked_from_the_past_and_from_now_on() -> None:
    stage = Stage().tell(busy(7))
    matches = read_filter("HandshakeRefused")
    assert callable(matches)
    stage.model.select(matches)
    assert [each.connection for each in stage.model.sessions() if each.matched] == [7]
    stage.tell(busy(14))
    assert [each.connection for each in stage.model.sessions() if each.matched] == [14, 7]
    stage.model.select(None)
    assert not any(each.matched for each in stage.model.sessions())


def test_heads_of_http_as_long_as_can_be_do_not_add_up() -> None:
    stage = Stage()
    head = DiscoveryAsked("GET", "/", {"x": "y" * 65_000})
    stage.model.observe(Event(1, 1, 1000.0, ConnectionOpened(Address("a", 1), Address("b", 2)), None, None))
    for seq in range(2, 100):
        stage.model.observe(Event(seq, 1, 1000.0, head, Side.AGENT, Span(seq * 66_000, seq * 66_000 + 65_100)))
    stage.model.observe(Event(100, 1, 1000.0, ProtocolOffered("JNLP4-connect")))
    session = stage.model.find(1)
    assert session is not None
    assert [event.seq for event in session.events] == [96, 97, 98, 99, 100]
