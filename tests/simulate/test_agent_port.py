import pytest
from simulate.peers import Watcher, controller_of, say_to_port

from jnlpspy.model.events import HandshakeRefused, Undecodable
from jnlpspy.simulate.controller import simulated_controller
from jnlpspy.simulate.roster import Age
from jnlpspy.wire.layouts import build_utf

TEXTS = {
    b"Protocol:JNLP9-connect": b"Unknown protocol:\n",
    b"Protocol:JNLP2-connect": b"Disabled protocol:Protocol:JNLP2-connect\n",
    b"Hello": b"Unrecognized protocol: Hello\n",
    b"Protocol:Ping": b"Ping\n",
}


@pytest.mark.parametrize(("offer", "answer"), TEXTS.items(), ids=str)
async def test_an_offer_is_answered_in_jenkins_words(offer: bytes, answer: bytes) -> None:
    async with simulated_controller(controller_of(disabled=("JNLP2-connect",))) as controller:
        assert await say_to_port(controller, build_utf(offer.decode()), end=False) == answer


async def test_older_cores_repeat_the_offer_they_do_not_know() -> None:
    async with simulated_controller(controller_of(age=Age.REMOTING_3)) as controller:
        answer = await say_to_port(controller, build_utf("Protocol:JNLP9-connect"))
    assert answer == b"Unknown protocol:Protocol:JNLP9-connect\n"


async def test_a_refused_protocol_decodes_as_a_refusal() -> None:
    watcher = Watcher()
    async with simulated_controller(controller_of(protocols=("Ping",)), observer=watcher) as controller:
        await say_to_port(controller, build_utf("Protocol:JNLP4-connect"))
    assert [fact.reason for fact in watcher.facts(HandshakeRefused)] == ["Unknown protocol:"]
    assert watcher.facts(Undecodable) == []


async def test_http_on_the_agent_port_gets_a_page_in_text() -> None:
    async with simulated_controller(controller_of(protocols=("JNLP4-connect", "Ping"))) as controller:
        page = await say_to_port(controller, b"GET / HTTP/1.0\r\n\r\n", end=False)
        head, body = page.split(b"\r\n\r\n")
        assert head.splitlines()[0] == b"HTTP/1.0 200 OK"
        lines = dict(line.split(": ") for line in body.decode().splitlines())
        assert lines["Jenkins-Agent-Protocols"] == "JNLP4-connect, Ping"
        assert lines["Jenkins-Version"] == controller.config.version
        assert lines["Client"] == "127.0.0.1"
        assert lines["Remoting-Minimum-Version"] == controller.config.minimum_version
        missing = await say_to_port(controller, b"GET /login HTTP/1.0\r\n\r\n", end=False)
        assert missing.startswith(b"HTTP/1.0 404 Not Found\r\n")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        bytes.fromhex("16030100ff0100"),
        b"POST / HTTP/1.1\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\xff" * 64,
        build_utf("Protocol:JNLP4-connect") + b"\x00\x03NAK",
        build_utf("Protocol:JNLP4-connect") + b"\x00\x03ACK" + b"this is no TLS",
    ],
)
async def test_what_is_no_handshake_ends_alone(data: bytes) -> None:
    async with simulated_controller(controller_of()) as controller:
        answer = await say_to_port(controller, data)
        assert not answer or answer.startswith(b"\x00\x03ACK")
        assert await say_to_port(controller, build_utf("Protocol:Ping")) == b"Ping\n"
        assert controller.sessions == []
