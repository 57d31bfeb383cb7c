import pytest
import samples
from feeding import check_reader, error_of, queue_of

from jnlpspy.errors import DecodeError, LimitExceeded
from jnlpspy.model.negotiation import Accepted, Ack, Foreign, Headers, Message, Offer, Refused
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Side
from jnlpspy.protocols import SPECS
from jnlpspy.wire import limits
from jnlpspy.wire.handshake import HandshakeMachine, LaneEnd, Opening, Step, read_offer

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER
OFFER = samples.offer("JNLP4-connect")


@pytest.fixture
def machine() -> HandshakeMachine:
    return HandshakeMachine(SPECS, through_tls=True)


def messages(steps: list[Step]) -> list[Message | DecodeError]:
    return [step.message for step in steps]


def test_an_offer_is_the_agents_first_string() -> None:
    check_reader(read_offer, OFFER, Offer("Protocol:JNLP4-connect"))
    check_reader(read_offer, b"\0\0", Offer(""))
    assert read_offer(queue_of(b"\0\x0bHello world")) == Offer("Hello world")


@pytest.mark.parametrize("data", [b"\x05" * 30, b"\x04\x01" + b"x" * 30, b"hello world!", b"GEX / HTTP/1.1"])
def test_what_is_no_offer_is_judged_by_ten_bytes_as_jenkins_does(data: bytes) -> None:
    error, about = error_of(read_offer, data)
    assert about == 10
    assert data[:10].hex(" ") in error.got


def test_what_is_no_offer_may_end_earlier() -> None:
    error, about = error_of(read_offer, b"hello", ended=True)
    assert (error.got, about) == ('68 65 6c 6c 6f ("hello")', 5)
    assert read_offer(queue_of(b"", ended=True)) is None


def test_both_sides_run_through_one_table(machine: HandshakeMachine) -> None:
    assert messages(machine.feed(AGENT, OFFER + samples.ACK)) == [Offer("Protocol:JNLP4-connect"), Ack()]
    assert machine.at_tls(AGENT)
    assert not machine.at_tls(CONTROLLER)
    (ack,) = machine.feed(CONTROLLER, samples.ACK)
    assert ack == Step(CONTROLLER, Span(0, 5), Ack())
    assert [state.name for state in machine.states.values()] == ["HEADERS", "HEADERS"]


def test_without_going_through_tls_what_stands_behind_it_is_left() -> None:
    machine = HandshakeMachine(SPECS, through_tls=False)
    machine.feed(AGENT, OFFER + samples.ACK + b"\x16\x03\x01")
    machine.feed(CONTROLLER, samples.ACK)
    assert all(machine.at_tls(side) for side in Side)
    assert (machine.rest(AGENT), machine.unread(AGENT), machine.offset(AGENT)) == (b"\x16\x03\x01", 3, 29)
    assert machine.take_rest(AGENT) == b"\x16\x03\x01"
    assert machine.unread(AGENT) == 0


def test_the_bytes_of_an_error_are_shown_where_no_secret_can_be(machine: HandshakeMachine) -> None:
    (_, error) = machine.feed(AGENT, OFFER + b"\0\3NAKxyz")
    assert (error.span, error.data) == (Span(24, 29), b"\0\3NAK")
    assert machine.states[AGENT] is LaneEnd.FAILED


def test_malformed_headers_are_not_shown(machine: HandshakeMachine) -> None:
    machine.feed(AGENT, OFFER + samples.ACK)
    machine.feed(CONTROLLER, samples.ACK)
    frame = samples.frame(b'{"Secret-Key":"' + samples.SECRET.encode() + b"}")
    (error,) = machine.feed(AGENT, frame)
    assert (error.span, error.data) == (Span(29, 29 + len(frame)), b"")
    assert samples.SECRET not in str(error.message)


