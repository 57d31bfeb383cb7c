from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import trio
from simulate.peers import SECRET

from jnlpspy.errors import NetworkError
from jnlpspy.model.tap import Closed, Observation, Opened
from jnlpspy.net.target import RootUrl
from jnlpspy.simulate.joining import Credentials, HandshakeRefused
from jnlpspy.simulate.line import Witness
from jnlpspy.simulate.upgrading import accept_of
from jnlpspy.simulate.websocket_joining import Wish, join_websocket

READY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n"

Answer = Callable[[bytes], bytes]


def header_of(request: bytes, name: bytes) -> str:
    lines = (line.partition(b": ") for line in request.split(b"\r\n"))
    return next(value for found, _, value in lines if found.lower() == name).decode("latin-1")


def accepting(*headers: str) -> Answer:
    def answer(request: bytes) -> bytes:
        own = f"Sec-WebSocket-Accept: {accept_of(header_of(request, b'sec-websocket-key'))}"
        return (SWITCHING + "".join(f"{each}\r\n" for each in (own, *headers)) + "\r\n").encode()

    return answer


@asynccontextmanager
async def jenkins(
    answer: Answer | bytes, *, login: bytes = READY, asked: list[bytes] | None = None, version: str = "3355"
) -> AsyncIterator[Wish]:
    """Answer `/login` and `/wsagents/`."""

    async def serve(stream: trio.SocketStream) -> None:
        request = bytes(await stream.receive_some())
        if asked is not None:
            asked.append(request)
        if request.startswith(b"GET /login "):
            await stream.send_all(login)
        else:
            await stream.send_all(answer if isinstance(answer, bytes) else answer(request))
        await stream.send_eof()
        await stream.receive_some()

    async with trio.open_nursery() as nursery:
        (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
        nursery.start_soon(trio.serve_listeners, serve, [listener])
        root = RootUrl("http", "127.0.0.1", listener.socket.getsockname()[1], "/")
        yield Wish(root, Credentials("ag\xe9nt", SECRET, "old"), None, version)
        nursery.cancel_scope.cancel()


async def join(wish: Wish, told: list[str] | None = None, seen: list[Observation] | None = None) -> str | None:
    """Join and leave; return the cookie."""
    joined = await join_websocket(
        wish, (told if told is not None else []).append, Witness(None if seen is None else seen.append)
    )
    joined.line.witness.close()
    await joined.line.leg.close()
    return joined.cookie


async def test_an_agent_asks_whether_jenkins_is_ready_and_then_in_the_words_of_a_real_one() -> None:
    asked: list[bytes] = []
    told: list[str] = []
    async with jenkins(accepting("X-Remoting-Capability: rO0", "Connection-Cookie: new"), asked=asked) as wish:
        assert await join(wish, told) == "new"
    login, upgrade = asked
    assert login.startswith(b"GET /login HTTP/1.1\r\n")
    assert upgrade.startswith(b"GET /wsagents/ HTTP/1.1\r\n")
    names = [line.partition(b": ")[0] for line in upgrade.split(b"\r\n")[1:] if line]
    assert set(names) == {
        *(b"Host", b"Node-Name", b"Secret-Key", b"X-Remoting-Capability", b"Connection-Cookie"),
        *(b"Sec-WebSocket-Key", b"Sec-WebSocket-Version", b"Connection", b"Upgrade"),
    }
    assert header_of(upgrade, b"node-name") == "ag\xe9nt"
    assert header_of(upgrade, b"secret-key") == SECRET.value
    assert header_of(upgrade, b"connection-cookie") == "old"
    assert told == ["WebSocket connection open"]


async def test_an_older_agent_does_not_ask_whether_jenkins_is_ready() -> None:
    asked: list[bytes] = []
    told: list[str] = []
    async with jenkins(accepting(), asked=asked, version="4.14") as wish:
        assert await join(wish, told) is None
    assert len(asked) == 1
    assert told == ["WebSocket connection open", "Did not receive X-Remoting-Capability header"]


FAILURES = {
    "another accept": (
        (SWITCHING + "Sec-WebSocket-Accept: AAAA\r\n\r\n").encode(),
        "Failed to connect: Sec-WebSocket-Accept is not the answer to this request",
    ),
    "no upgrade": (
        b"HTTP/1.1 502 Bad Gateway\r\n\r\n",
        "Failed to connect: The HTTP response from the server [502] did not permit the HTTP upgrade to WebSocket",
    ),
    "nothing": (b"", "Failed to connect: "),
    "no HTTP": (b"220 ready for mail\r\n\r\n", "Failed to connect: "),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_what_is_no_websocket_is_told_and_every_connection_is_closed(name: str) -> None:
    answer, complaint = FAILURES[name]
    seen: list[Observation] = []
    async with jenkins(answer) as wish:
        with pytest.raises(NetworkError) as caught:
            await join(wish, seen=seen)
    assert str(caught.value).startswith(complaint)
    assert not isinstance(caught.value, HandshakeRefused)
    opened, closed = ([each for each in seen if isinstance(each, kind)] for kind in (Opened, Closed))
    assert len(opened) == len(closed) == 2


REFUSALS = {
    b"HTTP/1.1 400 Bad Request\r\nContent-Length: 13\r\n\r\nno such agent": "no such agent",
    b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n": "403 Forbidden",
    b"HTTP/1.1 403 Forbidden\r\n\r\n" + b"x" * 5000: "x" * 500,
    b"HTTP/1.1 400 Bad Request\r\n\r\n\r\nfirst\r\nsecond": "first",
    b"HTTP/1.1 403 Forbidden\r\n\r\n<html><body>no": "403 Forbidden",
}


@pytest.mark.parametrize("answer", REFUSALS)
async def test_jenkins_refuses_in_the_words_below_its_status(answer: bytes) -> None:
    told: list[str] = []
    async with jenkins(answer) as wish:
        with pytest.raises(HandshakeRefused) as caught:
            await join(wish, told)
    assert caught.value.reason == REFUSALS[answer]
    assert told[0].startswith("Failed to connect: The HTTP response from the server [40")


async def test_an_agent_below_the_minimum_leaves() -> None:
    async with jenkins(accepting("X-Remoting-Minimum-Version: 9999.v0")) as wish:
        with pytest.raises(NetworkError, match=r"^Agent version 9999.v0 or newer is required\.$"):
            await join(wish)


@pytest.mark.parametrize(
    ("login", "why"), [(b"HTTP/1.1 503 Service Unavailable\r\n\r\n", "503"), (b"", ""), (b"SSH-2.0\r\n", "")]
)
async def test_a_jenkins_that_is_not_ready_is_not_asked_for_websocket(login: bytes, why: str) -> None:
    asked: list[bytes] = []
    async with jenkins(accepting(), login=login, asked=asked) as wish:
        with pytest.raises(NetworkError, match=f"^{wish.root}login is not ready: ") as caught:
            await join(wish)
    assert len(asked) == 1
    assert why in str(caught.value)


async def test_a_controller_that_is_not_there_is_told() -> None:
    for version, complaint in (("3355", "login is not ready: cannot reach"), ("4.14", "Failed to connect: cannot")):
        wish = Wish(RootUrl("http", "127.0.0.1", 1, "/"), Credentials("a", SECRET), None, version)
        with pytest.raises(NetworkError, match=complaint):
            await join(wish)
