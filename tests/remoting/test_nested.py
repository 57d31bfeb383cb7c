import struct

from jnlpspy.javaser.building import byte_array, java_class, java_object, object_array, proxy_class
from jnlpspy.javaser.reader import read_stream
from jnlpspy.javaser.tags import SC_SERIALIZABLE
from jnlpspy.model.commands import Response
from jnlpspy.model.describe import describe_throwable
from jnlpspy.model.java import BlockData, JavaArray, JavaClass, JavaClassObject, JavaContent, JavaEnum, JavaObject
from jnlpspy.model.session import PayloadRole
from jnlpspy.remoting.build import build_command
from jnlpspy.remoting.commands import read_command
from jnlpspy.remoting.nested import Loaders, build_nested, exception_response
from jnlpspy.remoting.payload import open_payload
from jnlpspy.remoting.throwables import ABORT_EXCEPTION, CLASS_NOT_FOUND, IO_EXCEPTION, java_throwable, proxy_exception
from jnlpspy.remoting.values import java_value

BOOTSTRAP = (-3,)


def only_object(data: bytes) -> JavaContent:
    (content,) = read_stream(data).contents
    return content


def loaders_of(of: JavaClass) -> list[tuple[int, ...]]:
    found = []
    for each in of.lineage():
        (block,) = each.annotation
        assert isinstance(block, BlockData)
        found.append(struct.unpack(f">{len(block.data) // 4}i", block.data))
    return found


def test_a_loader_is_introduced_once_and_then_counted() -> None:
    base = java_class("org.example.Base")
    first = java_object(java_class("org.example.First", {"next": "Ljava/lang/Object;"}, superclass=base))
    of = java_class("org.example.Second", {"a": "Ljava/lang/Object;"}, superclass=base)
    read = only_object(build_nested(java_object(of, {"a": first}), Loaders(7)))
    assert isinstance(read, JavaObject)
    assert loaders_of(read.java_class) == [(-2, 7), (0,)]
    inner = read.value_of("a")
    assert isinstance(inner, JavaObject)
    assert loaders_of(inner.java_class) == [(0,), (0,)]


def test_classes_of_the_jdk_come_from_the_bootstrap_loader() -> None:
    read = only_object(build_nested(java_value({"a": True, "b": 1, "c": 1 << 40}), Loaders(2)))
    assert isinstance(read, JavaObject)
    assert loaders_of(read.java_class) == [BOOTSTRAP]
    _, *entries = read.data[0].annotation
    boxed = [each for each in entries if isinstance(each, JavaObject)]
    assert [each.value_of("value") for each in boxed] == [True, 1, 1 << 40]
    assert all(set(loaders_of(each.java_class)) == {BOOTSTRAP} for each in boxed)


def test_a_class_the_receiver_once_sent_is_named_as_the_receivers() -> None:
    thrown = java_throwable(ABORT_EXCEPTION, "no", proxy_exception(java_throwable(IO_EXCEPTION, "why")))
    read = only_object(build_nested(thrown, Loaders(3, receivers=5)))
    assert isinstance(read, JavaObject)
    assert loaders_of(read.java_class) == [(-1, 5), *[BOOTSTRAP] * 3]
    cause = read.value_of("cause")
    assert isinstance(cause, JavaObject)
    assert loaders_of(cause.java_class)[0] == (-2, 3)


def test_arrays_enums_proxies_and_classes_name_their_loaders() -> None:
    of = java_class("org.example.Kind", suid=0, flags=SC_SERIALIZABLE | 0x10)
    values = object_array(
        [
            JavaEnum(of, "ONE"),
            JavaClassObject(java_class("java.lang.String")),
            java_object(proxy_class("java.lang.Runnable")),
            JavaArray(java_class("[I"), [1]),
            byte_array(b"bytes"),
            JavaArray(java_class("[[Lorg.example.Kind;"), []),
        ]
    )
    read = only_object(build_nested(values, Loaders(4)))
    assert isinstance(read, JavaArray)
    kinds = [each.java_class for each in read.values if not isinstance(each, int | None | str | float)]  # type: ignore[union-attr] # all have classes
    assert [loaders_of(each)[0] for each in kinds] == [(-2, 4), *[BOOTSTRAP] * 4, (0,)]


def test_an_exception_response_has_both_forms() -> None:
    cause = java_throwable(IO_EXCEPTION, "error=2, No such file or directory")
    thrown = java_throwable(IO_EXCEPTION, 'Cannot run program "docker"', cause)
    command = Response(id=1, return_value=exception_response(thrown, Loaders(2)))
    read, payload, error = read_command(build_command(command))
    assert error is None
    assert payload is not None
    assert payload.role is PayloadRole.THREW
    assert describe_throwable(payload.value) == 'java.io.IOException: Cannot run program "docker"'
    assert isinstance(payload.value, JavaObject)
    assert describe_throwable(payload.value.value_of("cause")) == (
        "java.io.IOException: error=2, No such file or directory"
    )
    assert read is not None
    assert open_payload(read)[0] is not None


def test_a_proxy_exception_says_what_it_stands_for_all_the_way_down() -> None:
    cause = java_throwable(CLASS_NOT_FOUND, "hudson.slaves.SlaveComputer$SlaveVersion")
    proxied = proxy_exception(java_throwable(IO_EXCEPTION, None, cause))
    assert proxied.value_of("detailMessage") == "java.io.IOException"
    inner = proxied.value_of("cause")
    assert isinstance(inner, JavaObject)
    assert inner.class_name == "hudson.remoting.ProxyException"
    assert inner.value_of("detailMessage") == (
        "java.lang.ClassNotFoundException: hudson.slaves.SlaveComputer$SlaveVersion"
    )
    assert inner.value_of("cause") is inner


def test_a_bare_class_descriptor_names_its_loader() -> None:
    read = only_object(build_nested(java_class("org.example.Kind"), Loaders(4)))
    assert isinstance(read, JavaClass)
    assert loaders_of(read) == [(-2, 4)]
