"""What a simulated peer answers to a request: from its part, else in the words of the real remoting."""

from collections.abc import Mapping
from typing import Final

from jnlpspy.javaser.building import byte_array
from jnlpspy.model.commands import Request, Response, RPCRequest, UserRequest
from jnlpspy.model.describe import describe_callable
from jnlpspy.model.java import JavaObject, JavaValue
from jnlpspy.model.session import Payload
from jnlpspy.remoting.nested import Loaders, exception_response, normal_response
from jnlpspy.remoting.throwables import CLASS_NOT_FOUND, EXECUTION_EXCEPTION, UNSUPPORTED, java_throwable
from jnlpspy.remoting.values import CLASS_LOADER, class_files, java_value, old_class_file, resource_file
from jnlpspy.simulate.pipe_calls import READS_PIPE, WRITES_PIPE, pipe_classes
from jnlpspy.simulate.requests import LOADER_OID, loader_of
from jnlpspy.simulate.script import Answer, Drains, Fills, Part, Returns, Throws
from jnlpspy.simulate.traces import RUNNING, response_source

PING = "hudson.remoting.PingThread$Ping"

_KNOWN: Final[Mapping[str, Answer]] = {PING: Returns(), READS_PIPE.name: Drains(), WRITES_PIPE.name: Fills()}
"""What everybody can run."""

_CLASSES: Final = pipe_classes()
"""Class files that everybody gives."""

_REMOTING = "hudson.remoting."
# As hudson.remoting.UserRequest says it.
_CALLABLE_LOST = "Failed to deserialize the Callable object. Perhaps you needed to implement DelegatingCallable?"


def answer_of(request: Request, payload: Payload | None, part: Part) -> Answer:
    """Return how a request is answered."""
    called = describe_callable(request, payload)
    if called in part.answers:
        return part.answers[called]
    if called in _KNOWN:
        return _KNOWN[called]
    if called.startswith(f"{CLASS_LOADER}."):
        return _class_answer(request, part)
    if isinstance(request, UserRequest):
        return Throws(java_throwable(UNSUPPORTED, f"a simulated peer cannot run {called}", trace=RUNNING))
    oid = request.oid if isinstance(request, RPCRequest) else 0
    return Throws(java_throwable(EXECUTION_EXCEPTION, f"Invalid object ID {oid} iota={LOADER_OID + 1}"))


def response_of(request: Request, answer: Returns | Throws, *, from_agent: bool) -> Response:
    """Return the command that carries an answer."""
    created_at = response_source()
    value = java_value(answer.value) if isinstance(answer, Returns) else None
    thrown = answer.thrown if isinstance(answer, Throws) else None
    if not isinstance(request, UserRequest):
        return Response(id=request.id, return_value=value, exception=thrown, created_at=created_at)
    loaders = Loaders(LOADER_OID, loader_of(request) if from_agent else None)
    carried = normal_response(value, loaders) if thrown is None else exception_response(thrown, loaders)
    return Response(id=request.id, return_value=carried, created_at=created_at)


def missing_class(request: Request, payload: Payload | None, loaded: set[str]) -> str | None:
    """Return the class an agent must ask for before it can run a Callable; None if it has it."""
    if not isinstance(request, UserRequest) or payload is None or not isinstance(payload.value, JavaObject):
        return None
    name = payload.value.class_name
    return None if name.startswith((_REMOTING, "java.", "Proxy<")) or name in loaded else name


def class_lost(exception: JavaObject) -> Throws:
    """Return the answer of an agent that was not given a Callable's class."""
    return Throws(java_throwable(CLASS_NOT_FOUND, _CALLABLE_LOST, exception, RUNNING))


def _class_answer(request: Request, part: Part) -> Answer:
    if not isinstance(request, RPCRequest) or request.method_name == "getName":
        return Returns()
    name = request.arguments[0] if request.arguments else None
    image = part.classes.get(name, _CLASSES.get(name)) if isinstance(name, str) else None
    value: JavaValue = None
    match request.method_name:
        case "fetch" | "fetch2" | "fetch3" if image is None:
            return Throws(java_throwable(CLASS_NOT_FOUND, f"Classloading from a simulated peer: {name}"))
        case "fetch" if image is not None:
            value = byte_array(image)
        case "fetch2" if image is not None:
            value = old_class_file(image, LOADER_OID)
        case "fetch3" if image is not None and isinstance(name, str):
            value = class_files({name: image}, LOADER_OID)
        case "getResource2" if isinstance(name, str) and name in part.resources:
            value = resource_file(part.resources[name])
        case _:
            pass  # a resource nobody has is null
    return Returns(value)
