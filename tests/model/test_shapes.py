from collections.abc import Mapping
from itertools import chain

import pytest
from streams import WRITES, number, written

from jnlpspy.javaser.building import byte_array, java_class, java_object, object_array
from jnlpspy.model.describe import describe_value
from jnlpspy.model.java import BlockData, JavaArray, JavaContent, JavaObject, JavaString, JavaValue
from jnlpspy.model.shapes import elements_of, entries_of, text_of

A, B, C = map(JavaString, "abc")
STRING = "Ljava/lang/String;"
OBJECT = "Ljava/lang/Object;"
CHARS = java_class("[C")
FRAME = {"declaringClass": STRING, "methodName": STRING, "fileName": STRING, "lineNumber": "I"}

TIMESTAMP = java_class("java.sql.Timestamp", {"nanos": "I"}, superclass=java_class("java.util.Date", flags=WRITES))


def fields(name: str, declared: Mapping[str, str], /, **values: JavaValue) -> JavaObject:
    return java_object(java_class(name, declared), values)


def listed(name: str, *elements: JavaContent) -> JavaObject:
    return written(name, BlockData(number(len(elements))), *elements)


def mapped(name: str, entries: Mapping[JavaString, JavaValue]) -> JavaObject:
    return listed(name, *chain.from_iterable(entries.items()))


def collected(tag: int, *elements: JavaContent) -> JavaObject:
    of = java_class("java.util.CollSer", {"tag": "I"}, flags=WRITES)
    return java_object(of, {"tag": tag}, {of.name: [BlockData(number(len(elements))), *elements]})


def wrapped(name: str, field: str, inner: JavaValue) -> JavaObject:
    return fields(name, {field: OBJECT}, **{field: inner})


def url(**parts: JavaValue) -> JavaObject:
    return fields("java.net.URL", dict.fromkeys(("protocol", "authority", "file", "ref"), STRING), **parts)


@pytest.mark.parametrize(
    "value",
    [
        listed("java.util.ArrayList", A, B),
        listed("java.util.LinkedList", A, B),
        listed("java.util.HashSet", A, B),
        written("java.util.TreeSet", None, BlockData(number(2)), A, B),
        listed("java.util.concurrent.CopyOnWriteArrayList", A, B),
        collected(1, A, B),
        collected(0x102, A, B),
        java_object(java_class("java.util.LinkedHashSet", superclass=listed("java.util.HashSet").java_class)),
        wrapped("java.util.Arrays$ArrayList", "a", object_array([A, B])),
        wrapped("java.util.EnumSet$SerializationProxy", "elements", object_array([A, B])),
        wrapped("java.util.Collections$SetFromMap", "m", mapped("java.util.HashMap", {A: 1, B: 2})),
        wrapped(
            "java.util.concurrent.ConcurrentSkipListSet",
            "m",
            written("java.util.concurrent.ConcurrentSkipListMap", A, 1, B, 2, None),
        ),
        fields(
            "java.util.Vector",
            {"elementCount": "I", "elementData": "[Ljava/lang/Object;"},
            elementCount=2,
            elementData=object_array([A, B, None, None]),
        ),
        wrapped(
            "java.util.Collections$UnmodifiableCollection",
            "c",
            wrapped("java.util.Collections$SynchronizedCollection", "c", listed("java.util.ArrayList", A, B)),
        ),
    ],
    ids=lambda value: value.class_name,
)
def test_a_list_or_set_shows_what_it_holds(value: JavaObject) -> None:
    if value.class_name == "java.util.LinkedHashSet":
        value.data[0] = type(value.data[0])(value.data[0].java_class, (), [BlockData(number(2)), A, B])
    assert elements_of(value, 9) == [A, B]
    assert describe_value(value) == '["a", "b"]'
    assert entries_of(value, 9) is None


