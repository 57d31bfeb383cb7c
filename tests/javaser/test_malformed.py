"""What is refused, with which words and where; and what is kept of the bytes before."""

import sys
from collections.abc import Callable

import pytest
from javaser.samples import HEADER, VECTORS, recorded_commands, shape

from jnlpspy.errors import DecodeError, LimitExceeded, MalformedBytes, NotSupported
from jnlpspy.javaser.limits import Limits
from jnlpspy.javaser.reader import ObjectReader, read_stream, read_stream_prefix
from jnlpspy.model.java import JavaArray, JavaObject

HEAD = "0001 45 0000000000000001"
EMPTY = f"72 {HEAD} 02 0000 78 70"
ONE_FIELD = f"72 {HEAD} 02 0001 4c 0001 76 74 0001 58 78 70"
INTS = "72 0002 5b49 0000000000000001 02 0000 78 70"
OBJECTS = "72 0003 5b4c3b 0000000000000001 02 0000 78 70"

MALFORMED = {
    "tag below the first": ("6f", "a value's tag, got 0x6f at byte 4"),
    "tag behind the last": ("7f", "a value's tag, got 0x7f at byte 4"),
    "end of an annotation at the top": ("78", "a value's tag, got 0x78 at byte 4"),
    "block data as a field": (f"73 {ONE_FIELD} 77 01 05", "a value's tag, got 0x77 at byte 30 (E.v)"),
    "block data as an element": (f"75 {OBJECTS} 00000001 77 01 05", "a value's tag, got 0x77 at byte 28 ([0])"),
    "reset inside an object": (f"73 {ONE_FIELD} 79", "a value's tag, got 0x79"),
    "handle below the first": ("71 007dffff", "one of 0 handles from 0x7e0000, got 0x7dffff at byte 5"),
    "handle not given yet": ("70 71 007e0000", "one of 0 handles from 0x7e0000, got 0x7e0000 at byte 6"),
    "handle forgotten": ("74 0000 79 71 007e0000", "one of 0 handles"),
    "null as an object's class": ("73 70", "a class descriptor, got null at byte 5 (classDesc)"),
    "string as an object's class": ("74 0000 73 71 007e0000", "a class descriptor, got a JavaString"),
    "tag of no class": ("73 74 0000", "a class descriptor, got tag 0x74 at byte 5 (classDesc)"),
    "class that is its own superclass": (f"76 72 {HEAD} 02 0000 78 71 007e0000", "got a JavaClass at byte 21"),
    "object of a class not finished": (f"72 {HEAD} 02 0000 73 71 007e0000", "a class descriptor, got a JavaClass"),
    "serializable and externalizable": (f"72 {HEAD} 06 0000 78 70", "got both flags at byte 16 (flags)"),
    "unknown type of a field": (f"72 {HEAD} 02 0001 51 0001 76 78 70", "primitive fields, then objects, got Q in E"),
    "primitive field behind an object": (
        f"72 {HEAD} 02 0002 4c 0001 76 74 0001 58 49 0001 69 78 70",
        "primitive fields, then objects, got LI in E",
    ),
    "signature that is null": (f"72 {HEAD} 02 0001 4c 0001 76 70", "a string, got tag 0x70 at byte 23 (fields[0].sig"),
    "signature that is no string": (
        f"72 {HEAD} 02 0001 4c 0001 76 71 007e0000",
        "a string, got a JavaClass at byte 23",
    ),
    "constant that is no string": (f"7e {EMPTY} 70", "a string, got tag 0x70"),
    "array of a class that is none": (f"75 {EMPTY} 00000000", "an array class, got 'E'"),
    "array of nothing": ("75 72 0001 5b 0000000000000001 02 0000 78 70 00000000", "an array class, got '['"),
    "array of an unknown type": ("75 72 0002 5b51 0000000000000001 02 0000 78 70 00000000", "an array class, got '[Q'"),
    "negative array length": (f"75 {INTS} ffffffff", "an array length, got -1 with 0 bytes left"),
    "array longer than the stream": (f"75 {INTS} 00000002 00000001 0000", "an array length, got 2 with 6 bytes left"),
    "objects longer than the stream": (
        f"75 {OBJECTS} 7fffffff 70",
        "an array length, got 2147483647 with 1 ",
    ),
    "string of four-byte characters": ("74 0004 f09f9880", "modified UTF-8, got a character of four bytes at byte 7"),
    "string of a lone continuation": ("74 0001 80", "modified UTF-8, got invalid start byte at byte 7"),
    "string cut in a character": ("74 0001 c3", "modified UTF-8, got unexpected end of data at byte 7"),
    "string overlong": ("74 0002 c181", "modified UTF-8, got invalid start byte at byte 7"),
    "string longer than the stream": ("74 0005 6869", "5 bytes, got 2 at byte 7"),
    "long string of negative length": ("7c ffffffffffffffff", "got -1 at byte 5"),
    "long string longer than the stream": ("7c 0000000000000005 6869", "5 bytes, got 2 at byte 13"),
    "long block data of negative length": ("7a ffffffff", "a length, got -1 at byte 5"),
    "block data longer than the stream": ("77 05 0102", "5 bytes, got 2 at byte 6"),
    "proxy of too many interfaces": ("7d 00010000", "at most 65535 interfaces, got 65536 at byte 5 (interfaces)"),
    "proxy of less than no interfaces": ("7d ffffffff", "got -1 at byte 5 (interfaces)"),
    "exception that is none": ("7b 74 0000", "a Throwable, got tag 0x74 at byte 5"),
    "stream cut in a field": (f"73 {ONE_FIELD}", "more bytes, got the end at byte 30 (E.v)"),
    "stream cut in a number": ("73 72 0001 45 00", "more bytes, got the end at byte 10 (classDesc.suid)"),
}


