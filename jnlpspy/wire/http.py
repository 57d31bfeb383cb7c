"""HTTP/1.x as it came: heads read leniently, bodies passed over; a debugger must show what a strict reader refuses."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from jnlpspy.errors import DecodeError, LimitExceeded, MalformedBytes
from jnlpspy.model.secret import Secret
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Side
from jnlpspy.wire import limits
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.headers import is_secret
from jnlpspy.wire.readers import describe_bytes, read_paragraph

SECRET_HEADERS = frozenset(
    ("secret-key", "authorization", "proxy-authorization", "cookie", "set-cookie", "connection-cookie")
)
"""Headers whose values grant access."""

_HEADER = re.compile(rb"([^\r\n:]*):[ \t]*([^\r\n]*)")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})\b")
_REQUEST = re.compile(rb"([!-~]+) +([^\r\n]*?)(?: +HTTP/\d(?:\.\d)?)? *\r?\n")
_SWITCHING, _NO_CONTENT, _NOT_MODIFIED, _OK = 101, 204, 304, 200


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request's head."""

    method: str
    url: str
    headers: Mapping[str, str | Secret]
    secret_spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response's head, with what was asked."""

    status: int
    url: str
    headers: Mapping[str, str | Secret]
    secret_spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class HttpStep:
    """A head of the exchange, or what stood in its place."""

    side: Side
    span: Span
    message: HttpRequest | HttpResponse | DecodeError


class _Place(Enum):
    HEAD = "a head"
    BODY = "the rest of a body"
    CHUNK = "the head of a chunk"
    CHUNK_END = "the line end behind a chunk"
    TO_THE_END = "a body that lasts as long as the connection"
    SWITCHED = "another protocol"
    FAILED = "nothing that could be understood"


@dataclass(slots=True)
class _Lane:
    queue: ByteQueue
    place: _Place = _Place.HEAD
    left: int = 0
    chunked: bool = False


class HttpExchange:
    """The requests and responses of one connection, in order; never raises on bytes."""

    def __init__(self, on_body: Callable[[Side, Span, bytes], None] | None = None) -> None:
        self._lanes = {side: _Lane(ByteQueue()) for side in Side}
        self._on_body = on_body
        self._asked: list[HttpRequest] = []
        self.opaque = ""
        """Why the bytes behind an upgrade stay closed; "" if there was none."""

    def feed(self, side: Side, data: bytes) -> list[HttpStep]:
        """Take bytes one side sent; return the heads now complete."""
        self._lanes[side].queue.append(data)
        return list(self._run(side))

    def unfinished(self, side: Side) -> int:
        """Return the bytes of a head that is not whole."""
        lane = self._lanes[side]
        return len(lane.queue) if lane.place in (_Place.HEAD, _Place.CHUNK) else 0

    def between(self, side: Side) -> bool:
        """Return whether a side is between two messages, or past the last one."""
        lane = self._lanes[side]
        return not len(lane.queue) and lane.place in (_Place.HEAD, _Place.SWITCHED, _Place.FAILED)

    def opaque_bytes(self, side: Side) -> int:
        """Return how many bytes behind an upgrade came from a side, and forget them."""
        lane = self._lanes[side]
        return lane.queue.clear() if lane.place is _Place.SWITCHED else 0

    def _run(self, side: Side) -> Iterator[HttpStep]:
        lane = self._lanes[side]
        progress = True
        while progress and len(lane.queue):
            start = lane.queue.offset
            try:
                if lane.place is _Place.HEAD:
                    head = self._read_head(side, lane)
                    if head is not None:
                        yield HttpStep(side, Span(start, lane.queue.offset), head)
                else:
                    self._read_body(side, lane)
            except DecodeError as error:
                yield HttpStep(side, Span(start, start + len(lane.queue)), error)
                lane.place = _Place.FAILED
            progress = lane.queue.offset > start

    def _read_head(self, side: Side, lane: _Lane) -> HttpRequest | HttpResponse | None:
        start = lane.queue.offset
        first = lane.queue.peek(5)
        if side is Side.CONTROLLER and not b"HTTP/".startswith(first):
            raise MalformedBytes("an HTTP status line", describe_bytes(lane.queue.peek(16)))
        head = read_paragraph(lane.queue)
        if head is None:
            return None
        return self._request(lane, head, start) if side is Side.AGENT else self._response(lane, head, start)

    def _request(self, lane: _Lane, head: bytes, start: int) -> HttpRequest:
        line = _REQUEST.match(head)
        if line is None:
            raise MalformedBytes("an HTTP request line", describe_bytes(head[:32]))
        headers, spans = _parse_headers(head, line.end(), start)
        request = HttpRequest(_text(line[1]), _text(line[2]), headers, spans)
        if len(self._asked) >= limits.HTTP_PIPELINE:
            raise LimitExceeded(f"at most {limits.HTTP_PIPELINE} requests in flight", "one more")
        self._asked.append(request)
        _begin_body(lane, headers, to_the_end=False)
        return request

    def _response(self, lane: _Lane, head: bytes, start: int) -> HttpResponse:
        line = _STATUS.match(head)
        if line is None:
            raise MalformedBytes("an HTTP status line", describe_bytes(head[:32]))
        headers, spans = _parse_headers(head, head.find(b"\n") + 1, start)
        status = int(line[1])
        interim = 100 <= status < _OK and status != _SWITCHING
        asked = (self._asked[0] if interim else self._asked.pop(0)) if self._asked else HttpRequest("", "", {})
        response = HttpResponse(status, asked.url, headers, spans)
        if status == _SWITCHING or (asked.method == "CONNECT" and status == _OK):
            self.opaque = "WebSocket is not decoded yet" if status == _SWITCHING else "a tunnel through an HTTP proxy"
            for each in self._lanes.values():
                each.place = _Place.SWITCHED
        elif not (asked.method == "HEAD" or interim or status in (_NO_CONTENT, _NOT_MODIFIED)):
            _begin_body(lane, headers, to_the_end=True)
        return response

    def _read_body(self, side: Side, lane: _Lane) -> None:
        queue = lane.queue
        match lane.place:
            case _Place.BODY:
                lane.left -= self._pass_body(side, queue, min(len(queue), lane.left))
                if not lane.left:
                    lane.place = _Place.CHUNK_END if lane.chunked else _Place.HEAD
            case _Place.CHUNK:
                _read_chunk_head(lane)
            case _Place.CHUNK_END:
                if len(queue) >= len(b"\r\n"):
                    queue.take(len(b"\r\n"))
                    lane.place = _Place.CHUNK
            case _Place.TO_THE_END:
                self._pass_body(side, queue, len(queue))
            case _Place.FAILED:
                queue.clear()
            case _:
                pass

    def _pass_body(self, side: Side, queue: ByteQueue, size: int) -> int:
        start = queue.offset
        data = queue.take(size)
        if self._on_body is not None:
            self._on_body(side, Span(start, queue.offset), data)
        return size


