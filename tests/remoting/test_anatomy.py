"""Messages taken apart: chunks and what is in them, texts and their lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.model.commands import OutputStreamChunk
from jnlpspy.model.trace import Node
from jnlpspy.remoting.anatomy import change_payload, dissect
from jnlpspy.remoting.build import build_command
from jnlpspy.wire.chunks import ChunkReader, write_chunks
from jnlpspy.wire.layouts import CAPABILITY_MARK, build_chunk_header

COMMAND = build_command(OutputStreamChunk(oid=5, buf=bytes(range(256)) * 80))


def leaves_of(data: bytes, start: int = 100) -> list[Node]:
    leaves = [*dissect(data, start).root.leaves()]
    at = start
    for leaf in leaves:
        assert leaf.start == at
        at = leaf.end
    assert at == start + len(data)
    return leaves


def told(data: bytes) -> list[tuple[str, str]]:
    return [(leaf.label, leaf.text) for leaf in leaves_of(data)]


def test_chunk_headers_stand_where_they_cut_a_command() -> None:
    data = b"".join(write_chunks(COMMAND))
    heads = [leaf for leaf in leaves_of(data) if leaf.label == "chunk header"]
    assert [leaf.start - 100 for leaf in heads] == [0, 8194, 16388]
    assert [leaf.text for leaf in heads] == [
        "8192 bytes, more follow",
        "8192 bytes, more follow",
        f"{len(COMMAND) - 16384} bytes, the last",
    ]


@given(st.lists(st.integers(0, 400), min_size=1, max_size=6))
def test_wherever_a_command_is_cut_its_fields_are_the_same(sizes: list[int]) -> None:
    block = build_command(OutputStreamChunk(oid=5, buf=b"abc"))
    parts, at = [], 0
    for size in [4, *sizes]:
        parts.append(block[at : at + size])
        at += size
    parts.append(block[at:])
    data = b"".join(
        build_chunk_header(len(part), more=number < len(parts) - 1) + part for number, part in enumerate(parts)
    )
    heads = (number for number, leaf in enumerate(leaves_of(data)) if leaf.label == "chunk header")
    assert len(list(heads)) == len(parts)
    whole = [leaf.text for leaf in leaves_of(block) if leaf.text]
    texts = [leaf.text for leaf in _values(dissect(data, 0).root) if leaf.text]
    assert texts == whole


def _values(root: Node) -> list[Node]:
    """Return the fields: what chunk headers cut is one of them."""
    if root.label == "chunk header":
        return []
    inner = [child for child in root.children if child.label not in {"chunk header", "part"}]
    if root.children and not inner:
        return [root]
    return [each for child in inner for each in _values(child)] if inner else [root]


@pytest.mark.parametrize(
    ("data", "pieces"),
    [
        (b"\0\2OK", [("length", "2"), ("text", "OK")]),
        (b'\0\7{"a":1}', [("length", "7"), ("text", '{"a":1}')]),
        (
            b'{"Node-Name":"a","x":null}',
            [
                ("text", "{"),
                ("header", '"Node-Name":"a"'),
                ("text", ","),
                ("header", '"x":null'),
                ("text", "}"),
            ],
        ),
        (b"Welcome\nCookie: x\n\n", [("line", "Welcome"), ("line", "Cookie: x"), ("line", "")]),
        (b"a: \x1b[2J\xc2\x9b \xff\r\n", [("line", "a: \\x1b[2J\\x9b \\xff")]),
        (b"", [("message", "")]),
        (CAPABILITY_MARK + b"rO0ABXNy", [("mark", CAPABILITY_MARK.decode()), ("text", "rO0ABXNy")]),
        (
            CAPABILITY_MARK + b"rO0ABXQAAmhp",
            [("mark", CAPABILITY_MARK.decode()), ("object stream in base64", '"hi"')],
        ),
    ],
)
def test_a_text_is_taken_apart_into_its_lines_and_headers(data: bytes, pieces: list[tuple[str, str]]) -> None:
    assert told(data) == pieces


def test_a_stream_without_chunks_is_read_as_one() -> None:
    assert dissect(COMMAND, 0).root.label == "object stream"


def test_an_object_behind_its_streams_header_is_read_without_one() -> None:
    anatomy = dissect(COMMAND[4:], 100)
    assert anatomy.is_command
    assert [leaf.text for leaf in leaves_of(COMMAND[4:])] == [leaf.text for leaf in leaves_of(COMMAND)][1:]


def test_the_payload_of_a_message_is_changed_and_its_chunk_headers_are_not() -> None:
    data = b"".join(write_chunks(COMMAND))
    changed = change_payload(data, lambda block: block.replace(b"\x08\x09", b"ab"))
    assert len(changed) == len(data)
    (block,) = [each.data for each in ChunkReader(0).feed(changed)]
    assert block == COMMAND.replace(b"\x08\x09", b"ab")
    assert change_payload(COMMAND, bytes.upper) == COMMAND.upper()


@given(
    st.binary(max_size=40),
    st.sampled_from([b"", b"\x00\x20\xac\xed\x00\x05", b"\xac\xed\x00\x05", b"sr\0", b"rO0AB", b"{"]),
)
def test_no_bytes_make_it_fail(noise: bytes, head: bytes) -> None:
    leaves_of(head + noise)
