"""The WebSocket upgrade is asked for as an agent asks, and its answers are read as Jenkins gives them."""

import base64
import hashlib

import pytest
from doctor_stage import Examined, examine, inputs_of, listening, page, proxying, web
from front_stage import Talker

from jnlpspy.model.events import DiscoveryAnswered, DiscoveryAsked
from jnlpspy.model.secret import Secret
from jnlpspy.net.probing.steps import Outcome, StepName
from jnlpspy.net.probing.upgrade import CAPABILITY

LOGIN = page("200 OK", "Welcome")
SWITCHED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"


def accept_of(request: bytes) -> str:
    key = next(line.split(b": ")[1] for line in request.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key"))
    return base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()  # noqa: S324 - RFC 6455


async def examine_endpoint(
    answer: bytes | str, *, accept: str = "", heard: list[bytes] | None = None, credentials: bool = True
) -> Examined:
    """Give this answer to the upgrade; a text is the head of a 101, to which the accept header is added."""

    async def serve(talker: Talker) -> None:
        request = await talker.read_head()
        if request.startswith(b"GET /login "):
            await talker.send(LOGIN)
            return
        if heard is not None:
            heard.append(request)
        if isinstance(answer, str):
            head = f"{answer}Sec-WebSocket-Accept: {accept or accept_of(request)}\r\n\r\n"
            await talker.send(head.encode())
            await talker.read_to_end()
        else:
            await talker.send(answer)

    async with listening(serve) as there:
        return await examine(inputs_of(f"http://{there}/", websocket=True), credentials=credentials)


async def test_the_request_has_what_jenkins_wants() -> None:
    heard: list[bytes] = []
    examined = await examine_endpoint(page("404 Not Found"), heard=heard)
    (request,) = heard
    lines = request.decode().split("\r\n")
    assert lines[0] == "GET /wsagents/ HTTP/1.1"
    assert {
        "Node-Name: a1",
        f"Secret-Key: {'0' * 63}1",
        f"X-Remoting-Capability: {CAPABILITY}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
    } <= set(lines)
    assert base64.b64decode(CAPABILITY).startswith(b"\xac\xed\0\x05")
    asked = [fact for fact in examined.facts(DiscoveryAsked) if fact.url == "/wsagents/"]
    assert isinstance(asked[0].headers["Secret-Key"], Secret)


async def test_an_upgrade_is_accepted() -> None:
    head = f"{SWITCHED}X-Remoting-Capability: {CAPABILITY}\r\nX-Remoting-Minimum-Version: 4.13\r\n"
    step = (await examine_endpoint(head)).step(StepName.WEBSOCKET)
    assert (step.outcome, step.text) == (
        Outcome.OK,
        "accepted as 'a1': HTTP/1.1 101 Switching Protocols; closed before any command",
    )
    assert step.details == ("agents older than remoting 4.13 are refused",)


async def test_headers_stripped_from_the_answer_are_worth_a_look() -> None:
    step = (await examine_endpoint(SWITCHED)).step(StepName.WEBSOCKET)
    assert step.outcome is Outcome.WARNING
    assert step.text.endswith("but no X-Remoting-Capability came: a proxy strips headers")


async def test_an_answer_to_another_request_is_worth_a_look() -> None:
    head = f"{SWITCHED}X-Remoting-Capability: {CAPABILITY}\r\n"
    step = (await examine_endpoint(head, accept="AAAA")).step(StepName.WEBSOCKET)
    assert step.outcome is Outcome.WARNING
    assert "Sec-WebSocket-Accept" in step.text


async def test_an_agent_that_is_connected_proves_name_and_secret() -> None:
    said = "a1 is already connected to this controller. Rejecting this connection."
    examined = await examine_endpoint(page("400 Bad Request", said))
    step = examined.step(StepName.WEBSOCKET)
    assert (step.outcome, step.text) == (
        Outcome.WARNING,
        f"name and secret are right; refused all the same: {said}",
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (page("403 Forbidden"), "answers HTTP/1.1 403 Forbidden"),
        (page("400 Bad Request", "only WS connections accepted here"), "only WS connections accepted here"),
        (page("502 Bad Gateway", "<html><title>nginx</title></html>"), "an HTML page titled 'nginx'"),
    ],
)
async def test_another_answer_is_quoted(answer: bytes, said: str) -> None:
    examined = await examine_endpoint(answer)
    assert examined.failed == [StepName.WEBSOCKET]
    assert said in examined.step(StepName.WEBSOCKET).text


async def test_without_credentials_a_stranger_s_answer_is_a_failure_nobody_else_hears_of() -> None:
    examined = await examine_endpoint(page("404 Not Found"), credentials=False)
    assert examined.failed == [StepName.WEBSOCKET]
    assert [fact.url for fact in examined.facts(DiscoveryAnswered)] == ["/login"]


async def test_through_a_proxy_of_the_jvm_a_tunnel_is_asked_for() -> None:
    heard: list[bytes] = []
    pages = {"/login": LOGIN, "/wsagents/": page("403 Forbidden")}
    async with listening(web(pages, heard)) as there, listening(proxying({"x.test:80": there})) as proxy:
        properties = {"http.proxyHost": proxy.host, "http.proxyPort": str(proxy.port)}
        examined = await examine(inputs_of("http://x.test/", websocket=True, properties=properties))
    assert examined.failed == [StepName.WEBSOCKET]
    assert [request.split(b" ")[1] for request in heard] == [b"/login", b"/wsagents/"]
    asked = [(fact.method, fact.url) for fact in examined.facts(DiscoveryAsked)]
    assert asked == [("GET", "http://x.test/login"), ("CONNECT", "x.test:80"), ("GET", "/wsagents/")]
