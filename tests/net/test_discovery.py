import base64

import pytest
import trio
import trio.testing
from front_stage import ANNOUNCEMENT, LISTENER, THEIRS, Stage, Talker, answering, ok, open_stage

from jnlpspy.errors import NetworkError
from jnlpspy.model.tap import Address
from jnlpspy.net.identity import create_identity
from jnlpspy.net.target import Tunnel

OURS = create_identity()


async def test_discovery_leads_the_agent_here() -> None:
    heads: list[bytes] = []
    async with open_stage(answering(ANNOUNCEMENT, heads=heads), identity=OURS.public_key) as stage:
        answer = await stage.ask(LISTENER)
        assert b"\r\nX-Jenkins-JNLP-Port: 50001\r\n" in answer
        assert b"\r\nX-Hudson-JNLP-Port: 50001\r\n" in answer
        assert base64.b64encode(OURS.public_key) in answer
        assert b"X-Jenkins-JNLP-Host" not in answer
        assert answer.endswith(b"\r\n\r\n\n\n\n  Jenkins\n")
        assert stage.front.newest is not None
        assert stage.front.newest.address == Address("127.0.0.1", 50000)
        assert stage.front.newest.identity == THEIRS.public_key
        [remark] = stage.remarks
        assert "X-Jenkins-JNLP-Port 50000 -> 50001" in remark
        assert stage.said == []
        assert heads == [
            b"GET /tcpSlaveAgentListener/ HTTP/1.1\r\n"
            b"Host: 127.0.0.1:%d\r\n"
            b"User-Agent: Java/17.0.15\r\n"
            b"Connection: keep-alive\r\n\r\n" % stage.controller_port
        ]


async def test_a_wildcard_listener_is_announced_under_the_host_the_agent_used() -> None:
    async with open_stage(answering(ANNOUNCEMENT), agent_port=Address("0.0.0.0", 50001)) as stage:  # noqa: S104 - never bound
        assert b"X-Jenkins-JNLP-Host" not in await stage.ask(LISTENER)


async def test_another_listen_host_is_announced() -> None:
    async with open_stage(answering(ANNOUNCEMENT), agent_port=Address("10.1.2.3", 50001)) as stage:
        assert b"\r\nX-Jenkins-JNLP-Host: 10.1.2.3\r\n" in await stage.ask(LISTENER)


async def test_an_agent_without_host_header_is_told_the_address_it_dialled() -> None:
    hosted = ANNOUNCEMENT.replace(b"\r\nX-Hudson", b"\r\nX-Jenkins-JNLP-Host: jenkins\r\nX-Hudson", 1)
    async with open_stage(answering(hosted), agent_port=Address("::", 50001)) as stage:
        answer = await stage.ask(b"GET /tcpSlaveAgentListener/ HTTP/1.0\r\n\r\n")
        assert b"\r\nX-Jenkins-JNLP-Host: 127.0.0.1\r\n" in answer


async def asking(stage: Stage) -> str:
    try:
        announced = await stage.front.announced()
    except NetworkError as error:
        return str(error)
    return str(announced.address)


async def test_the_controller_is_asked_when_no_agent_has_asked_yet() -> None:
    heads: list[bytes] = []
    async with open_stage(answering(ANNOUNCEMENT, heads=heads), path="/ci/") as stage:
        announced = await stage.front.announced()
        assert announced.address == Address("127.0.0.1", 50000)
        assert announced.identity == THEIRS.public_key
        assert announced.protocols == ("JNLP4-connect", "Ping")
        assert heads[0].startswith(b"GET /ci/tcpSlaveAgentListener/ HTTP/1.1\r\nHost: 127.0.0.1:")
        assert await stage.front.announced() is announced
        assert len(heads) == 1
        assert stage.observed == []


async def test_a_tunnel_changes_what_is_announced_to_us_and_not_to_agents() -> None:
    async with open_stage(answering(ANNOUNCEMENT), tunnel=Tunnel("gate", None)) as stage:
        assert b"X-Jenkins-JNLP-Port: 50001" in await stage.ask(LISTENER)
        assert (await stage.front.announced()).address == Address("gate", 50000)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "expected status 200, got 404 Not Found"),
        (b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", "got 302 Found that leads to /x"),
        (ok(b"<html>"), "expected a port in X-Jenkins-JNLP-Port"),
        (b"", "no valid answer"),
        (b"nonsense\r\n\r\n", "no valid answer"),
    ],
)
async def test_what_cannot_be_learnt_is_a_clear_error(answer: bytes, told: str) -> None:
    async with open_stage(answering(answer)) as stage:
        assert told in await asking(stage)


async def test_a_controller_that_is_down_cannot_be_asked() -> None:
    async with open_stage(None) as stage:
        assert "Connection refused" in await asking(stage)


async def test_agents_that_wait_for_one_lookup_share_its_outcome() -> None:
    asked = trio.Event()
    go = trio.Event()
    lookups = [0]

    async def script(controller: Talker) -> None:
        await controller.read_head()
        lookups[0] += 1
        asked.set()
        await go.wait()
        await controller.send(b"HTTP/1.1 503 Starting\r\nContent-Length: 0\r\n\r\n")

    async with open_stage(script) as stage:
        errors: list[str] = []

        async def ask() -> None:
            errors.append(await asking(stage))

        async with trio.open_nursery() as agents:
            for _ in range(5):
                agents.start_soon(ask)
            await asked.wait()
            await trio.testing.wait_all_tasks_blocked()
            go.set()
        assert lookups == [1]
        assert len(errors) == 5
        assert all("got 503 Starting" in error for error in errors)


async def test_a_lookup_does_not_wait_for_ever() -> None:
    async def script(controller: Talker) -> None:
        await controller.read_head()
        await controller.read_to_end()

    async with open_stage(script, lookup_timeout=0.05) as stage:
        assert "no answer within 0.05 s" in await asking(stage)
