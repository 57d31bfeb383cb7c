import pytest
import trio
from simulate.peers import SECRET, identity
from trio.testing import MockClock, memory_stream_pair

from jnlpspy.model.tap import Address, Side
from jnlpspy.net.leg import Leg
from jnlpspy.net.tls_leg import TlsEnd
from jnlpspy.simulate.admission import ACK_PATIENCE, Claim, Terms, admit
from jnlpspy.simulate.line import HandshakeFailed, Line, Witness
from jnlpspy.simulate.roster import Refusal
from jnlpspy.wire.headers import build_json_headers
from jnlpspy.wire.layouts import ACCEPTED_BYTES, ACK_BYTES, build_utf

HERE = Address("127.0.0.1", 1)
HEADERS = build_utf(build_json_headers({"Node-Name": "a1", "Secret-Key": SECRET.value}).decode())
TERMS = Terms(identity(), TlsEnd(identity().agent_leg_context(), accepting=True), {"a1": SECRET})


async def admit_plain(said: bytes, refusal: Refusal | None = None, *, end: bool = True) -> Claim | None:
    """Admit an agent that offers JNLP4-plaintext and says no more than this."""
    agent, controller = memory_stream_pair()
    line = Line(Leg(controller), Side.CONTROLLER, Witness().open(HERE, HERE))
    await agent.send_all(build_utf("Protocol:JNLP4-plaintext") + said)
    if end:
        await agent.send_eof()
    await line.hear()

    async def judge(_: Claim) -> Refusal | None:
        return refusal

    return await admit(line, TERMS, judge, lambda: "c00kie")


async def test_an_agent_that_refuses_the_controller_is_not_let_in() -> None:
    with pytest.raises(HandshakeFailed, match="the agent refused the controller: no thanks"):
        await admit_plain(ACK_BYTES + HEADERS + build_utf("ERROR: no thanks"))


async def test_a_capability_in_place_of_a_verdict_counts_as_accepting_and_bye_ends_it() -> None:
    with pytest.raises(HandshakeFailed, match=r"expected Capability, got Bye\(\)"):
        await admit_plain(ACK_BYTES + HEADERS + ACCEPTED_BYTES + build_utf("BYE"))


def test_an_acknowledgement_that_does_not_come_is_waited_for_as_long_as_remoting_does() -> None:
    clock = MockClock(autojump_threshold=0)

    async def wait() -> float:
        started = trio.current_time()
        with pytest.raises(HandshakeFailed, match="Timeout waiting for ACK"):
            await admit_plain(b"", end=False)
        return trio.current_time() - started

    assert trio.run(wait, clock=clock) == ACK_PATIENCE


def test_an_agent_that_never_says_bye_is_waited_for_as_long() -> None:
    clock = MockClock(autojump_threshold=0)

    async def wait() -> float:
        started = trio.current_time()
        refusal = Refusal("no", "no", "no")
        assert await admit_plain(ACK_BYTES + HEADERS + ACCEPTED_BYTES, refusal, end=False) is None
        return trio.current_time() - started

    assert trio.run(wait, clock=clock) == ACK_PATIENCE
