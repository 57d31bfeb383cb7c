import pytest
import samples

from jnlpspy.javaser.building import java_class, java_object
from jnlpspy.model.commands import Cancel, Command, GCCommand, InputStreamChunk, Response, RPCRequest, UserRequest
from jnlpspy.model.events import CallFinished, CallStarted, CallsWaiting
from jnlpspy.model.session import CallKind, Outcome, Payload, PayloadRole, WaitingCall
from jnlpspy.model.tap import Side
from jnlpspy.remoting.throwables import EXCEPTION, StackElement, java_throwable
from jnlpspy.session import calls
from jnlpspy.session.calls import CallBook

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER
OOPS = samples.throwable("a.Oops", "no disk")
PING = UserRequest(id=1, to_string=f"{calls.PING}@1")
SERVING = StackElement("hudson.remoting.UserRequest", "perform", 211)
SOURCE = java_class("hudson.remoting.Command$Source", superclass=EXCEPTION)


def work(number: int, name: str, *frames: StackElement) -> UserRequest:
    source = java_throwable(SOURCE, None, trace=frames) if frames else None
    return UserRequest(id=number, to_string=f"{name}@1", created_at=source)


def parent_of(told: list[CallStarted | CallFinished]) -> tuple[str | None, bool]:
    (started,) = told
    assert isinstance(started, CallStarted)
    return started.parent, started.certain


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
    observe(book, AGENT, PING, 2.0)
    assert list(book.end(5.0)) == [
        CallFinished("c2", "a.B", 4.0, Outcome.UNANSWERED),
        CallFinished("a1", calls.PING, 3.0, Outcome.UNANSWERED),
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


def test_a_request_serves_what_its_sender_is_serving(book: CallBook) -> None:
    assert parent_of(observe(book, CONTROLLER, work(1, "a.Build"))) == (None, True)
    assert parent_of(observe(book, AGENT, work(1, "a.Ask"))) == ("c1", True)
    assert parent_of(observe(book, CONTROLLER, work(2, "a.Answer"))) == ("a1", True)
    observe(book, CONTROLLER, Response(id=1))
    assert parent_of(observe(book, CONTROLLER, work(3, "a.Next"))) == (None, True)


def test_of_several_the_latest_is_served_and_that_is_not_certain(book: CallBook) -> None:
    observe(book, CONTROLLER, work(1, "a.Build"))
    observe(book, CONTROLLER, work(2, "a.Test"))
    assert parent_of(observe(book, AGENT, RPCRequest(id=1, method_name="fetch3"))) == ("c2", False)


def test_the_stack_of_a_request_tells_which_call_made_it(book: CallBook) -> None:
    observe(book, CONTROLLER, work(1, "a.Build"))
    observe(book, CONTROLLER, work(2, "a.Test"))
    asked = work(1, "a.Ask", StackElement("a.Build", "call", 7), SERVING)
    assert parent_of(observe(book, AGENT, asked)) == ("c1", True)
    asked = work(2, "a.Ask", StackElement("a.Lambda", "call", 7), SERVING)
    assert parent_of(observe(book, AGENT, asked)) == ("c2", False)
    asked = work(3, "a.Ask", StackElement("a.Other", "run", 7), StackElement("java.lang.Thread", "run", 840))
    assert parent_of(observe(book, AGENT, asked)) == (None, True)


@pytest.mark.parametrize(
    "leaf",
    [
        PING,
        InputStreamChunk(id=1, len=5),
        RPCRequest(id=1, method_name="fetch3", declaring_class_name="hudson.remoting.RemoteClassLoader$IClassLoader"),
    ],
)
def test_what_calls_nobody_back_is_served_by_no_request(book: CallBook, leaf: Command) -> None:
    observe(book, AGENT, leaf)
    assert parent_of(observe(book, CONTROLLER, work(1, "a.Build"))) == (None, True)


def test_a_ping_serves_no_call(book: CallBook) -> None:
    observe(book, CONTROLLER, work(1, "a.Build"))
    assert parent_of(observe(book, AGENT, PING)) == (None, True)


def test_an_exception_is_told_with_its_causes(book: CallBook) -> None:
    observe(book, CONTROLLER, work(1, "a.Build"))
    (finished,) = observe(book, AGENT, Response(id=1, exception=java_throwable(SOURCE, "x", OOPS)))
    assert isinstance(finished, CallFinished)
    assert (finished.causes, finished.suppressed) == (("a.Oops: no disk",), ())


def test_who_waits_for_whom_is_told_as_a_chain(book: CallBook) -> None:
    observe(book, CONTROLLER, work(9, "a.Alone"), 0.0)
    observe(book, CONTROLLER, work(1, "a.Build", StackElement("a.B", "run", 1)), 1.0)
    observe(book, AGENT, work(1, "a.Ask", StackElement("a.Build", "call", 7), SERVING), 2.0)
    observe(book, CONTROLLER, work(2, "a.Answer"), 3.0)
    chain, *unanswered = book.end(10.0)
    assert chain == CallsWaiting(
        (
            WaitingCall("c1", "a.Build", CONTROLLER, 9.0),
            WaitingCall("a1", "a.Ask", AGENT, 8.0),
            WaitingCall("c2", "a.Answer", CONTROLLER, 7.0),
        )
    )
    assert [type(each) for each in unanswered] == [CallFinished] * 4


def test_an_answered_call_waits_for_nobody(book: CallBook) -> None:
    observe(book, CONTROLLER, work(1, "a.Build"))
    observe(book, AGENT, work(1, "a.Ask"))
    observe(book, AGENT, Response(id=1))
    assert [type(each) for each in book.end(10.0)] == [CallFinished]


def test_chains_are_told_up_to_a_cap(book: CallBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "CHAINS", 2)
    monkeypatch.setattr(calls, "LINKS", 3)
    observe(book, CONTROLLER, work(1, "a.Build"))
    for number in range(5):
        observe(book, AGENT, work(number, "a.Ask"))
    for number in range(2, 8):
        observe(book, CONTROLLER, work(number, "a.Answer"))
        observe(book, AGENT, work(number + 10, "a.Ask"))
    chains = [each for each in book.end(1.0) if isinstance(each, CallsWaiting)]
    assert [len(chain.calls) for chain in chains] == [2, 2]
