"""A session as plain values: what tests compare."""

import pytest
from specimens import FOLDER

from jnlpspy.model.events import CallFinished, CallStarted, ChannelEstablished, ConnectionClosed, Event, ProtocolOffered
from jnlpspy.model.session import CallKind, Outcome
from jnlpspy.model.tap import CloseReason, Side
from jnlpspy.testing.session import Call, Calls, Ending, NoSuchCall, Refusal, Session, is_offer, session_of
from jnlpspy.testing.watch import read_sessions

PING = "hudson.remoting.PingThread$Ping"


def recorded(name: str) -> Session:
    (session,) = read_sessions(FOLDER / f"{name}.pcapng")
    return session


def event(fact: ProtocolOffered | CallStarted | CallFinished | ChannelEstablished | ConnectionClosed) -> Event:
    return Event(1, 7, 0.0, fact)


def closed(*, orderly: bool) -> Event:
    sides = dict.fromkeys(Side, 0)
    return event(ConnectionClosed(None, CloseReason.SHUTDOWN, orderly, sides, sides, 1.0))


def test_a_real_session_is_told_in_plain_words() -> None:
    session = recorded("3.33-JNLP4-connect-workload")
    assert (session.protocol, session.agent_name, session.connected) == ("JNLP4-connect", "agent-1", True)
    assert session.refusal is None
    assert (session.over, session.orderly) == (True, True)
    failed = session.calls.of("peers.work.Fail")
    assert (failed.caller, failed.outcome) == ("controller", "threw")
    assert failed.exception == "peers.work.WorkloadException: checkout failed: exit code 128"
    assert failed.duration is not None
    assert {(pipe.writer, pipe.how) for pipe in session.pipes} >= {("agent", "eof"), ("controller", "eof")}
    assert {pipe.bytes for pipe in session.pipes} >= {4096}
    assert session.loaded("peers.work.Fail")
    assert not session.loaded("peers/work/no-such-thing.txt")
    assert [load.name for load in session.loads if not load.found] == ["peers/work/no-such-thing.txt"]


def test_a_call_back_names_the_call_it_serves() -> None:
    calls = recorded("3.33-JNLP4-connect-workload").calls
    called_back = calls.of("peers.work.ControllerSide")
    assert called_back.caller == "agent"
    assert called_back.parent == calls.of("peers.work.CallBack").id


def test_a_refusal_is_told_with_its_words() -> None:
    session = recorded("3.33-JNLP4-connect-wrong-secret")
    assert session.refusal == Refusal("controller", "Authorization failure", permanent=False)
    assert (session.connected, len(session.calls)) == (False, 0)
    assert session.describe() == (
        "agent-1 by JNLP4-connect: refused by the controller: Authorization failure, ended abruptly"
    )


def test_a_session_that_goes_on_has_open_calls_and_no_end() -> None:
    session = session_of(
        [event(ProtocolOffered("JNLP4-connect")), event(CallStarted("c0", CallKind.USER, PING, parent="a1"))]
    )
    assert session.connection == 7
    assert session.calls.of(PING) == Call("c0", "controller", PING, outcome="open", parent="a1")
    assert (session.ending, session.over, session.orderly) == (None, False, False)
    assert session.describe() == "an agent by JNLP4-connect: no channel, still open"


def test_an_end_without_a_word_is_not_orderly() -> None:
    session = session_of([event(ProtocolOffered("JNLP4-connect")), closed(orderly=False)])
    assert session.ending == Ending(None, "shutdown", orderly=False)
    assert (session.over, session.orderly) == (True, False)


def calls_of(*outcomes: Outcome) -> Calls:
    events = [
        each
        for number, outcome in enumerate(outcomes)
        for each in (
            event(CallStarted(f"a{number}", CallKind.USER, PING, "x")),
            event(CallFinished(f"a{number}", PING, 0.5, outcome)),
        )
    ]
    return session_of(events).calls


def test_the_call_of_a_callable_is_found() -> None:
    assert calls_of(Outcome.RETURNED).of(PING) == Call("a0", "agent", PING, "x", "returned", duration=0.5)


def test_calls_that_ended_alike_are_as_one() -> None:
    calls = calls_of(Outcome.RETURNED, Outcome.RETURNED)
    assert calls.of(PING).id == "a0"
    assert [each.id for each in calls.all_of(PING)] == ["a0", "a1"]


def test_calls_that_ended_differently_are_not() -> None:
    with pytest.raises(NoSuchCall, match=r"expected one outcome of .*Ping, got returned, threw"):
        calls_of(Outcome.RETURNED, Outcome.THREW).of(PING)


def test_a_call_nobody_made_names_the_nearest() -> None:
    with pytest.raises(NoSuchCall, match=r"a call of hudson.remoting.PingThread\$Pong, got none; called was .*\$Ping"):
        calls_of(Outcome.RETURNED).of("hudson.remoting.PingThread$Pong")
    with pytest.raises(LookupError, match="nothing was called"):
        calls_of().of(PING)


def test_calls_are_a_sequence() -> None:
    calls = calls_of(Outcome.RETURNED, Outcome.THREW, Outcome.CANCELLED)
    assert [each.outcome for each in calls] == ["returned", "threw", "cancelled"]
    assert (len(calls), calls[-1].id, [each.id for each in calls[:2]]) == (3, "a2", ["a0", "a1"])
    assert calls == calls_of(Outcome.RETURNED, Outcome.THREW, Outcome.CANCELLED)
    assert calls != calls_of(Outcome.RETURNED)
    assert hash(calls) == hash(Calls(tuple(calls)))
    assert repr(calls_of(Outcome.THREW)) == f"Calls({PING}: threw)"


def test_a_probe_of_the_port_is_no_session() -> None:
    assert is_offer(event(ProtocolOffered("JNLP-connect")))
    assert not is_offer(event(ProtocolOffered("Ping")))
    assert not is_offer(closed(orderly=False))


def test_a_session_as_text_is_a_line_for_each_event() -> None:
    lines = str(recorded("3.33-JNLP4-connect-wrong-secret")).splitlines()
    assert "opened" in lines[0]
    assert "closed" in lines[-1]
    assert any("refused    Authorization failure" in line for line in lines)
