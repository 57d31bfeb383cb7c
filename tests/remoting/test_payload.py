import samples

from jnlpspy.javaser.building import byte_array, java_class, java_object
from jnlpspy.model.commands import CloseCommand, Response, UserRequest
from jnlpspy.model.java import BlockData, JavaObject, JavaString
from jnlpspy.model.session import Payload, PayloadRole
from jnlpspy.remoting.nested import Loaders, exception_response, normal_response
from jnlpspy.remoting.payload import EXCEPTION_RESPONSE, NORMAL_RESPONSE, USER_RESPONSE, open_payload

NESTED = java_class(EXCEPTION_RESPONSE, {"rawResponse": "[B", "proxyResponse": "[B"})
OLD = java_class(USER_RESPONSE, {"isException": "Z", "response": "[B"})
OOPS = samples.throwable("a.Oops", "no disk")
NULL = bytes.fromhex("aced000570")


def opened(response: JavaObject) -> Payload:
    payload, error = open_payload(Response(return_value=response))
    assert error is None
    assert payload is not None
    return payload


def test_a_callable_is_opened_with_the_class_loaders_it_names() -> None:
    payload, error = open_payload(UserRequest(request=samples.callable_stream()))
    assert error is None
    assert payload is not None
    assert payload.role is PayloadRole.CALLABLE
    assert isinstance(payload.value, JavaObject)
    assert payload.value.class_name == "hudson.remoting.PingThread$Ping"
    (loader,) = payload.value.java_class.annotation
    assert isinstance(loader, BlockData)
    assert loader.data.hex() == "fffffffe00000002"


def test_a_value_and_an_exception_are_opened() -> None:
    assert opened(normal_response(None, Loaders(1))) == Payload(PayloadRole.RETURNED, None)
    thrown = opened(exception_response(OOPS, Loaders(1)))
    assert thrown.role is PayloadRole.THREW
    assert thrown.value.class_name == "a.Oops"  # type: ignore[union-attr]


def test_the_response_of_old_peers_says_itself_which_it_is() -> None:
    for is_exception, role in ((True, PayloadRole.THREW), (False, PayloadRole.RETURNED)):
        old = java_object(OLD, {"isException": is_exception, "response": byte_array(NULL)})
        assert opened(old) == Payload(role, None)


def test_an_exception_nobody_can_read_is_replaced_by_its_proxy() -> None:
    proxy = byte_array(NULL)
    for raw in (None, byte_array(b"\xac\xed\0\5sr"), byte_array(b"")):
        assert opened(java_object(NESTED, {"rawResponse": raw, "proxyResponse": proxy})) == Payload(
            PayloadRole.THREW, None
        )


def test_what_cannot_be_opened_says_where() -> None:
    broken = byte_array(b"\xac\xed\0\5\x01")
    payload, error = open_payload(Response(return_value=java_object(NESTED, {"rawResponse": broken})))
    assert payload is None
    assert error is not None
    assert (error.path, error.offset) == ("Response.returnValue.rawResponse", 4)
    payload, error = open_payload(UserRequest(request=b"junk"))
    assert payload is None
    assert str(error) == "expected stream header aced0005, got 6a756e6b at byte 0"
    _, error = open_payload(UserRequest(request=b"\xac\xed\0\5"))
    assert str(error) == "expected an object, got an empty stream at byte 0"


def test_other_commands_and_values_carry_nothing() -> None:
    for command in (
        CloseCommand(),
        UserRequest(),
        Response(),
        Response(return_value=JavaString("x")),
        Response(return_value=java_object(java_class("java.util.HashMap"))),
        Response(return_value=java_object(java_class(NORMAL_RESPONSE, {"response": "Ljava/lang/Object;"}))),
    ):
        assert open_payload(command) == (None, None)
