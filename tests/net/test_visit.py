import pytest
import trio
from front_stage import ANNOUNCEMENT, LISTENER, Talker, answering, get, ok, open_stage

from jnlpspy.model.tap import Address, CloseReason, Side
from jnlpspy.net.identity import create_identity

OURS = create_identity()


async def test_the_record_holds_what_each_side_sent_itself() -> None:
    async with open_stage(answering(ANNOUNCEMENT), identity=OURS.public_key) as stage:
        agent = await stage.dial()
        dialled_from = agent.stream.socket.getsockname()
        await agent.ask(LISTENER)
        await agent.aclose()
        assert await stage.wait_closed() == (Side.CONTROLLER, CloseReason.EOF)
        assert stage.opened.agent == Address(*dialled_from)
        assert stage.opened.controller == Address("127.0.0.1", stage.controller_port)
        assert stage.sent(Side.AGENT) == LISTENER
        assert stage.sent(Side.CONTROLLER) == ANNOUNCEMENT
        assert stage.ended == [Side.CONTROLLER]
        assert {getattr(seen, "connection", None) for seen in stage.observed} == {1}


async def test_bytes_are_observed_before_they_are_forwarded() -> None:
    seen_by_controller: list[bytes] = []

    async def look(controller: Talker) -> None:
        await controller.read_head()
        seen_by_controller.append(stage.sent(Side.AGENT))
        await controller.send(ok(b"yes"))

    async with open_stage(look) as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        await agent.read_until(b"yes")
        assert seen_by_controller == [get("/login")]
        assert stage.sent(Side.CONTROLLER) == ok(b"yes")


async def test_the_path_prefix_is_added_and_a_prefix_used_by_the_agent_is_kept() -> None:
    heads: list[bytes] = []
    async with open_stage(answering(ok(b"1"), ok(b"2"), heads=heads), path="/ci/") as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        await agent.read_until(b"1")
        await agent.send(get("/ci/login?from=x"))
        await agent.read_to_end()
        assert [head.split()[1] for head in heads] == [b"/ci/login", b"/ci/login?from=x"]


async def test_pipelined_requests_are_answered_in_order() -> None:
    async with open_stage(answering(ok(b"one"), ok(b"two"), ok(b"three"))) as stage:
        answer = await stage.ask(get("/login") + get("/jnlpJars/agent.jar") + get("/instance-identity/"))
        assert answer == ok(b"one") + ok(b"two") + ok(b"three")


async def test_several_requests_share_one_connection_to_the_controller() -> None:
    async with open_stage(answering(ok(b"one"), ok(b"two"))) as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        await agent.read_until(b"one")
        await agent.send(get("/login"))
        assert (await agent.read_to_end()).endswith(b"two")
        await stage.wait_closed()
        assert stage.sent(Side.CONTROLLER) == ok(b"one") + ok(b"two")


async def test_a_controller_that_ends_an_idle_connection_ends_the_agent_s() -> None:
    async with open_stage(answering(ok(b"one"))) as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        assert await agent.read_to_end() == ok(b"one")
        await agent.aclose()
        assert await stage.wait_closed() == (Side.CONTROLLER, CloseReason.EOF)


async def test_an_agent_that_ends_an_idle_connection_ends_the_controller_s() -> None:
    ended = trio.Event()

    async def script(controller: Talker) -> None:
        await controller.read_head()
        await controller.send(ok(b"one"))
        assert await controller.read_to_end() == b""
        ended.set()

    async with open_stage(script) as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        await agent.read_until(b"one")
        await agent.aclose()
        await ended.wait()
        assert await stage.wait_closed() == (Side.AGENT, CloseReason.EOF)


async def test_the_same_line_is_not_said_again_at_once() -> None:
    now = [1000.0]
    refusal = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    async with open_stage(answering(refusal), clock=lambda: now[0]) as stage:
        for at in (0.0, 9.9, 10.0):
            now[0] = 1000.0 + at
            await stage.ask(LISTENER)
        assert len(stage.said) == 2
        assert len(stage.remarks) == 3


async def test_a_controller_that_is_down_is_a_502_that_says_so() -> None:
    async with open_stage(None) as stage:
        answer = await stage.ask(LISTENER)
        assert answer.startswith(b"HTTP/1.1 502 jnlpspy got no answer from the controller\r\n")
        text = f"cannot reach http://127.0.0.1:{stage.controller_port}/: Connection refused"
        assert answer.endswith(f"\r\n\r\njnlpspy: {text}\n".encode())
        assert stage.said == [f"answered 502 ourselves: {text}"] == stage.remarks
        assert stage.sent(Side.AGENT) == LISTENER
        assert stage.sent(Side.CONTROLLER) == b""
        assert stage.opened.controller == Address("127.0.0.1", stage.controller_port)


