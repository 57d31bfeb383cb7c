import pytest
import samples

from jnlpspy.javaser.building import java_class, java_object
from jnlpspy.model.commands import Cancel, Command, GCCommand, InputStreamChunk, Response, RPCRequest, UserRequest
from jnlpspy.model.events import CallFinished, CallStarted
from jnlpspy.model.session import CallKind, Outcome, Payload, PayloadRole
from jnlpspy.model.tap import Side
from jnlpspy.session import calls
from jnlpspy.session.calls import CallBook

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER
OOPS = samples.throwable("a.Oops", "no disk")


@pytest.fixture
def book() -> CallBook:
    return CallBook()


def observe(
    book: CallBook, side: Side, command: Command, when: float = 0.0, payload: Payload | None = None
) -> list[CallStarted | CallFinished]:
    return list(book.observe(side, when, command, payload))


def test_a_response_of_the_other_side_finishes_a_call(book: CallBook) -> None:
    callable_ = Payload(PayloadRole.CALLABLE, java_object(java_class("a.Work", {"n": "I"}), {"n": 3}))
    assert observe(book, CONTROLLER, UserRequest(id=7), 1.0, callable_) == [
        CallStarted("c7", CallKind.USER, "a.Work", "n=3")
    ]
    assert observe(book, CONTROLLER, Response(id=7), 2.0) == []
    assert observe(book, AGENT, Response(id=7), 3.5) == [CallFinished("c7", "a.Work", 2.5, Outcome.RETURNED)]
    assert observe(book, AGENT, Response(id=7), 4.0) == []


def test_both_sides_may_call_with_the_same_id(book: CallBook) -> None:
    observe(book, CONTROLLER, RPCRequest(id=1, method_name="run", declaring_class_name="a.B"))
    observe(book, AGENT, InputStreamChunk(id=1, len=5))
    (one,) = observe(book, CONTROLLER, Response(id=1))
    (other,) = observe(book, AGENT, Response(id=1))
    assert [(each.call, each.callable) for each in (one, other)] == [
        ("a1", "java.io.InputStream.read"),
        ("c1", "a.B.run"),
    ]


def test_an_exception_comes_in_the_response_or_inside_its_value(book: CallBook) -> None:
    for response, payload in (
        (Response(id=1, exception=OOPS), None),
        (Response(id=1), Payload(PayloadRole.THREW, OOPS)),
    ):
        observe(book, CONTROLLER, UserRequest(id=1, to_string="a.B@1"))
        finished = observe(book, AGENT, response, payload=payload)
        assert finished == [CallFinished("c1", "a.B", 0.0, Outcome.THREW, "a.Oops: no disk")]


def test_a_cancelled_call_still_answers(book: CallBook) -> None:
    observe(book, CONTROLLER, UserRequest(id=1, to_string="a.B@1"))
    assert observe(book, AGENT, Cancel(id=1)) == []
    assert observe(book, CONTROLLER, Cancel(id=1)) == []
    assert observe(book, CONTROLLER, Cancel(id=2)) == []
    (finished,) = observe(book, AGENT, Response(id=1, exception=OOPS))
    assert finished == CallFinished("c1", "a.B", 0.0, Outcome.CANCELLED, "a.Oops: no disk")


def test_only_a_cancel_by_the_caller_counts(book: CallBook) -> None:
    observe(book, CONTROLLER, UserRequest(id=1, to_string="a.B@1"))
    observe(book, AGENT, Cancel(id=1))
    assert observe(book, AGENT, Response(id=1)) == [CallFinished("c1", "a.B", 0.0, Outcome.RETURNED)]


def test_what_is_never_answered_is_told_at_the_end_once(book: CallBook) -> None:
    observe(book, CONTROLLER, UserRequest(id=2, to_string="a.B@1"), 1.0)
    observe(book, AGENT, RPCRequest(id=1, method_name="run", declaring_class_name="a.C"), 2.0)
    assert list(book.end(5.0)) == [
        CallFinished("c2", "a.B", 4.0, Outcome.UNANSWERED),
        CallFinished("a1", "a.C.run", 3.0, Outcome.UNANSWERED),
    ]
    assert list(book.end(6.0)) == []


def test_an_id_used_again_gives_up_the_call_before(book: CallBook) -> None:
    observe(book, CONTROLLER, UserRequest(id=1, to_string="a.B@1"), 1.0)
    given_up, started = observe(book, CONTROLLER, UserRequest(id=1, to_string="a.C@1"), 2.0)
    assert given_up == CallFinished("c1", "a.B", 1.0, Outcome.UNANSWERED)
    assert started == CallStarted("c1", CallKind.USER, "a.C")


def test_open_calls_are_kept_up_to_a_cap(book: CallBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "OPEN_CALLS", 3)
    for number in range(3):
        observe(book, CONTROLLER, UserRequest(id=number, to_string="a.B@1"))
    given_up, started = observe(book, CONTROLLER, UserRequest(id=3, to_string="a.B@1"))
    assert (given_up.call, started.call) == ("c0", "c3")
    assert len(list(book.end(0.0))) == 3


def test_a_name_of_any_length_is_kept_short_and_printable(book: CallBook) -> None:
    (started,) = observe(book, CONTROLLER, UserRequest(id=1, to_string="\n\ud800" + "x" * 1_000_000))
    assert started.callable.startswith(r"\n\ud800xxx")
    assert len(started.callable) == calls.CALLABLE


def test_other_commands_are_no_calls(book: CallBook) -> None:
    assert observe(book, AGENT, GCCommand()) == []
