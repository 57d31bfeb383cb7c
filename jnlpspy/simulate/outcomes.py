"""How a call of a simulated peer ended, read from its answer."""

from typing import Final

from jnlpspy.model.commands import Response
from jnlpspy.model.describe import describe_throwable, describe_value, short_class
from jnlpspy.model.java import JavaArray, JavaContent, JavaObject, JavaValue
from jnlpspy.model.session import Payload, PayloadRole
from jnlpspy.model.shapes import entries_of
from jnlpspy.simulate.script import CallOutcome, InvokeMethod, RunCallable

_MOST_LOADED: Final = 10_000
"""Class files of one answer that are counted; the largest real ones bring some hundreds."""


def outcome_of(step: RunCallable | InvokeMethod, response: Response, payload: Payload | None) -> CallOutcome:
    """Return how a call ended."""
    name = step.of.name if isinstance(step, RunCallable) else f"{step.interface}.{step.method}"
    thrown: JavaContent = response.exception
    if payload is not None and payload.role is PayloadRole.THREW:
        thrown = payload.value
    if thrown is not None:
        return CallOutcome(name, exception=describe_throwable(thrown))
    value = payload.value if payload is not None else response.return_value
    return CallOutcome(name, returned=value)  # type: ignore[arg-type] # a payload is one object, never block data


def describe_outcome(outcome: CallOutcome) -> str:
    """Describe how a call ended in a line."""
    moved = "" if outcome.moved is None else f", {outcome.moved:,} bytes"
    whole = "" if outcome.intact is None else ", whole" if outcome.intact else ", NOT WHOLE"
    how = f"threw {outcome.exception}" if outcome.exception else f"returned {describe_value(outcome.returned)}"
    return f"{short_class(outcome.call)} {how}{moved}{whole}"


def loaded_bytes(answer: JavaValue) -> int:
    """Return how many bytes a class loader's answer carries; 0 if it left them to a jar."""
    match answer:
        case JavaArray(values=bytes() | memoryview() as image):
            return len(image)
        case JavaObject():
            entries = entries_of(answer, _MOST_LOADED)
            if entries:
                return sum(loaded_bytes(image) for _, image in entries)
            for name in ("classImage", "image", "payload"):
                inner = answer.value_of(name)
                if inner is not None:
                    return loaded_bytes(inner)
            return 0
        case _:
            return 0
