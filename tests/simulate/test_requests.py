from jnlpspy.javaser.building import java_class
from jnlpspy.model.commands import Request, RPCRequest, UserRequest
from jnlpspy.model.describe import describe_callable
from jnlpspy.model.java import JavaObject
from jnlpspy.model.session import Payload
from jnlpspy.model.tap import Side
from jnlpspy.remoting.build import build_command
from jnlpspy.remoting.commands import read_command
from jnlpspy.simulate.requests import LOADER_OID, loader_of, request_of
from jnlpspy.simulate.script import InvokeMethod, RunCallable

ODD = java_class("org.example.Odd", {"text": "Ljava/lang/String;", "count": "I"})


def sent(request: Request) -> tuple[Request, Payload | None]:
    """Return a request as its receiver reads it."""
    command, payload, error = read_command(build_command(request))
    assert error is None
    assert isinstance(command, Request)
    return command, payload


def test_a_callable_arrives_with_its_fields() -> None:
    request, payload = sent(request_of(RunCallable(ODD, {"text": "t", "count": 3}), 9, Side.CONTROLLER))
    assert request.id == 9
    assert payload is not None
    assert isinstance(payload.value, JavaObject)
    assert (payload.value.value_of("text"), payload.value.value_of("count")) == ("t", 3)
    assert isinstance(request, UserRequest)
    assert loader_of(request) == LOADER_OID
    assert request.to_string.startswith("org.example.Odd@")
    assert request.created_at is not None


def test_a_request_without_a_loader_names_none() -> None:
    assert loader_of(UserRequest()) is None


def test_a_method_call_travels_bare_or_in_a_user_request() -> None:
    for wrapped, kind in ((True, UserRequest), (False, RPCRequest)):
        step = InvokeMethod("org.example.Face", "m", ("int",), (1,), 4, in_user_request=wrapped)
        request, payload = sent(request_of(step, 1, Side.AGENT))
        assert isinstance(request, kind)
        assert describe_callable(request, payload) == "org.example.Face.m"
