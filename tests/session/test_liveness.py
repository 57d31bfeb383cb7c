import pytest
import samples

from jnlpspy.javaser.building import java_class
from jnlpspy.model.commands import CloseCommand, GCCommand, Response, UserRequest
from jnlpspy.model.events import CallFinished, CallStarted, ChannelEnded
from jnlpspy.model.session import CallKind, Outcome, Pings
from jnlpspy.model.tap import Side
from jnlpspy.remoting.throwables import EXCEPTION, java_throwable
from jnlpspy.session.calls import PING
from jnlpspy.session.liveness import PING_TIMEOUT, LivenessBook

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER


@pytest.fixture
def book() -> LivenessBook:
    return LivenessBook()


def ping(book: LivenessBook, call: str, duration: float, outcome: Outcome = Outcome.RETURNED) -> None:
    book.observe_call(CallStarted(call, CallKind.USER, PING))
    book.observe_call(CallFinished(call, PING, duration, outcome))


def closing(reason: str) -> CloseCommand:
    cause = samples.throwable("java.util.concurrent.TimeoutException", reason)
    of = java_class("hudson.remoting.Command$Source", superclass=EXCEPTION)
    return CloseCommand(created_at=java_throwable(of, None, cause))


def end(book: LivenessBook, when: float) -> ChannelEnded:
    (told,) = book.end(when)
    return told


def test_pings_are_counted_by_who_sent_them(book: LivenessBook) -> None:
    book.observe(CONTROLLER, 0.0, UserRequest(id=1))
    ping(book, "c1", 0.25)
    ping(book, "c2", 0.5)
    ping(book, "c3", PING_TIMEOUT + 1)
    ping(book, "c4", 30.0, Outcome.UNANSWERED)
    ping(book, "c5", 0.5, Outcome.UNANSWERED)
    ping(book, "a1", 0.125)
    book.observe_call(CallStarted("a2", CallKind.USER, "a.Work"))
    assert end(book, 9.0).pings == {AGENT: Pings(1, 1, 0, 0.125), CONTROLLER: Pings(5, 2, 2, 0.5)}


def test_the_first_to_close_says_why(book: LivenessBook) -> None:
    book.observe(AGENT, 0.0, Response(id=1))
    book.observe(CONTROLLER, 1.0, closing("node deleted"))
    book.observe(AGENT, 1.5, CloseCommand())
    told = end(book, 2.0)
    assert (told.closed_by, told.reason) == (CONTROLLER, "java.util.concurrent.TimeoutException: node deleted")
    assert told.silence == {AGENT: 1.0, CONTROLLER: 0.0}
    assert told.silent is None


def test_nothing_is_told_of_a_channel_without_news(book: LivenessBook) -> None:
    assert list(book.end(1.0)) == []
    book.observe(AGENT, 1.0, GCCommand())
    assert list(book.end(2.0)) == []


def test_a_side_that_answers_nothing_for_as_long_as_a_ping_waits_is_silent(book: LivenessBook) -> None:
    book.observe(AGENT, 0.0, Response(id=1))
    book.observe(CONTROLLER, 1.0, UserRequest(id=2))
    book.observe(CONTROLLER, 200.0, UserRequest(id=3))
    told = end(book, 1.0 + PING_TIMEOUT)
    assert told.silent is AGENT
    assert told.silence[AGENT] == 1.0 + PING_TIMEOUT


def test_a_side_that_only_has_nothing_to_say_is_not_silent(book: LivenessBook) -> None:
    book.observe(CONTROLLER, 1.0, UserRequest(id=2))
    book.observe(AGENT, 2.0, Response(id=2))
    book.observe(CONTROLLER, 3.0, CloseCommand())
    assert end(book, 10_000.0).silent is None


def test_a_missed_ping_makes_silence_of_less(book: LivenessBook) -> None:
    book.observe(AGENT, 0.0, Response(id=1))
    book.observe(CONTROLLER, 1.0, UserRequest(id=2))
    ping(book, "c2", 3.0, Outcome.UNANSWERED)
    assert end(book, 4.0).silent is AGENT


def test_a_side_that_gave_up_a_ping_says_who_was_silent(book: LivenessBook) -> None:
    book.observe(CONTROLLER, 1.0, Response(id=2))
    book.observe(AGENT, 5.0, closing("Ping started at 1795345856003 hasn't completed by 1795345859003"))
    book.observe(CONTROLLER, 6.0, Response(id=3))
    told = end(book, 6.0)
    assert told.silent is CONTROLLER
    assert told.silence == {AGENT: 0.0, CONTROLLER: 4.0}
