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
from jnlpspy.wire.headers import find_lines, is_secret
from jnlpspy.wire.readers import describe_bytes, read_paragraph

SECRET_HEADERS = frozenset(
    ("secret-key", "authorization", "proxy-authorization", "cookie", "set-cookie", "connection-cookie")
)
"""Headers whose values grant access."""

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? ++(\d{3})\b")
_METHOD = re.compile(rb"[!-~]+")
_VERSION = re.compile(rb"HTTP/\d(?:\.\d)?")
_FOLDED_LINES = re.compile(rb"(?:[ \t]*+\r?\n[ \t]++[^\r\n]++)++")
"""What goes on with the header before it (RFC 9112 section 5.2); old base64 writers broke long values so."""
_CREDENTIALS = re.compile(rb"://([^\s/?#@]++)@")
"""Name and password in a URL, of the request or in a header such as Referer or Location."""
_LINE_END = re.compile(rb"\n")
_STATUS_START = b"HTTP/"
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
class Switch:
    """Both sides go on with another protocol."""

    asked: HttpRequest
    answer: HttpResponse


@dataclass(frozen=True, slots=True)
class HttpStep:
    """A head of the exchange, or what stood in its place."""

    side: Side
    span: Span
    message: HttpRequest | HttpResponse | DecodeError


class _Place(Enum):
    HEAD = "a head"
    ASKED = "nothing before the answer to an upgrade"
    BODY = "the rest of a body"
    CHUNK = "the head of a chunk"
    CHUNK_END = "the line end behind a chunk"
    TRAILER = "the lines behind the last chunk"
    TO_THE_END = "a body that lasts as long as the connection"
    SWITCHED = "another protocol"
    FAILED = "nothing that could be understood"


_HEADS = (_Place.HEAD, _Place.ASKED, _Place.CHUNK, _Place.TRAILER)
_BETWEEN = (_Place.HEAD, _Place.SWITCHED, _Place.FAILED)


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
        self.switch: Switch | None = None
        """The heads behind which another protocol follows; None if there were none."""

    def feed(self, side: Side, data: bytes) -> list[HttpStep]:
        """Take bytes one side sent; return the heads now complete."""
        lane, asker = self._lanes[side], self._lanes[Side.AGENT]
        lane.queue.append(data)
        steps = list(self._run(side))
        if asker.place is _Place.ASKED and (not self._asked or len(asker.queue) > limits.WAITING):
            asker.place = _Place.HEAD
            steps += self._run(Side.AGENT)
        return steps

    def end(self, side: Side) -> list[HttpStep]:
        """Take note that a side will send no more; return the head that only the end completes."""
        self._lanes[side].queue.ended = True
        return list(self._run(side))

    def lose(self, side: Side, length: int) -> None:
        """Take note that bytes were not seen, 0 if nobody knows how many; only a body can do without them."""
        lane = self._lanes[side]
        lane.queue.clear()
        lane.queue.offset += length
        if lane.place is _Place.BODY and 0 < length <= lane.left:
            lane.left -= length
            _leave_body(lane)
        elif lane.place not in (_Place.TO_THE_END, _Place.SWITCHED):
            lane.place = _Place.FAILED

    def unfinished(self, side: Side) -> int:
        """Return the bytes of a head that is not whole."""
        lane = self._lanes[side]
        return len(lane.queue) if lane.place in _HEADS else 0

    def between(self, side: Side) -> bool:
        """Return whether a side is between two messages, or past the last one."""
        lane = self._lanes[side]
        return lane.place in _BETWEEN and not len(lane.queue)

    def take_rest(self, side: Side) -> tuple[int, bytes]:
        """Take a side's bytes behind a switch, with where they stand in its stream."""
        queue = self._lanes[side].queue
        return queue.offset, queue.take(len(queue))

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
                yield HttpStep(side, Span(start, lane.queue.offset), error)
                lane.place = _Place.FAILED
            progress = lane.queue.offset > start

    def _read_head(self, side: Side, lane: _Lane) -> HttpRequest | HttpResponse | None:
        queue, start = lane.queue, lane.queue.offset
        if side is Side.CONTROLLER:
            first = queue.peek(len(_STATUS_START))
            if len(first) < len(_STATUS_START):
                return None
            if first != _STATUS_START:
                queue.take(len(first))
                raise MalformedBytes("an HTTP status line", describe_bytes(first))
        head = read_paragraph(queue)
        if head is None and side is Side.CONTROLLER and queue.ended and _STATUS.match(queue.peek(limits.TEXT_BLOCK)):
            head = queue.take(len(queue))  # Jenkins 2.548 and later answer 404 without the empty line
        if head is None:
            return None
        return self._request(lane, head, start) if side is Side.AGENT else self._response(lane, head, start)

    def _request(self, lane: _Lane, head: bytes, start: int) -> HttpRequest:
        end = head.find(b"\n")
        method, space, url = head[:end].rstrip(b"\r ").partition(b" ")
        if not space or _METHOD.fullmatch(method) is None:
            raise MalformedBytes("an HTTP request line", describe_bytes(head[:32]))
        before, _, last = url.rpartition(b" ")
        if _VERSION.fullmatch(last):
            url = before
        headers, spans = _parse_headers(head, end + 1, start)
        request = HttpRequest(_text(method), _text(url.strip(b" ")), headers, spans)
        if len(self._asked) >= limits.HTTP_PIPELINE:
            raise LimitExceeded(f"at most {limits.HTTP_PIPELINE} requests in flight", "one more")
        self._asked.append(request)
        _begin_body(lane, headers, to_the_end=False)
        if lane.place is _Place.HEAD and _asks_to_switch(request):
            lane.place = _Place.ASKED
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
            self.switch = Switch(asked, response)
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
                _leave_body(lane)
            case _Place.CHUNK:
                _read_chunk_head(lane)
            case _Place.CHUNK_END:
                if len(queue) >= len(b"\r\n"):
                    queue.take(len(b"\r\n"))
                    lane.place = _Place.CHUNK
            case _Place.TRAILER:
                if read_paragraph(queue) is not None:
                    lane.place = _Place.HEAD
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


