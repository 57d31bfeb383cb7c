import pytest
import sealed
import trio
from relayed import port_of, relayed
from simulate.peers import SECRET, Watcher, agent_of, controller_of

from jnlpspy.model.events import CallFinished, ChannelEstablished, OpaqueBytes, SecretChecked, Undecodable
from jnlpspy.model.negotiation import Sealed, SealedPart
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Address, Observation, Segment, Side
from jnlpspy.net.connection import Target
from jnlpspy.protocols.jnlp3 import Jnlp3Cipher, read_cookie
from jnlpspy.simulate.agent import run_agent
from jnlpspy.simulate.controller import simulated_controller
from jnlpspy.simulate.line import HandshakeFailed
from jnlpspy.simulate.sealing import CHALLENGE_LETTERS, counted, create_challenge, fits_line, framed, read_key
from jnlpspy.wire.buffer import ByteQueue

CIPHER = Jnlp3Cipher(sealed.NAME, Secret(sealed.SECRET))


def test_messages_are_sealed_as_the_test_vector_is() -> None:
    other = sealed.Sealer()
    assert counted(CIPHER.seal("some text")) == other.counted("some text")
    assert framed(CIPHER.seal("some text")) == other.framed("some text")


def test_a_challenge_is_a_number_in_base_32_and_never_the_same() -> None:
    first, second = create_challenge(), create_challenge()
    assert len(first) == CHALLENGE_LETTERS
    assert set(first) <= set("0123456789abcdefghijklmnopqrstuv")
    assert first != second


def test_a_cookie_is_taken_if_it_comes_through_its_line_whole() -> None:
    cookies = ["0" * zeros + digit for zeros in range(64) for digit in "0123456789abcdef"]
    through = []
    for cookie in cookies:
        queue = ByteQueue()
        queue.append(CIPHER.seal(cookie).encode() + b"\n")
        told = read_cookie(queue)
        assert isinstance(told, Sealed)
        through.append(told.data.decode() == CIPHER.seal(cookie))
    assert [fits_line(CIPHER, cookie) for cookie in cookies] == through
    assert 0 < through.count(False) < len(cookies)


def test_a_key_of_another_size_fails_the_handshake() -> None:
    short = CIPHER.seal("short").encode("latin-1")
    with pytest.raises(HandshakeFailed, match="expected a key of 16 bytes, got 5"):
        read_key(CIPHER, Sealed(SealedPart.KEY, short))


class Bytes:
    """An observer that keeps what each side sent."""

    def __init__(self) -> None:
        self.sent = dict.fromkeys(Side, b"")
        self.watcher = Watcher()

    def __call__(self, observation: Observation) -> None:
        self.watcher(observation)
        if isinstance(observation, Segment):
            self.sent[observation.sender] += observation.data


async def test_a_sealed_session_goes_through_the_proxy_byte_for_byte_and_opens_with_its_secret() -> None:
    agent_saw, controller_saw, relay_saw = Bytes(), Bytes(), Watcher()
    async with simulated_controller(controller_of(), observer=controller_saw) as controller:

        async def target() -> Target:
            return Target("127.0.0.1", controller.port, None)

        async with relayed(dial_target=target) as stage:
            door = Address("127.0.0.1", port_of(stage.door))
            config = agent_of(controller, protocol="JNLP3-connect", url=None, direct=door)
            result = await run_agent(config, observer=agent_saw)
            await controller.wait_ended(1)
            with trio.fail_after(5):
                await stage.over.wait()
    assert (result.connected, result.protocol, result.orderly) == (True, "JNLP3-connect", True)
    for side in Side:
        assert stage.sent(side) == agent_saw.sent[side] == controller_saw.sent[side]
    for observation in stage.observed:
        relay_saw(observation)
    for watcher in (agent_saw.watcher, controller_saw.watcher, relay_saw):
        assert [(fact.protocol, fact.agent_name) for fact in watcher.facts(ChannelEstablished)] == [
            ("JNLP3-connect", "a1")
        ]
        assert {fact.matches for fact in watcher.facts(SecretChecked)} == {True}
        assert len(watcher.facts(CallFinished)) > 8
        assert watcher.facts(Undecodable) == []
        assert watcher.facts(OpaqueBytes) == []
    assert SECRET.value.encode() not in stage.sent(Side.AGENT)
