"""What a real `ObjectOutputStream` writes: read, and written again byte for byte."""

from pathlib import Path

import pytest
from javaser.java import needs_jdk, write_with_java

from jnlpspy.errors import NotSupported
from jnlpspy.javaser.reader import read_stream, read_stream_prefix
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.java import BlockData, JavaArray, JavaContent, JavaEnum, JavaException, JavaObject, JavaReset

pytestmark = needs_jdk


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of streams, one file a case."""
    return write_with_java(tmp_path_factory.mktemp("written"))


def contents_of(written: Path, case: str) -> list[JavaContent]:
    return read_stream((written / f"{case}.ser").read_bytes()).contents


def test_what_java_writes_is_written_again_byte_for_byte(written: Path) -> None:
    cases = sorted(path for path in written.glob("*.ser") if path.stem != "unframed_external")
    assert len(cases) > 40
    for case in cases:
        data = case.read_bytes()
        stream = read_stream(data)
        assert write_stream(stream) == data, case.stem


def test_primitive_fields_have_the_values_java_gave_them(written: Path) -> None:
    (point,) = contents_of(written, "point")
    assert isinstance(point, JavaObject)
    values = {each.name: point.value_of(each.name) for each in point.java_class.fields if each.typecode not in "L["}
    assert values == {"x": 1, "y": -2, "c": "\ud83d", "z": True, "b": -3, "s": 4, "f": 5.5, "d": -6.25}
    assert point.value_of("name") == "p"
    assert point.value_of("self") is point
    numbers = point.value_of("numbers")
    assert isinstance(numbers, JavaArray)
    assert numbers.values == [1, 2, 3]


def test_strings_have_the_characters_java_gave_them(written: Path) -> None:
    (strings,) = contents_of(written, "strings")
    assert isinstance(strings, JavaArray)
    assert strings.values == ["", "ascii", "\0", "\xe9€", "\U0001f600", "\ude00\ud83d", "x" * 65535]
    assert contents_of(written, "long_string") == ["\xe9" * 40_000]


def test_an_exception_keeps_its_cause_and_what_it_suppressed(written: Path) -> None:
    (outer,) = contents_of(written, "exception")
    assert isinstance(outer, JavaObject)
    cause = outer.value_of("cause")
    assert isinstance(cause, JavaObject)
    assert (outer.class_name, outer.value_of("detailMessage")) == ("java.lang.IllegalStateException", "outer")
    assert (cause.class_name, cause.value_of("detailMessage")) == ("java.io.IOException", "cause")
    innermost = cause.value_of("cause")
    assert isinstance(innermost, JavaObject)
    assert innermost.value_of("cause") is innermost


def test_a_class_above_that_writes_no_fields_leaves_those_below(written: Path) -> None:
    (odd,) = contents_of(written, "no_defaults")
    assert isinstance(odd, JavaObject)
    above, below = odd.data
    assert (above.values, below.values) == ((), ("b",))
    assert isinstance(above.annotation[0], BlockData)
    assert above.annotation[1:] == ["only this"]


def test_enum_constants_are_told_apart_from_their_classes(written: Path) -> None:
    (enums,) = contents_of(written, "enums")
    assert isinstance(enums, JavaArray)
    constants = [(each.java_class.name, each.constant) for each in enums.values if isinstance(each, JavaEnum)]
    switch = "Written$Switch"
    assert constants == [(switch, "ON"), (switch, "OFF"), (switch, "ON"), ("java.util.concurrent.TimeUnit", "SECONDS")]
    assert enums.values[0] is enums.values[2]


def test_a_proxy_is_named_by_its_interfaces(written: Path) -> None:
    (proxy,) = contents_of(written, "proxy")
    assert isinstance(proxy, JavaObject)
    assert proxy.class_name == "Proxy<Written$Named, java.lang.Comparable>"
    handler = proxy.value_of("h")
    assert isinstance(handler, JavaObject)
    assert handler.value_of("answer") == 42


def test_a_reset_makes_the_same_object_another_one(written: Path) -> None:
    before, reset, after, block, again = contents_of(written, "reset")
    assert isinstance(before, JavaObject)
    assert isinstance(after, JavaObject)
    assert isinstance(block, BlockData)
    assert before is not after
    assert [type(each) for each in (reset, again)] == [JavaReset, JavaReset]


@pytest.mark.parametrize("case", ["field_fails", "element_fails", "write_object_fails"])
def test_a_stream_goes_on_behind_an_object_that_failed(written: Path, case: str) -> None:
    contents = contents_of(written, case)
    failed = contents[-2]
    assert isinstance(failed, (JavaObject, JavaArray))
    assert isinstance(contents[-1], (str, JavaObject))
    assert "java.io.NotSerializableException" in _exceptions(failed)


def test_external_data_without_frames_is_refused_and_what_is_before_it_kept(written: Path) -> None:
    kept, error = read_stream_prefix((written / "unframed_external.ser").read_bytes())
    assert isinstance(error, NotSupported)
    (array,) = kept.contents
    assert isinstance(array, JavaArray)
    assert array.values[0] == "kept"


def _exceptions(value: JavaContent) -> list[str]:
    match value:
        case JavaException(throwable=JavaObject() as throwable):
            return [throwable.class_name]
        case JavaObject():
            inside = [content for part in value.data for content in (*part.values, *part.annotation)]
            return [name for each in inside if each is not value for name in _exceptions(each)]
        case JavaArray(values=list() as elements):
            return [name for each in elements for name in _exceptions(each)]
        case _:
            return []
