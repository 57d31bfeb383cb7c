"""Stack traces as Java prints them."""

import pytest

from jnlpspy.javaser.building import java_class, java_object, object_array
from jnlpspy.model.java import ClassData, JavaObject, JavaString
from jnlpspy.model.stack_traces import MOST_CAUSES, describe_element, java_version_of, trace_lines
from jnlpspy.remoting.throwables import IO_EXCEPTION, StackElement, java_throwable

TEXT = "Ljava/lang/String;"
NEW = {"format": "B", "lineNumber": "I", **dict.fromkeys(("classLoaderName", "declaringClass", "fileName"), TEXT)}
ELEMENT = java_class(
    "java.lang.StackTraceElement",
    NEW | dict.fromkeys(("methodName", "moduleName", "moduleVersion"), TEXT),
)
OLD_ELEMENT = java_class(
    "java.lang.StackTraceElement",
    {"lineNumber": "I", **dict.fromkeys(("declaringClass", "fileName", "methodName"), TEXT)},
)


def element(line: int = 7, **names: str) -> JavaObject:
    values = {"declaringClass": "a.B", "methodName": "run", "fileName": "B.java", **names}
    return java_object(ELEMENT, {"lineNumber": line, **{name: JavaString(value) for name, value in values.items()}})


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        (element(), "a.B.run(B.java:7)"),
        (element(-2), "a.B.run(Native Method)"),
        (element(-1), "a.B.run(B.java)"),
        (element(fileName=""), "a.B.run(Unknown Source)"),
        (element(classLoaderName="app"), "app//a.B.run(B.java:7)"),
        (element(moduleName="java.base", moduleVersion="17"), "java.base@17/a.B.run(B.java:7)"),
        (element(classLoaderName="app", moduleName="m", moduleVersion="1"), "app/m@1/a.B.run(B.java:7)"),
    ],
)
def test_an_element_is_printed_as_its_to_string_does(given: JavaObject, printed: str) -> None:
    assert describe_element(given) == printed


def test_format_bits_leave_names_out() -> None:
    trace = (StackElement("java.lang.Thread", "run", 840), StackElement("a.B", "run", 1))
    lines = list(trace_lines(java_throwable(IO_EXCEPTION, "gone", trace=trace)))
    assert lines == [
        "java.io.IOException: gone",
        "\tat java.base/java.lang.Thread.run(Thread.java:840)",
        "\tat a.B.run(B.java:1)",
    ]


def test_causes_and_what_was_suppressed_follow() -> None:
    inner = java_throwable(IO_EXCEPTION, "inner", trace=(StackElement("a.B", "read", 2),))
    outer = java_throwable(IO_EXCEPTION, "outer", cause=inner)
    kept = java_class("java.util.ArrayList", {"size": "I"}, flags=3)
    top = outer.data[0]
    suppressed = java_object(kept, {"size": 1}, {kept.name: [java_throwable(IO_EXCEPTION, "close")]})
    outer.data[0] = ClassData(top.java_class, (*top.values[:3], suppressed), top.annotation)
    assert list(trace_lines(outer)) == [
        "java.io.IOException: outer",
        "\tSuppressed: java.io.IOException: close",
        "Caused by: java.io.IOException: inner",
        "\tat a.B.read(B.java:2)",
    ]


def test_causes_without_end_are_not_followed_without_end() -> None:
    thrown = java_throwable(IO_EXCEPTION, "first")
    for _ in range(MOST_CAUSES * 2):
        thrown = java_throwable(IO_EXCEPTION, "next", cause=thrown)
    assert len(list(trace_lines(thrown))) == MOST_CAUSES + 1


def test_the_version_of_java_stands_in_the_elements_of_its_modules() -> None:
    trace = (StackElement("a.B", "run", 1), StackElement("java.lang.Thread", "run", 840))
    assert java_version_of(java_throwable(IO_EXCEPTION, None, trace=trace)) == "17.0.15"
    assert java_version_of(java_throwable(IO_EXCEPTION, None, trace=trace[:1])) == "9 or newer"
    assert java_version_of(java_throwable(IO_EXCEPTION, None)) is None


def test_elements_without_modules_are_of_an_old_java() -> None:
    thrown = java_throwable(IO_EXCEPTION, None)
    top = thrown.data[0]
    elements = object_array([java_object(OLD_ELEMENT, {"declaringClass": JavaString("a.B")})])
    thrown.data[0] = ClassData(top.java_class, (*top.values[:2], elements, top.values[3]), top.annotation)
    assert java_version_of(thrown) == "8 or older"
