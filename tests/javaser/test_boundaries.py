"""Where contents end in a stream that comes in pieces: as the reader finds it in one that is whole."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javaser.samples import HEADER, VECTORS, recorded_commands

from jnlpspy.errors import DecodeError
from jnlpspy.javaser.boundaries import BoundaryScanner
from jnlpspy.javaser.limits import Limits
from jnlpspy.javaser.reader import read_stream
from jnlpspy.javaser.tags import SC_EXTERNALIZABLE
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.java import ClassData, JavaClass, JavaException, JavaField, JavaObject, JavaReset, JavaString
from jnlpspy.wire.buffer import ByteQueue

PAYLOADS = [*VECTORS.values(), *(each.stream for each in recorded_commands())]
SMALL = Limits(size=5000, handles=50, elements=500, rereads=5000, depth=20, lineage=5)

Found = tuple[list[int], str]
"""Lengths of the contents found, and the error that ended it."""


def doubling(levels: int) -> bytes:
    """Objects that list two fields and wrote none, each where the first one above would be."""
    head = b"sr\0\1X" + bytes(8) + b"\3\0\2L\0\1vt\0\1XL\0\1wt\0\1Xxp"
    return head * levels + b"p" + b"w\0x" * levels


def scan(pieces: Iterable[bytes], limits: Limits = SMALL) -> Found:
    scanner, queue = BoundaryScanner(limits), ByteQueue()
    found: list[int] = []
    for piece in pieces:
        queue.append(piece)
        while len(queue):
            try:
                length = scanner.advance(queue)
            except DecodeError as error:
                return found, f"{type(error).__name__}: {error}"
            if length is None:
                break
            found.append(length)
            queue.take(length)
    return found, ""


def single(data: bytes) -> Iterable[bytes]:
    return (data[index : index + 1] for index in range(len(data)))


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_the_end_of_a_real_command_is_found_with_its_last_byte(payload: bytes) -> None:
    content = payload[len(HEADER) :]
    assert scan([content + b"yy"], Limits()) == ([len(content), 1, 1], "")
    assert scan(single(content), Limits()) == ([len(content)], "")
    assert scan([content[:-1]], Limits()) == ([], "")


def test_contents_follow_each_other_and_refer_back_until_a_reset() -> None:
    text = JavaString("again")
    contents = write_stream([text, text, JavaReset(), text])[len(HEADER) :]
    assert scan([contents]) == ([8, 5, 1, 8], "")
    assert "one of 0 handles" in scan([b"y" + contents[8:]])[1]


def test_a_writers_exception_ends_the_object_it_stands_in() -> None:
    inner = JavaClass("E", 1, 2)
    outer = JavaClass("A", 1, 2, fields=read_fields())
    aborted = JavaObject(outer, [ClassData(outer, (JavaException(JavaObject(inner, [ClassData(inner, ())])),))])
    contents = write_stream([aborted, JavaString("next")])[len(HEADER) :]
    lengths, error = scan(single(contents))
    assert (len(lengths), sum(lengths), error) == (2, len(contents), "")


def read_fields() -> tuple[JavaField, ...]:
    (command,) = read_stream(VECTORS["close"]).contents
    assert isinstance(command, JavaObject)
    return command.data[0].java_class.fields


@given(st.lists(st.sampled_from(PAYLOADS), min_size=1, max_size=3), st.data())
@settings(max_examples=100)
def test_a_damaged_stream_tells_the_same_in_any_pieces(payloads: list[bytes], data: st.DataObject) -> None:
    stream = bytearray(b"".join(payload[len(HEADER) :] + b"y" for payload in payloads))
    for _ in range(data.draw(st.integers(1, 4))):
        stream[data.draw(st.integers(0, len(stream) - 1))] = data.draw(st.integers(0, 255))
    assert scan([bytes(stream)]) == scan(single(bytes(stream)))


@given(st.lists(st.integers(0x6F, 0x7F) | st.integers(0, 8), max_size=60).map(bytes))
def test_any_bytes_of_the_grammar_tell_the_same_in_any_pieces(stream: bytes) -> None:
    assert scan([stream]) == scan(single(stream))


def test_a_class_that_wrote_no_fields_is_tried_again_and_remembered() -> None:
    described = bytes.fromhex("73720001580000000000000001030001") + b"L\0\1at\0\1L" + b"xp"
    bare = described + b"x"
    assert scan(single(bare + b"sq\0~\0\0x")) == ([len(bare), 7], "")


@pytest.mark.parametrize(
    ("stream", "error"),
    [
        (b"\x6f", "MalformedBytes: expected a value's tag, got 0x6f"),
        (b"u\x70", "MalformedBytes: expected a class descriptor, got tag 0x70"),
        (b"sq\0~\0\0", "MalformedBytes: expected one of 0 handles"),
        (b"t\0\0sq\0~\0\0", "MalformedBytes: expected a class descriptor, got something else"),
        (b"t\0\0uq\0~\0\0\0\0\0\0", "MalformedBytes: expected a class descriptor, got something else"),
        (b"r\0\1\xff", ""),
        (b"r\0\1\xff" + bytes(8), "MalformedBytes: expected modified UTF-8"),
        (b"r\0\1X" + bytes(8) + b"\6\0\0", "MalformedBytes: expected a class serializable or externalizable"),
        (b"r\0\1X" + bytes(8) + b"\2\0\1L\0\1ap", "MalformedBytes: expected a string"),
        (b"r\0\1X" + bytes(8) + b"\2\0\2L\0\1at\0\1LI\0\1bxp", "MalformedBytes: expected primitive fields"),
        (b"r\0\1X" + bytes(8) + b"\2\0\0xz", "MalformedBytes: expected a class descriptor, got tag 0x7a"),
        (b"}\xff\xff\xff\xff", "MalformedBytes: expected at most 65535 interfaces"),
        (b"ur\0\1X" + bytes(8) + b"\2\0\0xp\0\0\0\0", "MalformedBytes: expected an array class"),
        (b"ur\0\2[I" + bytes(8) + b"\2\0\0xp\xff\0\0\0", "MalformedBytes: expected an array length"),
        (b"ur\0\2[I" + bytes(8) + b"\2\0\0xp\0\1\0\0", "LimitExceeded: expected at most 500 elements"),
        (b"ur\0\2[B" + bytes(8) + b"\2\0\0xp\0\1\0\0", "LimitExceeded: expected an object of at most 5000 bytes"),
        (b"z\xff\0\0\0", "MalformedBytes: expected a length"),
        (b"|" + b"\xff" * 8, "MalformedBytes: expected a length"),
        (b"sr\0\1X" + bytes(8) + bytes([SC_EXTERNALIZABLE]) + b"\0\0xp", "NotSupported: expected Externalizable"),
        (b"r\0\1X" + bytes(8) + b"\2\0\0x" + (b"r\0\1X" + bytes(8) + b"\2\0\0x") * 5 + b"p", "LimitExceeded"),
        ((b"{" * 30), "LimitExceeded: expected at most 20 levels"),
        (b"ur\0\2[L" + bytes(8) + b"\2\0\0xp\0\0\0\x40" + b"t\0\0" * 64, "LimitExceeded: expected at most 50 handles"),
    ],
)
def test_what_is_no_content_is_refused_with_what_was_expected(stream: bytes, error: str) -> None:
    found, told = scan(single(stream))
    assert (sum(found), told[: len(error)]) == (3 if stream.startswith(b"t") else 0, error)
    assert bool(told) == bool(error)


def test_second_tries_end_when_their_budget_is_spent() -> None:
    assert scan([doubling(4)], Limits())[1] == ""
    assert scan([doubling(100)], Limits(rereads=20_000))[1].startswith(
        "MalformedBytes: expected a value's tag, got 0x77"
    )
