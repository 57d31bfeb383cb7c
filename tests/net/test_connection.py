import hashlib
from collections.abc import Awaitable, Callable

import pytest
import trio
import trio.testing
from relayed import ACK, OFFER, Stage, exactly, into_tls, loopback_pair, port_of, relayed, shake_hands, to_end

from jnlpspy.errors import NetworkError
from jnlpspy.model.tap import Address, CloseReason, Opened, Side, Tap, TlsOpened
from jnlpspy.net.connection import Target, address_of, describe_dial_failure
from jnlpspy.net.identity import create_identity
from jnlpspy.net.leg import Ending, Leg
from jnlpspy.net.tls_leg import TlsEnd, TlsEngine, TlsFailed, controller_leg_context, open_tls

CONTROLLERS = create_identity()
OURS = create_identity()
AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER
SOON = 5.0
"""Seconds of trio's jumping clock."""


def jump(test: Callable[[], Awaitable[None]]) -> None:
    """Run a test whose time passes as soon as nothing happens; the pause lets the loopback deliver."""
    trio.run(test, clock=trio.testing.MockClock(autojump_threshold=0.1))


async def test_intercepted_connection_is_observed_from_offer_to_end() -> None:
    async with relayed(identity=OURS, announced=CONTROLLERS.public_key) as stage:
        agent, controller = await into_tls(*await stage.connect(), CONTROLLERS)
        await agent.send(b"headers")
        await exactly(controller, 7)
        await controller.send(b"verdict")
        await exactly(agent, 7)
        await controller.send_ending(Ending.FIN)
        assert await to_end(agent) == (b"", [Ending.FIN])
        await agent.send_ending(Ending.FIN)
        assert await to_end(controller) == (b"", [Ending.FIN])
        await stage.over.wait()
        assert stage.sent(AGENT) == OFFER + ACK + b"headers"
        assert stage.sent(CONTROLLER) == ACK + b"verdict"
        assert [(each.leg, each.version, each.identity) for each in stage.observed if isinstance(each, TlsOpened)] == [
            (CONTROLLER, "TLSv1.3", CONTROLLERS.fingerprint),
            (AGENT, "TLSv1.3", OURS.fingerprint),
        ]
        assert stage.ended == [CONTROLLER, AGENT]
        assert (stage.closed.by, stage.closed.how) == (CONTROLLER, CloseReason.EOF)
        assert stage.said == []
        await agent.close()
        await controller.close()


async def test_opening_names_both_ends() -> None:
    async with relayed() as stage:
        agent, controller = await stage.connect()
        await agent.send(b"x")
        await exactly(controller, 1)
        opened = stage.observed[0]
        assert isinstance(opened, Opened)
        assert opened.agent == Address(*agent.stream.socket.getsockname())  # type: ignore[attr-defined] # a socket
        assert opened.controller == Address("127.0.0.1", port_of(stage.controller))
        await agent.close()
        await controller.close()


async def test_empty_connection_is_forwarded_as_one() -> None:
    async with relayed(identity=OURS, announced=CONTROLLERS.public_key) as stage:
        agent, controller = await stage.connect()
        await agent.close()
        assert await to_end(controller) == (b"", [Ending.FIN])
        await controller.close()
        await stage.over.wait()
        assert (stage.closed.by, stage.closed.how) == (AGENT, CloseReason.EOF)
        assert stage.said == []


async def distrust(agent: Leg, ending: Ending) -> None:
    """Begin TLS as an agent does, look at our certificate and leave."""
    engine = TlsEngine(TlsEnd(controller_leg_context(), accepting=False))
    engine.shake()
    await agent.send(engine.pull())
    await agent.receive()
    await (agent.reset() if ending is Ending.RESET else agent.close())


