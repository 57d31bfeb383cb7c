"""The object streams nested in a UserRequest's and a UserResponse's bytes (hudson.remoting.UserRequest)."""

from collections.abc import Mapping
from types import MappingProxyType

from jnlpspy.errors import DecodeError, MalformedBytes
from jnlpspy.javaser.reader import read_stream
from jnlpspy.model.commands import Command, Response, UserRequest
from jnlpspy.model.java import JavaArray, JavaContent, JavaObject, JavaValue
from jnlpspy.model.session import Payload, PayloadRole

NORMAL_RESPONSE = "hudson.remoting.UserRequest$NormalResponse"
EXCEPTION_RESPONSE = "hudson.remoting.UserRequest$ExceptionResponse"
USER_RESPONSE = "hudson.remoting.UserResponse"


_ROLES: Mapping[str, tuple[tuple[PayloadRole, str], ...]] = MappingProxyType(
    {
        NORMAL_RESPONSE: ((PayloadRole.RETURNED, "response"),),
        EXCEPTION_RESPONSE: ((PayloadRole.THREW, "rawResponse"), (PayloadRole.THREW, "proxyResponse")),
    }
)


def open_payload(command: Command) -> tuple[Payload | None, DecodeError | None]:
    """Open the object nested in a command; no payload if it carries none.

    An exception's second form, the ProxyException, is taken when the first cannot be read.
    """
    error: DecodeError | None = None
    for role, path, data in _nested(command):
        try:
            return Payload(role, _only_object(data)), None
        except DecodeError as failure:
            failure.path = f"{path}.{failure.path}" if failure.path else path
            error = error or failure
    return None, error


def _nested(command: Command) -> list[tuple[PayloadRole, str, bytes]]:
    if isinstance(command, UserRequest):
        return [(PayloadRole.CALLABLE, "UserRequest.request", command.request)] if command.request else []
    value = command.return_value if isinstance(command, Response) else None
    if not isinstance(value, JavaObject):
        return []
    roles = _ROLES.get(value.class_name, ())
    if value.class_name == USER_RESPONSE:
        roles = ((PayloadRole.THREW if value.value_of("isException") else PayloadRole.RETURNED, "response"),)
    return [
        (role, f"Response.returnValue.{name}", data)
        for role, name in roles
        if (data := _bytes(value.value_of(name))) is not None
    ]


def _only_object(data: bytes) -> JavaContent:
    contents = read_stream(data).contents
    if not contents:
        raise MalformedBytes("an object", "an empty stream")
    return contents[0]


def _bytes(value: JavaValue) -> bytes | None:
    return bytes(value.values) if isinstance(value, JavaArray) and not isinstance(value.values, list) else None