@pytest.mark.parametrize(
    "value",
    [
        mapped("java.util.HashMap", {A: B}),
        mapped("java.util.TreeMap", {A: B}),
        mapped("java.util.Hashtable", {A: B}),
        mapped("java.util.EnumMap", {A: B}),
        written("java.util.concurrent.ConcurrentHashMap", A, B, None, None),
        collected(3, A, B),
        wrapped("java.util.Collections$UnmodifiableMap", "m", mapped("java.util.HashMap", {A: B})),
        fields("java.util.Collections$SingletonMap", {"k": OBJECT, "v": OBJECT}, k=A, v=B),
    ],
    ids=lambda value: value.class_name,
)
def test_a_map_shows_its_entries(value: JavaObject) -> None:
    assert entries_of(value, 9) == [(A, B)]
    assert describe_value(value) == '{"a": "b"}'
    assert elements_of(value, 9) is None


def test_what_extends_a_map_shows_what_it_holds() -> None:
    tree = mapped("java.util.TreeMap", {A: B})
    of = java_class("hudson.EnvVars", {"platform": OBJECT}, superclass=tree.java_class)
    variables = java_object(of, annotations={"java.util.TreeMap": tree.data[0].annotation})
    assert describe_value(variables) == '{"a": "b"}'


def test_empty_and_single_ones_show_so() -> None:
    assert describe_value(java_object(java_class("java.util.Collections$EmptyList"))) == "[]"
    assert describe_value(java_object(java_class("java.util.Collections$EmptyMap"))) == "{}"
    assert describe_value(wrapped("java.util.Collections$SingletonList", "element", A)) == '["a"]'


def test_values_that_a_key_calls_confidential_are_not_shown() -> None:
    held = {JavaString("JENKINS_SECRET"): A, JavaString("dbPassword"): B, JavaString("HOME"): C}
    assert describe_value(mapped("java.util.HashMap", held)) == '{"JENKINS_SECRET": …, "dbPassword": …, "HOME": "c"}'


def test_long_and_deep_ones_are_cut() -> None:
    assert describe_value(listed("java.util.ArrayList", *[7] * 20)) == "[7, 7, 7, 7, 7, 7, 7, 7, …]"
    inner = mapped("java.util.HashMap", {A: mapped("java.util.HashMap", {A: B})})
    assert describe_value(mapped("java.util.HashMap", {A: inner})) == '{"a": {"a": {…}}}'
    lists = listed("java.util.ArrayList", listed("java.util.ArrayList", listed("java.util.ArrayList", A)))
    assert describe_value(lists) == "[[[…]]]"


