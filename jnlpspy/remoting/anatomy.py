"""A message's bytes taken apart: chunks, object streams, lengths, header lines."""

import base64
import binascii
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from jnlpspy.javaser.tags import STREAM_HEADER
from jnlpspy.javaser.trace import trace_stream
from jnlpspy.model.commands import Response
from jnlpspy.model.describe import describe_value, shorten
from jnlpspy.model.java import JavaContent, JavaObject
from jnlpspy.model.session import PayloadRole
from jnlpspy.model.trace import Node
from jnlpspy.remoting.commands import read_command
from jnlpspy.wire.chunks import HEADER_SIZE
from jnlpspy.wire.layouts import CAPABILITY_MARK

_MORE, _LENGTH = 0x8000, 0x7FFF
_JSON_PAIR = re.compile(rb'"(?:[^"\\]|\\.)*+"\s*+:\s*+(?:"(?:[^"\\]|\\.)*+"|null)', re.DOTALL)
_STREAM_IN_BASE64 = b"rO0AB"
_BARE_OBJECT = b"sr\0"
"""TC_OBJECT, TC_CLASSDESC and a short name: a command of a stream whose header went before."""
_ESCAPED = 10
"""Letters that an unprintable one takes at most: nothing is cut."""
_LENGTH_SIZE = 2
"""Bytes of the length before a text (DataOutputStream.writeUTF)."""


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What a message is made of."""

    root: Node
    """Its offsets are those of the sender's stream."""
    made_at: JavaObject | None = None
    """A command's `createdAt`."""
    thrown: JavaObject | None = None
    """What a response says that its call threw."""
    is_command: bool = False
    """True if it is an object stream, in chunks or not, with its header or behind it."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    head: int
    """Where its header stands in the message."""
    start: int
    """Where its body stands in the block."""
    size: int
    more: bool


def dissect(data: bytes, start: int) -> Anatomy:
    """Take a message apart that stands at `start` in its sender's stream."""
    chunks = _split_chunks(data)
    if chunks is not None:
        return _dissect_command(data, chunks, start)
    if data.startswith(STREAM_HEADER):
        root, stream = trace_stream(data)
        return Anatomy(root.moved(start), _made_at(stream.contents), _thrown(data), is_command=True)
    if data.startswith(_BARE_OBJECT):
        whole = STREAM_HEADER + data
        root, stream = trace_stream(whole)
        root.start += len(STREAM_HEADER)
        del root.children[0]
        moved = root.moved(start - len(STREAM_HEADER))
        return Anatomy(moved, _made_at(stream.contents), _thrown(whole), is_command=True)
    return Anatomy(Node("message", 0, len(data), "", list(_dissect_text(data))).moved(start))


