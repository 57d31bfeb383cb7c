"""Request and response heads as a reverse proxy passes them on (RFC 9110 section 7.6.1)."""

import re
from collections.abc import Collection, Iterable

import h11

from jnlpspy.net.announcement import Header

_HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-connection", b"te", b"upgrade"}
"""Proxy-Authorization is none here: agents send it to controllers too, and a debugger shows them what would come."""

_NEVER_HOP_BY_HOP = {b"host", b"content-length", b"transfer-encoding"}
"""h11 frames bodies by the last two; a Connection header cannot take them away."""

UNREWRITABLE = (b"accept-encoding", b"range", b"if-range")
"""Asked for by an agent, these would bring a body that cannot be rewritten."""


def asks_for_websocket(request: h11.Request) -> bool:
    """Return whether a request wants to switch to WebSocket."""
    wanted = {protocol for name, value in request.headers if name == b"upgrade" for protocol in _tokens(value)}
    return b"websocket" in wanted and b"upgrade" in connection_options(request.headers)


def connection_options(headers: Iterable[Header]) -> set[bytes]:
    """Return the options of the Connection headers, in lower case."""
    return {option for name, value in headers if name.lower() == b"connection" for option in _tokens(value)}


def closes_after(head: h11.Request | h11.Response) -> bool:
    """Return whether the sender of a head will not use the connection again."""
    return head.http_version < b"1.1" or b"close" in connection_options(head.headers)


def forwarded_request(
    request: h11.Request, target: bytes, authority: str, *, without: Collection[bytes] = ()
) -> h11.Request:
    """Return an agent's request as an ordinary peer would send it to the controller."""
    upgrade = asks_for_websocket(request)
    headers = [
        (name, authority.encode("ascii") if name.lower() == b"host" else value)
        for name, value in _end_to_end(request.headers.raw_items(), keep_upgrade=upgrade)
        if name.lower() not in without
    ]
    if any(name.lower() == b"transfer-encoding" for name, _ in headers):
        # RFC 9112 section 6.1: a body framed in two ways is two different requests to two readers.
        headers = [item for item in headers if item[0].lower() != b"content-length"]
    if not any(name.lower() == b"host" for name, _ in headers):
        headers.insert(0, (b"Host", authority.encode("ascii")))
    if not upgrade:
        kept = connection_options(request.headers) & {b"keep-alive"}
        options = {b"close"} if closes_after(request) else kept
        headers += [(b"Connection", option) for option in options]
    return h11.Request(method=request.method, target=target, headers=headers)


def forwarded_response(
    response: h11.Response, headers: Iterable[Header] | None = None, *, closing: bool
) -> h11.Response:
    """Return a controller's answer as the agent gets it; `headers` replace its own."""
    kept = _end_to_end(response.headers.raw_items() if headers is None else headers)
    if closing:
        kept.append((b"Connection", b"close"))
    return h11.Response(status_code=response.status_code, reason=response.reason, headers=kept)


def own_response(status: int, reason: str, text: str) -> tuple[h11.Response, bytes]:
    """Return an answer of ours and its body."""
    body = text.encode("utf-8") + b"\n"
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Connection", "close"),
    ]
    return h11.Response(status_code=status, reason=reason, headers=headers), body


def with_length(headers: Iterable[Header], length: int) -> list[Header]:
    """Return the headers of a body of known length."""
    kept = [item for item in headers if item[0].lower() not in {b"content-length", b"transfer-encoding", b"trailer"}]
    return [*kept, (b"Content-Length", str(length).encode("ascii"))]


def header_of(headers: Iterable[Header], name: bytes) -> bytes | None:
    """Return the first value of a header, its name in lower case."""
    return next((value for found, value in headers if found.lower() == name), None)


def shown_location(value: bytes) -> str:
    """Return a Location without what may be secret in it: its query, and the user before its host."""
    return re.sub(r"//[^/@]*@", "//", value.decode("latin-1").partition("?")[0])


def _end_to_end(headers: Iterable[Header], *, keep_upgrade: bool = False) -> list[Header]:
    headers = list(headers)
    dropped = (_HOP_BY_HOP | connection_options(headers)) - _NEVER_HOP_BY_HOP
    if keep_upgrade:
        dropped -= {b"connection", b"upgrade"}
    return [(name, value) for name, value in headers if name.lower() not in dropped]


def _tokens(value: bytes) -> Iterable[bytes]:
    return (token.strip().lower() for token in value.split(b","))