@pytest.mark.parametrize("ending", [Ending.FIN, Ending.RESET])
async def test_agent_that_distrusts_us_is_told_about_and_its_end_passed_on(ending: Ending) -> None:
    async with relayed(identity=OURS, announced=CONTROLLERS.public_key) as stage:
        agent, controller = await stage.connect()
        await shake_hands(agent, controller)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(distrust, agent, ending)
            leg = await open_tls(controller, TlsEnd(CONTROLLERS.agent_leg_context(), accepting=True))
            assert await to_end(leg) == (b"", [ending])
        await leg.close()
        await stage.over.wait()
        [remark] = stage.remarks
        assert "TLS on the agent's leg failed" in remark
        assert f"it does not trust our identity {OURS.fingerprint}: its -url must lead through this proxy" in remark
        assert [remark in said for said in stage.said] == [True]
        how = CloseReason.EOF if ending is Ending.FIN else CloseReason.RESET
        assert (stage.closed.by, stage.closed.how) == (AGENT, how)


async def test_agent_that_leaves_before_tls_is_not_said_to_distrust_us() -> None:
    async with relayed(identity=OURS, announced=CONTROLLERS.public_key) as stage:
        agent, controller = await stage.connect()
        await shake_hands(agent, controller)
        await agent.close()
        leg = await open_tls(controller, TlsEnd(CONTROLLERS.agent_leg_context(), accepting=True))
        assert await to_end(leg) == (b"", [Ending.FIN])
        await leg.close()
        await stage.over.wait()
        assert stage.remarks == ["TLS on the agent's leg failed: it left before it said a word of TLS (FIN)"]


async def test_controller_with_another_identity_is_refused() -> None:
    async with relayed(identity=OURS, announced=create_identity().public_key) as stage:
        agent, controller = await stage.connect()
        await shake_hands(agent, controller)
        leg = await open_tls(controller, TlsEnd(CONTROLLERS.agent_leg_context(), accepting=True))
        assert (await to_end(leg))[1] == [Ending.FIN]
        assert await to_end(agent) == (b"", [Ending.FIN])
        await leg.close()
        await agent.close()
        await stage.over.wait()
        [remark] = stage.remarks
        assert (
            f"identity mismatch: the controller proved the identity {CONTROLLERS.fingerprint}, expected was " in remark
        )
        assert (stage.closed.by, stage.closed.how) == (None, CloseReason.SHUTDOWN)


async def test_controller_that_leaves_the_tls_handshake_is_told_about() -> None:
    async with relayed(identity=OURS, announced=CONTROLLERS.public_key) as stage:
        agent, controller = await stage.connect()
        await shake_hands(agent, controller)
        await controller.receive()
        await controller.reset()
        assert await to_end(agent) == (b"", [Ending.RESET])
        await agent.close()
        await stage.over.wait()
        assert "TLS on the controller's leg failed: it left before it said a word of TLS (reset)" in stage.remarks[0]
        assert (stage.closed.by, stage.closed.how) == (CONTROLLER, CloseReason.RESET)


async def test_controller_that_speaks_no_tls_is_told_about() -> None:
    async with relayed(identity=OURS, announced=CONTROLLERS.public_key) as stage:
        agent, controller = await stage.connect()
        await shake_hands(agent, controller)
        await controller.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        assert await to_end(agent) == (b"", [Ending.FIN])
        await agent.close()
        await controller.close()
        await stage.over.wait()
        assert "TLS on the controller's leg failed: it sent bytes that are not TLS" in stage.remarks[0]
        assert (stage.closed.by, stage.closed.how) == (None, CloseReason.SHUTDOWN)


async def test_without_an_announced_identity_tls_stays_closed() -> None:
    async with relayed(identity=OURS) as stage:
        agent, controller = await into_tls(*await stage.connect(), CONTROLLERS)
        await agent.send(b"unseen")
        assert await controller.receive() == b"unseen"
        assert b"unseen" not in stage.sent(AGENT)
        assert stage.sent(AGENT).startswith(OFFER + ACK + b"\x16\x03\x01")
        [remark] = stage.remarks
        assert "nobody announced the controller's identity" in remark
        assert len(stage.said) == 1
        await agent.close()
        await controller.close()


async def test_passthrough_needs_no_identity_and_says_nothing() -> None:
    async with relayed(announced=CONTROLLERS.public_key) as stage:
        agent, controller = await into_tls(*await stage.connect(), CONTROLLERS)
        await agent.close()
        await controller.close()
        await stage.over.wait()
        assert stage.remarks == stage.said == []


