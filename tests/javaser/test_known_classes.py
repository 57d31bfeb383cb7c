"""The memory of class descriptors: bounded, and deaf to what a stranger says."""

from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.javaser.building import java_class, java_object, proxy_class
from jnlpspy.javaser.known_classes import KNOWN_CLASSES, LONGEST_CHAIN, MOST_ALIKE, MOST_BYTES, KnownChain, KnownClasses
from jnlpspy.javaser.reader import read_stream
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.java import (
    BlockData,
    ClassData,
    JavaClass,
    JavaClassObject,
    JavaContent,
    JavaEnum,
    JavaField,
    JavaObject,
    JavaReset,
    JavaString,
)


def chain_of(raw: bytes, outer: tuple[tuple[int, None], ...] = ()) -> KnownChain:
    return KnownChain(0, raw, outer, JavaClass("C", 1, 2), (), 0, len(raw))


def class_read(data: bytes) -> JavaClass:
    (found,) = read_stream(data).contents
    assert isinstance(found, JavaObject)
    return found.java_class


def test_equal_descriptors_of_two_streams_are_one() -> None:
    KNOWN_CLASSES.clear()
    data = write_stream([java_object(java_class("C", {"x": "I"}), {"x": 1})])
    other = write_stream([java_object(java_class("C", {"x": "I"}), {"x": 2})])
    assert class_read(data) is class_read(other)


def test_descriptors_that_differ_anywhere_are_not_mixed_up() -> None:
    KNOWN_CLASSES.clear()
    kinds = [
        java_class("C", {"x": "I"}),
        java_class("C", {"y": "I"}),
        java_class("C", {"x": "J"}),
        java_class("C", {"x": "I"}, suid=2),
        java_class("C", {"x": "I"}, superclass=java_class("D")),
        java_class("C", {"x": "I"}, superclass=java_class("E")),
    ]
    streams = [write_stream([java_object(kind)]) for kind in kinds]
    for data in [*streams, *reversed(streams)]:
        assert write_stream(read_stream(data)) == data


def test_equal_bytes_behind_other_handles_mean_something_else() -> None:
    """A superclass that is referred to by its handle is another one in another stream."""
    KNOWN_CLASSES.clear()
    for name in ("A", "B", "A"):
        above = java_class(name, {"i": "I"})
        below = java_class("C", {"x": "I"}, superclass=above)
        data = write_stream([java_object(above), java_object(below)])
        second = read_stream(data).contents[1]
        assert isinstance(second, JavaObject)
        assert [each.name for each in second.java_class.lineage()] == ["C", name]
        assert write_stream(read_stream(data)) == data


def test_a_chain_is_found_only_where_its_bytes_stand_and_its_handles_mean_the_same() -> None:
    known = KnownClasses()
    chain = chain_of(b"chain", ((0, None),))
    known.add((1, b"ch"), chain)
    assert known.find((1, b"ch"), b"a chain", 2, [None]) is chain
    assert known.find((1, b"ch"), b"a chair", 2, [None]) is None
    assert known.find((2, b"ch"), b"a chain", 2, [None]) is None
    assert known.find((1, b"ch"), b"a chain", 2, [1]) is None


def test_the_memory_stays_small_whatever_comes() -> None:
    known = KnownClasses()
    for number in range(3000):
        known.add((number, b""), chain_of(bytes(1000)))
        assert known.size <= MOST_BYTES
    known.add((1, b""), chain_of(bytes(LONGEST_CHAIN + 1)))
    assert known.find((1, b""), bytes(LONGEST_CHAIN + 1), 0, []) is None


def test_of_chains_that_begin_alike_the_oldest_goes() -> None:
    known = KnownClasses()
    chains = [chain_of(bytes([number])) for number in range(MOST_ALIKE + 1)]
    for chain in chains:
        known.add((0, b""), chain)
    assert known.find((0, b""), b"\0", 0, []) is None
    assert known.find((0, b""), b"\1", 0, []) is chains[1]
    assert known.size == MOST_ALIKE


def test_a_stream_of_ever_new_classes_does_not_grow_the_memory() -> None:
    for number in range(300):
        read_stream(write_stream([java_object(java_class(f"{number}" * 1000))]))
        assert KNOWN_CLASSES.size <= MOST_BYTES


def test_a_chain_that_is_forgotten_leads_nowhere_and_is_not_found() -> None:
    """Those forgotten would hold each other, and a stack that recurs all of them."""
    known = KnownClasses()
    chains = [chain_of(bytes([number])) for number in range(MOST_ALIKE + 1)]
    for chain in chains:
        chain.next = chains[0]
        known.add((0, b""), chain)
    assert (chains[0].first_handle, chains[0].next) == (-1, None)
    assert chains[1].next is chains[0]
    known.clear()
    assert {(chain.first_handle, chain.next) for chain in chains} == {(-1, None)}