def test_a_refusal_without_a_word_is_the_end_where_a_verdict_was_due(machine: HandshakeMachine) -> None:
    machine.feed(AGENT, samples.offer("JNLP2-connect") + samples.properties(samples.AGENT_HEADERS))
    (refused,) = machine.end(CONTROLLER)
    assert refused == Step(CONTROLLER, Span(0, 0), Refused(""))
    assert machine.over(CONTROLLER)
    assert machine.end(CONTROLLER) == []


def test_an_agent_that_goes_first_was_not_refused(machine: HandshakeMachine) -> None:
    machine.feed(AGENT, samples.offer("JNLP2-connect") + samples.properties(samples.AGENT_HEADERS))
    assert [*machine.end(AGENT), *machine.end(CONTROLLER)] == []


def test_an_answer_to_an_offer_that_was_none_is_still_read(machine: HandshakeMachine) -> None:
    machine.feed(AGENT, b"x" * 10)
    assert messages(machine.feed(CONTROLLER, b"Unrecognized protocol: x\n")) == [
        Refused("Unrecognized protocol: x", spans=(Span(0, 25),))
    ]


def test_bytes_that_came_before_their_turn_are_read_in_the_order_of_single_bytes(machine: HandshakeMachine) -> None:
    machine.feed(CONTROLLER, samples.ACK + samples.headers(samples.CONTROLLER_HEADERS) + samples.OK)
    steps = machine.feed(AGENT, OFFER + samples.ACK + samples.headers(samples.AGENT_HEADERS))
    told = [(step.side, type(step.message)) for step in steps]
    assert told == [
        (AGENT, Offer),
        (CONTROLLER, Ack),
        (AGENT, Ack),
        (CONTROLLER, Headers),
        (CONTROLLER, Accepted),
        (AGENT, Headers),
    ]


def test_lost_bytes_end_what_a_side_can_tell(machine: HandshakeMachine) -> None:
    machine.feed(AGENT, OFFER[:5])
    machine.lose(AGENT)
    assert (machine.states[AGENT], machine.unread(AGENT)) == (LaneEnd.FAILED, 0)
    assert machine.states[CONTROLLER] is Opening.ANSWER
    assert machine.waits_in_vain(CONTROLLER)
    assert not machine.waits_in_vain(AGENT)


def test_a_side_too_far_ahead_of_the_other_is_given_up(machine: HandshakeMachine) -> None:
    machine.feed(AGENT, OFFER + samples.ACK)
    assert machine.feed(AGENT, b"x" * limits.WAITING) == []
    (error,) = machine.feed(AGENT, b"x" * 100)
    assert isinstance(error.message, LimitExceeded)
    assert (
        str(error.message)
        == "expected at most 1048576 bytes before the acknowledgement of the protocol, got more at byte 0"
    )
    assert (error.span, error.data) == (Span(29, 29 + limits.WAITING), b"")


def test_foreign_bytes_leave_the_table(machine: HandshakeMachine) -> None:
    (foreign,) = machine.feed(AGENT, bytes.fromhex("160301"))
    assert foreign == Step(AGENT, Span(0, 0), Foreign("TLS"))
    assert machine.states[AGENT] is LaneEnd.OPAQUE
    assert machine.spec is None


@pytest.mark.parametrize("name", sorted(SPECS))
def test_every_state_of_a_table_can_be_read_or_waits_for_the_other_side(name: str) -> None:
    spec = SPECS[name]
    reached = set(spec.start.items())
    reached |= {(side, to) for (side, _), moves in spec.transitions.items() for to in moves.values()}
    reached |= {(side, state) for pair in spec.behind_tls.values() for side, state in zip(Side, pair, strict=True)}
    if spec.behind_seal is not None:
        reached |= {(side, spec.behind_seal) for side in Side}
    waiting = {(side, state) for pair in spec.behind_tls for side, state in zip(Side, pair, strict=True)}
    for side, state in reached:
        if not isinstance(state, LaneEnd | Opening):
            assert (side, state) in spec.readers or (side, state) in waiting
            assert ((side, state) in spec.transitions) == ((side, state) in spec.readers)
    assert set(spec.readers) <= reached
