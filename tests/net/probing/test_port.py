"""What an agent port says of itself is read before any handshake."""

from collections.abc import Callable

import pytest
from doctor_stage import Examined, examine, inputs_of, listening
from front_stage import Talker
from simulate.peers import controller_of, identity

from jnlpspy.model.events import DiscoveryAnswered, HandshakeRefused, ProtocolOffered
from jnlpspy.net.probing.port import HELLO, UNHEARD_OF
from jnlpspy.net.probing.steps import Outcome, StepName
from jnlpspy.simulate.controller import simulated_controller
from jnlpspy.wire.layouts import ACK_BYTES, build_offer

PAGE = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nJenkins-Agent-Protocols: Ping\r\nJenkins-Version: 2.7\r\n"


def port(answers: dict[bytes, bytes]) -> Callable[[Talker], object]:
    """Return an agent port's script: answers by the first bytes, nothing for others."""

    async def script(talker: Talker) -> None:
        begun = await talker.read_exactly(10)
        for question, answer in answers.items():
            if question.startswith(begun):
                await talker.send(answer)
                return
        await talker.read_to_end()

    return script


async def examine_port(answers: dict[bytes, bytes], *, timeout: float = 1.0) -> Examined:  # noqa: ASYNC109 - the walk's
    async with listening(port(answers)) as there:  # type: ignore[arg-type] # a coroutine function
        told = identity().instance_identity
        return await examine(inputs_of(direct=str(there), instance_identity=told), timeout=timeout)


async def test_the_hello_page_tells_version_and_more() -> None:
    async with simulated_controller(controller_of(version="2.541.3", minimum_version="4.13")) as controller:
        examined = await examine(inputs_of(controller.url))
    step = examined.step(StepName.HELLO)
    assert step.text == "the hello page of an agent port, Jenkins 2.541.3"
    assert "Remoting-Minimum-Version: 4.13" in step.details
    assert "Client: 127.0.0.1" in step.details


async def test_the_hello_page_is_told_as_an_answer() -> None:
    async with simulated_controller(controller_of()) as controller:
        examined = await examine(inputs_of(direct=str(controller.listen)))
    assert [(fact.status, fact.url) for fact in examined.facts(DiscoveryAnswered)] == [(200, "/")]


async def test_an_old_core_without_a_hello_page_is_worth_a_look() -> None:
    examined = await examine_port({build_offer("Ping"): b"Ping\n"})
    assert examined.step(StepName.HELLO).outcome is Outcome.WARNING
    assert examined.step(StepName.PING).text == "answered: Ping"


async def test_a_port_that_refuses_ping_is_worth_a_look() -> None:
    examined = await examine_port({HELLO: PAGE, build_offer("Ping"): b"Unknown protocol:\n"})
    step = examined.step(StepName.PING)
    assert (step.outcome, step.text) == (Outcome.WARNING, "refused: Unknown protocol:")


async def test_a_port_that_answers_ping_with_something_else_fails() -> None:
    examined = await examine_port({HELLO: PAGE, build_offer("Ping"): b"Pong\n"})
    assert StepName.PING in examined.failed


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-x\r\n", b"\x15\x03\x01\0\x02\x02\x46"]
)
async def test_behind_what_is_not_jenkins_only_the_offer_is_tried(answer: bytes) -> None:
    offer = build_offer("JNLP4-connect")
    examined = await examine_port({HELLO: answer, offer: answer})
    assert examined.failed == [StepName.HELLO, StepName.OFFER]
    assert "ping" not in examined.outcomes()


async def test_an_unknown_protocol_is_refused_and_no_rule_hears_of_it() -> None:
    async with simulated_controller(controller_of()) as controller:
        examined = await examine(inputs_of(controller.url))
    step = examined.step(StepName.UNKNOWN_PROTOCOL)
    assert (step.outcome, step.text) == (Outcome.OK, "refused as it should be: Unknown protocol:")
    assert UNHEARD_OF not in {fact.protocol for fact in examined.facts(ProtocolOffered)}
    assert all("Unknown" not in fact.reason for fact in examined.facts(HandshakeRefused))


async def test_a_port_that_takes_every_protocol_is_worth_a_look() -> None:
    examined = await examine_port({HELLO: PAGE, build_offer("Ping"): b"Ping\n"})
    assert examined.step(StepName.UNKNOWN_PROTOCOL).text.startswith("expected `Unknown protocol:`, got: nothing")


async def test_a_port_that_says_nothing_is_told_at_the_offer() -> None:
    examined = await examine_port({}, timeout=0.5)
    assert examined.step(StepName.PING).text == "no answer: nothing came back"
    assert examined.failed == [StepName.OFFER]


async def test_an_acknowledgement_alone_goes_on_to_tls() -> None:
    examined = await examine_port({HELLO: PAGE, build_offer("JNLP4-connect"): ACK_BYTES})
    assert examined.outcomes()["offer"] == "ok"
    assert examined.failed == [StepName.IDENTITY]