def test_what_a_chain_refers_to_counts_as_kept_with_it() -> None:
    """A few bytes may refer to a string of any length that stands before them, and would keep it."""
    KNOWN_CLASSES.clear()
    for length, kept in ((100, True), (LONGEST_CHAIN, False)):
        before = JavaString("Ljava/lang/String;" + "x" * length)
        kind = JavaClass(f"C{length}", 1, 2, (JavaField("L", "text", before),))
        data = write_stream([before, JavaObject(kind, [ClassData(kind, (None,))])])
        found = read_stream(data).contents[1]
        assert isinstance(found, JavaObject)
        assert found.java_class.fields[0].signature == before
        assert (found.java_class.kept_size is not None) is kept
    assert 100 < KNOWN_CLASSES.size < LONGEST_CHAIN


def test_a_class_below_one_that_is_too_long_to_be_kept_is_not_kept_either() -> None:
    KNOWN_CLASSES.clear()
    above = java_class("A" * LONGEST_CHAIN)
    below = java_class("C", superclass=above)
    data = write_stream([java_object(above), java_object(below)])
    first, second = read_stream(data).contents
    assert isinstance(first, JavaObject)
    assert isinstance(second, JavaObject)
    assert second.java_class.superclass is first.java_class
    assert second.java_class.kept_size is None
    assert KNOWN_CLASSES.size == 0


def classes_alike() -> list[JavaClass]:
    """Return classes that differ little, and some that stand below the same ones."""
    above = java_class("A", {"i": "I"})
    other = java_class("A", {"i": "I"}, suid=9)
    named = JavaClass("C", 1, 2, (JavaField("L", "x", JavaString("LC;")),))
    loaded = [
        JavaClass("C", 1, 2, (JavaField("I", "x"),), annotation=[BlockData(bytes([each]) * 8)]) for each in (1, 2)
    ]
    below = [java_class("C", {"x": "I"}, superclass=each) for each in (above, other)]
    plain = [java_class("C", {"x": "I"}), java_class("C", {"x": "I"}, suid=2), java_class("C", {"y": "I"})]
    return [above, other, named, *loaded, *below, *plain, proxy_class("C"), proxy_class("C", "D")]


KINDS = classes_alike()
ENUMS = [
    java_class("E", flags=0x12, suid=0),
    java_class("E", flags=0x12, suid=0, superclass=java_class("java.lang.Enum")),
]


def value_for(kind: JavaClass, number: int) -> JavaObject:
    lineage = [*kind.lineage()][::-1]
    values = [tuple(None if each.typecode == "L" else number for each in one.fields) for one in lineage]
    return JavaObject(kind, [ClassData(one, given) for one, given in zip(lineage, values, strict=True)])


contents = st.one_of(
    st.builds(value_for, st.sampled_from(KINDS), st.integers(0, 9)),
    st.sampled_from([JavaEnum(each, JavaString("ONE")) for each in ENUMS]),
    st.sampled_from(KINDS).map(JavaClassObject),
    st.builds(JavaReset),
)


@given(st.lists(st.lists(contents, max_size=8), min_size=2, max_size=6))
def test_no_stream_changes_what_another_is_read_as(streams: list[list[JavaContent]]) -> None:
    KNOWN_CLASSES.clear()
    written = [write_stream(each) for each in streams]
    for data in [*written, *reversed(written)]:
        assert write_stream(read_stream(data)) == data


def reads_as_written(*streams: list[JavaContent]) -> bool:
    written = [write_stream(each) for each in streams]
    # twice each, one after the other: the second time a chain learns what comes next
    return all(write_stream(read_stream(data)) == data for data in written * 2 for _ in range(2))


def test_what_came_next_may_stand_below_another_class_this_time() -> None:
    KNOWN_CLASSES.clear()
    between = java_class("B", {"y": "I"})
    above, other = java_class("A"), java_class("A", suid=9)
    first, second = (java_class("C", {"x": "I"}, superclass=each) for each in (above, other))
    assert reads_as_written(
        [value_for(above, 1), value_for(between, 2), value_for(first, 3)],
        [value_for(other, 1), value_for(between, 2), value_for(second, 3)],
    )


def test_what_came_next_may_stand_behind_more_handles_this_time() -> None:
    """Equal bytes name handles by their numbers: those inside the descriptor are outside of it there."""
    KNOWN_CLASSES.clear()
    between = java_class("B", {"y": "I"})
    own, before = JavaString("LOwn;"), JavaString("LBefore;")
    first = JavaClass("C", 1, 2, (JavaField("L", "x", own), JavaField("L", "y", own)))
    second = JavaClass("C", 1, 2, (JavaField("L", "x", own), JavaField("L", "y", before)))
    streams: list[list[JavaContent]] = [
        [value_for(between, 1), value_for(first, 2)],
        [value_for(between, 1), JavaString("any"), before, value_for(second, 2)],
    ]
    alike = [write_stream(each).partition(b"r\0\x01C")[2] for each in streams]
    assert alike[0] == alike[1]
    assert reads_as_written(*streams)
    for data in map(write_stream, streams[::-1]):
        found = read_stream(data).contents[-1]
        assert isinstance(found, JavaObject)
        signature = found.java_class.fields[1].signature
        assert signature == ("LBefore;" if b"LBefore;" in data else "LOwn;")
