import gc
import tracemalloc

import pytest
import trio
from front_stage import LISTENER, Talker, answering, get, ok, open_stage

from jnlpspy.model.tap import CloseReason, Segment, Side

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n"


async def test_a_chunked_answer_stays_chunked_with_its_trailers() -> None:
    async with open_stage(answering(CHUNKED)) as stage:
        answer = await stage.ask(get("/login"))
        assert answer.endswith(b"\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n")


async def test_a_chunked_answer_reaches_an_http_1_0_agent_as_plain_bytes() -> None:
    heads: list[bytes] = []
    async with open_stage(answering(CHUNKED, heads=heads)) as stage:
        answer = await stage.ask(b"GET /login HTTP/1.0\r\n\r\n")
        assert answer.endswith(b"\r\n\r\nabcde")
        assert b"chunked" not in answer
        assert b"\r\nConnection: close\r\n" in heads[0]


async def test_an_http_1_0_answer_ends_with_the_connection() -> None:
    async with open_stage(answering(b"HTTP/1.0 200 OK\r\nX-A: b\r\n\r\nas long as it is")) as stage:
        answer = await stage.ask(get("/login"))
        assert b"\r\nX-A: b\r\n" in answer
        assert b"\r\nconnection: close\r\n" in answer.lower()
        assert b"as long as it is" in answer