def _asks_to_switch(request: HttpRequest) -> bool:
    return request.method == "CONNECT" or any(name.lower() == "upgrade" for name in request.headers)


def _begin_body(lane: _Lane, headers: Mapping[str, str | Secret], *, to_the_end: bool) -> None:
    named = {name.lower(): value for name, value in headers.items()}
    length = str(named.get("content-length", "")).strip()
    lane.chunked = "chunked" in str(named.get("transfer-encoding", "")).lower()
    if lane.chunked:
        lane.place = _Place.CHUNK
    elif re.fullmatch(r"\d{1,18}", length):
        lane.left = int(length)
        lane.place = _Place.BODY if lane.left else _Place.HEAD
    elif to_the_end:
        lane.place = _Place.TO_THE_END


def _leave_body(lane: _Lane) -> None:
    if not lane.left:
        lane.place = _Place.CHUNK_END if lane.chunked else _Place.HEAD


def _read_chunk_head(lane: _Lane) -> None:
    found = lane.queue.search(_LINE_END, len(b"\n"))
    if (len(lane.queue) if found is None else found[0]) > limits.LINE:
        lane.queue.take(limits.LINE + 1)
        raise LimitExceeded(f"a chunk's size within {limits.LINE} bytes", "no line end")
    if found is None:
        return
    head = lane.queue.take(found[1])
    size = head.split(b";")[0].strip()
    if not re.fullmatch(rb"[0-9a-fA-F]{1,15}", size):
        raise MalformedBytes("a chunk's size in hex", describe_bytes(size[:16]))
    lane.left = int(size, 16)
    lane.place = _Place.BODY if lane.left else _Place.TRAILER


def _parse_headers(head: bytes, start: int, offset: int) -> tuple[dict[str, str | Secret], tuple[Span, ...]]:
    headers: dict[str, str | Secret] = {}
    spans = []
    for name, value, span in find_lines(head, start, offset):
        if name.lower() in SECRET_HEADERS or is_secret(name, value):
            folded = _FOLDED_LINES.match(head, span.end - offset)
            headers[name] = Secret(value + _text(folded[0]) if folded else value)
            spans.append(Span(span.start, offset + folded.end()) if folded else span)
        elif isinstance(before := headers.get(name), str):
            headers[name] = f"{before}, {value}"
        else:
            headers[name] = value
    for found in _CREDENTIALS.finditer(head):
        span = Span(offset + found.start(1), offset + found.end(1))
        if not any(each.start < span.end and span.start < each.end for each in spans):
            spans.append(span)
    return headers, tuple(spans)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")
