"""Steps of a script to the requests that carry them, and requests to what they ask."""

import zlib
from typing import Final

from jnlpspy.model.commands import Request, RPCRequest, UserRequest, UserRPCRequest
from jnlpspy.model.java import JavaObject, JavaValue
from jnlpspy.model.tap import Side
from jnlpspy.remoting.build import command_object
from jnlpspy.remoting.nested import Loaders, build_nested
from jnlpspy.remoting.values import CLASS_LOADER, callable_object, exported_proxy, java_value
from jnlpspy.simulate.script import InvokeMethod, LoadClass, RunCallable
from jnlpspy.simulate.traces import method_call_source, user_request_source

LOADER_OID: Final = 2
"""Under which a simulated peer exports its class loader, as the first object after the channel itself."""


def request_of(step: RunCallable | InvokeMethod, number: int, side: Side, *, serving: bool = False) -> Request:
    """Return the request that carries a call, which a side makes by itself or while it serves one."""
    if isinstance(step, RunCallable):
        callable_ = callable_object(step.of, step.fields)
        # Object.toString, whose hash code says nothing but that it is another object
        text = f"{step.of.name}@{zlib.crc32(f'{step.of.name} {number}'.encode()):x}"
        return _user_request(number, callable_, text, user_request_source(side, serving=serving))
    arguments = tuple(java_value(each) for each in step.arguments)
    if not step.in_user_request:
        return RPCRequest(
            id=number,
            oid=step.oid,
            method_name=step.method,
            types=step.types,
            arguments=arguments,
            declaring_class_name=step.interface,
        )
    called = UserRPCRequest(
        id=number,
        oid=step.oid,
        method_name=step.method,
        types=step.types,
        arguments=arguments,
        declaring_class_name=step.interface,
        created_at=method_call_source(side, serving=serving),
    )
    text = f"UserRPCRequest:{step.interface}.{step.method}[{','.join(step.types)}]({step.oid})"
    return _user_request(number, command_object(called), text, user_request_source(side, serving=serving))


def class_request(method: str, name: str | None, loader: int) -> InvokeMethod:
    """Return the call that asks an exported class loader for something."""
    types, arguments = (("java.lang.String",), (name,)) if name is not None else ((), ())
    return InvokeMethod(CLASS_LOADER, method, types, arguments, loader, in_user_request=False)


def load_request(step: LoadClass, loader: int, side: Side) -> InvokeMethod:
    """Return the call that loads a class or a resource; controllers keep no jars, and ask in the older way."""
    if step.is_resource:
        return class_request("getResource2", step.name, loader)
    return class_request("fetch3" if side is Side.AGENT else "fetch2", step.name, loader)


def loader_of(request: UserRequest) -> int | None:
    """Return the object id of the sender's class loader that came with a request."""
    proxy = request.class_loader_proxy
    handler: JavaValue = proxy.value_of("h") if isinstance(proxy, JavaObject) else None
    oid = handler.value_of("oid") if isinstance(handler, JavaObject) else None
    return oid if isinstance(oid, int) else None


def _user_request(number: int, called: JavaObject, text: str, made_at: JavaObject) -> UserRequest:
    return UserRequest(
        id=number,
        class_loader_proxy=exported_proxy(CLASS_LOADER, LOADER_OID),
        request=build_nested(called, Loaders(LOADER_OID)),
        to_string=text,
        created_at=made_at,
    )
