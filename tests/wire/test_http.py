import pytest
import samples

from jnlpspy.errors import DecodeError
from jnlpspy.model.secret import Secret
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Side
from jnlpspy.wire import limits
from jnlpspy.wire.http import HttpExchange, HttpRequest, HttpResponse, HttpStep, Switch

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER
GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

Spoken = tuple[Side, bytes]


def listen(*spoken: Spoken, piece: int | None = None) -> tuple[HttpExchange, list[HttpStep]]:
    exchange = HttpExchange()
    steps = []
    for side, data in spoken:
        size = piece or max(len(data), 1)
        for start in range(0, len(data), size):
            steps += exchange.feed(side, data[start : start + size])
    return exchange, steps


def heads(*spoken: Spoken) -> list[str]:
    """Return `METHOD URL`, `STATUS URL` or an error's text of each head, the same however the bytes come."""
    found = [listen(*spoken, piece=piece)[1] for piece in (None, 1, 3)]
    lines = [[(step.side, step.span, _line(step)) for step in steps] for steps in found]
    assert lines[0] == lines[1] == lines[2]
    return [line for _, _, line in lines[0]]


def _line(step: HttpStep) -> str:
    match step.message:
        case HttpRequest(method, url):
            return f"{method} {url}"
        case HttpResponse(status, url):
            return f"{status} {url}"
        case error:
            return str(error)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"GET / HTTP/1.0\r\n", "GET /"),
        (b"GET / HTTP/1.1\n", "GET /"),
        (b"GET  /a b   HTTP/1.1  \r\n", "GET /a b"),
        (b"GET /old\r\n", "GET /old"),
        (b"CONNECT host:443 HTTP/1.1\r\n", "CONNECT host:443"),
    ],
)
def test_a_request_line_is_read_leniently(line: bytes, told: str) -> None:
    assert heads((AGENT, line + b"\r\n")) == [told]


@pytest.mark.parametrize("line", [b"GET" + b" " * 60_000 + b"x\ry", b"GET a" + b" " * 60_000 + b"b", b"GET " * 16_000])
def test_a_long_request_line_is_looked_through_once(line: bytes) -> None:
    """A pattern with room for spaces on both sides would take minutes."""
    _, steps = listen((AGENT, line + b"\r\n\r\n"))
    assert isinstance(steps[0].message, HttpRequest)


