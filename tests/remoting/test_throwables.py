from jnlpspy.javaser.reader import read_stream
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.describe import describe_throwable
from jnlpspy.model.java import JavaArray, JavaObject
from jnlpspy.remoting.throwables import (
    CLASS_NOT_FOUND,
    ILLEGAL_STATE,
    StackElement,
    command_source,
    java_throwable,
)


def read_back(value: JavaObject) -> JavaObject:
    read = read_stream(write_stream([value])).contents[0]
    assert isinstance(read, JavaObject)
    return read


def test_a_throwable_without_a_cause_is_its_own() -> None:
    thrown = read_back(java_throwable(ILLEGAL_STATE, "closed"))
    assert thrown.value_of("cause") is thrown
    assert describe_throwable(thrown) == "java.lang.IllegalStateException: closed"
    assert [each.name for each in thrown.java_class.lineage()] == [
        "java.lang.IllegalStateException",
        "java.lang.RuntimeException",
        "java.lang.Exception",
        "java.lang.Throwable",
    ]


def test_a_throwable_without_a_message_has_none() -> None:
    assert read_back(java_throwable(CLASS_NOT_FOUND, None)).value_of("detailMessage") is None


def test_a_stack_element_tells_where_java_says_it_was() -> None:
    trace = (StackElement("hudson.remoting.Request$2", "run", 393), StackElement("java.lang.Thread", "run", 840))
    elements = read_back(java_throwable(ILLEGAL_STATE, None, trace=trace)).value_of("stackTrace")
    assert isinstance(elements, JavaArray)
    ours, jdk = elements.values
    assert isinstance(ours, JavaObject)
    assert isinstance(jdk, JavaObject)
    assert (ours.value_of("fileName"), ours.value_of("lineNumber"), ours.value_of("classLoaderName")) == (
        "Request.java",
        393,
        "app",
    )
    assert (jdk.value_of("moduleName"), jdk.value_of("classLoaderName"), jdk.value_of("format")) == (
        "java.base",
        None,
        2,
    )


def test_a_source_made_with_a_cause_that_is_null_has_none() -> None:
    assert read_back(command_source((), own_cause=False)).value_of("cause") is None
