"""The slow reader agrees with the fast one, and says of each byte what it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from javaser.samples import HEADER, VECTORS, Recorded, recorded_commands, shape

from jnlpspy.errors import LimitExceeded
from jnlpspy.javaser.building import byte_array, java_class, java_object, object_array
from jnlpspy.javaser.reader import read_stream, read_stream_prefix
from jnlpspy.javaser.trace import DEPTH, trace_stream
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.java import JavaString
from jnlpspy.model.trace import Node

STREAMS = [each.stream for each in recorded_commands()] + list(VECTORS.values())


def assert_complete(root: Node, size: int) -> None:
    """Every byte is in one leaf, and every piece is as long as what it is made of."""
    at = 0
    for leaf in root.leaves():
        assert leaf.start == at
        at = leaf.end
    assert at == size


def paths(root: Node) -> dict[str, Node]:
    """Return pieces by the names that lead to them."""
    found: dict[str, Node] = {}
    stack = [("", root)]
    while stack:
        above, node = stack.pop()
        path = f"{above}/{node.label}"
        found.setdefault(path, node)
        stack += [(path, child) for child in node.children]
    return found


@pytest.mark.parametrize("recorded", recorded_commands(), ids=str)
def test_both_readers_read_the_same(recorded: Recorded) -> None:
    root, stream = trace_stream(recorded.stream)
    assert shape(stream) == shape(read_stream(recorded.stream))
    assert_complete(root, len(recorded.stream))


def test_a_field_stands_where_its_bytes_are() -> None:
    of = java_class("E", {"id": "I", "name": "Ljava/lang/String;"})
    data = write_stream([java_object(of, {"id": 258, "name": JavaString("Grüße")})])
    found = paths(trace_stream(data)[0])
    number, name = found["/object stream/object/E/id"], found["/object stream/object/E/name"]
    assert (data[number.start : number.end], number.text) == (b"\0\0\1\2", "258")
    assert (data[name.start : name.end], name.text) == (b"t\0\7" + "Grüße".encode(), '"Grüße"')


def test_a_stream_inside_a_byte_array_is_taken_apart_too() -> None:
    data = write_stream([byte_array(write_stream([JavaString("inside")]))])
    root, _ = trace_stream(data)
    inner = paths(root)["/object stream/array/bytes/string"]
    assert (inner.text, data[inner.start : inner.end]) == ('"inside"', b"t\0\6inside")
    assert_complete(root, len(data))


def test_a_handle_says_what_it_stands_for() -> None:
    text = JavaString("twice")
    root, _ = trace_stream(write_stream([object_array([text, text])]))
    assert paths(root)["/object stream/array/[1]"].text == '"twice" (as before)'


def test_what_cannot_be_read_is_the_last_piece_and_says_why() -> None:
    data = VECTORS["ack"][:-2]
    root, _ = trace_stream(data)
    *_, last = root.leaves()
    assert last.bad
    assert "expected 4 bytes, got 2" in last.text
    assert_complete(root, len(data))


def test_nesting_without_end_is_refused() -> None:
    data = HEADER + bytes.fromhex("75 7200035b4c3b0000000000000001020000787000000001")
    data += bytes.fromhex("75 71007e000000000001") * (DEPTH + 5)
    root, _ = trace_stream(data)
    assert_complete(root, len(data))
    assert "levels of nesting" in [*root.leaves()][-1].text


@given(st.sampled_from(STREAMS), st.data())
def test_both_readers_refuse_the_same(stream: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(4, len(stream) - 1))
    changed = stream[:at] + bytes([data.draw(st.integers(0, 255))]) + stream[at + 1 :]
    changed = changed[: data.draw(st.integers(at, len(changed)))]
    fast, error = read_stream_prefix(changed)
    root, slow = trace_stream(changed, nested=0)
    assert_complete(root, len(changed))
    if isinstance(error, LimitExceeded):
        return
    assert any(leaf.bad for leaf in root.leaves()) == (error is not None)
    if error is None and b"\x7b" not in changed:
        assert shape(slow) == shape(fast)


@given(st.binary(max_size=60))
def test_no_bytes_make_it_fail(noise: bytes) -> None:
    for data in (noise, HEADER + noise):
        root, _ = trace_stream(data)
        assert_complete(root, len(data))
