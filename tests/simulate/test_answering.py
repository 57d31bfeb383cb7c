import pytest

from jnlpspy.javaser.building import java_class
from jnlpspy.model.commands import Request, UserRequest
from jnlpspy.model.describe import describe_throwable
from jnlpspy.model.java import JavaArray, JavaObject, JavaValue
from jnlpspy.model.session import Payload, PayloadRole
from jnlpspy.model.tap import Side
from jnlpspy.remoting.build import build_command
from jnlpspy.remoting.commands import read_command
from jnlpspy.remoting.values import CLASS_LOADER
from jnlpspy.simulate.answering import answer_of, missing_class, response_of
from jnlpspy.simulate.requests import class_request, request_of
from jnlpspy.simulate.script import InvokeMethod, Part, Returns, RunCallable, Throws

ODD = java_class("org.example.Odd", {"text": "Ljava/lang/String;", "count": "I"})
IMAGE = b"\xca\xfe\xba\xbe"
PART = Part(answers={"org.example.Odd": Returns("odd")}, classes={"org.example.Odd": IMAGE})


def sent(request: Request) -> tuple[Request, Payload | None]:
    """Return a request as its receiver reads it."""
    command, payload, error = read_command(build_command(request))
    assert error is None
    assert isinstance(command, Request)
    return command, payload


def answered(request: Request, part: Part = PART, *, from_agent: bool = True) -> tuple[JavaValue, JavaValue]:
    """Return what a request's sender reads in the answer: a value and an exception."""
    received, payload = sent(request)
    answer = answer_of(received, payload, part)
    assert isinstance(answer, Returns | Throws)
    response = response_of(received, answer, from_agent=from_agent)
    command, carried, error = read_command(build_command(response))
    assert error is None
    assert command == response or command is not None
    if carried is not None:
        value: JavaValue = carried.value  # type: ignore[assignment] # one object
        return (None, value) if carried.role is PayloadRole.THREW else (value, None)
    return response.return_value, response.exception


def test_a_known_call_is_answered_from_the_part() -> None:
    assert answered(request_of(RunCallable(ODD), 1, Side.CONTROLLER)) == ("odd", None)


def test_a_ping_is_answered_by_everybody() -> None:
    ping = request_of(RunCallable(java_class("hudson.remoting.PingThread$Ping")), 1, Side.AGENT)
    assert answered(ping, Part(), from_agent=False) == (None, None)


@pytest.mark.parametrize("method", ["fetch", "fetch2", "fetch3"])
def test_a_class_is_given_in_the_form_asked_for_or_not_found(method: str) -> None:
    value, thrown = answered(request_of(class_request(method, "org.example.Odd", 2), 1, Side.AGENT))
    assert thrown is None
    if method == "fetch":
        assert isinstance(value, JavaArray)
        assert value.values == IMAGE
    else:
        assert isinstance(value, JavaObject)
        assert value.class_name == {"fetch2": "hudson.remoting.RemoteClassLoader$ClassFile"}.get(
            method, "java.util.HashMap"
        )
    value, thrown = answered(request_of(class_request(method, "org.example.None", 2), 1, Side.AGENT))
    assert value is None
    assert describe_throwable(thrown).startswith("java.lang.ClassNotFoundException: ")


def test_a_loader_has_no_name_and_no_resources() -> None:
    for step in (class_request("getName", None, 2), class_request("getResource2", "logo.png", 2)):
        assert answered(request_of(step, 1, Side.AGENT)) == (None, None)


def test_an_unknown_object_is_told_as_remoting_tells_it() -> None:
    step = InvokeMethod("org.example.Face", "m", oid=77, in_user_request=False)
    thrown = answered(request_of(step, 1, Side.AGENT))[1]
    assert describe_throwable(thrown) == "java.util.concurrent.ExecutionException: Invalid object ID 77 iota=3"


def test_an_agent_asks_only_for_classes_it_lacks() -> None:
    def missing(step: RunCallable | InvokeMethod, loaded: set[str]) -> str | None:
        return missing_class(*sent(request_of(step, 1, Side.CONTROLLER)), loaded)

    assert missing(RunCallable(ODD), set()) == "org.example.Odd"
    assert missing(RunCallable(ODD), {"org.example.Odd"}) is None
    assert missing(RunCallable(java_class("hudson.remoting.PingThread$Ping")), set()) is None
    assert missing(InvokeMethod(CLASS_LOADER, "getName"), set()) is None
    assert missing_class(UserRequest(), None, set()) is None


def test_a_part_may_throw_what_it_likes() -> None:
    thrown = answer_of(*sent(request_of(RunCallable(ODD), 1, Side.AGENT)), Part())
    assert isinstance(thrown, Throws)
    assert describe_throwable(thrown.thrown) == (
        "java.lang.UnsupportedOperationException: a simulated peer cannot run org.example.Odd"
    )