def stream(text: str) -> bytes:
    return HEADER + bytes.fromhex(text)


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_bytes_are_refused_with_what_was_expected_and_where(name: str) -> None:
    text, message = MALFORMED[name]
    with pytest.raises(MalformedBytes) as caught:
        read_stream(stream(text))
    assert message in str(caught.value)


@pytest.mark.parametrize(("data", "got"), [(b"", "nothing"), (b"PK\3\4", "504b0304"), (HEADER[:3], "aced00")])
def test_what_begins_otherwise_is_no_stream(data: bytes, got: str) -> None:
    with pytest.raises(MalformedBytes, match=f"expected stream header aced0005, got {got} at byte 0"):
        read_stream(data)


def test_external_data_without_frames_is_said_to_be_not_supported() -> None:
    with pytest.raises(NotSupported, match="got unframed data of E at byte 22"):
        read_stream(stream(f"73 72 {HEAD} 04 0000 78 70 0102030405"))


@pytest.mark.parametrize("name", VECTORS)
def test_every_cut_of_a_command_is_malformed_and_nothing_else(name: str) -> None:
    whole = VECTORS[name]
    for end in range(len(HEADER) + 1, len(whole)):
        with pytest.raises(MalformedBytes):
            read_stream(whole[:end])


def test_an_error_names_the_field_it_stands_in() -> None:
    """The tag of the `toString` of a request, which is a string at the very end."""
    whole = bytearray(VECTORS["user request"])
    whole[-7] = 0x60
    with pytest.raises(MalformedBytes) as caught:
        read_stream(bytes(whole))
    assert (caught.value.path, caught.value.offset) == ("UserRequest.toString", len(whole) - 7)


def test_an_error_deep_in_a_command_names_the_way_there() -> None:
    command = next(each for each in recorded_commands() if each.command == "Channel$CloseCommand").stream
    at = command.index(b"\x00\x0edeclaringClass") + 100
    paths = set()
    for damaged in range(at, at + 500):
        _, error = read_stream_prefix(command[:damaged])
        assert error is not None
        paths.add(error.path)
    assert any(path.startswith("Channel$CloseCommand.createdAt.stackTrace[0].") for path in paths), paths


def test_what_was_read_before_a_bad_byte_is_kept() -> None:
    kept, error = read_stream_prefix(stream(f"74 0001 61 75 {OBJECTS} 00000003 70 73 {ONE_FIELD} 6f"))
    assert isinstance(error, MalformedBytes)
    assert error.path == "[1].v"
    text, array = kept.contents
    assert text == "a"
    assert isinstance(array, JavaArray)
    assert isinstance(array.values, list)
    assert array.values[0] is None
    assert isinstance(array.values[1], JavaObject)
    assert array.values[1].class_name == "E"
    assert len(array.values) == 2