async def test_controller_that_cannot_be_reached_resets_the_agent() -> None:
    [nobody] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port = port_of(nobody)
    await nobody.aclose()

    async def dial() -> Target:
        return Target("127.0.0.1", port)

    async with relayed(dial_target=dial) as stage:
        agent = stage.dial()
        assert await to_end(agent) == (b"", [Ending.RESET])
        await stage.over.wait()
        assert stage.remarks == [f"cannot reach 127.0.0.1:{port}: Connection refused"]
        assert (stage.closed.by, stage.closed.how) == (CONTROLLER, CloseReason.RESET)
        assert len(stage.said) == 1
        await agent.close()


async def test_controller_that_announces_what_is_no_name_resets_the_agent() -> None:
    async def dial() -> Target:
        return Target("a..b", 50000)

    async with relayed(dial_target=dial) as stage:
        agent = stage.dial()
        assert await to_end(agent) == (b"", [Ending.RESET])
        await stage.over.wait()
        assert stage.remarks == ["cannot reach a..b:50000: the controller announced what is no host name"]
        await agent.close()


async def test_controller_nobody_knows_resets_the_agent() -> None:
    async def dial() -> Target:
        raise NetworkError("discovery says nothing")

    async with relayed(dial_target=dial) as stage:
        agent = stage.dial()
        assert await to_end(agent) == (b"", [Ending.RESET])
        await stage.over.wait()
        assert stage.remarks == ["cannot tell where the controller's agent port is: discovery says nothing"]
        await agent.close()


def test_agent_that_says_nothing_is_let_go_in_time() -> None:
    async def run() -> None:
        async with relayed(handshake_timeout=SOON) as stage:
            agent, controller = await stage.connect()
            start = trio.current_time()
            assert await to_end(agent) == (b"", [Ending.FIN])
            assert await to_end(controller) == (b"", [Ending.FIN])
            await stage.over.wait()
            assert trio.current_time() - start == pytest.approx(SOON, abs=0.5)
            assert stage.remarks[0].startswith("no handshake within 5 s: still waiting for the agent's protocol offer")
            assert (stage.closed.by, stage.closed.how) == (None, CloseReason.TIMEOUT)
            await agent.close()
            await controller.close()

    jump(run)


def test_tls_that_stalls_is_let_go_in_time() -> None:
    async def run() -> None:
        async with relayed(identity=OURS, announced=CONTROLLERS.public_key, handshake_timeout=SOON) as stage:
            agent, controller = await stage.connect()
            await shake_hands(agent, controller)
            assert await to_end(agent) == (b"", [Ending.FIN])
            await stage.over.wait()
            assert "the TLS handshake" in stage.remarks[0]
            assert stage.closed.how is CloseReason.TIMEOUT
            await agent.close()
            await controller.close()

    jump(run)


def test_connection_past_its_handshake_may_be_silent_for_hours() -> None:
    async def run() -> None:
        async with relayed(identity=OURS, announced=CONTROLLERS.public_key, handshake_timeout=SOON) as stage:
            agent, controller = await into_tls(*await stage.connect(), CONTROLLERS)
            await trio.sleep(10_000)
            await agent.send(b"still here")
            assert await controller.receive() == b"still here"
            assert stage.remarks == []
            await agent.close()
            await controller.close()

    jump(run)


async def test_shutdown_ends_a_session_and_says_so() -> None:
    async with relayed() as stage:
        agent, controller = await stage.connect()
        await agent.send(b"GET / HTTP/1.0\r\n\r\n")
        await exactly(controller, 18)
    assert (stage.closed.by, stage.closed.how) == (None, CloseReason.SHUTDOWN)
    assert await to_end(controller) == (b"", [Ending.FIN])
    await agent.close()
    await controller.close()