async def test_head_has_the_length_and_no_body() -> None:
    async with open_stage(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", ok(b"x"))) as stage:
        agent = await stage.dial()
        await agent.send(b"HEAD /jnlpJars/agent.jar HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"Content-Length: 5" in await agent.read_head()
        await agent.send(get("/login"))
        assert (await agent.read_to_end()) == ok(b"x")


@pytest.mark.parametrize(
    "framed",
    [b"Content-Length: 5\r\n\r\nhello", b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"],
)
async def test_a_request_s_body_is_passed_on_in_its_own_framing(framed: bytes) -> None:
    got: list[bytes] = []

    async def script(controller: Talker) -> None:
        await controller.read_head()
        got.append(await controller.read_exactly(len(framed.partition(b"\r\n\r\n")[2])))
        await controller.send(ok(b"done"))

    async with open_stage(script) as stage:
        answer = await stage.ask(b"POST /login HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + framed)
        assert answer.endswith(b"done")
        assert got == [framed.partition(b"\r\n\r\n")[2]]


async def test_expect_100_continue_is_answered_by_the_controller() -> None:
    async def script(controller: Talker) -> None:
        assert b"\r\nExpect: 100-continue\r\n" in await controller.read_head()
        await controller.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        assert await controller.read_exactly(5) == b"hello"
        await controller.send(ok(b"done"))

    async with open_stage(script) as stage:
        agent = await stage.dial()
        await agent.send(b"POST /login HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        assert (await agent.read_head()).startswith(b"HTTP/1.1 100 Continue\r\n")
        assert await agent.ask(b"hello") == ok(b"done")


async def test_a_refusal_before_the_body_reaches_the_agent() -> None:
    refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"
    async with open_stage(answering(refusal)) as stage:
        answer = await stage.ask(
            b"POST /login HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        )
        assert answer.startswith(b"HTTP/1.1 413 Too Large\r\n")


@pytest.mark.parametrize(
    ("status", "location"),
    [
        ("301 Moved Permanently", "https://elsewhere/login"),
        ("302 Found", "/securityRealm/commenceLogin"),
        ("401 Unauthorized", None),
        ("403 Forbidden", None),
        ("404 Not Found", None),
        ("503 Service Unavailable", None),
    ],
)
async def test_a_refusal_is_passed_on_as_it_is_and_said(status: str, location: str | None) -> None:
    extra = f"Location: {location}\r\n" if location else ""
    refusal = f"HTTP/1.1 {status}\r\n{extra}X-Jenkins-JNLP-Port: 50000\r\nContent-Length: 3\r\n\r\nno\n".encode()
    async with open_stage(answering(refusal)) as stage:
        assert await stage.ask(LISTENER) == refusal
        [line] = stage.said
        assert line == stage.remarks[0]
        assert line.startswith(f"http://127.0.0.1:{stage.controller_port}/tcpSlaveAgentListener/: ")
        assert f"the controller answered {status}" in line
        assert location is None or f"leads to {location}; an agent that follows goes past jnlpspy" in line
        assert stage.front.newest is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"", b"without an answer"),
        (b"HTTP/1.1 200", b"no valid answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"no valid answer"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", b"no valid answer"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000, b"no valid answer"),
    ],
)
async def test_an_answer_that_is_not_http_is_a_502(said: bytes, told: bytes) -> None:
    async with open_stage(answering(said)) as stage:
        answer = await stage.ask(LISTENER)
        assert answer.startswith(b"HTTP/1.1 502 ")
        assert told in answer
        assert stage.sent(Side.CONTROLLER)[:70_000] == said[:70_000]


async def test_an_answer_cut_short_is_cut_short_for_the_agent() -> None:
    async with open_stage(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")) as stage:
        agent = await stage.dial()
        assert (await agent.ask(get("/login"))).endswith(b"\r\n\r\nabc")
        await agent.aclose()
        assert await stage.wait_closed() == (Side.CONTROLLER, CloseReason.EOF)


async def test_an_answer_that_turns_into_rubbish_ends_the_connection() -> None:
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\nnonsense\r\n"
    async with open_stage(answering(answer)) as stage:
        assert (await stage.ask(get("/login"))).endswith(b"1\r\na\r\n")
        assert any("the controller broke HTTP/1.1" in remark for remark in stage.remarks)


async def test_a_late_controller_is_told_about_once_and_waited_for() -> None:
    go = trio.Event()

    async def script(controller: Talker) -> None:
        await controller.read_head()
        await go.wait()
        await controller.send(ok(b"late"))

    async with open_stage(script, slow_after=0.0) as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        while not any("no answer for 0 s, still waiting" in line for line in stage.said):
            await trio.lowlevel.checkpoint()
        go.set()
        assert await agent.read_to_end() == ok(b"late")


FILE = (
    b"<jnlp><application-desc><argument>0a</argument><argument>n</argument><argument>-tunnel</argument>"
    b"<argument>gate:1</argument><argument>-url</argument><argument>https://jenkins/ci/</argument>"
    b"</application-desc></jnlp>"
)
JNLP = "Content-Type: application/x-java-jnlp-file"


def jnlp(path: str = "/computer/n/jenkins-agent.jnlp", *headers: str) -> bytes:
    return get(path, "Connection: close", *headers)


@pytest.mark.parametrize(
    ("asked", "front"),
    [("/computer/n/jenkins-agent.jnlp", b"/"), ("/ci/computer/n/slave-agent.jnlp", b"/ci/")],
)
async def test_a_jnlp_file_leads_the_agent_here(asked: str, front: bytes) -> None:
    heads: list[bytes] = []
    async with open_stage(answering(ok(FILE, JNLP), heads=heads), path="/ci/") as stage:
        answer = await stage.ask(jnlp(asked, "Accept-Encoding: gzip", "Range: bytes=0-"))
        turned = FILE.replace(b"https://jenkins/ci/", b"http://127.0.0.1:8090" + front)
        turned = turned.replace(b"gate:1", b"127.0.0.1:50001")
        assert answer.endswith(b"\r\n\r\n" + turned)
        assert b"\r\nContent-Length: %d\r\n" % len(turned) in answer
        assert b"Accept-Encoding" not in heads[0]
        assert b"Range" not in heads[0]
        [remark] = stage.remarks
        assert "-tunnel gate:1 -> 127.0.0.1:50001" in remark
        assert stage.sent(Side.CONTROLLER) == ok(FILE, JNLP)


async def test_a_chunked_jnlp_file_leads_the_agent_here() -> None:
    chunked = b"HTTP/1.1 200 OK\r\n%s\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
    async with open_stage(answering(chunked % (JNLP.encode(), len(FILE), FILE))) as stage:
        answer = await stage.ask(jnlp())
        assert b"<argument>http://127.0.0.1:8090/</argument>" in answer
        assert b"chunked" not in answer


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        (["Content-Type: application/octet-stream"], "is encrypted"),
        (["Content-Type: text/html;charset=utf-8"], "expected a .jnlp file, got text/html"),
        ([], "got no content type"),
        ([JNLP, "Content-Encoding: gzip"], "came compressed"),
    ],
)
async def test_a_jnlp_file_that_cannot_be_read_is_passed_on_and_said(headers: list[str], told: str) -> None:
    async with open_stage(answering(ok(FILE, *headers))) as stage:
        assert (await stage.ask(jnlp())).endswith(b"\r\n\r\n" + FILE)
        [line] = stage.said
        assert told in line
        assert "encrypted" not in line or "-url http://127.0.0.1:8090/ -secret SECRET -name NAME" in line


async def test_a_jnlp_file_too_large_is_passed_on_whole() -> None:
    body = FILE + b" " * (1 << 20)
    async with open_stage(answering(ok(body, JNLP))) as stage:
        assert (await stage.ask(jnlp())).endswith(b"\r\n\r\n" + body)
        assert "more than 1048576 bytes" in stage.said[0]


async def test_a_jnlp_file_cut_short_is_cut_short_for_the_agent() -> None:
    async with open_stage(answering(ok(FILE, JNLP)[:-10])) as stage:
        assert (await stage.ask(jnlp())).endswith(FILE[:-10])


async def test_the_head_of_a_jnlp_file_is_passed_on() -> None:
    async with open_stage(answering(ok(FILE, JNLP)[: -len(FILE)])) as stage:
        answer = await stage.ask(jnlp().replace(b"GET", b"HEAD"))
        assert b"\r\nContent-Length: %d\r\n" % len(FILE) in answer


async def test_a_big_body_is_streamed_and_not_kept() -> None:
    size, piece = 64 << 20, bytes(1 << 20)

    async def script(controller: Talker) -> None:
        await controller.read_head()
        await controller.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        for _ in range(size // len(piece)):
            await controller.send(piece)

    async with open_stage(script) as stage:
        agent = await stage.dial()
        await agent.send(get("/jnlpJars/agent.jar"))
        await agent.read_head()
        got = len(agent.unread)
        gc.collect()
        tracemalloc.start()
        while got < size:
            got += len(await agent.stream.receive_some())
            stage.observed[:] = [seen for seen in stage.observed if not isinstance(seen, Segment)]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert got == size
        assert peak < 8 << 20


async def test_a_slow_agent_slows_the_controller() -> None:
    sent = [0]

    async def script(controller: Talker) -> None:
        await controller.read_head()
        await controller.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (256 << 20))
        while True:
            await controller.send(bytes(1 << 20))
            sent[0] += 1

    async with open_stage(script) as stage:
        agent = await stage.dial()
        await agent.send(get("/jnlpJars/agent.jar"))
        await agent.read_head()
        # With everything on one event loop, an unpaced front would have swallowed far more by now.
        for _ in range(3000):
            await trio.lowlevel.checkpoint()
        assert sent[0] < 64
        agent.reset()


EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"


async def test_interim_answers_are_passed_on() -> None:
    async with open_stage(answering(EARLY + ok(b"yes"))) as stage:
        assert await stage.ask(get("/login")) == EARLY + ok(b"yes")


async def test_interim_answers_are_kept_from_http_1_0_agents() -> None:
    async with open_stage(answering(EARLY + ok(b"yes"))) as stage:
        assert b"103" not in await stage.ask(b"GET /login HTTP/1.0\r\n\r\n")


async def test_a_page_without_jenkins_headers_is_passed_on_and_said() -> None:
    page = ok(b"<html>sign in</html>", "Content-Type: text/html")
    async with open_stage(answering(page)) as stage:
        assert await stage.ask(LISTENER) == page
        assert "the answer announces no agent port" in stage.said[0]
        assert stage.front.newest is None


async def test_a_reset_instead_of_an_answer_is_a_502() -> None:
    async def script(controller: Talker) -> None:
        await controller.read_head()
        controller.reset()

    async with open_stage(script) as stage:
        assert b"no valid answer: the controller reset the connection" in await stage.ask(LISTENER)


async def test_no_more_is_read_of_an_agent_that_sends_too_far_ahead() -> None:
    go = trio.Event()

    async def script(controller: Talker) -> None:
        await controller.read_head()
        await go.wait()
        await controller.send(ok(b"yes", "Connection: close"))

    async with open_stage(script) as stage:
        agent = await stage.dial()
        await agent.send(get("/login"))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(agent.send, bytes(32 << 20))
            for _ in range(3000):
                await trio.lowlevel.checkpoint()
            nursery.cancel_scope.cancel()
        assert len(stage.sent(Side.AGENT)) < 1 << 20
        go.set()
        assert b"\r\n\r\nyes" in await agent.read_until(b"yes")