def test_the_fields_before_a_bad_one_are_kept() -> None:
    whole = VECTORS["ack"]
    kept, error = read_stream_prefix(whole[:-1])
    (command,) = kept.contents
    assert isinstance(command, JavaObject)
    assert error is not None
    assert error.path == "ProxyOutputStream$Ack.oid"
    assert [part.values for part in command.data] == [(None,), ()]


def test_a_whole_stream_has_no_error() -> None:
    kept, error = read_stream_prefix(VECTORS["ack"])
    assert error is None
    assert shape(kept) == shape(read_stream(VECTORS["ack"]))


def test_when_no_second_try_helps_the_first_error_stands() -> None:
    """In a class with writeObject: its field holds an object whose own field is bad."""
    text = f"73 72 {HEAD} 03 0001 4c 0001 76 74 0001 58 78 70 73 72 0001 46 0000000000000001 02 0001 4c 0001 77"
    kept, error = read_stream_prefix(stream(f"{text} 71 007e0001 78 70 6f"))
    assert error is not None
    assert error.path == "E.v.w"
    (outer,) = kept.contents
    assert isinstance(outer, JavaObject)
    inner = outer.value_of("v")
    assert isinstance(inner, JavaObject)
    assert inner.class_name == "F"


def test_the_try_that_got_further_says_what_is_wrong() -> None:
    """A class that wrote no fields, and a bad tag behind its block data."""
    text = f"73 72 {HEAD} 03 0001 4c 0001 76 74 0001 58 78 70 77 01 05 6f"
    kept, error = read_stream_prefix(stream(text))
    assert error is not None
    assert (error.path, error.got) == ("E.annotation[1]", "0x6f")
    (odd,) = kept.contents
    assert isinstance(odd, JavaObject)
    assert [(part.values, len(part.annotation)) for part in odd.data] == [((), 1)]


def test_an_exception_that_cannot_be_read_leaves_what_was_read() -> None:
    kept, error = read_stream_prefix(stream(f"74 0001 61 7b 73 {ONE_FIELD} 6f"))
    assert isinstance(error, MalformedBytes)
    assert len(kept.contents) == 2


def nested_arrays(levels: int) -> bytes:
    """An `Object[]` in an `Object[]` and so on, `levels` of them."""
    return stream(f"75 {OBJECTS} 00000001" + " 75 71 007e0000 00000001" * (levels - 1) + " 70")


def nested_custom_objects(levels: int) -> bytes:
    """Objects with a writeObject, each in the annotation of the one above: the deepest way for Python."""
    return stream(f"73 72 {HEAD} 03 0000 78 70" + " 73 71 007e0000" * (levels - 1) + " 78" * levels)


def nested_rereads(levels: int) -> bytes:
    """Objects that list a field and did not write it, each in the annotation of the one above."""
    head = f"73 72 {HEAD} 03 0001 4c 0001 76 74 0001 58 78 70 77 00"
    return stream(head + " 73 71 007e0000 77 00" * (levels - 1) + " 78" * levels)


def doubling_rereads(levels: int) -> bytes:
    """The same with a second field, and the object below where the first one would be: it is read in both tries."""
    head = f"73 72 {HEAD} 03 0002 4c 0001 76 74 0001 58 4c 0001 77 74 0001 58 78 70"
    return stream(head * levels + " 70" + " 77 00 78" * levels)


def nested_descriptors(levels: int) -> bytes:
    """Objects in the annotations of class descriptors; each takes two levels."""
    half = levels // 2
    return stream(f"73 72 {HEAD} 02 0000 " * half + "78 70" * half)


NESTED = [nested_arrays, nested_custom_objects, nested_rereads, nested_descriptors]


@pytest.mark.parametrize("nested", NESTED)
def test_the_deepest_nesting_allowed_is_read_within_three_frames_a_level(nested: Callable[[int], bytes]) -> None:
    depth = Limits().depth
    frames = _frames_here()
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(frames + 3 * depth + 20)
    try:
        read_stream(nested(depth))
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize("nested", NESTED)
async def test_the_deepest_nesting_allowed_is_read_below_an_event_loop(nested: Callable[[int], bytes]) -> None:
    read_stream(nested(Limits().depth))


