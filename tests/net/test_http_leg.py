import h11
import pytest
import trio
import trio.testing

from jnlpspy.model.tap import Side
from jnlpspy.net.http_leg import HttpLeg, HttpTrouble, NotHttp, SideGone, run_beside
from jnlpspy.net.leg import Leg

Heard = list[tuple[Side, bytes]]


def agent_leg() -> tuple[
    HttpLeg, "trio.StapledStream[trio.testing.MemorySendStream, trio.testing.MemoryReceiveStream]", Heard
]:
    ours, theirs = trio.testing.memory_stream_pair()
    heard: Heard = []
    return HttpLeg(Leg(ours), Side.AGENT, lambda side, data: heard.append((side, data))), theirs, heard


async def test_every_byte_is_heard_before_it_is_used() -> None:
    leg, agent, heard = agent_leg()
    for piece in (b"GET / HT", b"TP/1.1\r\nHost: a\r", b"\n\r\n"):
        await agent.send_all(piece)
        if not piece.endswith(b"\n\r\n"):
            await leg.receive()
    request = await leg.next_event()
    assert isinstance(request, h11.Request)
    assert b"".join(data for _, data in heard) == b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def test_the_end_is_heard_once() -> None:
    leg, agent, heard = agent_leg()
    await agent.send_eof()
    assert isinstance(await leg.next_event(), h11.ConnectionClosed)
    assert isinstance(await leg.next_event(), h11.ConnectionClosed)
    assert heard == [(Side.AGENT, b"")]
    assert leg.has_ended


async def test_what_is_not_http_blames_its_sender() -> None:
    leg, agent, _ = agent_leg()
    await agent.send_all(b"nonsense\r\n\r\n")
    with pytest.raises(NotHttp) as raised:
        await leg.next_event()
    assert (raised.value.side, raised.value.status) == (Side.AGENT, 400)


async def read_on(leg: HttpLeg) -> None:
    while True:
        await leg.next_event()


@pytest.mark.parametrize(
    "said",
    [
        b"Authorization : Basic c2VjcmV0",
        b"Authorization: Basic \x00c2VjcmV0",
        b"Transfer-Encoding: chunked\r\n\r\nc2VjcmV0",
    ],
)
async def test_what_is_wrong_is_told_without_the_bytes(said: bytes) -> None:
    leg, agent, _ = agent_leg()
    await agent.send_all(b"POST / HTTP/1.1\r\nHost: a\r\n" + said + b"\r\n\r\n")
    with pytest.raises(NotHttp, match=r"^illegal (header line|chunk header)$"):
        await read_on(leg)


async def test_what_cannot_be_sent_blames_the_side_it_came_from() -> None:
    leg, _, _ = agent_leg()
    with pytest.raises(NotHttp) as raised:
        await leg.send(h11.Data(data=b"a body before any head"))
    assert raised.value.side is Side.CONTROLLER


async def test_a_peer_that_takes_no_more_has_gone() -> None:
    leg, agent, _ = agent_leg()
    await agent.aclose()
    with pytest.raises(SideGone) as raised:
        await leg.send_bytes(b"x")
    assert raised.value.side is Side.AGENT


async def test_what_runs_beside_ends_with_the_main_thing() -> None:
    was_cancelled = trio.Event()

    async def beside() -> None:
        try:
            await trio.sleep_forever()
        finally:
            was_cancelled.set()

    await run_beside(trio.testing.wait_all_tasks_blocked, beside)
    assert was_cancelled.is_set()


async def test_trouble_of_any_part_ends_all_and_comes_as_it_is() -> None:
    async def beside() -> None:
        raise HttpTrouble(Side.AGENT, "trouble")

    with pytest.raises(HttpTrouble, match="trouble"):
        await run_beside(trio.sleep_forever, beside)
