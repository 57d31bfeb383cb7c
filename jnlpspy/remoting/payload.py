"""The object streams nested in a UserRequest's and a UserResponse's bytes (hudson.remoting.UserRequest)."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from jnlpspy.errors import DecodeError, MalformedBytes
from jnlpspy.javaser.reader import read_stream
from jnlpspy.model.commands import Command, Response, UserRequest
from jnlpspy.model.java import JavaArray, JavaContent, JavaObject, JavaValue
from jnlpspy.model.session import Payload, PayloadRole

NORMAL_RESPONSE = "hudson.remoting.UserRequest$NormalResponse"
EXCEPTION_RESPONSE = "hudson.remoting.UserRequest$ExceptionResponse"
USER_RESPONSE = "hudson.remoting.UserResponse"


_CALLABLE, _RETURNED, _THREW = PayloadRole  # an enum's members are slow to get

_ROLES: Mapping[str, tuple[tuple[PayloadRole, str], ...]] = MappingProxyType(
    {
        NORMAL_RESPONSE: ((_RETURNED, "response"),),
        EXCEPTION_RESPONSE: ((_THREW, "rawResponse"), (_THREW, "proxyResponse")),
    }
)


def open_payload(command: Command) -> tuple[Payload | None, DecodeError | None]:
    """Open the object nested in a command; no payload if it carries none.

    An exception's second form, the ProxyException, is taken when the first cannot be read.
    """
    error: DecodeError | None = None
    for role, field, data in _nested(command):
        try:
            return Payload(role, _only_object(data)), None
        except DecodeError as failure:
            failure.path = f"{field}.{failure.path}" if failure.path else field
            error = error or failure
    return None, error


def _nested(command: Command) -> Iterable[tuple[PayloadRole, str, bytes]]:
    if isinstance(command, Response):
        value = command.return_value
        return _in_response(value) if isinstance(value, JavaObject) else ()
    if isinstance(command, UserRequest) and command.request:
        return ((_CALLABLE, "UserRequest.request", command.request),)
    return ()


def _in_response(value: JavaObject) -> Iterator[tuple[PayloadRole, str, bytes]]:
    name = value.java_class.name
    roles = _ROLES.get(name, ())
    if name == USER_RESPONSE:
        roles = ((_THREW if value.value_of("isException") else _RETURNED, "response"),)
    for role, field in roles:
        data = _bytes(value.value_of(field))
        if data is not None:
            yield role, f"Response.returnValue.{field}", data


def _only_object(data: bytes) -> JavaContent:
    contents = read_stream(data).contents
    if not contents:
        raise MalformedBytes("an object", "an empty stream")
    return contents[0]


def _bytes(value: JavaValue) -> bytes | None:
    return bytes(value.values) if isinstance(value, JavaArray) and not isinstance(value.values, list) else None