async def test_a_name_that_cannot_be_resolved_is_a_502_that_says_so() -> None:
    async with open_stage(None, host="no-such-host.invalid") as stage:
        answer = await stage.ask(LISTENER)
        assert b"the name 'no-such-host.invalid' cannot be resolved" in answer
        assert stage.opened.controller == Address("0.0.0.0", stage.controller_port)  # noqa: S104 - "none"


async def test_a_reset_in_an_answer_is_a_reset_for_the_agent() -> None:
    go = trio.Event()

    async def script(controller: Talker) -> None:
        await controller.read_head()
        await controller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        await go.wait()
        controller.reset()

    async with open_stage(script) as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        await agent.read_until(b"abc")
        go.set()
        with pytest.raises(trio.BrokenResourceError):
            await agent.read_to_end()
        assert await stage.wait_closed() == (Side.CONTROLLER, CloseReason.RESET)


async def test_an_agent_that_resets_while_it_waits_resets_the_controller_s_connection() -> None:
    asked = trio.Event()
    was_reset = trio.Event()

    async def script(controller: Talker) -> None:
        await controller.read_head()
        asked.set()
        with pytest.raises(trio.BrokenResourceError):
            await controller.read_to_end()
        was_reset.set()

    async with open_stage(script) as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        await asked.wait()
        agent.reset()
        await was_reset.wait()
        assert await stage.wait_closed() == (Side.AGENT, CloseReason.RESET)


async def test_the_controller_sees_an_agent_s_half_close_and_may_still_answer() -> None:
    async def script(controller: Talker) -> None:
        await controller.read_head()
        assert await controller.read_to_end() == b""
        await controller.send(ok(b"late"))

    async with open_stage(script) as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        await agent.send_eof()
        assert await agent.read_to_end() == ok(b"late")
        await agent.aclose()
        assert await stage.wait_closed() == (Side.AGENT, CloseReason.EOF)


async def test_a_controller_that_ignores_an_agent_s_end_is_left_after_a_while() -> None:
    async def script(controller: Talker) -> None:
        await controller.read_head()
        await controller.read_to_end()
        await trio.sleep_forever()

    async with open_stage(script, handshake_timeout=0.05) as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        await agent.aclose()
        assert await stage.wait_closed() == (Side.AGENT, CloseReason.EOF)


@pytest.mark.parametrize("path", ["/", "/script", "/computer/a/config.xml", "/jnlpJars/../script"])
async def test_other_paths_are_not_passed_on(path: str) -> None:
    async with open_stage(None) as stage:
        answer = await stage.ask(get(path))
        assert answer.startswith(b"HTTP/1.1 404 Not Found\r\n")
        assert answer.endswith(b"jnlpJars/*, login, wsagents, instance-identity\n")
        assert len(stage.said) == 1


async def test_a_refused_head_request_gets_no_body() -> None:
    async with open_stage(None) as stage:
        assert (await stage.ask(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")).endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "request_head",
    [
        b"GET http://elsewhere/login HTTP/1.1\r\nHost: elsewhere\r\n\r\n",
        b"CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere\r\n\r\n",
    ],
)
async def test_the_front_is_no_forward_proxy(request_head: bytes) -> None:
    async with open_stage(None) as stage:
        answer = await stage.ask(request_head)
        assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
        assert b"this is no forward proxy" in answer


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x00\x16Protocol:JNLP4-connect\x00\x03ACK\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"400"),
        (b"GET /login HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /login HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", b"400"),
        (b"GET /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", b"501"),
        (b"GET /login HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 70_000, b"431"),
    ],
)
async def test_a_request_that_is_not_http_is_refused_with_a_reason(sent: bytes, status: bytes) -> None:
    async with open_stage(None) as stage:
        answer = await stage.ask(sent)
        assert answer.startswith(b"HTTP/1.1 " + status)
        assert b"this port speaks HTTP/1.1" in answer
        assert stage.sent(Side.AGENT)[:70_000] == sent[:70_000]


async def test_rubbish_in_a_request_s_body_is_refused() -> None:
    async def script(controller: Talker) -> None:
        await controller.read_to_end()

    async with open_stage(script) as stage:
        answer = await stage.ask(b"POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n")
        assert answer.startswith(b"HTTP/1.1 400 ")


async def test_a_connection_without_a_request_ends_quietly() -> None:
    async with open_stage(None) as stage:
        agent = await stage.dial()
        await agent.aclose()
        assert await stage.wait_closed() == (Side.AGENT, CloseReason.EOF)
        assert stage.said == []