def change_payload(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return a message whose bytes inside its chunks were changed, to as many others."""
    chunks = _split_chunks(data)
    if chunks is None:
        return change(data)
    block = change(_join(data, chunks))
    return b"".join(
        data[each.head : each.head + HEADER_SIZE] + block[each.start : each.start + each.size] for each in chunks
    )


def _split_chunks(data: bytes) -> list[_Chunk] | None:
    """Return the chunks if the message is made of whole ones and begins as a command does."""
    if data[HEADER_SIZE : HEADER_SIZE + 2] != STREAM_HEADER[:2]:
        return None
    chunks, at, block = [], 0, 0
    while at < len(data):
        header = int.from_bytes(data[at : at + HEADER_SIZE], "big")
        chunks.append(_Chunk(at, block, header & _LENGTH, bool(header & _MORE)))
        at += HEADER_SIZE + (header & _LENGTH)
        block += header & _LENGTH
    return chunks if at == len(data) else None


def _dissect_command(data: bytes, chunks: Sequence[_Chunk], start: int) -> Anatomy:
    block = _join(data, chunks)
    tree, stream = trace_stream(block)
    mapped = _map_chunks(tree, chunks, [each.start + each.size for each in chunks])
    behind = [each for each in chunks[1:] if each.head >= mapped.end]
    children = [_chunk_header(chunks[0]), mapped, *(_chunk_header(each) for each in behind)]
    root = Node("command", 0, len(data), "", children).moved(start)
    return Anatomy(root, _made_at(stream.contents), _thrown(block), is_command=True)


def _join(data: bytes, chunks: Sequence[_Chunk]) -> bytes:
    return b"".join(data[each.head + HEADER_SIZE : each.head + HEADER_SIZE + each.size] for each in chunks)


def _map_chunks(node: Node, chunks: Sequence[_Chunk], ends: Sequence[int]) -> Node:
    """Return the tree with offsets in the message; a header inside a piece becomes a piece of it."""
    start, end = (_place(offset, chunks, ends) for offset in (node.start, node.end))
    children = [_map_chunks(child, chunks, ends) for child in node.children]
    if not children:
        children = list(_pieces(start, end, chunks))
    return Node(node.label, start, end, node.text, children, node.bad)


def _pieces(start: int, end: int, chunks: Sequence[_Chunk]) -> Iterator[Node]:
    """Yield what the chunk headers inside a piece cut it into; nothing if there are none."""
    at = start
    for chunk in chunks[1:]:
        if start <= chunk.head < end:
            if at < chunk.head:
                yield Node("part", at, chunk.head)
            yield _chunk_header(chunk)
            at = chunk.head + HEADER_SIZE
    if start < at < end:
        yield Node("part", at, end)


def _place(offset: int, chunks: Sequence[_Chunk], ends: Sequence[int]) -> int:
    """Return where in the message the block's byte before `offset` ends."""
    chunk = chunks[min(bisect_left(ends, offset), len(chunks) - 1)]
    return chunk.head + HEADER_SIZE + offset - chunk.start


def _chunk_header(chunk: _Chunk) -> Node:
    text = f"{chunk.size} bytes, {'more follow' if chunk.more else 'the last'}"
    return Node("chunk header", chunk.head, chunk.head + HEADER_SIZE, text)


def _made_at(contents: Sequence[object]) -> JavaObject | None:
    first = contents[0] if contents else None
    made_at = first.value_of("createdAt", "hudson.remoting.Command") if isinstance(first, JavaObject) else None
    return made_at if isinstance(made_at, JavaObject) else None


def _thrown(block: bytes) -> JavaObject | None:
    command, payload, _ = read_command(block)
    thrown: JavaContent = command.exception if isinstance(command, Response) else None
    if payload is not None and payload.role is PayloadRole.THREW:
        thrown = payload.value
    return thrown if isinstance(thrown, JavaObject) else None


def _dissect_text(data: bytes) -> Iterator[Node]:
    at = 0
    if len(data) >= _LENGTH_SIZE and int.from_bytes(data[:_LENGTH_SIZE], "big") == len(data) - _LENGTH_SIZE:
        at = _LENGTH_SIZE
        yield Node("length", 0, at, str(len(data) - at))
    mark = data.find(CAPABILITY_MARK, at)
    if mark >= 0:
        yield from _rest("text", data, at, mark)
        at = mark + len(CAPABILITY_MARK)
        yield Node("mark", mark, at, _text(data[mark:at]))
        yield from _rest("text", data, at, len(data))
    elif data[at : at + 1] == b"{":
        for pair in _JSON_PAIR.finditer(data, at):
            yield from _rest("text", data, at, pair.start())
            at = pair.end()
            yield Node("header", pair.start(), at, _text(pair[0]))
        yield from _rest("text", data, at, len(data))
    else:
        for line in data[at:].splitlines(keepends=True):
            yield from _rest("line" if b"\n" in line else "text", data, at, at + len(line))
            at += len(line)


def _describe_base64(data: bytes) -> str:
    """Describe the object whose stream is written in base64; "" if there is none."""
    if not data.startswith(_STREAM_IN_BASE64):
        return ""
    try:
        stream = trace_stream(base64.b64decode(data))[1]
    except binascii.Error:
        return ""
    return describe_value(stream.contents[0]) if stream.contents else ""


def _rest(label: str, data: bytes, start: int, end: int) -> Iterator[Node]:
    if start < end:
        told = _describe_base64(data[start:end])
        yield Node("object stream in base64" if told else label, start, end, told or _text(data[start:end]))


def _text(data: bytes) -> str:
    text = data.decode("utf-8", "backslashreplace").rstrip("\r\n")
    return shorten(text, _ESCAPED * len(text))
