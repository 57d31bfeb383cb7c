from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import trio
from simulate.peers import identity

from jnlpspy.errors import NetworkError
from jnlpspy.model.tap import Address
from jnlpspy.net.target import RootUrl
from jnlpspy.simulate.line import Witness
from jnlpspy.simulate.locating import Search, connect, is_older, locate


@asynccontextmanager
async def web_site(answer: bytes, asked: list[bytes] | None = None) -> AsyncIterator[Search]:
    """Answer every connection so, once a request has come, which `asked` gets."""

    async def serve(stream: trio.SocketStream) -> None:
        request = await stream.receive_some()
        if asked is not None:
            asked.append(bytes(request))
        await stream.send_all(answer)
        await stream.send_eof()

    async with trio.open_nursery() as nursery:
        (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
        nursery.start_soon(trio.serve_listeners, serve, [listener])
        yield Search(RootUrl("http", "127.0.0.1", listener.socket.getsockname()[1], "/"), "a1", None, None)
        nursery.cancel_scope.cancel()


ANSWERS = {
    "HTTP/1.1 200 OK\r\n\r\n": "{root} is not Jenkins",
    "HTTP/1.1 200 OK\r\nX-Jenkins-JNLP-Port: 99999\r\n\r\n": "{root} is not Jenkins",
    "HTTP/1.1 200 OK\r\nX-Jenkins-JNLP-Port: 50000\r\n\r\n": "{url} appears to be publishing an invalid",
    "HTTP/1.1 200 OK\r\nX-Remoting-Minimum-Version: 9999.v0\r\n\r\n": "Agent version 9999.v0 or newer is required.",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Service Unavailable\r\n\r\n": "{url} is invalid: 503 Service",
    "220 ready for mail\r\n\r\n": "Failed to connect to {url}: ",
    "": "Failed to connect to {url}: ",
}


@pytest.mark.parametrize(("answer", "complaint"), ANSWERS.items())
async def test_what_is_no_controller_is_told_in_the_words_of_a_real_agent(answer: str, complaint: str) -> None:
    told: str | None = None
    async with web_site(answer.encode()) as search:
        try:
            await locate(search, lambda _: None, Witness())
        except NetworkError as error:
            told = str(error)
        expected = complaint.format(root=search.root, url=f"{search.root}tcpSlaveAgentListener/")
    assert told is not None
    assert told.startswith(expected)


async def test_a_controller_that_announces_another_host_is_looked_for_there() -> None:
    answer = (
        f"HTTP/1.1 200 OK\r\nX-Instance-Identity: {identity().instance_identity}\r\n"
        "X-Jenkins-JNLP-Port: 1\r\nX-Jenkins-JNLP-Host: 127.0.0.2\r\n\r\n"
    )
    told = ""
    async with web_site(answer.encode()) as search:
        try:
            await locate(search, lambda _: None, Witness())
        except NetworkError as error:
            told = str(error)
        assert told == f"{search.root} provided port:1 is not reachable on host 127.0.0.2"


@pytest.mark.parametrize(
    ("version", "minimum", "older"),
    [
        ("3355.v388858a_47b_33", "3176.v207ec082a_8c0", False),
        ("3.33", "3.4", False),
        ("4.13", "4.13", False),
        ("4.13", "4.13.3", True),
        ("4.14", "3176.v207ec082a_8c0", True),
        ("3355.v388858a_47b_33", "", False),
    ],
)
def test_versions_compare_by_their_numbers(version: str, minimum: str, *, older: bool) -> None:
    assert is_older(version, minimum) is older


@pytest.mark.parametrize("name", ["trailing ", "line\nend", "名前", "\ud800"])
async def test_a_name_that_no_header_can_carry_is_asked_for_all_the_same(name: str) -> None:
    async with web_site(b"HTTP/1.1 503 Service Unavailable\r\n\r\n") as search:
        with pytest.raises(NetworkError, match="is invalid: 503"):
            await locate(replace(search, name=name), lambda _: None, Witness())


async def test_an_old_agent_does_not_tell_its_name_nor_heed_the_minimum() -> None:
    asked: list[bytes] = []
    answer = "HTTP/1.1 200 OK\r\nX-Remoting-Minimum-Version: 4.13\r\n\r\n"
    async with web_site(answer.encode(), asked) as search:
        with pytest.raises(NetworkError, match="is not Jenkins"):
            await locate(replace(search, version="3.20"), lambda _: None, Witness())
        with pytest.raises(NetworkError, match=r"Agent version 4\.13 or newer is required"):
            await locate(replace(search, version="4.1"), lambda _: None, Witness())
        with pytest.raises(NetworkError, match="is not Jenkins"):
            await locate(search, lambda _: None, Witness())
    assert [b"Node-Name" in each for each in asked] == [False, False, True]


async def test_an_agent_comes_from_the_address_it_is_given_if_that_is_ours() -> None:
    hosts: list[str] = []

    async def note(stream: trio.SocketStream) -> None:
        hosts.append(stream.socket.getpeername()[0])
        await stream.aclose()

    async with trio.open_nursery() as nursery:
        (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
        nursery.start_soon(trio.serve_listeners, note, [listener])
        address = Address(*listener.socket.getsockname())
        for comes_from in ("127.0.0.1", "192.0.2.77", None):
            stream = await connect(address, comes_from)
            assert await stream.receive_some() == b""
            await stream.aclose()
        nursery.cancel_scope.cancel()
    assert hosts == ["127.0.0.1"] * 3