async def test_an_agent_that_asks_nothing_is_closed_after_a_while() -> None:
    async with open_stage(None, handshake_timeout=0.0) as stage:
        agent = await stage.dial()
        assert await agent.read_to_end() == b""
        await agent.aclose()
        assert await stage.wait_closed() == (None, CloseReason.TIMEOUT)
        assert stage.remarks == ["no request within 0 s"]


async def test_a_stopped_front_reports_the_end_of_its_connections() -> None:
    asked = trio.Event()

    async def script(controller: Talker) -> None:
        await controller.read_head()
        asked.set()
        await trio.sleep_forever()

    async with open_stage(script) as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        await asked.wait()
        stage.nursery.cancel_scope.cancel()
    assert await stage.wait_closed() == (None, CloseReason.SHUTDOWN)


UPGRADE = get("/wsagents/", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: abc=", "Node-Name: n")
SWITCHED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\nX-A: b\r\n\r\n"


async def switch(controller: Talker) -> None:
    head = await controller.read_head()
    assert b"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: abc=\r\nNode-Name: n\r\n" in head
    await controller.send(SWITCHED + b"\x89\x00")


async def test_a_websocket_is_relayed_byte_for_byte_with_its_half_closes() -> None:
    async def script(controller: Talker) -> None:
        await switch(controller)
        assert await controller.read_exactly(4) == b"\x82\x02hi"
        await controller.send(b"\x82\x03you")
        await controller.send_eof()
        assert await controller.read_to_end() == b"\x88\x00"

    async with open_stage(script) as stage:
        agent = await stage.dial()
        await agent.send(UPGRADE + b"\x82\x02")
        assert await agent.read_head() == SWITCHED
        assert await agent.read_exactly(2) == b"\x89\x00"
        await agent.send(b"hi")
        assert await agent.read_to_end() == b"\x82\x03you"
        await agent.send(b"\x88\x00")
        await agent.aclose()
        assert await stage.wait_closed() == (Side.CONTROLLER, CloseReason.EOF)
        assert stage.sent(Side.AGENT) == UPGRADE + b"\x82\x02hi\x88\x00"
        assert stage.sent(Side.CONTROLLER) == SWITCHED + b"\x89\x00\x82\x03you"
        assert stage.ended == [Side.CONTROLLER, Side.AGENT]
        assert stage.remarks == stage.said == []


async def test_a_websocket_s_reset_is_passed_on() -> None:
    was_reset = trio.Event()

    async def script(controller: Talker) -> None:
        await switch(controller)
        with pytest.raises(trio.BrokenResourceError):
            await controller.read_to_end()
        was_reset.set()

    async with open_stage(script) as stage:
        agent = await stage.dial()
        await agent.send(UPGRADE)
        await agent.read_until(b"\x89\x00")
        agent.reset()
        await was_reset.wait()
        assert await stage.wait_closed() == (Side.AGENT, CloseReason.RESET)


async def test_a_refused_websocket_is_an_answer_like_others() -> None:
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    async with open_stage(answering(refusal)) as stage:
        assert await stage.ask(UPGRADE) == refusal
        assert "the controller answered 403 Forbidden" in stage.said[0]


async def test_bytes_nobody_asked_for_end_the_connection() -> None:
    go = trio.Event()

    async def script(controller: Talker) -> None:
        await controller.read_head()
        await controller.send(ok(b"one"))
        await go.wait()
        await controller.send(b"HTTP/1.1 408 Request Timeout\r\n\r\n")
        await controller.read_to_end()

    async with open_stage(script) as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        await agent.read_until(b"one")
        go.set()
        assert await agent.read_to_end() == b""
        assert "the controller broke HTTP/1.1: it sent bytes nobody had asked for" in stage.said
        assert stage.sent(Side.CONTROLLER).endswith(b"408 Request Timeout\r\n\r\n")


async def test_a_reset_of_an_idle_connection_is_passed_on() -> None:
    go = trio.Event()

    async def script(controller: Talker) -> None:
        await controller.read_head()
        await controller.send(ok(b"one"))
        await go.wait()
        controller.reset()

    async with open_stage(script) as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        await agent.read_until(b"one")
        go.set()
        with pytest.raises(trio.BrokenResourceError):
            await agent.read_to_end()
        assert await stage.wait_closed() == (Side.CONTROLLER, CloseReason.RESET)


async def test_a_connection_used_before_that_ends_without_an_answer_just_ends() -> None:
    """The agent asks again by itself, as it would without us."""

    async def script(controller: Talker) -> None:
        await controller.read_head()
        await controller.send(ok(b"one"))
        await controller.read_head()

    async with open_stage(script) as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        await agent.read_until(b"one")
        assert await agent.ask(get("/login")) == b""
        assert stage.said == []
