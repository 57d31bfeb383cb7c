import h11
import pytest

from jnlpspy.net.announcement import Header
from jnlpspy.net.http_heads import (
    UNREWRITABLE,
    asks_for_websocket,
    forwarded_request,
    forwarded_response,
    shown_location,
    with_length,
)


def asked(*headers: tuple[str, str], version: bytes = b"1.1") -> h11.Request:
    return h11.Request(method="GET", target="/x", headers=[("Host", "front:8090"), *headers], http_version=version)


def forwarded(request: h11.Request, without: tuple[bytes, ...] = ()) -> list[Header]:
    sent = forwarded_request(request, b"/ci/x", "jenkins:8080", without=without)
    assert (sent.method, sent.target) == (b"GET", b"/ci/x")
    return list(sent.headers.raw_items())


HOST = (b"Host", b"jenkins:8080")


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ([("User-Agent", "Java/17")], [(b"User-Agent", b"Java/17")]),
        ([("Connection", "keep-alive")], [(b"Connection", b"keep-alive")]),
        ([("Connection", "close")], [(b"Connection", b"close")]),
        ([("Connection", "Keep-Alive, X-Hop"), ("X-Hop", "1")], [(b"Connection", b"keep-alive")]),
        ([("Connection", "X-Hop"), ("X-HOP", "1"), ("X-End", "2")], [(b"X-End", b"2")]),
        ([("Keep-Alive", "5"), ("TE", "trailers"), ("Proxy-Connection", "close")], []),
        ([("Upgrade", "h2c"), ("Connection", "Upgrade")], []),
        ([("Content-Length", "3"), ("Connection", "Content-Length, Host")], [(b"Content-Length", b"3")]),
        (
            [("Transfer-Encoding", "chunked"), ("Trailer", "X")],
            [(b"Transfer-Encoding", b"chunked"), (b"Trailer", b"X")],
        ),
        ([("Proxy-Authorization", "Basic eA==")], [(b"Proxy-Authorization", b"Basic eA==")]),
        ([("Accept-Encoding", "gzip")], [(b"Accept-Encoding", b"gzip")]),
        (
            [("Upgrade", "WebSocket"), ("Connection", "keep-alive, Upgrade"), ("Secret-Key", "0a")],
            [(b"Upgrade", b"WebSocket"), (b"Connection", b"keep-alive, Upgrade"), (b"Secret-Key", b"0a")],
        ),
    ],
)
def test_a_request_keeps_what_is_meant_for_the_controller(headers: list[tuple[str, str]], kept: list[Header]) -> None:
    assert forwarded(asked(*headers)) == [HOST, *kept]


def test_a_body_framed_twice_is_framed_once() -> None:
    request = asked(("Content-Length", "4"), ("Transfer-Encoding", "chunked"))
    assert forwarded(request) == [HOST, (b"Transfer-Encoding", b"chunked")]


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        (b"/login?from=%2F", "/login"),
        (b"https://me:word@sso/authorize?state=1", "https://sso/authorize"),
        (b"http://jenkins/a@b", "http://jenkins/a@b"),
    ],
)
def test_a_location_is_shown_without_query_and_user(location: bytes, shown: str) -> None:
    assert shown_location(location) == shown


def test_what_cannot_be_rewritten_is_not_asked_for() -> None:
    request = asked(("Accept-Encoding", "gzip"), ("Range", "bytes=1-"), ("Accept", "*/*"))
    assert forwarded(request, UNREWRITABLE) == [HOST, (b"Accept", b"*/*")]


def test_an_http_1_0_request_closes_the_controller_s_connection_too() -> None:
    request = h11.Request(method="GET", target="/x", headers=[("Connection", "keep-alive")], http_version=b"1.0")
    assert forwarded(request) == [HOST, (b"Connection", b"close")]


@pytest.mark.parametrize(
    ("headers", "wants"),
    [
        ([("Upgrade", "websocket"), ("Connection", "upgrade")], True),
        ([("Upgrade", "h2c, WebSocket"), ("Connection", "keep-alive"), ("Connection", "Upgrade")], True),
        ([("Upgrade", "websocket")], False),
        ([("Connection", "upgrade")], False),
        ([("Upgrade", "h2c"), ("Connection", "upgrade")], False),
    ],
)
def test_a_websocket_request_is_told_from_others(headers: list[tuple[str, str]], *, wants: bool) -> None:
    assert asks_for_websocket(asked(*headers)) is wants


def test_an_answer_keeps_what_is_meant_for_the_agent() -> None:
    headers = [
        ("X-Jenkins", "2"),
        ("Keep-Alive", "5"),
        ("Connection", "X-Hop"),
        ("X-Hop", "1"),
        ("Content-Length", "0"),
    ]
    answer = forwarded_response(h11.Response(status_code=404, reason="Nope", headers=headers), closing=False)
    assert (answer.status_code, answer.reason) == (404, b"Nope")
    assert answer.headers.raw_items() == [(b"X-Jenkins", b"2"), (b"Content-Length", b"0")]


def test_an_answer_says_that_the_connection_ends() -> None:
    answer = forwarded_response(h11.Response(status_code=200, headers=[]), [(b"X-A", b"b")], closing=True)
    assert answer.headers.raw_items() == [(b"X-A", b"b"), (b"Connection", b"close")]


def test_a_length_replaces_every_other_framing() -> None:
    headers = [(b"TRANSFER-ENCODING", b"chunked"), (b"X-A", b"b"), (b"Trailer", b"X"), (b"content-length", b"1")]
    assert with_length(headers, 7) == [(b"X-A", b"b"), (b"Content-Length", b"7")]
