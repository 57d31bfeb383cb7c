"""Readers of handshake pieces: each returns a value, or None for "need more", or raises a DecodeError.

Nothing is consumed unless a value is returned.
"""

import re
from collections.abc import Callable

from jnlpspy.errors import LimitExceeded, MalformedBytes
from jnlpspy.model.negotiation import Message, Refused
from jnlpspy.model.span import Span
from jnlpspy.wire import limits
from jnlpspy.wire.buffer import ByteQueue

Reader = Callable[[ByteQueue], Message | None]


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
    end = queue.find(b"\n")
    if end < 0:
        if len(queue) > limit:
            raise LimitExceeded(f"a line of at most {limit} bytes", f"{len(queue)} bytes without a line end")
        if not (queue.ended and len(queue)):
            return None
        end = len(queue) - 1
    return queue.take(end + 1).decode("utf-8", "backslashreplace").rstrip("\r\n")


def read_paragraph(queue: ByteQueue) -> bytes | None:
    r"""Read lines up to and with the first empty one (`\n` or `\r\n`)."""
    data = queue.peek(limits.TEXT_BLOCK + 1)
    if (blank := re.match(rb"\r?\n|.*?\n\r?\n", data, re.DOTALL)) is not None:
        return queue.take(blank.end())
    if len(data) > limits.TEXT_BLOCK:
        raise LimitExceeded(f"header lines of at most {limits.TEXT_BLOCK} bytes", "no empty line")
    return None


def read_constant(queue: ByteQueue, constant: bytes, name: str) -> bool | None:
    """Read exactly these bytes; as soon as one differs the bytes are malformed."""
    seen = queue.peek(len(constant))
    if not constant.startswith(seen):
        raise MalformedBytes(f"{name} ({constant.hex(' ')})", describe_bytes(seen))
    if len(seen) < len(constant):
        return None
    queue.take(len(constant))
    return True


def read_refusal_line(queue: ByteQueue) -> Refused | None:
    """Read the text line a controller refuses a protocol or a name with."""
    start = queue.offset
    line = read_line(queue)
    return None if line is None else Refused(line.strip(), spans=(Span(start, queue.offset),))


def is_text(data: bytes) -> bool:
    """Return whether bytes begin like a line of text."""
    return bool(data) and all(byte in b"\t\r\n" or 0x20 <= byte < 0x7F for byte in data)


def describe_bytes(data: bytes) -> str:
    """Describe a few bytes: hex, and the text in them if it is some."""
    if not data:
        return "nothing"
    return data.hex(" ") + (f' ("{data.decode("ascii")}")' if is_text(data) else "")