def test_slow_reader_stops_its_writer() -> None:
    async def run() -> None:
        async with relayed() as stage:
            agent, controller = await stage.connect()
            sent = 0
            with trio.move_on_after(SOON):
                while sent < 1 << 30:
                    await agent.send(bytes(1 << 18))
                    sent += 1 << 18
            assert sent < 64 << 20  # three pairs of kernel buffers
            assert sent - len(stage.sent(AGENT)) < 32 << 20
            await agent.close()
            await controller.close()

    jump(run)


async def test_bytes_are_observed_before_they_are_forwarded() -> None:
    async with relayed() as stage:
        agent, controller = await stage.connect()
        for number in range(200):
            await agent.send(number.to_bytes(2, "big") + b"GET ")
            await exactly(controller, 6)
            assert len(stage.sent(AGENT)) == 6 * (number + 1)
        await agent.close()
        await controller.close()


class Wire:
    def __init__(self) -> None:
        self.legs: dict[Tap, tuple[Address, Address]] = {}

    def leg(self, _connection: int, tap: Tap, ends: tuple[Address, Address]) -> None:
        self.legs[tap] = ends

    def drain_keys(self) -> None:
        pass


async def test_wire_of_both_legs_is_observed_when_asked_for() -> None:
    wire = Wire()
    async with relayed(identity=OURS, announced=CONTROLLERS.public_key, wire=wire) as stage:
        agent, controller = await into_tls(*await stage.connect(), CONTROLLERS)
        await agent.send(b"open")
        await exactly(controller, 4)
        await agent.close()
        await controller.close()
        await stage.over.wait()
        for tap in (Tap.AGENT_LEG, Tap.CONTROLLER_LEG):
            assert stage.sent(AGENT, tap).startswith(OFFER + ACK + b"\x16\x03\x01")
            assert stage.sent(CONTROLLER, tap).startswith(ACK + b"\x16\x03\x03")
            assert b"open" not in stage.sent(AGENT, tap)
        assert digest(stage, Tap.AGENT_LEG) != digest(stage, Tap.CONTROLLER_LEG)
        assert wire.legs[Tap.AGENT_LEG][1].port == port_of(stage.door)
        assert wire.legs[Tap.CONTROLLER_LEG][1].port == port_of(stage.controller)


def digest(stage: Stage, tap: Tap) -> str:
    return hashlib.sha256(stage.sent(Side.AGENT, tap)).hexdigest()


async def test_damaged_tls_in_a_session_resets_the_other_side() -> None:
    async with relayed(identity=OURS, announced=CONTROLLERS.public_key) as stage:
        agent, controller = await into_tls(*await stage.connect(), CONTROLLERS)
        await agent.stream.send_all(b"\x17\x03\x03\x00\x20" + bytes(32))
        assert await to_end(controller) == (b"", [Ending.RESET])
        with pytest.raises(TlsFailed, match="bad record mac"):
            await agent.receive()
        await stage.over.wait()
        assert stage.remarks == ["TLS on the agent's leg failed: a record was damaged on the way (bad record MAC)"]
        assert (stage.closed.by, stage.closed.how) == (AGENT, CloseReason.RESET)
        await agent.close()
        await controller.close()


async def test_dial_failures_are_told_in_the_systems_words() -> None:
    several = OSError("all attempts failed")
    several.__cause__ = ExceptionGroup(
        "", [OSError(111, "Error connecting to (...): Connection refused"), OSError(101, "Network is unreachable")]
    )
    assert describe_dial_failure(several) == "Connection refused, Network is unreachable"
    assert describe_dial_failure(OSError(-2, "Name or service not known")) == "Name or service not known"
    assert describe_dial_failure(OSError("no words")) == "no words"


async def test_name_that_was_never_resolved_is_recorded_as_nowhere() -> None:
    assert Target("jenkins.example", 50000).recordable == Address("0.0.0.0", 50000)  # noqa: S104 - not bound
    assert Target("::1", 50000).recordable == Address("::1", 50000)


async def test_peer_that_is_gone_has_no_address() -> None:
    near, far = await loopback_pair()
    await Leg(near).reset()
    assert await Leg(far).receive() is Ending.RESET
    assert address_of(far) is None
    await far.aclose()