@pytest.mark.parametrize("nested", NESTED)
def test_one_level_more_is_refused(nested: Callable[[int], bytes]) -> None:
    with pytest.raises(LimitExceeded, match="at most 200 levels of nesting"):
        read_stream(nested(Limits().depth + 2))


def test_a_caller_that_left_too_little_stack_learns_it_as_a_limit() -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(_frames_here() + 100)
    try:
        with pytest.raises(LimitExceeded, match="no stack left"):
            read_stream(nested_custom_objects(150))
    finally:
        sys.setrecursionlimit(before)


LIMITED = {
    "size": (Limits(size=4), "70", "a stream of at most 4 bytes, got 5"),
    "handles": (Limits(handles=2), "74 0000 74 0000 74 0000", "at most 2 handles"),
    "handles of classes": (Limits(handles=1), "74 0000 7d 00000000 78 70", "at most 1 handles"),
    "string": (Limits(string=4), "7c 0000000000000005 6161616161", "a string of at most 4 bytes, got 5"),
    "contents": (Limits(elements=2), "70 70 70", "at most 2 elements"),
    "resets": (Limits(elements=5), "79 79 79 79 79 79", "at most 5 elements"),
    "handles of many resets": (Limits(elements=5), "74 0000 79 74 0000 79", "at most 5 elements"),
    "elements": (Limits(elements=3), f"75 {INTS} 00000003 00000000 00000000 00000000", "at most 3 elements"),
    "declared fields": (Limits(elements=1), f"72 {HEAD} 02 0001 49 0001 69 78 70", "at most 1 elements"),
    "interfaces": (Limits(elements=1), "7d 00000002 0000 0000 78 70", "at most 1 elements"),
    "annotation": (Limits(elements=3), f"73 72 {HEAD} 03 0000 78 70 70 70 78", "at most 3 elements"),
    "values of objects": (Limits(elements=5), f"73 {ONE_FIELD} 70 73 71 007e0000 70", "at most 5 elements"),
    "lineage": (
        Limits(lineage=2),
        f"76 72 {HEAD} 02 0000 78 " * 1 + f"72 {HEAD} 02 0000 78 " * 2 + "70",
        "at most 2 c",
    ),
    "lineage by reference": (
        Limits(lineage=2),
        f"76 72 {HEAD} 02 0000 78 70 76 72 {HEAD} 02 0000 78 71 007e0000 76 72 {HEAD} 02 0000 78 71 007e0002",
        "at most 2 classes in a lineage",
    ),
}


@pytest.mark.parametrize("name", LIMITED)
def test_more_than_a_limit_is_refused(name: str) -> None:
    limits, text, message = LIMITED[name]
    with pytest.raises(LimitExceeded, match=message):
        read_stream(stream(text), limits)


def test_second_tries_end_when_their_budget_is_spent() -> None:
    """A million tries at the bottom of 20 levels, were there no budget."""
    read_stream(doubling_rereads(8))
    with pytest.raises(MalformedBytes, match="a value's tag, got 0x77"):
        read_stream(doubling_rereads(100), Limits(rereads=20_000))


def test_a_class_known_to_write_no_fields_needs_no_second_try() -> None:
    head = f"73 72 {HEAD} 03 0001 4c 0001 76 74 0001 58 78 70 77 00 78"
    contents = read_stream(stream(head + "73 71 007e0000 77 00 78" * 1000), Limits(rereads=600)).contents
    assert len(contents) == 1001


def test_an_error_leaves_the_cursor_s_unfinished_value_behind() -> None:
    reader = ObjectReader(bytes.fromhex(f"73 {ONE_FIELD}"))
    with pytest.raises(DecodeError):
        reader.read_content()
    assert isinstance(reader.unfinished, JavaObject)
    assert reader.unfinished.class_name == "E"


def _frames_here() -> int:
    frame, count = sys._getframe(), 0  # noqa: SLF001 - there is no public way to count frames
    while frame.f_back is not None:
        frame, count = frame.f_back, count + 1
    return count
