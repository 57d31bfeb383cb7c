"""Throwables as recorded: causes, what was suppressed, and the frames of the trace (java.lang.Throwable)."""

from collections.abc import Iterator

from jnlpspy.model.describe import describe_throwable, shorten
from jnlpspy.model.java import JavaArray, JavaContent, JavaObject, JavaValue
from jnlpspy.model.shapes import elements_of

THROWABLE = "java.lang.Throwable"

_CAUSES = 16
"""Causes that are followed; real chains have up to five."""

_FRAMES = 1024
"""Frames of a trace: what the JVM records at most."""

_TEXT = 1000
"""Characters of `class: message` that are kept."""


def causes_of(value: JavaContent) -> tuple[str, ...]:
    """Return a Throwable's causes as `class: message`, the nearest first."""
    return tuple(shorten(describe_throwable(each), _TEXT) for each in _causes(value))


def suppressed_of(value: JavaContent) -> tuple[str, ...]:
    """Return what a Throwable suppressed as `class: message`."""
    return tuple(shorten(describe_throwable(each), _TEXT) for each in _suppressed(value))


def frames_of(value: JavaContent) -> Iterator[tuple[str, str]]:
    """Yield class and method of each frame of a Throwable's trace, the innermost first."""
    for element in _elements(value):
        declaring, method = element.value_of("declaringClass"), element.value_of("methodName")
        if isinstance(declaring, str) and isinstance(method, str):
            yield declaring, method


def _causes(value: JavaContent) -> Iterator[JavaObject]:
    """Yield the causes; a Throwable without one names itself."""
    seen = {id(value)}
    for _ in range(_CAUSES):
        value = value.value_of("cause", THROWABLE) if isinstance(value, JavaObject) else None
        if not isinstance(value, JavaObject) or id(value) in seen:
            return
        seen.add(id(value))
        yield value


def _suppressed(value: JavaContent) -> list[JavaObject]:
    kept = value.value_of("suppressedExceptions", THROWABLE) if isinstance(value, JavaObject) else None
    elements: list[JavaValue] = (elements_of(kept, _CAUSES) or []) if isinstance(kept, JavaObject) else []
    return [each for each in elements if isinstance(each, JavaObject) and each is not value]


def _elements(value: JavaContent) -> list[JavaObject]:
    trace = value.value_of("stackTrace", THROWABLE) if isinstance(value, JavaObject) else None
    values = trace.values if isinstance(trace, JavaArray) and isinstance(trace.values, list) else []
    return [each for each in values[:_FRAMES] if isinstance(each, JavaObject)]
