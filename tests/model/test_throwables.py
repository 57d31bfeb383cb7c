import samples
import streams

from jnlpspy.javaser.building import java_class, java_object
from jnlpspy.model.java import BlockData, ClassData, JavaObject, JavaString, JavaValue
from jnlpspy.model.throwables import causes_of, frames_of, suppressed_of
from jnlpspy.remoting.throwables import EXCEPTION, StackElement, java_throwable

TRACE = [StackElement("a.Disk$Writer", "write", 31), StackElement("java.lang.Thread", "run", 840)]


def throwable(message: str, cause: JavaObject | None = None) -> JavaObject:
    return java_throwable(java_class(f"a.{message.title()}", superclass=EXCEPTION), message, cause, TRACE)


def with_suppressed(thrown: JavaObject, *suppressed: JavaValue) -> JavaObject:
    of = java_class("java.util.ArrayList", {"size": "I"}, flags=streams.WRITES)
    kept = java_object(of, {"size": len(suppressed)}, {of.name: [BlockData(streams.number(1)), *suppressed]})
    top = thrown.data[0]
    thrown.data[0] = ClassData(top.java_class, (*top.values[:-1], kept), top.annotation)
    return thrown


def test_causes_are_told_the_nearest_first() -> None:
    assert causes_of(throwable("top", throwable("middle", throwable("root")))) == ("a.Middle: middle", "a.Root: root")


def test_a_throwable_that_names_itself_has_no_cause() -> None:
    assert causes_of(throwable("alone")) == ()
    assert causes_of(JavaString("none")) == suppressed_of(None) == ()


def test_causes_in_a_ring_are_told_once() -> None:
    first, second = throwable("first"), throwable("second")
    for one, other in ((first, second), (second, first)):
        top = one.data[0]
        one.data[0] = ClassData(top.java_class, (other, *top.values[1:]), top.annotation)
    assert causes_of(first) == ("a.Second: second",)


def test_a_chain_without_end_is_cut() -> None:
    thrown = throwable("last")
    for _ in range(100):
        thrown = throwable("more", thrown)
    assert len(causes_of(thrown)) == 16


def test_what_was_suppressed_is_told() -> None:
    thrown = with_suppressed(throwable("top"), throwable("close"), JavaString("no throwable"))
    assert suppressed_of(thrown) == ("a.Close: close",)
    assert suppressed_of(throwable("top")) == ()


def test_frames_are_told_by_class_and_method() -> None:
    assert list(frames_of(throwable("top"))) == [("a.Disk$Writer", "write"), ("java.lang.Thread", "run")]
    assert list(frames_of(samples.throwable("a.B", "c"))) == []
