"""Hosts are reached as Java reaches them, and what fails is a fact with its kind."""

import socket
from collections.abc import Sequence

import pytest
import trio
from doctor_stage import listening, proxying, saying, silent, unused_port
from net.probing.test_scene import Told

from jnlpspy.model.events import NameResolved
from jnlpspy.model.tap import Address, Closed, CloseReason, DialFailed, DialFailure, Opened, Segment, Side
from jnlpspy.net.probing.contact import Contact
from jnlpspy.net.probing.reaching import Goal, addresses_of, reach, resolve, tunnel
from jnlpspy.net.probing.scene import Note, StepFailed

Found = list[tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int]]]


class Names(trio.abc.HostnameResolver):
    """Names that exist, with their addresses; all others do not."""

    def __init__(self, **names: Sequence[str]) -> None:
        self._names = names

    async def getaddrinfo(  # type: ignore[override]
        self, host: bytes, port: object, *_: object, **__: object
    ) -> Found:
        await trio.lowlevel.checkpoint()
        found = self._names.get(host.decode())
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        families = [socket.AF_INET6 if ":" in each else socket.AF_INET for each in found]
        places = zip(families, found, strict=True)
        return [(family, socket.SOCK_STREAM, 6, "", (each, int(str(port or 0)))) for family, each in places]

    async def getnameinfo(self, *_: object) -> tuple[str, str]:
        raise NotImplementedError


@pytest.fixture
def told() -> Told:
    return Told(timeout=2.0)


async def test_ipv4_comes_first_as_in_java(told: Told) -> None:
    trio.socket.set_custom_hostname_resolver(Names(jenkins=("::1", "10.0.0.2", "10.0.0.2", "10.0.0.1")))
    note = Note()
    await resolve(told.scene, "jenkins", note)
    assert note.text == "jenkins is 10.0.0.2, 10.0.0.1, ::1"
    assert [fact for _, fact in told.facts] == [NameResolved("jenkins", ("10.0.0.2", "10.0.0.1", "::1"))]


async def test_a_name_that_does_not_exist_is_told(told: Told) -> None:
    trio.socket.set_custom_hostname_resolver(Names())
    with pytest.raises(StepFailed, match="jenkins has no address here: Name or service not known"):
        await resolve(told.scene, "jenkins", Note())
    assert [fact for _, fact in told.facts] == [NameResolved("jenkins", (), "Name or service not known")]


async def test_what_cannot_be_a_name_has_no_address() -> None:
    assert await addresses_of("a" * 64) == ([], "it is no host name")


async def test_an_address_needs_no_looking_up(told: Told) -> None:
    note = Note()
    await resolve(told.scene, "::1", note)
    assert note.text == "::1 is an address"
    assert told.facts == []


async def test_only_the_first_address_is_dialled_as_agents_do(told: Told) -> None:
    async with listening(silent) as there:
        trio.socket.set_custom_hostname_resolver(Names(jenkins=("127.0.0.2", "127.0.0.1")))
        with pytest.raises(StepFailed, match="Connection refused"):
            await reach(told.scene, Goal(Address("jenkins", there.port), "x"), Note())


async def test_a_connection_is_told_with_its_ends(told: Told) -> None:
    async with listening(silent) as there:
        async with await reach(told.scene, Goal(there, str(there)), Note()):
            pass
        (opened, _, closed) = (*told.observed[:1], None, told.observed[-1])
    assert isinstance(opened, Opened)
    assert (opened.agent.host, opened.controller) == ("127.0.0.1", there)
    assert opened.agent.port > 0
    assert isinstance(closed, Closed)
    assert told.scene.own_host == "127.0.0.1"


async def test_nobody_there_is_a_refusal(told: Told) -> None:
    there = await unused_port()
    with pytest.raises(StepFailed, match=f"no connection to {there}: Connection refused"):
        await reach(told.scene, Goal(there, "http://jenkins/"), Note())
    _, failed, closed = told.observed
    assert isinstance(failed, DialFailed)
    assert (failed.target, failed.failure) == ("http://jenkins/", DialFailure.REFUSED)
    assert isinstance(closed, Closed)


async def test_a_name_can_vanish_between_two_looks(told: Told) -> None:
    trio.socket.set_custom_hostname_resolver(Names())
    with pytest.raises(StepFailed, match="Name or service not known"):
        await reach(told.scene, Goal(Address("jenkins", 1), "x"), Note())
    assert [seen.failure for seen in told.observed if isinstance(seen, DialFailed)] == [DialFailure.NOT_RESOLVED]


async def test_a_request_that_nobody_answers_is_a_timeout(told: Told) -> None:
    note = Note()
    with trio.CancelScope() as scope:
        scope.cancel()
        await reach(told.scene, Goal(Address("127.0.0.1", 1), "x"), note)
    assert note.waiting_for == "a TCP connection to 127.0.0.1:1"
    assert [seen.failure for seen in told.observed if isinstance(seen, DialFailed)] == [DialFailure.TIMEOUT]


HIDDEN = Address("controller.test", 50000)


async def through(told: Told, proxy: Address) -> Contact:
    goal = Goal(HIDDEN, str(HIDDEN), via=proxy)
    return await tunnel(told.scene, await reach(told.scene, goal, Note()), goal, Note())


async def test_a_proxy_is_asked_in_the_agent_s_words_and_passes_what_is_inside(told: Told) -> None:
    async with (
        listening(saying(b"SSH-2.0-x", first=True)) as there,
        listening(proxying({str(HIDDEN): there})) as proxy,
        await through(told, proxy) as contact,
    ):
        assert await contact.read_all() == b"SSH-2.0-x"
    asked, inside = (
        [seen.data for seen in told.observed if isinstance(seen, Segment) and seen.connection == number]
        for number in (1, 2)
    )
    assert asked[0] == b"CONNECT controller.test:50000 HTTP/1.1\r\nHost: controller.test\r\n\r\n"
    assert inside == [b"SSH-2.0-x"]
    assert [seen.controller for seen in told.observed if isinstance(seen, Opened)][1] == HIDDEN


@pytest.mark.parametrize(
    ("answer", "said", "failure"),
    [
        (b"HTTP/1.1 407 Proxy Auth\r\n\r\n", "Got a bad response from proxy: HTTP/1.1 407", DialFailure.REFUSED),
        (b"HTTP/1.0 502 Bad\r\n\r\n", "Got a bad response from proxy: HTTP/1.0 502", DialFailure.UNREACHABLE),
        (b"SSH-2.0-x\r\n\r\n", "Got a bad response from proxy: SSH-2.0-x", DialFailure.OTHER),
        (b"", "Proxy socket closed", DialFailure.OTHER),
    ],
)
async def test_a_proxy_that_refuses_is_quoted_as_agents_do(
    told: Told, answer: bytes, said: str, failure: DialFailure
) -> None:
    async with listening(saying(answer)) as proxy:
        with pytest.raises(StepFailed, match=said):
            await through(told, proxy)
    (failed,) = (seen for seen in told.observed if isinstance(seen, DialFailed))
    assert (failed.target, failed.failure) == (str(HIDDEN), failure)
    assert failed.text.startswith(said)
    closed = told.observed[-1]
    assert isinstance(closed, Closed)
    assert (closed.how, closed.by) in {(CloseReason.EOF, Side.AGENT), (CloseReason.EOF, Side.CONTROLLER)}
