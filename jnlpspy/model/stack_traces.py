"""Throwables' stack traces as Java prints them, and the Java version they give away (java.lang.StackTraceElement)."""

from collections.abc import Iterable, Iterator

from jnlpspy.model.describe import describe_throwable
from jnlpspy.model.java import JavaArray, JavaObject

MOST_CAUSES = 20
"""Causes followed; a hostile stream could hold a million, real ones hold four."""

MOST_LINES = 500
"""Elements of one trace that are told; a stack that overflowed has 1024."""

_WITHOUT_LOADER, _WITHOUT_VERSION = 1, 2
"""Bits of `format`: names that toString leaves out."""

_NATIVE = -2
"""The line number of a native method."""


def trace_lines(thrown: JavaObject) -> Iterator[str]:
    """Yield what printStackTrace prints: the Throwable, its elements, its causes and what was suppressed."""
    yield describe_throwable(thrown)
    seen = [thrown]
    current: JavaObject | None = thrown
    while current is not None:
        for element in stack_elements(current)[:MOST_LINES]:
            yield f"\tat {describe_element(element)}"
        for suppressed in _suppressed(current):
            yield f"\tSuppressed: {describe_throwable(suppressed)}"
            for element in stack_elements(suppressed)[:MOST_LINES]:
                yield f"\t\tat {describe_element(element)}"
        cause = current.value_of("cause", "java.lang.Throwable")
        repeated = not isinstance(cause, JavaObject) or any(cause is each for each in seen)
        current = None if repeated or len(seen) > MOST_CAUSES else cause  # type: ignore[assignment] # repeated if it is none
        if current is not None:
            seen.append(current)
            yield f"Caused by: {describe_throwable(current)}"


def stack_elements(thrown: JavaObject) -> list[JavaObject]:
    """Return a Throwable's stack trace, the innermost element first."""
    trace = thrown.value_of("stackTrace", "java.lang.Throwable")
    return _objects(trace.values) if isinstance(trace, JavaArray) else []


def describe_element(element: JavaObject) -> str:
    """Describe a StackTraceElement as its toString does."""
    bits = element.value_of("format")
    format_bits = bits if isinstance(bits, int) else 0
    loader, module, version = (_text(element, f"{name}") for name in ("classLoaderName", "moduleName", "moduleVersion"))
    before = f"{loader}/" if loader and not format_bits & _WITHOUT_LOADER else ""
    if module:
        before += module + (f"@{version}" if version and not format_bits & _WITHOUT_VERSION else "")
    where = f"{before}/" if before else ""
    return f"{where}{_text(element, 'declaringClass')}.{_text(element, 'methodName')}({_place(element)})"


def java_version_of(thrown: JavaObject) -> str | None:
    """Return the version of the JVM that made a stack trace, as far as its elements say; None without a trace."""
    elements = stack_elements(thrown)
    if not elements:
        return None
    if not any(declared.name == "moduleVersion" for declared in elements[0].java_class.fields):
        return "8 or older"
    jdk = (_text(each, "moduleVersion") for each in elements if _text(each, "moduleName").startswith("java."))
    return next((version for version in jdk if version), "9 or newer")


def _place(element: JavaObject) -> str:
    file, line = _text(element, "fileName"), element.value_of("lineNumber")
    if line == _NATIVE:
        return "Native Method"
    if not file:
        return "Unknown Source"
    return f"{file}:{line}" if isinstance(line, int) and line >= 0 else file


def _text(element: JavaObject, name: str) -> str:
    value = element.value_of(name)
    return value if isinstance(value, str) else ""


def _suppressed(thrown: JavaObject) -> list[JavaObject]:
    kept = thrown.value_of("suppressedExceptions", "java.lang.Throwable")
    if not isinstance(kept, JavaObject):
        return []
    return _objects([each for part in kept.data for each in part.annotation])


def _objects(values: Iterable[object]) -> list[JavaObject]:
    return [each for each in values if isinstance(each, JavaObject)]
