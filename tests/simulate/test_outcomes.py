import pytest

from jnlpspy.javaser.building import byte_array, java_class
from jnlpspy.model.commands import Response
from jnlpspy.model.java import JavaString, JavaValue
from jnlpspy.model.session import Payload, PayloadRole
from jnlpspy.remoting.throwables import IO_EXCEPTION, java_throwable
from jnlpspy.remoting.values import class_files, java_value, old_class_file, resource_file
from jnlpspy.simulate.outcomes import describe_outcome, loaded_bytes, outcome_of
from jnlpspy.simulate.script import CallOutcome, InvokeMethod, RunCallable

CALL = RunCallable(java_class("org.example.Odd"))
METHOD = InvokeMethod("org.example.I", "m")
BROKEN = java_throwable(IO_EXCEPTION, "broken")


def test_a_call_returned_what_the_payload_holds_or_the_answer_itself() -> None:
    payload = Payload(PayloadRole.RETURNED, JavaString("a"))
    assert outcome_of(CALL, Response(), payload) == CallOutcome("org.example.Odd", JavaString("a"))
    assert outcome_of(METHOD, Response(return_value=JavaString("b")), None) == CallOutcome("org.example.I.m", "b")


def test_a_call_threw_what_the_payload_holds_or_the_answer_itself() -> None:
    told = CallOutcome("org.example.Odd", exception="java.io.IOException: broken")
    assert outcome_of(CALL, Response(), Payload(PayloadRole.THREW, BROKEN)) == told
    assert outcome_of(CALL, Response(exception=BROKEN), None) == told


@pytest.mark.parametrize(
    ("answer", "size"),
    [
        (byte_array(b"abc"), 3),
        (class_files({"a": b"abc", "prefetched": b"d"}, 2), 4),
        (class_files({}, 2), 0),
        (old_class_file(b"abcde", 2), 5),
        (resource_file(b"abcdef"), 6),
        (java_value(7), 0),
        (None, 0),
    ],
)
def test_an_answer_of_a_class_loader_carries_so_many_bytes(answer: JavaValue, size: int) -> None:
    assert loaded_bytes(answer) == size


def test_an_outcome_is_told_in_a_line() -> None:
    assert describe_outcome(CallOutcome("a.B", "text", moved=1000, intact=True)) == (
        'B returned "text", 1,000 bytes, whole'
    )
    assert describe_outcome(CallOutcome("a.B", exception="x.Y: no", moved=0, intact=False)) == (
        "B threw x.Y: no, 0 bytes, NOT WHOLE"
    )
