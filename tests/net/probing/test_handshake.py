"""The handshake goes up to the verdict and no channel comes of it."""

from collections.abc import Awaitable, Callable

import pytest
import trio
from doctor_stage import Examined, examine, inputs_of, listening
from front_stage import Talker
from simulate.peers import SECRET, controller_of, identity

from jnlpspy.model.events import ChannelEstablished, ConnectionClosed, HandshakeRefused, HeadersSent, Remark
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import CloseReason, Side
from jnlpspy.net.probing.handshake import NO_CHANNEL
from jnlpspy.net.probing.steps import Outcome, StepName
from jnlpspy.simulate.controller import simulated_controller
from jnlpspy.simulate.roster import Age
from jnlpspy.wire.layouts import (
    ACCEPTED_BYTES,
    ACK_BYTES,
    BYE_BYTES,
    build_headers_frame,
    build_offer,
    build_refusal,
    build_utf,
)

OFFER = build_offer("JNLP4-connect") + ACK_BYTES
Inside = Callable[[Talker], Awaitable[None]]


def controller(inside: Inside | None) -> Callable[[Talker], Awaitable[None]]:
    """Return a script that acknowledges JNLP4-connect, opens TLS and goes on inside; others are closed at once."""

    async def script(talker: Talker) -> None:
        if (await talker.read_exactly(10)) != OFFER[:10] or (await talker.read_exactly(len(OFFER) - 10)) != OFFER[10:]:
            return
        await talker.send(ACK_BYTES)
        if inside is None:
            return
        assert isinstance(talker.stream, trio.SocketStream)
        tls = trio.SSLStream(talker.stream, identity().agent_leg_context(), server_side=True)
        await inside(Talker(tls))

    return script


async def examine_inside(inside: Inside | None) -> Examined:
    async with listening(controller(inside)) as there:
        told = identity().instance_identity
        return await examine(inputs_of(direct=str(there), instance_identity=told))


async def read_frame(talker: Talker) -> bytes:
    return await talker.read_exactly(int.from_bytes(await talker.read_exactly(2), "big"))


def answering(verdict: bytes, heard: list[bytes]) -> Inside:
    async def inside(talker: Talker) -> None:
        await talker.send(build_headers_frame(b'{"JnlpAgentProtocol.cookie":"c"}'))
        heard.append(await read_frame(talker))
        await talker.send(verdict)
        heard.append(await talker.read_exactly(2 + 2))
        heard.append(await talker.read_exactly(1))

    return inside


async def test_an_accepted_agent_refuses_the_controller() -> None:
    said: list[str] = []
    async with simulated_controller(controller_of(), tell=said.append) as running:
        examined = await examine(inputs_of(running.url))
        assert running.sessions == []
    assert any(NO_CHANNEL in line for line in said)
    assert [fact.reason for fact in examined.facts(HandshakeRefused) if fact.by is Side.AGENT] == [NO_CHANNEL]
    assert not examined.facts(ChannelEstablished)


async def test_a_refused_agent_says_ok_and_bye_as_agents_do() -> None:
    after: list[bytes] = []

    async def inside(talker: Talker) -> None:
        await talker.send(build_headers_frame(b"{}"))
        await read_frame(talker)
        await talker.send(build_refusal("Authorization failure"))
        after.append(await talker.read_exactly(len(ACCEPTED_BYTES + BYE_BYTES)))

    examined = await examine_inside(inside)
    assert after == [ACCEPTED_BYTES + BYE_BYTES]
    assert examined.step(StepName.CREDENTIALS).text == "refused: Authorization failure"


async def test_no_word_of_consent_is_ever_sent_before_a_verdict() -> None:
    heard: list[bytes] = []
    await examine_inside(answering(ACCEPTED_BYTES, heard))
    headers, first, _ = heard
    assert headers == b'{"Node-Name":"a1","Secret-Key":"' + SECRET.value.encode() + b'"}'
    assert first == build_refusal(NO_CHANNEL)[:4]


async def test_name_and_secret_go_to_nobody_without_a_name() -> None:
    async with simulated_controller(controller_of()) as running:
        for changes in ({"name": None}, {"secret": None}):
            examined = await examine(inputs_of(running.url, **changes))
            step = examined.step(StepName.CREDENTIALS)
            assert step.outcome is Outcome.SKIPPED
            assert step.text == f"not sent: no {next(iter(changes))} was given"
            assert not [fact for fact in examined.facts(HeadersSent) if fact.agent_name]