def test_a_list_in_itself_has_an_end() -> None:
    ring = listed("java.util.ArrayList")
    ring.data[0] = type(ring.data[0])(ring.java_class, (), [BlockData(number(1)), ring])
    assert describe_value(ring) == "[[[…]]]"
    wrapper = wrapped("java.util.Collections$UnmodifiableCollection", "c", None)
    wrapper.data[0] = type(wrapper.data[0])(wrapper.java_class, (wrapper,))
    assert elements_of(wrapper, 9) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (fields("java.io.File", {"path": STRING}, path=JavaString("/var/lib")), "/var/lib"),
        (fields("hudson.FilePath", {"remote": STRING}, remote=JavaString("C:\\ws")), "C:\\ws"),
        (
            url(
                protocol=JavaString("https"), authority=JavaString("a:8"), file=JavaString("/b?c"), ref=JavaString("d")
            ),
            "https://a:8/b?c#d",
        ),
        (url(protocol=JavaString("file"), file=JavaString("/a.jar")), "file:/a.jar"),
        (url(), None),
        (fields("java.net.URI", {"string": STRING}, string=JavaString("urn:a")), "urn:a"),
        (written("java.util.Date", BlockData((1_700_000_000_250).to_bytes(8, "big"))), "2023-11-14 22:13:20.250Z"),
        (written("java.util.Date", BlockData(b"\x7f" + b"\xff" * 7)), None),
        (written("java.util.Date"), None),
        (
            written("java.time.Ser", BlockData(b"\x02" + (1_700_000_000).to_bytes(8, "big") + number(500_000_000))),
            "2023-11-14 22:13:20.500Z",
        ),
        (written("java.time.Ser", BlockData(b"\x01" + (90).to_bytes(8, "big") + number(500_000_000))), "90.5 s"),
        (written("java.time.Ser", BlockData(b"\x09")), None),
        (written("java.time.Ser", BlockData(bytes.fromhex("03000007e40203"))), "2020-02-03"),
        (
            java_object(
                TIMESTAMP, {"nanos": 250_000_000}, {"java.util.Date": [BlockData((1_700_000_000_000).to_bytes(8))]}
            ),
            "2023-11-14 22:13:20.250Z",
        ),
        (
            java_object(
                java_class("java.util.GregorianCalendar", superclass=java_class("java.util.Calendar", {"time": "J"})),
                {"time": 1_700_000_000_250},
            ),
            "2023-11-14 22:13:20.250Z",
        ),
        (
            fields("java.util.UUID", {"mostSigBits": "J", "leastSigBits": "J"}, mostSigBits=1, leastSigBits=-1),
            "00000000-0000-0001-ffff-ffffffffffff",
        ),
        (
            fields(
                "java.util.Locale",
                dict.fromkeys(("language", "country", "variant"), STRING),
                language=JavaString("de"),
                country=JavaString("AT"),
            ),
            "de_AT",
        ),
        (fields("java.util.logging.Level", {"name": STRING}, name=JavaString("INFO")), "INFO"),
        (
            fields(
                "java.math.BigInteger", {"signum": "I", "magnitude": "[B"}, signum=-1, magnitude=byte_array(b"\1\0")
            ),
            "-256",
        ),
        (
            fields(
                "java.math.BigInteger", {"signum": "I", "magnitude": "[B"}, signum=1, magnitude=byte_array(b"\1" * 2000)
            ),
            "a number of 2,000 bytes",
        ),
        (fields("java.util.concurrent.atomic.AtomicInteger", {"value": "I"}, value=7), "7"),
        (fields("java.util.concurrent.atomic.AtomicBoolean", {"value": "I"}, value=1), "true"),
        (written("java.lang.StringBuilder", BlockData(number(2)), JavaArray(CHARS, ["a", "b", "\0"])), "ab"),
        (
            fields(
                "java.lang.StringBuffer", {"count": "I", "value": "[C"}, count=1, value=JavaArray(CHARS, ["a", "\0"])
            ),
            "a",
        ),
        (written("java.lang.StringBuilder"), None),
        (
            fields("java.net.InetAddress", {"address": "I", "hostName": STRING}, address=0x0A000005),
            "10.0.0.5",
        ),
        (
            fields(
                "java.lang.StackTraceElement",
                FRAME,
                declaringClass=JavaString("a.B"),
                methodName=JavaString("run"),
                fileName=JavaString("B.java"),
                lineNumber=7,
            ),
            "a.B.run(B.java:7)",
        ),
        (
            fields("java.lang.StackTraceElement", FRAME, declaringClass=A, methodName=B, lineNumber=-2),
            "a.b(Native Method)",
        ),
        (
            fields("java.lang.StackTraceElement", FRAME, declaringClass=A, methodName=B, lineNumber=-1),
            "a.b(Unknown Source)",
        ),
        (fields("a.File", {"path": STRING}, path=JavaString("/var/lib")), None),
    ],
)
def test_other_objects_show_as_text(value: JavaObject, text: str | None) -> None:
    assert text_of(value) == text
    if text is not None:
        assert describe_value(value) == text


def test_no_more_is_taken_than_asked_for() -> None:
    many = listed("java.util.ArrayList", *[7] * 1000)
    assert elements_of(many, 3) == [7, 7, 7]
    assert elements_of(wrapped("java.util.Arrays$ArrayList", "a", object_array([7] * 1000)), 3) == [7, 7, 7]
    assert entries_of(listed("java.util.HashMap", *[7] * 1000), 2) == [(7, 7), (7, 7)]


def test_fields_of_other_types_than_javas_tell_nothing() -> None:
    for name, field in (
        ("java.io.File", "path"),
        ("java.util.UUID", "mostSigBits"),
        ("java.math.BigInteger", "signum"),
        ("java.net.InetAddress", "address"),
        ("java.util.concurrent.atomic.AtomicReference", "value"),
        ("java.net.URL", "protocol"),
    ):
        assert text_of(wrapped(name, field, byte_array(b"x"))) is None
