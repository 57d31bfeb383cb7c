"""The memory of creation stacks: bounded, and the one met last is found first."""

from jnlpspy.javaser.known_sources import MOST_ALIKE, MOST_BYTES, KnownSource, KnownSources, LaterObject
from jnlpspy.model.java import ClassData, JavaClass, JavaField, JavaObject, JavaString, JavaValue

JAVA = JavaClass("S", 1, 2, (JavaField("L", "message", "Ljava/lang/String;"), JavaField("L", "this$0", "LCommand;")))


def source_of(raw: bytes, depth: int = 2) -> KnownSource:
    return KnownSource(raw, depth, (), (), {}, 0, JAVA, len(raw))


def test_a_source_is_found_only_where_its_bytes_stand_at_its_depth_and_handle() -> None:
    known = KnownSources()
    short, long = source_of(b"short"), source_of(bytes(range(256)) * 5)
    for source in (short, long):
        known.add(1, source)
        data = b"s" + source.raw + b"and more"
        assert known.find(data, 1, 2, [None]) is source
        assert known.find(data, 1, 3, [None]) is None
        assert known.find(data, 1, 2, []) is None
        assert known.find(data[:-9], 1, 2, [None]) is None


def test_the_memory_stays_small_whatever_comes() -> None:
    known = KnownSources()
    for number in range(3000):
        known.add(number, source_of(bytes(2000)))
        assert known.size <= MOST_BYTES


def test_of_sources_that_are_alike_the_one_not_met_for_longest_goes() -> None:
    known = KnownSources()
    sources = [source_of(bytes([number])) for number in range(MOST_ALIKE)]
    for source in sources:
        known.add(0, source)
    assert known.find(b"\0", 0, 2, []) is sources[0]
    known.add(0, source_of(b"one more"))
    assert known.find(b"\0", 0, 2, []) is sources[0]
    assert known.find(b"\1", 0, 2, []) is None


def test_an_object_put_off_is_read_once_and_may_be_filled_instead() -> None:
    asked = []

    def reread(later: LaterObject) -> list[JavaValue]:
        asked.append(later)
        later.data = [ClassData(JAVA, (1,))]
        return [None]

    later = LaterObject(source_of(b""), 0, reread)
    assert later.value_of("x") is None
    assert [part.values for part in later.data] == [(1,)]
    assert later.handles == [None]
    assert asked == [later]
    filled = LaterObject(source_of(b""), 0, reread)
    filled.data = []
    assert filled.data == []
    assert asked == [later]


def look_twice(message: JavaString, *, before: list[JavaValue]) -> list[str]:
    """Return at what a function looked that two objects of the same bytes were handed to one after the other."""
    looked: list[str] = []

    def look(value: JavaObject) -> JavaValue:
        looked.append(str(value.value_of("message")))
        return value.value_of("message")

    source = source_of(b"")
    for _ in range(2):
        command = JavaObject(JavaClass("Command", 1, 2))

        def reread(later: LaterObject, command: JavaObject = command) -> list[JavaValue]:
            later.data = [ClassData(JAVA, (message, command))]
            return [*before, command, later, *([] if message in before else [message])]

        assert LaterObject(source, len(before) + 1, reread).tell(look) == message
    return looked


def test_what_is_made_of_an_object_that_recurs_is_made_once() -> None:
    assert look_twice(JavaString("disk full"), before=[]) == ["disk full"]


def test_what_stands_before_an_object_may_be_another_thing_the_next_time() -> None:
    message = JavaString("disk full")
    assert look_twice(message, before=[message]) == ["disk full", "disk full"]
