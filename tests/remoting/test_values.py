import pytest

from jnlpspy.javaser.reader import read_stream
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.java import BlockData, JavaContent, JavaObject, JavaValue
from jnlpspy.remoting.values import CLASS_LOADER, class_files, exported_proxy, java_hash_map, java_value


def read_back(value: JavaValue) -> JavaContent:
    return read_stream(write_stream([value])).contents[0]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (True, "java.lang.Boolean"),
        (0, "java.lang.Integer"),
        (-(1 << 31), "java.lang.Integer"),
        (1 << 31, "java.lang.Long"),
    ],
)
def test_a_number_is_boxed_as_java_does(value: int, name: str) -> None:
    read = read_back(java_value(value))
    assert isinstance(read, JavaObject)
    assert (read.class_name, read.value_of("value")) == (name, value)


def test_text_is_a_string_and_an_object_stays() -> None:
    assert read_back(java_value("text")) == "text"
    thing = java_hash_map({})
    assert java_value(thing) is thing
    assert java_value(None) is None


@pytest.mark.parametrize(("size", "buckets", "threshold"), [(0, 16, 12), (12, 16, 12), (13, 32, 24), (25, 64, 48)])
def test_a_map_has_the_table_java_would_give_it(size: int, buckets: int, threshold: int) -> None:
    read = read_back(java_value({str(number): number for number in range(size)}))
    assert isinstance(read, JavaObject)
    head = read.data[0].annotation[0]
    assert isinstance(head, BlockData)
    assert head.data == buckets.to_bytes(4, "big") + size.to_bytes(4, "big")
    assert (read.value_of("threshold"), read.value_of("loadFactor")) == (threshold, 0.75)
    assert len(read.data[0].annotation) == 1 + 2 * size


def test_a_proxy_names_its_interface_and_the_object_behind_it() -> None:
    read = read_back(exported_proxy(CLASS_LOADER, 7))
    assert isinstance(read, JavaObject)
    assert read.class_name == f"Proxy<{CLASS_LOADER}, hudson.remoting.IReadResolve>"
    behind = read.value_of("h")
    assert isinstance(behind, JavaObject)
    assert (behind.value_of("oid"), behind.value_of("goingHome")) == (7, False)


def test_class_files_carry_their_bytes_and_their_loader() -> None:
    read = read_back(class_files({"org.example.Odd": b"\xca\xfe"}, 2))
    assert isinstance(read, JavaObject)
    _, name, file = read.data[0].annotation
    assert name == "org.example.Odd"
    assert isinstance(file, JavaObject)
    assert file.value_of("classLoader") == 2
    image = file.value_of("image")
    assert isinstance(image, JavaObject)
    assert image.class_name == "hudson.remoting.ResourceImageDirect"
