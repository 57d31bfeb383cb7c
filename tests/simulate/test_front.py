import h11
import pytest
import trio
from simulate.peers import SECRET, Watcher, controller_of, identity

from jnlpspy.model.events import DiscoveryAnswered
from jnlpspy.simulate.controller import SimulatedController, simulated_controller
from jnlpspy.simulate.front import Discovery
from jnlpspy.simulate.upgrading import Endpoint


async def ask(controller: SimulatedController, target: str, method: str = "GET") -> tuple[h11.Response, bytes]:
    http = h11.Connection(h11.CLIENT)
    async with await trio.open_tcp_stream(controller.http.host, controller.http.port) as stream:
        request = h11.Request(method=method, target=target, headers=[("Host", "jenkins"), ("Connection", "close")])
        await stream.send_all((http.send(request) or b"") + (http.send(h11.EndOfMessage()) or b""))
        answer = b"".join([bytes(part) async for part in stream])
    http.receive_data(answer)
    response = http.next_event()
    assert isinstance(response, h11.Response)
    body = http.next_event()
    return response, bytes(body.data) if isinstance(body, h11.Data) else b""


async def test_discovery_tells_what_real_cores_tell() -> None:
    watcher = Watcher()
    async with simulated_controller(controller_of(), observer=watcher) as controller:
        response, body = await ask(controller, "/tcpSlaveAgentListener/")
        told = {name.decode(): value.decode() for name, value in response.headers.raw_items()}
        assert (response.status_code, body) == (200, b"Jenkins")
        assert told["X-Hudson-JNLP-Port"] == told["X-Jenkins-JNLP-Port"] == str(controller.port)
        assert told["X-Instance-Identity"] == identity().instance_identity
        offered = "JNLP-connect, JNLP2-connect, JNLP3-connect, JNLP4-connect, JNLP4-plaintext, Ping"
        assert told["X-Jenkins-Agent-Protocols"] == offered
        assert told["X-Remoting-Minimum-Version"] == controller.config.minimum_version
        assert told["X-Jenkins"] == controller.config.version
        assert "X-Jenkins-JNLP-Host" not in told
    assert [(fact.status, fact.url) for fact in watcher.facts(DiscoveryAnswered)] == [(200, "/tcpSlaveAgentListener/")]


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/login", 200),
        ("/", 200),
        ("/tcpSlaveAgentListener", 200),
        ("/computer/nobody/slave-agent.jnlp", 404),
    ],
)
async def test_other_pages_answer_as_in_jenkins(target: str, status: int) -> None:
    async with simulated_controller(controller_of()) as controller:
        assert (await ask(controller, target))[0].status_code == status
        assert (await ask(controller, target, "POST"))[0].status_code == 405
        head, body = await ask(controller, target, "HEAD")
        assert (head.status_code, body) == (status, b"")


async def test_who_asks_for_websocket_as_no_agent_does_is_refused_in_jenkins_words() -> None:
    async with simulated_controller(controller_of()) as controller:
        for target in ("/wsagents/", "/wsagents", "/wsagents/?a=b"):
            response, body = await ask(controller, target)
            assert response.status_code == 400
            assert body == b"This endpoint is only for use from agent.jar in WebSocket mode\n"
            assert "X-Jenkins" not in [name.decode() for name, _ in response.headers.raw_items()]
        assert (await ask(controller, "/wsagents/", "POST"))[0].status_code == 405


@pytest.mark.parametrize(("status", "reason"), [(502, b"Bad Gateway"), (520, b"")])
async def test_what_stands_in_front_may_answer_websocket_with_any_status(status: int, reason: bytes) -> None:
    async with simulated_controller(controller_of(endpoint=Endpoint(status=status))) as controller:
        response, body = await ask(controller, "/wsagents/")
    assert (response.status_code, response.reason, body) == (status, reason, reason + b"\n")


async def test_a_jnlp_file_holds_secret_name_and_url() -> None:
    async with simulated_controller(controller_of(agents={"a 1&2": SECRET})) as controller:
        response, body = await ask(controller, "/computer/a%201%262/slave-agent.jnlp?encrypt=false")
        url = f"http://127.0.0.1:{controller.http.port}/"
        assert dict(response.headers)[b"content-type"] == b"application/x-java-jnlp-file"
    arguments = (SECRET.value, "a 1&amp;2", "-url", url)
    assert "".join(f"<argument>{each}</argument>" for each in arguments) in body.decode()


async def test_what_is_not_http_ends_its_connection_only() -> None:
    async with simulated_controller(controller_of()) as controller:
        async with await trio.open_tcp_stream(controller.http.host, controller.http.port) as stream:
            await stream.send_all(b"\0\x16Protocol:JNLP4-connect\r\n\r\n")
            assert await stream.receive_some() == b""
        assert (await ask(controller, "/login"))[0].status_code == 200


async def test_one_connection_serves_request_after_request() -> None:
    async with simulated_controller(controller_of()) as controller:
        stream = await trio.open_tcp_stream(controller.http.host, controller.http.port)
        await stream.send_all(b"HEAD /login HTTP/1.1\r\nHost: jenkins\r\n\r\n" * 2)
        seen = b""
        while seen.count(b"HTTP/1.1 200 OK") < 2:
            seen += await stream.receive_some()
        await stream.aclose()


async def test_what_stands_in_front_of_a_controller_may_answer_otherwise() -> None:
    moved = Discovery(status=302, headers=(("Location", "/login"),))
    async with simulated_controller(controller_of(discovery=moved)) as controller:
        response, _ = await ask(controller, "/tcpSlaveAgentListener/")
    told = {name.decode() for name, _ in response.headers.raw_items()}
    assert (response.status_code, response.reason) == (302, b"Found")
    assert "Location" in told
    assert not any("JNLP" in name or "Identity" in name for name in told)


async def test_headers_may_be_lost_on_the_way() -> None:
    dropping = Discovery(drops=("X-Instance-", "X-Jenkins-JNLP"))
    async with simulated_controller(controller_of(discovery=dropping)) as controller:
        response, body = await ask(controller, "/tcpSlaveAgentListener/")
    told = {name.decode() for name, _ in response.headers.raw_items()}
    assert body == b"Jenkins"
    assert {"X-Hudson-JNLP-Port", "X-Jenkins-Agent-Protocols"} <= told
    assert told.isdisjoint({"X-Instance-Identity", "X-Jenkins-JNLP-Port"})