def _begin_body(lane: _Lane, headers: Mapping[str, str | Secret], *, to_the_end: bool) -> None:
    named = {name.lower(): str(value) for name, value in headers.items()}
    length = named.get("content-length", "").strip()
    lane.chunked = "chunked" in named.get("transfer-encoding", "").lower()
    if lane.chunked:
        lane.place = _Place.CHUNK
    elif re.fullmatch(r"\d{1,18}", length):
        lane.left = int(length)
        lane.place = _Place.BODY if lane.left else _Place.HEAD
    elif to_the_end:
        lane.place = _Place.TO_THE_END


def _read_chunk_head(lane: _Lane) -> None:
    end = lane.queue.find(b"\n")
    if end < 0:
        if len(lane.queue) > limits.LINE:
            raise LimitExceeded(f"a chunk's size within {limits.LINE} bytes", "no line end")
        return
    line = lane.queue.peek(end).split(b";")[0].strip()
    if line == b"0":
        if read_paragraph(lane.queue) is not None:
            lane.place = _Place.HEAD
        return
    if not re.fullmatch(rb"[0-9a-fA-F]{1,15}", line):
        raise MalformedBytes("a chunk's size in hex", describe_bytes(line[:16]))
    lane.queue.take(end + 1)
    lane.left = int(line, 16)
    lane.place = _Place.BODY


def _parse_headers(head: bytes, start: int, offset: int) -> tuple[dict[str, str | Secret], tuple[Span, ...]]:
    headers: dict[str, str | Secret] = {}
    spans = []
    for line in _HEADER.finditer(head, start):
        name, value = _text(line[1]).strip(), _text(line[2]).rstrip()
        if name.lower() in SECRET_HEADERS or is_secret(name, value):
            headers[name] = Secret(value)
            spans.append(Span(offset + line.start(2), offset + line.start(2) + len(line[2].rstrip())))
        elif isinstance(before := headers.get(name), str):
            headers[name] = f"{before}, {value}"
        else:
            headers[name] = value
    return headers, tuple(spans)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")