def test_requests_and_responses_are_paired_in_order() -> None:
    assert heads(
        (AGENT, GET + GET.replace(b"/a", b"/b")),
        (CONTROLLER, b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nHTTP"),
        (CONTROLLER, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        (AGENT, GET.replace(b"/a", b"/c")),
        (CONTROLLER, b"HTTP/1.1 204 No Content\r\n\r\n"),
    ) == ["GET /a", "GET /b", "100 /a", "404 /a", "200 /b", "GET /c", "204 /c"]


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 11\r\n\r\nHTTP/1.1 ab",
        b"content-length:11\r\n\r\nHTTP/1.1 ab",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nHTTP/\r\n6;x=y\r\n1.1 ab\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n000\r\nTrailer: 1\r\n\r\n",
    ],
)
def test_a_body_is_passed_over_whatever_it_holds(body: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\n" + body
    assert heads((AGENT, GET), (CONTROLLER, answer), (AGENT, GET), (CONTROLLER, answer)) == ["GET /a", "200 /a"] * 2


def test_the_answer_to_head_has_no_body() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    assert heads(
        (AGENT, GET.replace(b"GET", b"HEAD")), (CONTROLLER, answer), (AGENT, GET), (CONTROLLER, answer + b"hello")
    ) == ["HEAD /a", "200 /a", "GET /a", "200 /a"]


def test_a_requests_body_is_passed_over() -> None:
    post = b"POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nGET"
    assert heads((AGENT, post + GET)) == ["POST /a", "GET /a"]


def test_a_body_without_length_lasts_as_long_as_the_connection() -> None:
    exchange, steps = listen((AGENT, GET), (CONTROLLER, b"HTTP/1.0 200 OK\r\n\r\n" + b"HTTP/1.1 200 OK\r\n\r\n"))
    assert len(steps) == 2
    assert exchange.unfinished(CONTROLLER) == 0


def test_a_body_is_handed_out_with_its_place() -> None:
    found: list[tuple[Side, Span, bytes]] = []
    exchange = HttpExchange(lambda side, span, data: found.append((side, span, data)))
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    exchange.feed(CONTROLLER, answer + b"5\r\nhello\r\n0\r\n\r\n")
    start = len(answer) + 3
    assert found == [(CONTROLLER, Span(start, start + 5), b"hello")]


SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
UPGRADE = b"GET /a HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"


def test_behind_an_upgrade_both_sides_go_on_with_another_protocol() -> None:
    exchange, steps = listen((AGENT, UPGRADE), (CONTROLLER, SWITCHING + b"\x82\x02ab"), (AGENT, b"\x82\x81"))
    assert [_line(step) for step in steps] == ["GET /a", "101 /a"]
    assert exchange.switch == Switch(HttpRequest("GET", "/a", {"Upgrade": "websocket"}), HttpResponse(101, "/a", {}))
    assert exchange.take_rest(AGENT) == (len(UPGRADE), b"\x82\x81")
    assert exchange.take_rest(CONTROLLER) == (len(SWITCHING), b"\x82\x02ab")
    assert exchange.take_rest(CONTROLLER) == (len(SWITCHING) + 4, b"")


def test_a_tunnel_closes_what_follows() -> None:
    connect = b"CONNECT host:443 HTTP/1.1\r\n\r\n"
    exchange, _ = listen((AGENT, connect), (CONTROLLER, b"HTTP/1.1 200 OK\r\n\r\nTLS"))
    assert exchange.switch is not None
    assert exchange.switch.asked.method == "CONNECT"
    assert exchange.take_rest(CONTROLLER)[1] == b"TLS"


def test_what_is_seen_before_the_answer_to_an_upgrade_waits_for_it() -> None:
    exchange, steps = listen((AGENT, UPGRADE + b"\x82\x80abcd"), (CONTROLLER, SWITCHING))
    assert [_line(step) for step in steps] == ["GET /a", "101 /a"]
    assert exchange.take_rest(AGENT) == (len(UPGRADE), b"\x82\x80abcd")


def test_a_refused_upgrade_is_followed_by_other_requests() -> None:
    refused = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
    expected = ["GET /a", "400 /a", "GET /a", "400 /a"]
    assert heads((AGENT, UPGRADE), (CONTROLLER, refused), (AGENT, GET), (CONTROLLER, refused)) == expected
    assert heads((AGENT, UPGRADE + GET), (CONTROLLER, refused)) == expected[:3]


def test_nobody_waits_for_an_answer_for_ever() -> None:
    found = heads((AGENT, UPGRADE + bytes(limits.WAITING)), (AGENT, b"x"))
    assert len(found) == 2
    assert "expected header lines" in found[1]


@pytest.mark.parametrize(
    ("spoken", "told"),
    [
        ((CONTROLLER, b"SSH-2.0-x\r\n"), 'expected an HTTP status line, got 53 53 48 2d 32 ("SSH-2") at byte 0'),
        (
            (CONTROLLER, b"HTTP/x\n\n"),
            'expected an HTTP status line, got 48 54 54 50 2f 78 0a 0a ("HTTP/x\n\n") at byte 0',
        ),
        ((CONTROLLER, b"\n\nabc"), 'expected an HTTP status line, got 0a 0a 61 62 63 ("\n\nabc") at byte 0'),
        ((AGENT, b"GET\r\n\r\n"), 'expected an HTTP request line, got 47 45 54 0d 0a 0d 0a ("GET\r\n\r\n") at byte 0'),
        (
            (AGENT, b"x" * 70_000),
            f"expected header lines of at most {limits.TEXT_BLOCK} bytes, got no empty line at byte 0",
        ),
    ],
)
def test_what_is_no_head_is_told_once_and_the_rest_dropped(spoken: Spoken, told: str) -> None:
    assert heads(spoken, spoken) == [told]


@pytest.mark.parametrize(
    ("chunk", "told"),
    [
        (b"zz\r\n", "a chunk's size in hex, got 7a 7a"),
        (b"1" * 5000, "a chunk's size within 4096 bytes, got no line end"),
    ],
)
def test_a_broken_chunk_is_told_once(chunk: bytes, told: str) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert told in heads((AGENT, GET), (CONTROLLER, head + chunk))[-1]


def test_too_many_requests_in_flight_are_refused() -> None:
    *answered, last = heads((AGENT, GET * (limits.HTTP_PIPELINE + 1)))
    assert len(answered) == limits.HTTP_PIPELINE
    assert last == "expected at most 64 requests in flight, got one more at byte 0"


def test_the_end_completes_a_head_that_lacks_its_empty_line() -> None:
    """Jenkins 2.548 and later answer so."""
    answer = b"HTTP/1.0 404 Not Found\nContent-Type: text/plain;charset=UTF-8\nNot Found\n"
    exchange, steps = listen((AGENT, GET), (CONTROLLER, answer))
    assert len(steps) == 1
    (step,) = exchange.end(CONTROLLER)
    assert isinstance(step.message, HttpResponse)
    assert (step.message.status, step.span) == (404, Span(0, len(answer)))
    assert exchange.unfinished(CONTROLLER) == 0


@pytest.mark.parametrize("cut_off", [(AGENT, b"GET /a HT"), (CONTROLLER, b"HTTP"), (CONTROLLER, b"ab")])
def test_the_end_completes_nothing_else(cut_off: Spoken) -> None:
    exchange, _ = listen(cut_off)
    assert exchange.end(cut_off[0]) == []
    assert exchange.unfinished(cut_off[0]) == len(cut_off[1])


def test_a_body_can_do_without_bytes_that_were_not_seen() -> None:
    exchange, _ = listen((AGENT, GET), (CONTROLLER, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc"))
    exchange.lose(CONTROLLER, 997)
    (step,) = exchange.feed(CONTROLLER, b"HTTP/1.1 200 OK\r\n\r\n")
    assert step.span.start == 1000 + 41


@pytest.mark.parametrize("length", [0, 1001])
def test_without_their_number_or_with_too_many_nothing_more_is_read(length: int) -> None:
    exchange, _ = listen((AGENT, GET), (CONTROLLER, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"))
    exchange.lose(CONTROLLER, length)
    assert exchange.feed(CONTROLLER, b"HTTP/1.1 200 OK\r\n\r\n") == []
    assert exchange.between(CONTROLLER)


@pytest.mark.parametrize(
    "name", ["Secret-Key", "secret-key", "Authorization", "Cookie", "Connection-Cookie", "node-name"]
)
def test_secrets_in_headers_never_show(name: str) -> None:
    head = f"GET / HTTP/1.1\r\n{name}:  {samples.SECRET}  \r\n\r\n".encode()
    _, (step,) = listen((AGENT, head))
    assert isinstance(step.message, HttpRequest)
    assert step.message.headers == {name: Secret(samples.SECRET)}
    assert samples.SECRET not in repr(step)
    (span,) = step.message.secret_spans
    assert head[span.start : span.end] == samples.SECRET.encode()


def test_a_header_that_comes_again_is_joined() -> None:
    _, (step,) = listen((AGENT, b"GET / HTTP/1.1\r\nA: 1\r\nA: 2\r\nno colon\r\n\r\n"))
    assert not isinstance(step.message, DecodeError)
    assert step.message.headers == {"A": "1, 2"}
