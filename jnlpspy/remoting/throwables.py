"""Throwables as Java objects: what a call throws, and the `Command$Source` that says where a command was made.

Mirrors java.lang.Throwable as Java 9 and later write it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jnlpspy.javaser.building import java_class, java_object, object_array
from jnlpspy.javaser.tags import SC_SERIALIZABLE, SC_WRITE_METHOD
from jnlpspy.model.describe import describe_throwable
from jnlpspy.model.java import ClassData, JavaArray, JavaClass, JavaObject, JavaString
from jnlpspy.remoting.classes import STRING

_WRITES: Final = SC_SERIALIZABLE | SC_WRITE_METHOD

THROWABLE: Final = java_class(
    "java.lang.Throwable",
    {
        "cause": "Ljava/lang/Throwable;",
        "detailMessage": STRING,
        "stackTrace": "[Ljava/lang/StackTraceElement;",
        "suppressedExceptions": "Ljava/util/List;",
    },
    suid=-3042686055658047285,
    flags=_WRITES,
)
EXCEPTION: Final = java_class("java.lang.Exception", suid=-3387516993124229948, superclass=THROWABLE)
RUNTIME_EXCEPTION: Final = java_class("java.lang.RuntimeException", suid=-7034897190745766939, superclass=EXCEPTION)
IO_EXCEPTION: Final = java_class("java.io.IOException", suid=7818375828146090155, superclass=EXCEPTION)
ILLEGAL_STATE: Final = java_class(
    "java.lang.IllegalStateException", suid=-1848914673093119416, superclass=RUNTIME_EXCEPTION
)
UNSUPPORTED: Final = java_class(
    "java.lang.UnsupportedOperationException", suid=-1242599979055084673, superclass=RUNTIME_EXCEPTION
)
EXECUTION_EXCEPTION: Final = java_class(
    "java.util.concurrent.ExecutionException", suid=7830266012832686185, superclass=EXCEPTION
)
CLASS_NOT_FOUND: Final = java_class(
    "java.lang.ClassNotFoundException",
    {"ex": "Ljava/lang/Throwable;"},
    suid=9176873029745254542,
    flags=_WRITES,
    superclass=java_class("java.lang.ReflectiveOperationException", suid=123456789, superclass=EXCEPTION),
)
SECURITY_EXCEPTION: Final = java_class(
    "java.lang.SecurityException", suid=6878364983674394167, superclass=RUNTIME_EXCEPTION
)
TIMEOUT_EXCEPTION: Final = java_class(
    "java.util.concurrent.TimeoutException", suid=1900926677490660714, superclass=EXCEPTION
)
_ERROR: Final = java_class("java.lang.Error", suid=4980196508277280342, superclass=THROWABLE)
LINKAGE_ERROR: Final = java_class("java.lang.LinkageError", suid=3579600108157160122, superclass=_ERROR)
UNSUPPORTED_CLASS_VERSION: Final = java_class(
    "java.lang.UnsupportedClassVersionError",
    suid=-7123279212883497373,
    superclass=java_class("java.lang.ClassFormatError", suid=-8420114879011949195, superclass=LINKAGE_ERROR),
)
ABORT_EXCEPTION: Final = java_class("hudson.AbortException", superclass=IO_EXCEPTION)

KNOWN_THROWABLES: Final = {
    of.name: of
    for of in (
        EXCEPTION,
        RUNTIME_EXCEPTION,
        IO_EXCEPTION,
        ILLEGAL_STATE,
        UNSUPPORTED,
        EXECUTION_EXCEPTION,
        CLASS_NOT_FOUND,
        SECURITY_EXCEPTION,
        TIMEOUT_EXCEPTION,
        ABORT_EXCEPTION,
        LINKAGE_ERROR,
        UNSUPPORTED_CLASS_VERSION,
        java_class("java.io.EOFException", suid=6433858223774886977, superclass=IO_EXCEPTION),
        java_class("java.io.FileNotFoundException", suid=-897856973823710492, superclass=IO_EXCEPTION),
        java_class("java.lang.InterruptedException", suid=6700697376100628473, superclass=EXCEPTION),
        java_class("java.lang.NullPointerException", suid=5162710183389028792, superclass=RUNTIME_EXCEPTION),
        java_class("java.lang.IllegalArgumentException", suid=-5365630128856068164, superclass=RUNTIME_EXCEPTION),
    )
}
"""By name: Java reads only what has the number it knows for a class."""

_PROXY_EXCEPTION: Final = java_class(
    "hudson.remoting.ProxyException", suid=1332793125360580541, superclass=IO_EXCEPTION
)
_SOURCE: Final = java_class(
    "hudson.remoting.Command$Source", {"this$0": "Lhudson/remoting/Command;"}, superclass=EXCEPTION
)
_ELEMENT: Final = java_class(
    "java.lang.StackTraceElement",
    {
        "format": "B",
        "lineNumber": "I",
        "classLoaderName": STRING,
        "declaringClass": STRING,
        "fileName": STRING,
        "methodName": STRING,
        "moduleName": STRING,
        "moduleVersion": STRING,
    },
    suid=6992337162326171013,
)
_ELEMENTS: Final = java_class("[Ljava.lang.StackTraceElement;", suid=163536458452447801)
_NOTHING_SUPPRESSED: Final = java_class("java.util.Collections$EmptyList", suid=8842843931221139166)

_JAVA_VERSION: Final = "17.0.15"
_FROM_BUILTIN_LOADER, _FROM_JDK_MODULE = 1, 2
"""StackTraceElement's format bits: which of its names toString leaves out."""


