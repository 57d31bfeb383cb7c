from collections.abc import Sequence

import pytest
import samples
import streams

from jnlpspy.javaser.building import byte_array, java_class, java_object, object_array
from jnlpspy.model.commands import OutputStreamChunk, Response, RPCRequest, UserRequest
from jnlpspy.model.events import CallFinished, CallStarted, ClassLoaded
from jnlpspy.model.java import JavaObject, JavaString, JavaValue
from jnlpspy.model.session import CallKind, LoadKind, Outcome, Payload, PayloadRole, PipeKind
from jnlpspy.model.streams import RemoteStream
from jnlpspy.model.tap import Side
from jnlpspy.remoting.values import class_file, class_files, java_hash_map, java_value
from jnlpspy.session.classloading import JAR_WRITTEN, JARS_SENT, ClassLoadingBook
from jnlpspy.session.handed import CLASS_LOADER
from jnlpspy.session.pipes import PipeBook

IMAGE = b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(92)
"""A class file of Java 8 by its first bytes."""

WORK = JavaString("a.Work")
CLASS, RESOURCE, JAR = LoadKind.CLASS, LoadKind.RESOURCE, LoadKind.JAR
IN_JAR = java_class("hudson.remoting.ResourceImageInJar", {"sum1": "J", "sum2": "J", "path": "Ljava/lang/String;"})
RESOURCE_FILE = java_class("hudson.remoting.RemoteClassLoader$ResourceFile", {"image": "La;"})
DIRECT = java_class("hudson.remoting.ResourceImageDirect", {"payload": "[B"})
CHECKSUM = "FFFFFFFFFFFFFFFF0000000000000002"


def loaded(method: str, value: JavaValue, *arguments: JavaValue, thrown: JavaValue = None) -> list[ClassLoaded]:
    """What one RPC of a class loader brings."""
    book = ClassLoadingBook()
    request = RPCRequest(id=1, method_name=method, arguments=arguments or (WORK,))
    book.ask(CallStarted("a1", CallKind.RPC, f"{CLASS_LOADER}.{method}"), request, None)
    response = Response(id=1, return_value=value, exception=thrown)
    outcome = Outcome.RETURNED if thrown is None else Outcome.THREW
    finished = CallFinished("a1", f"{CLASS_LOADER}.{method}", 0.5, outcome)
    told = list(book.answer(finished, response, None, PipeBook()))
    assert list(book.answer(finished, response, None, PipeBook())) == []
    return told


def called(
    name: str, value: JavaObject, returned: JavaValue = None, *, pipes: PipeBook | None = None
) -> Sequence[ClassLoaded]:
    """What a call of a Callable brings."""
    book = ClassLoadingBook()
    book.ask(CallStarted("c1", CallKind.USER, name), UserRequest(id=1), Payload(PayloadRole.CALLABLE, value))
    finished = CallFinished("c1", name, 0.5, Outcome.RETURNED)
    return list(book.answer(finished, Response(id=1), Payload(PayloadRole.RETURNED, returned), pipes or PipeBook()))


def in_jar() -> JavaObject:
    return java_object(RESOURCE_FILE, {"image": java_object(IN_JAR, {"sum1": -1, "sum2": 2})})


def one(name: str, kind: LoadKind, size: int, **more: object) -> ClassLoaded:
    return ClassLoaded(name, kind, size, 0.5, "a1", **more)  # type: ignore[arg-type] # each test names its own


def test_a_class_comes_with_those_foreseen() -> None:
    files = class_files({"a.Base": IMAGE[:50], "a.Work": IMAGE}, 2)
    assert loaded("fetch3", files) == [
        one("a.Base", CLASS, 50, prefetched=True, class_version=8),
        one("a.Work", CLASS, 100, class_version=8),
    ]


def test_a_class_in_a_jar_of_the_cache_comes_without_bytes() -> None:
    assert loaded("fetch3", java_hash_map({WORK: in_jar()})) == [one("a.Work", CLASS, 0, jar=CHECKSUM)]


def test_the_older_forms_of_a_class_are_known() -> None:
    old = java_class("hudson.remoting.RemoteClassLoader$ClassFile", {"classLoader": "I", "classImage": "[B"})
    for method, value in (
        ("fetch", byte_array(IMAGE)),
        ("fetch2", java_object(old, {"classImage": byte_array(IMAGE)})),
        ("fetch2", class_file(IMAGE, 2)),
    ):
        assert loaded(method, value) == [one("a.Work", CLASS, 100, class_version=8)]


def test_what_is_no_class_file_has_no_version() -> None:
    for image in (b"", b"\xca\xfe\xba\xbe", b"\0" * 100, IMAGE[:6] + b"\0\x01"):
        assert loaded("fetch", byte_array(image)) == [one("a.Work", CLASS, len(image))]


