import streams

from jnlpspy.javaser.building import byte_array, java_class, java_object
from jnlpspy.model.commands import (
    Cancel,
    Command,
    InputStreamChunk,
    InputStreamEOF,
    OutputStreamChunk,
    OutputStreamEOF,
    Response,
    RPCRequest,
    UnexportCommand,
    UserRequest,
)
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    CallsWaiting,
    ChannelEnded,
    ClassLoaded,
    ExportsLeft,
    PipeClosed,
    PipeOpened,
)
from jnlpspy.model.java import JavaObject, JavaString
from jnlpspy.model.session import Payload, PayloadRole
from jnlpspy.model.tap import Side
from jnlpspy.session.calls import PING
from jnlpspy.session.handed import CLASS_LOADER
from jnlpspy.session.tracker import SessionFact, Tracker

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER


def observe(
    tracker: Tracker, side: Side, command: Command, value: JavaObject | None = None, when: float = 0.0
) -> list[SessionFact]:
    role = PayloadRole.CALLABLE if isinstance(command, UserRequest) else PayloadRole.RETURNED
    return list(tracker.observe(side, when, command, None if value is None else Payload(role, value)))


def kinds(told: list[SessionFact]) -> list[type[SessionFact]]:
    return [type(each) for each in told]


def work(held: JavaObject) -> JavaObject:
    return java_object(java_class("a.Work", {"held": "La;"}), {"held": held})


def test_a_call_brings_a_pipe_that_its_answer_outlives() -> None:
    tracker = Tracker()
    told = observe(tracker, CONTROLLER, UserRequest(id=1), work(streams.output_stream(3)))
    assert kinds(told) == [CallStarted, PipeOpened]
    observe(tracker, AGENT, OutputStreamChunk(oid=3, buf=b"abc"))
    assert kinds(observe(tracker, AGENT, Response(id=1))) == [CallFinished]
    (closed,) = observe(tracker, AGENT, OutputStreamEOF(oid=3))
    assert isinstance(closed, PipeClosed)
    assert (closed.call, closed.bytes) == ("c1", 3)


def test_a_pipe_may_come_back_in_an_answer() -> None:
    tracker = Tracker()
    observe(tracker, CONTROLLER, UserRequest(id=1, to_string="a.Open@1"))
    _, opened = observe(tracker, AGENT, Response(id=1), streams.output_stream(3))
    assert isinstance(opened, PipeOpened)
    assert (opened.pipe, opened.writer, opened.call) == ("a3", CONTROLLER, "c1")


def test_a_read_is_counted_to_its_stream() -> None:
    tracker = Tracker()
    observe(tracker, CONTROLLER, UserRequest(id=1), work(streams.input_stream(5)))
    assert kinds(observe(tracker, AGENT, InputStreamChunk(id=1, oid=5, len=4096))) == [CallStarted]
    buffer = java_object(java_class("hudson.remoting.ProxyInputStream$Buffer", {"len": "I", "buf": "[B"}), {"len": 7})
    observe(tracker, CONTROLLER, Response(id=1, return_value=buffer))
    (closed,) = observe(tracker, AGENT, InputStreamEOF(oid=5))
    assert isinstance(closed, PipeClosed)
    assert closed.bytes == 7


def test_a_class_is_told_behind_the_answer_that_brings_it() -> None:
    tracker = Tracker()
    fetch = RPCRequest(id=1, method_name="fetch", declaring_class_name=CLASS_LOADER, arguments=(JavaString("a.Work"),))
    observe(tracker, AGENT, fetch)
    told = observe(tracker, CONTROLLER, Response(id=1, return_value=byte_array(b"abc")))
    assert kinds(told) == [CallFinished, ClassLoaded]


def test_a_reused_number_gives_up_all_that_hung_on_it() -> None:
    tracker = Tracker()
    observe(tracker, AGENT, InputStreamChunk(id=1, oid=5, len=4096))
    observe(tracker, CONTROLLER, UserRequest(id=9), work(streams.proxy("a.B", 4, until_answered=True)))
    assert kinds(observe(tracker, AGENT, InputStreamChunk(id=1, oid=6, len=4096))) == [
        CallFinished,
        CallStarted,
        PipeOpened,
    ]
    assert kinds(observe(tracker, CONTROLLER, UserRequest(id=9, to_string="a.C@1"))) == [CallFinished, CallStarted]
    assert ExportsLeft not in kinds(list(tracker.end(0.0)))


def test_the_end_tells_what_is_left_in_order() -> None:
    tracker = Tracker()
    observe(tracker, CONTROLLER, UserRequest(id=1), work(streams.output_stream(3)))
    observe(tracker, AGENT, UserRequest(id=1), work(streams.proxy("a.B", 4)))
    observe(tracker, AGENT, UserRequest(id=2, to_string=f"{PING}@1"))
    observe(tracker, CONTROLLER, Cancel(id=7))
    assert kinds(list(tracker.end(5.0))) == [
        CallsWaiting,
        CallFinished,
        CallFinished,
        CallFinished,
        PipeClosed,
        ExportsLeft,
        ChannelEnded,
    ]
    assert list(tracker.end(6.0)) == []


def test_a_reference_given_back_is_none_that_is_left() -> None:
    tracker = Tracker()
    observe(tracker, CONTROLLER, UserRequest(id=1), work(streams.proxy("a.B", 4)))
    observe(tracker, CONTROLLER, UserRequest(id=2), work(streams.proxy("a.C", 5, until_answered=True)))
    observe(tracker, AGENT, UnexportCommand(oid=4))
    observe(tracker, AGENT, Response(id=2))
    observe(tracker, AGENT, Response(id=1))
    assert list(tracker.end(0.0)) == []


def test_what_an_answer_hands_over_is_the_receivers_to_give_back() -> None:
    tracker = Tracker()
    observe(tracker, CONTROLLER, UserRequest(id=1, to_string="a.Find@1"))
    observe(tracker, AGENT, Response(id=1), streams.proxy("a.B", 4, until_answered=True))
    (left,) = tracker.end(0.0)
    assert isinstance(left, ExportsLeft)
    assert (left.owner, left.total) == (AGENT, 1)
