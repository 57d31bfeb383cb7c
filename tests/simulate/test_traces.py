import pytest

from jnlpspy.model.java import JavaArray, JavaObject
from jnlpspy.model.tap import Side
from jnlpspy.simulate.traces import close_source, method_call_source, response_source, user_request_source


def methods(source: JavaObject) -> list[str]:
    trace = source.value_of("stackTrace")
    assert isinstance(trace, JavaArray)
    elements = [each for each in trace.values if isinstance(each, JavaObject)]
    return [f"{each.value_of('declaringClass')}.{each.value_of('methodName')}" for each in elements]


@pytest.mark.parametrize(
    ("source", "made", "cause_is_itself"),
    [
        (user_request_source(Side.CONTROLLER), "hudson.remoting.UserRequest.<init>", True),
        (user_request_source(Side.AGENT), "hudson.remoting.UserRequest.<init>", True),
        (method_call_source(Side.AGENT), "hudson.remoting.Request.<init>", True),
        (response_source(), "hudson.remoting.Response.<init>", True),
        (close_source(), "hudson.remoting.Channel$CloseCommand.<init>", False),
    ],
)
def test_a_source_tells_where_its_command_was_made(source: JavaObject, made: str, *, cause_is_itself: bool) -> None:
    seen = methods(source)
    assert seen[0] == "hudson.remoting.Command.<init>"
    assert made in seen
    assert seen[-1] == "java.lang.Thread.run"
    assert source.value_of("cause") is (source if cause_is_itself else None)


def test_each_side_asks_from_its_own_code() -> None:
    assert "hudson.slaves.SlaveComputer.setChannel" in methods(user_request_source(Side.CONTROLLER))
    assert "hudson.slaves.SlaveComputer.setChannel" not in methods(user_request_source(Side.AGENT))
