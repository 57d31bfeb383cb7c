"""What the live peer sends is matched with what was recorded by what it means."""

from jnlpspy.model.commands import (
    CloseCommand,
    Command,
    OutputStreamAck,
    OutputStreamChunk,
    PipeConnect,
    Response,
    RPCRequest,
    UserRequest,
)
from jnlpspy.model.java import JavaString
from jnlpspy.model.tap import Side
from jnlpspy.simulate.expectation import Expectations
from jnlpspy.simulate.recording import RecordedCommand


def expecting(*commands: Command) -> Expectations:
    return Expectations([RecordedCommand(place, Side.AGENT, 0.0, each, None) for place, each in enumerate(commands)])


def call(of: str, number: int = 1) -> UserRequest:
    return UserRequest(id=number, to_string=of)


def fetch(name: str, number: int = 1) -> RPCRequest:
    return RPCRequest(id=number, oid=2, method_name="fetch3", arguments=(JavaString(name),))


def place_of(expected: Expectations, command: Command) -> int | None:
    met = expected.meet(command, None)
    return None if met is None else met.place


def test_calls_are_met_by_what_is_called_and_in_order() -> None:
    expected = expecting(call("x.A", 1), call("x.B", 2), call("x.A", 3))
    assert [place_of(expected, call(of, 70)) for of in ("x.B", "x.A", "x.A", "x.A")] == [1, 0, 2, None]


def test_loading_is_met_by_what_is_loaded() -> None:
    expected = expecting(fetch("x.A"), fetch("x.B"))
    assert [place_of(expected, fetch(name, 9)) for name in ("x.B", "x.C", "x.A")] == [1, None, 0]


def test_what_was_recorded_before_is_waited_for_and_what_comes_by_itself_is_not() -> None:
    expected = expecting(call("x.A"), OutputStreamAck(oid=3, size=1), PipeConnect())
    assert expected.before(0) is None
    assert expected.before(3) == "a call of x.A"
    expected.meet(call("x.A"), None)
    assert expected.before(2) is None
    assert expected.before(3) == "hudson.remoting.Pipe$ConnectCommand"


def test_what_is_given_up_is_told_and_may_still_come() -> None:
    expected = expecting(call("x.A"), call("x.B"))
    expected.give_up_before(1)
    assert expected.before(1) is None
    assert list(expected.missing()) == ["a call of x.A", "a call of x.B"]
    assert place_of(expected, call("x.A")) == 0


def test_bytes_of_a_pipe_count_and_not_their_pieces() -> None:
    expected = expecting(OutputStreamChunk(oid=3, buf=b"12345"), OutputStreamChunk(oid=3, buf=b"678"))
    assert place_of(expected, OutputStreamChunk(oid=3, buf=b"1234567")) == 0
    assert expected.before(2) == "bytes through pipe 3"
    assert place_of(expected, OutputStreamChunk(oid=3, buf=b"8")) == 1
    assert expected.before(2) is None
    assert place_of(expected, OutputStreamChunk(oid=3, buf=b"9")) is None


def test_once_a_call_is_over_what_the_peer_did_not_load_for_it_is_not_waited_for() -> None:
    expected = expecting(fetch("x.A", 7), Response(id=1), call("x.B"))
    expected.meet(Response(id=1), None)
    assert expected.before(2) is None
    assert "a call of x.B" in expected.missing()


def test_a_close_that_nobody_read_any_more_is_not_missed() -> None:
    expected = expecting(call("x.A"), CloseCommand())
    assert expected.before(2) == "a call of x.A"
    assert list(expected.missing()) == ["a call of x.A"]
