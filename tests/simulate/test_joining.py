import pytest
from simulate.peers import SECRET
from trio.testing import memory_stream_pair

from jnlpspy.model.tap import Address, Side
from jnlpspy.net.leg import Leg
from jnlpspy.simulate.joining import CAPABILITY, Credentials, HandshakeRefused, join
from jnlpspy.simulate.line import HandshakeFailed, Line, Witness
from jnlpspy.wire.layouts import ACCEPTED_BYTES, ACK_BYTES, BYE_BYTES, build_capability_frame, build_utf

HERE = Address("127.0.0.1", 1)
COOKIE = build_utf('{"Cookie":"c00kie"}')


async def join_plain(said: bytes) -> tuple[str | None, bytes]:
    """Join over JNLP4-plaintext with a controller that says no more than this; return cookie and what it was told."""
    agent, controller = memory_stream_pair()
    await controller.send_all(ACK_BYTES + COOKIE + said)
    await controller.send_eof()
    line = Line(Leg(agent), Side.AGENT, Witness().open(HERE, HERE))
    cookie = await join(line, "JNLP4-plaintext", Credentials("a1", SECRET, "old"), None)
    await line.end()
    return cookie, b"".join([bytes(part) async for part in controller])


async def test_an_agent_shows_its_old_cookie_and_takes_the_new_one_under_either_name() -> None:
    cookie, told = await join_plain(ACCEPTED_BYTES + build_capability_frame(CAPABILITY))
    assert cookie == "c00kie"
    assert b'{"JnlpAgentProtocol.cookie":"old","Node-Name":"a1","Secret-Key":"' in told
    assert told.endswith(ACCEPTED_BYTES + build_capability_frame(CAPABILITY))


async def test_a_controller_that_only_closes_refuses_without_a_word() -> None:
    with pytest.raises(HandshakeRefused, match="the controller closed the connection without a word") as refused:
        await join_plain(b"")
    assert refused.value.reason == ""


async def test_a_farewell_in_place_of_the_capability_fails_the_handshake() -> None:
    with pytest.raises(HandshakeFailed, match=r"expected Capability, got Bye\(\)"):
        await join_plain(ACCEPTED_BYTES + BYE_BYTES)


async def test_a_lasting_refusal_is_a_refusal() -> None:
    with pytest.raises(HandshakeRefused, match="never again"):
        await join_plain(build_utf("FATAL: never again"))
