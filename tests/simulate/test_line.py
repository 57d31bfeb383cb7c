import pytest
import trio
from simulate.peers import SECRET, Watcher
from trio.testing import memory_stream_pair

from jnlpspy.errors import NetworkError
from jnlpspy.model.events import ConnectionClosed, ProtocolOffered
from jnlpspy.model.negotiation import Ack, Offer
from jnlpspy.model.tap import Address, CloseReason, Observation, Segment, Side
from jnlpspy.net.leg import Leg
from jnlpspy.net.tls_leg import TlsEnd, controller_leg_context
from jnlpspy.simulate.joining import CAPABILITY, Credentials, HandshakeRefused, join, open_classic_channel
from jnlpspy.simulate.line import HandshakeFailed, Line, Witness
from jnlpspy.wire.layouts import ACK_BYTES, build_capability_preamble, build_utf

HERE = Address("127.0.0.1", 1)


def line_of(side: Side, stream: trio.abc.HalfCloseableStream) -> Line:
    return Line(Leg(stream), side, Witness().open(HERE, HERE))


def two_lines() -> tuple[Line, Line]:
    agent, controller = memory_stream_pair()
    return line_of(Side.AGENT, agent), line_of(Side.CONTROLLER, controller)


async def test_what_one_side_says_the_other_hears() -> None:
    agent, controller = two_lines()
    await agent.say(build_utf("Protocol:JNLP4-plaintext") + ACK_BYTES)
    assert await controller.hear() == Offer("Protocol:JNLP4-plaintext")
    assert controller.protocol == "JNLP4-plaintext"
    assert await controller.hear() == Ack()
    await controller.say(ACK_BYTES)
    assert await agent.hear() == Ack()


async def test_tls_that_comes_with_the_acknowledgement_is_not_told_as_plaintext() -> None:
    agent, stream = memory_stream_pair()
    seen: list[Observation] = []
    controller = Line(Leg(stream), Side.CONTROLLER, Witness(seen.append).open(HERE, HERE))
    preamble = build_utf("Protocol:JNLP4-connect") + ACK_BYTES
    await controller.say(ACK_BYTES)
    await agent.send_all(preamble + b"\x16\x03\x01\x00\x05hello")
    assert await controller.hear() == Offer("Protocol:JNLP4-connect")
    assert await controller.hear() == Ack()
    told = [each.data for each in seen if isinstance(each, Segment) and each.sender is Side.AGENT]
    assert b"".join(told) == preamble


async def test_a_side_that_ends_early_is_told_by_what_was_expected_of_it() -> None:
    agent, controller = two_lines()
    await agent.say(build_utf("Protocol:JNLP4-connect"))
    await agent.end()
    assert isinstance(await controller.hear(), Offer)
    with pytest.raises(
        HandshakeFailed, match=r"expected the acknowledgement of the protocol, got the end of the agent"
    ):
        await controller.hear()


async def test_bytes_that_break_the_grammar_fail_the_handshake() -> None:
    agent, controller = two_lines()
    await agent.say(build_utf("Protocol:JNLP4-connect") + b"\0\3NAK")
    assert isinstance(await controller.hear(), Offer)
    with pytest.raises(
        HandshakeFailed, match="the agent sent what is not of the handshake: expected the acknowledgement"
    ):
        await controller.hear()


async def test_tls_opens_only_where_the_tables_say_so() -> None:
    agent, controller = two_lines()
    await agent.say(build_utf("Protocol:JNLP4-connect"))
    await controller.hear()
    with pytest.raises(HandshakeFailed, match="where TLS starts"):
        await agent.open_tls(TlsEnd(controller_leg_context(), accepting=False))


async def test_bytes_behind_the_handshake_are_left_for_the_channel() -> None:
    agent, controller = two_lines()
    await agent.say(build_utf("Protocol:Ping"))
    await controller.hear()
    await controller.send(b"Ping\nand more")
    assert str(await agent.hear()) == "Accepted(text='Ping')"
    assert await agent.receive() == b"and more"


async def test_a_witness_tells_what_was_seen_and_who_ended() -> None:
    seen = Watcher()
    raw: list[Observation] = []

    def observe(observation: Observation) -> None:
        raw.append(observation)
        seen(observation)

    agent, controller = memory_stream_pair()
    line = Line(Leg(controller), Side.CONTROLLER, Witness(observe, clock=lambda: 7.0).open(HERE, HERE))
    await agent.send_all(build_utf("Protocol:Ping"))
    await line.hear()
    await agent.send_eof()
    await line.drain()
    await line.end()
    line.witness.close()
    assert seen.facts(ProtocolOffered) == [ProtocolOffered("Ping")]
    assert [(fact.by, fact.how) for fact in seen.facts(ConnectionClosed)] == [(Side.AGENT, CloseReason.EOF)]
    assert {observation.when for observation in raw} == {7.0}


REFUSED_CHANNELS = {
    b"": "expected the channel's capability and transmission mode, got the end",
    b"\0\0\0\0": "expected a capability with chunked encoding",
    build_capability_preamble(CAPABILITY) + b"<===[HUDSON TRANSMISSION BEGINS]===>": "expected the binary",
}


@pytest.mark.parametrize(("sent", "complaint"), REFUSED_CHANNELS.items())
async def test_a_channel_nobody_simulates_is_refused(sent: bytes, complaint: str) -> None:
    agent, controller = two_lines()
    await agent.say(b"".join(map(build_utf, ("Protocol:JNLP-connect", "secret", "name"))) + sent)
    await agent.end()
    await controller.hear()
    await controller.hear()
    await controller.say(b"Welcome\n")
    with pytest.raises(HandshakeFailed, match=complaint):
        await open_classic_channel(controller, None)


async def test_an_agent_is_refused_by_a_line_of_text_in_place_of_the_acknowledgement() -> None:
    agent, controller = two_lines()
    await controller.send(b"Unknown protocol:\n")
    with pytest.raises(HandshakeRefused) as refused:
        await join(agent, "JNLP4-connect", Credentials("a", SECRET), None)
    assert refused.value.reason == "Unknown protocol:"
    assert isinstance(refused.value, NetworkError)