def test_resources_come_alone_or_in_numbers() -> None:
    file = java_object(RESOURCE_FILE, {"image": java_object(DIRECT, {"payload": byte_array(b"x" * 28)})})
    assert loaded("getResource2", file) == [one("a.Work", RESOURCE, 28)]
    assert loaded("getResource", byte_array(b"xy")) == [one("a.Work", RESOURCE, 2)]
    assert loaded("getResources2", object_array([file, in_jar()])) == [
        one("a.Work", RESOURCE, 28),
        one("a.Work", RESOURCE, 0, jar=CHECKSUM),
    ]


@pytest.mark.parametrize("value", [None, object_array([]), JavaString("odd"), java_object(RESOURCE_FILE)])
def test_what_is_not_there_is_told_as_not_found(value: JavaValue) -> None:
    assert loaded("getResources2", value) == [one("a.Work", RESOURCE, 0, found=False)]


def test_a_class_not_found_is_an_exception() -> None:
    oops = samples.throwable("java.lang.ClassNotFoundException", "a.Work")
    assert loaded("fetch3", None, thrown=oops) == [one("a.Work", CLASS, 0, found=False)]


def test_a_jar_comes_as_bytes() -> None:
    url = java_class("java.net.URL", {"protocol": "Ljava/lang/String;", "file": "Ljava/lang/String;"})
    jar = java_object(url, {"protocol": JavaString("file"), "file": JavaString("/a.jar")})
    assert loaded("fetchJar", byte_array(b"PK" * 50), jar) == [one("file:/a.jar", JAR, 100)]


def test_a_jar_for_the_cache_comes_through_a_pipe() -> None:
    pipes = PipeBook()
    list(pipes.hand_over(Side.CONTROLLER, RemoteStream(6, PipeKind.STREAM), 0.0, "c1"))
    list(pipes.observe(Side.AGENT, 0.0, OutputStreamChunk(oid=6, buf=b"PK" * 50)))
    arguments = [java_value(-1), java_value(2), streams.output_stream(6)]
    of = java_class("hudson.remoting.RemoteInvocationHandler$UserRPCRequest", {"arguments": "[Ljava/lang/Object;"})
    request = java_object(of, {"arguments": object_array(arguments)})
    assert called(JAR_WRITTEN, request, pipes=pipes) == [ClassLoaded(CHECKSUM, JAR, 100, 0.5, "c1", jar=CHECKSUM)]
    for odd in (arguments[:2], [*arguments[:2], java_value(3)]):
        assert called(JAR_WRITTEN, java_object(of, {"arguments": object_array(odd)})) == []


def test_jars_sent_ahead_are_told_by_name_and_size() -> None:
    of = java_class(JARS_SENT, {"jars": "[Ljava/net/URL;", "contents": "[[B"})
    names = object_array([JavaString("a.jar"), JavaString("b.jar")])
    contents = object_array([byte_array(b"PK"), byte_array(b"PKPK")])
    assert called(JARS_SENT, java_object(of, {"jars": names, "contents": contents})) == [
        ClassLoaded("a.jar", JAR, 2, 0.5, "c1", prefetched=True),
        ClassLoaded("b.jar", JAR, 4, 0.5, "c1", prefetched=True),
    ]
    assert called(JARS_SENT, java_object(of, {"jars": names})) == []


def test_other_methods_and_interfaces_load_nothing() -> None:
    assert loaded("getName", JavaString("app")) == []
    book = ClassLoadingBook()
    book.ask(CallStarted("a1", CallKind.RPC, "a.Loader.fetch"), RPCRequest(arguments=(WORK,)), None)
    book.ask(CallStarted("a2", CallKind.RPC, f"{CLASS_LOADER}.fetch"), RPCRequest(), None)
    for call in ("a1", "a2"):
        finished = CallFinished(call, "", 0.5, Outcome.RETURNED)
        assert list(book.answer(finished, Response(), None, PipeBook())) == []


def test_a_call_given_up_brings_nothing() -> None:
    book = ClassLoadingBook()
    book.ask(CallStarted("a1", CallKind.RPC, f"{CLASS_LOADER}.fetch"), RPCRequest(arguments=(WORK,)), None)
    book.give_up("a1")
    finished = CallFinished("a1", "", 0.5, Outcome.RETURNED)
    assert list(book.answer(finished, Response(return_value=byte_array(IMAGE)), None, PipeBook())) == []


def test_a_name_of_any_length_is_kept_short() -> None:
    (told,) = loaded("fetch", None, JavaString("x" * 10_000))
    assert len(told.name) == 1000
