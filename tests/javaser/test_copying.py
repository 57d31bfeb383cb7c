"""A copied graph is written as its original was, and what was read stays as it is."""

from collections.abc import Sequence
from dataclasses import replace

from specimens import recorded_streams

from jnlpspy.javaser.building import java_class, java_object, object_array
from jnlpspy.javaser.copying import GraphCopier
from jnlpspy.javaser.reader import read_stream
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.java import BlockData, JavaArray, JavaClass, JavaContent, JavaEnum, JavaObject, JavaString, JavaValue

POINT = java_class("x.Point", {"x": "I", "next": "Ljava/lang/Object;"})


class Marking(GraphCopier):
    def annotation_of(self, original: JavaClass) -> Sequence[JavaContent]:
        return [BlockData(original.name.encode())]

    def field_of(self, owner: JavaObject, name: str, value: JavaValue) -> JavaValue:
        return 7 if name == "x" else super().field_of(owner, name, value)


def test_every_recorded_stream_is_copied_true() -> None:
    streams = recorded_streams()
    assert len(streams) > 500
    for stream in streams:
        copier = GraphCopier()
        assert write_stream([copier.content(each) for each in read_stream(stream).contents]) == stream


def test_annotations_and_fields_can_be_otherwise_in_the_copy() -> None:
    point = java_object(POINT, {"x": 1, "next": JavaString("end")})
    copy = Marking().content(point)
    assert isinstance(copy, JavaObject)
    assert (copy.value_of("x"), copy.value_of("next")) == (7, "end")
    assert [each.data for each in copy.java_class.annotation if isinstance(each, BlockData)] == [b"x.Point"]
    assert (point.value_of("x"), list(point.java_class.annotation)) == (1, [])


def test_what_is_shared_and_what_refers_to_itself_stays_so() -> None:
    point = java_object(POINT, {"x": 1})
    point.data[0] = replace(point.data[0], values=(1, point))
    array = GraphCopier().content(object_array([point, point, JavaEnum(POINT, "A")]))
    assert isinstance(array, JavaArray)
    assert isinstance(array.values, list)
    first, second, constant = array.values
    assert isinstance(first, JavaObject)
    assert first is second
    assert first is not point
    assert first.value_of("next") is first
    assert isinstance(constant, JavaEnum)
    assert constant.java_class is first.java_class