async def test_a_controller_that_closes_without_a_verdict_is_told() -> None:
    async def inside(talker: Talker) -> None:
        await talker.send(build_headers_frame(b"{}"))
        await read_frame(talker)

    examined = await examine_inside(inside)
    assert examined.step(StepName.CREDENTIALS).text == "closed without a word on name and secret"


async def test_a_controller_that_stops_inside_tls_is_remarked_as_the_relay_does() -> None:
    async def inside(talker: Talker) -> None:
        await talker.read_to_end()

    async with listening(controller(inside)) as there:
        told = identity().instance_identity
        examined = await examine(inputs_of(direct=str(there), instance_identity=told), timeout=1.0)
    assert examined.failed == [StepName.CREDENTIALS]
    (remark,) = examined.facts(Remark)
    assert remark.text == "no handshake within 1 s: the controller's headers did not come within 1 s"
    assert examined.facts(ConnectionClosed)[-1].how is CloseReason.TIMEOUT


async def test_tls_that_does_not_come_is_told_and_remarked() -> None:
    examined = await examine_inside(None)
    assert examined.failed == [StepName.IDENTITY]
    assert examined.step(StepName.IDENTITY).text.startswith("no TLS: it left")
    (remark,) = examined.facts(Remark)
    assert remark.text.startswith("TLS on the controller's leg failed: ")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"\0\x03ACQ", "JNLP4-connect is not acknowledged: what answers is not Jenkins"),
        (b"Unknown protocol:\n", "JNLP4-connect is refused: Unknown protocol:"),
    ],
)
async def test_what_comes_instead_of_an_acknowledgement_is_named(answer: bytes, said: str) -> None:
    async def script(talker: Talker) -> None:
        if (await talker.read_exactly(10)) == OFFER[:10]:
            await talker.send(answer)

    async with listening(script) as there:
        examined = await examine(inputs_of(direct=str(there)))
    assert examined.step(StepName.OFFER).text.startswith(said)


@pytest.mark.parametrize(
    ("protocol", "says_old", "said"),
    [
        ("JNLP-connect", True, "refused: Unauthorized access"),
        ("JNLP2-connect", True, "refused: a1 can't be connected since the agent's secret does not match"),
        ("JNLP-connect", False, "closed without a word, which these protocols do for a wrong name and a wrong secret"),
    ],
)
async def test_old_protocols_refuse_in_words_or_without(protocol: str, says_old: bool, said: str) -> None:  # noqa: FBT001 - a column
    async with simulated_controller(controller_of(age=Age.REMOTING_2 if says_old else Age.REMOTING_3)) as running:
        examined = await examine(inputs_of(running.url, secret=Secret("f" * 64)), protocol=protocol)
        assert len(running.refused) == 1
    assert examined.step(StepName.CREDENTIALS).text.startswith(said)


async def test_old_protocols_send_nothing_if_that_is_asked() -> None:
    async with simulated_controller(controller_of()) as running:
        examined = await examine(inputs_of(running.url), protocol="JNLP-connect", credentials=False)
        assert running.refused == []
    assert examined.step(StepName.CREDENTIALS).text == "not sent, as asked"


async def test_jnlp1_sends_secret_and_name_in_its_order() -> None:
    heard: list[bytes] = []
    expected = build_offer("JNLP-connect") + build_utf(SECRET.value) + build_utf("a1")

    async def script(talker: Talker) -> None:
        begun = await talker.read_exactly(10)
        if begun == expected[:10]:
            heard.append(begun + await talker.read_exactly(len(expected) - 10))
            await talker.send(b"Welcome\n")
            heard.append(await talker.read_to_end())

    async with listening(script) as there:
        examined = await examine(inputs_of(direct=str(there)), protocol="JNLP-connect")
    assert heard == [expected, b""]
    assert examined.outcomes()["credentials"] == "ok"


async def test_what_no_frame_can_carry_is_not_sent() -> None:
    async with simulated_controller(controller_of()) as running:
        examined = await examine(inputs_of(direct=str(running.listen), name="a" * 70_000), protocol="JNLP4-plaintext")
    assert examined.step(StepName.CREDENTIALS).text.startswith("name and secret have 70064 bytes")


@pytest.mark.parametrize("protocol", ["JNLP4-connect", "JNLP2-connect", "JNLP-connect"])
async def test_a_name_that_is_no_text_goes_out_all_the_same(protocol: str) -> None:
    async with simulated_controller(controller_of(age=Age.REMOTING_2)) as running:
        examined = await examine(inputs_of(running.url, name="caf\udce9"), protocol=protocol)
        assert running.sessions == []
    assert examined.failed == [StepName.CREDENTIALS]