@dataclass(frozen=True, slots=True)
class StackElement:
    """A `java.lang.StackTraceElement`: the method, and the line it was at."""

    declaring_class: str
    method: str
    line: int

    @property
    def file(self) -> str:
        """Name of the source file, as javac notes it."""
        return self.declaring_class.rpartition(".")[2].partition("$")[0] + ".java"


def java_throwable(
    of: JavaClass, message: str | None, cause: JavaObject | None = None, trace: Sequence[StackElement] = ()
) -> JavaObject:
    """Return a Throwable; without a cause it is its own, as the JDK writes it."""
    return _throwable(of, message, cause, _elements(trace))


def proxy_exception(thrown: JavaObject) -> JavaObject:
    """Return the ProxyException that stands for a Throwable whose class the receiver may not know."""
    cause = thrown.value_of("cause")
    proxied = proxy_exception(cause) if isinstance(cause, JavaObject) and cause is not thrown else None
    trace = thrown.value_of("stackTrace")
    elements = trace if isinstance(trace, JavaArray) else _elements(())
    return _throwable(_PROXY_EXCEPTION, describe_throwable(thrown), proxied, elements)


def command_source(
    trace: Sequence[StackElement], *, own_cause: bool = True, cause: JavaObject | None = None
) -> JavaObject:
    """Return a `Command$Source`; `own_cause` is False for what was made with a `cause`, if only null (CloseCommand)."""
    source = java_throwable(_SOURCE, None, trace=trace)
    if not own_cause:
        _set_cause(source, cause)
    return source


def _throwable(of: JavaClass, message: str | None, cause: JavaObject | None, trace: JavaArray) -> JavaObject:
    thrown = java_object(
        of,
        {
            "detailMessage": None if message is None else JavaString(message),
            "stackTrace": trace,
            "suppressedExceptions": java_object(_NOTHING_SUPPRESSED),
        },
    )
    _set_cause(thrown, cause or thrown)
    return thrown


def _set_cause(thrown: JavaObject, cause: JavaObject | None) -> None:
    top = thrown.data[0]
    thrown.data[0] = ClassData(top.java_class, (cause, *top.values[1:]), top.annotation)


def _elements(trace: Sequence[StackElement]) -> JavaArray:
    return object_array([_element(each) for each in trace], _ELEMENTS)


def _element(element: StackElement) -> JavaObject:
    of_jdk = element.declaring_class.startswith("java.")
    return java_object(
        _ELEMENT,
        {
            "format": _FROM_JDK_MODULE if of_jdk else _FROM_BUILTIN_LOADER,
            "lineNumber": element.line,
            "classLoaderName": None if of_jdk else JavaString("app"),
            "declaringClass": JavaString(element.declaring_class),
            "fileName": JavaString(element.file),
            "methodName": JavaString(element.method),
            "moduleName": JavaString("java.base") if of_jdk else None,
            "moduleVersion": JavaString(_JAVA_VERSION) if of_jdk else None,
        },
    )
