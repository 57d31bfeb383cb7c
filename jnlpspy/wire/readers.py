"""Readers of handshake pieces: each returns a value, or None for "need more", or raises a DecodeError.

With None nothing is consumed; with an error the bytes it is about are, and they are the same however the bytes came.
"""

import re
from collections.abc import Callable

from jnlpspy.errors import LimitExceeded, MalformedBytes
from jnlpspy.model.negotiation import Message, Refused
from jnlpspy.model.span import Span
from jnlpspy.wire import limits
from jnlpspy.wire.buffer import ByteQueue

Reader = Callable[[ByteQueue], Message | None]

_LINE_END = re.compile(rb"\n")
_BLANK_LINE = re.compile(rb"(?:\A|\n)\r?\n")


def read_frame(queue: ByteQueue) -> bytes | None:
    """Read bytes behind their length in two bytes (DataInputStream.readUTF, ByteBufferUtils.wrapUTF8)."""
    if len(queue) < 2:
        return None
    size = int.from_bytes(queue.peek(2), "big")
    if len(queue) < 2 + size:
        return None
    return queue.take(2 + size)[2:]


def read_line(queue: ByteQueue, limit: int = limits.LINE) -> str | None:
    r"""Read text up to `\n`, or to the end of the stream; the line end is dropped."""
    found = queue.search(_LINE_END, len(b"\n"))
    if (len(queue) if found is None else found[0]) > limit:
        queue.take(limit + 1)
        raise LimitExceeded(f"a line of at most {limit} bytes", "no line end")
    if found is None and not (queue.ended and len(queue)):
        return None
    line = queue.take(len(queue) if found is None else found[1])
    return line.decode("utf-8", "backslashreplace").rstrip("\r\n")


def read_paragraph(queue: ByteQueue) -> bytes | None:
    r"""Read lines up to and with the first empty one (`\n` or `\r\n`)."""
    found = queue.search(_BLANK_LINE, len(b"\n\r\n"))
    if (len(queue) if found is None else found[1]) > limits.TEXT_BLOCK:
        queue.take(limits.TEXT_BLOCK)
        raise LimitExceeded(f"header lines of at most {limits.TEXT_BLOCK} bytes", "no empty line")
    return None if found is None else queue.take(found[1])


def read_constant(queue: ByteQueue, constant: bytes, name: str) -> bool | None:
    """Read exactly these bytes; they are judged together, as remoting's own log shows them."""
    seen = queue.peek(len(constant))
    if len(seen) < len(constant) and (not queue.ended or constant.startswith(seen)):
        return None
    queue.take(len(seen))
    if seen != constant:
        raise MalformedBytes(f"{name} ({constant.hex(' ')})", describe_bytes(seen))
    return True


def read_refusal_line(queue: ByteQueue) -> Refused | None:
    """Read the text line a controller refuses a protocol or a name with."""
    start = queue.offset
    line = read_line(queue)
    return None if line is None else Refused(line.strip(), spans=(Span(start, queue.offset),))


def is_text(data: bytes) -> bool:
    """Return whether bytes begin like a line of text."""
    return bool(data) and all(byte in b"\t\r\n" or 0x20 <= byte < 0x7F for byte in data)


def begins_line(data: bytes) -> bool:
    """Return whether bytes begin with a line of text, whatever stands behind it."""
    line, end, _ = data.partition(b"\n")
    return is_text(line + end)


def describe_bytes(data: bytes) -> str:
    """Describe a few bytes: hex, and the text in them if it is some."""
    if not data:
        return "nothing"
    return data.hex(" ") + (f' ("{data.decode("ascii")}")' if is_text(data) else "")
