import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trio
import trio.testing
from conversation import decode
from over_websocket import unframed
from relayed import ACK, OFFER, dial, exactly, into_tls, port_of, to_end
from specimens import Sent, commands_of, expected_of, observations_of

from jnlpspy.capture.open import open_capture
from jnlpspy.errors import NetworkError, UsageError
from jnlpspy.model.events import CommandSent, Event
from jnlpspy.model.secret import pseudonym_of
from jnlpspy.model.tap import Address, Closed, CloseReason, Observation, Opened, Remarked, Segment, Side, TlsOpened
from jnlpspy.net.identity import create_identity
from jnlpspy.net.leg import Ending, Leg
from jnlpspy.net.relay import Ready, Relay, RelayConfig, RelayOutcome
from jnlpspy.net.target import RootUrl

CONTROLLERS = create_identity()
OURS = create_identity()
ANY = Address("127.0.0.1", 0)
COPY = "import shutil, sys; shutil.copyfileobj(sys.stdin.buffer, open(sys.argv[1], 'wb'))"
HANG = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"


@dataclass
class Running:
    """A relay at work, and the controller behind it."""

    relay: Relay
    ready: Ready
    controller: trio.SocketListener
    said: list[str]
    outcome: list[RelayOutcome] = field(default_factory=list)
    over: trio.Event = field(default_factory=trio.Event)

    async def connect(self) -> tuple[Leg, Leg]:
        agent = dial(self.ready.listen.port)
        return agent, Leg(await self.controller.accept())

    async def wait(self) -> RelayOutcome:
        await self.over.wait()
        return self.outcome[0]


def config_for(controller: trio.SocketListener, **changes: object) -> RelayConfig:
    options: dict[str, object] = {
        "target": Address("127.0.0.1", port_of(controller)),
        "listen": ANY,
        "identity": OURS,
        "controller_identity": CONTROLLERS.public_key,
    }
    return RelayConfig(**{**options, **changes})  # type: ignore[arg-type] # the tests' own options


@asynccontextmanager
async def relaying(observer: Callable[[Observation], None] | None = None, **changes: object) -> AsyncIterator[Running]:
    [controller] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    said: list[str] = []
    relay = Relay(config_for(controller, **changes), said.append, clock=trio.current_time, observer=observer)
    async with controller, trio.open_nursery() as nursery:
        outcome: list[RelayOutcome] = []
        over = trio.Event()

        async def run(task_status: trio.TaskStatus[Ready]) -> None:
            outcome.append(await relay.run(task_status))
            over.set()

        yield Running(relay, await nursery.start(run), controller, said, outcome, over)
        nursery.cancel_scope.cancel()


async def converse(running: Running) -> None:
    """Hold one session that ends in order."""
    agent, controller = await into_tls(*await running.connect(), CONTROLLERS)
    await agent.send(b"question")
    await exactly(controller, 8)
    await controller.send(b"answer")
    await exactly(agent, 6)
    await controller.send_ending(Ending.FIN)
    assert await to_end(agent) == (b"", [Ending.FIN])
    await agent.send_ending(Ending.FIN)
    assert await to_end(controller) == (b"", [Ending.FIN])
    await agent.close()
    await controller.close()


async def test_a_session_is_recorded_and_analysed(tmp_path: Path) -> None:
    record, copy = tmp_path / "s.pcapng", tmp_path / "copy"
    analysis = (sys.executable, "-c", COPY, str(copy))
    async with relaying(record=record, analysis=analysis, keep_secrets=True, sessions=1) as running:
        await converse(running)
        outcome = await running.wait()
    assert outcome == RelayOutcome(connections=1, sessions=1, analysis_exit=0)
    assert record.read_bytes() == copy.read_bytes()
    assert running.said == []
    seen = list(open_capture(record))
    for side, expected in ((Side.AGENT, OFFER + ACK + b"question"), (Side.CONTROLLER, ACK + b"answer")):
        assert b"".join(each.data for each in seen if isinstance(each, Segment) and each.sender is side) == expected
    assert [each.leg for each in seen if isinstance(each, TlsOpened)] == [Side.CONTROLLER, Side.AGENT]
    [closed] = [each for each in seen if isinstance(each, Closed)]
    assert (closed.by, closed.how) == (Side.CONTROLLER, CloseReason.EOF)


async def test_who_observes_sees_what_the_record_gets(tmp_path: Path) -> None:
    seen: list[Observation] = []
    record = tmp_path / "s.pcapng"
    async with relaying(observer=seen.append, record=record, keep_secrets=True, sessions=1) as running:
        await converse(running)
        await running.wait()
    recorded = [each for each in open_capture(record) if isinstance(each, Segment)]
    assert [each.data for each in seen if isinstance(each, Segment)] == [each.data for each in recorded]
    assert isinstance(seen[0], Opened)
    assert isinstance(seen[-1], Closed)


async def test_empty_connections_are_no_sessions() -> None:
    async with relaying(sessions=1) as running:
        for _ in range(3):
            agent, controller = await running.connect()
            await agent.close()
            assert await to_end(controller) == (b"", [Ending.FIN])
            await controller.close()
        assert not running.over.is_set()
        await converse(running)
        assert await running.wait() == RelayOutcome(connections=4, sessions=1)


async def test_many_agents_at_once_do_not_mix(tmp_path: Path) -> None:
    record = tmp_path / "s.pcapng"
    agents = 40
    async with relaying(record=record, keep_secrets=True, sessions=agents) as running:
        legs = [await into_tls(*await running.connect(), CONTROLLERS) for _ in range(agents)]

        async def talk(number: int, agent: Leg, controller: Leg) -> None:
            for _ in range(20):
                await agent.send(bytes([number]) * 5000)
                assert await exactly(controller, 5000) == bytes([number]) * 5000
            await agent.close()
            await controller.close()

        async with trio.open_nursery() as nursery:
            for number, (agent, controller) in enumerate(legs):
                nursery.start_soon(talk, number, agent, controller)
        assert (await running.wait()).sessions == agents
    sent: dict[int, bytes] = {}
    for each in open_capture(record):
        if isinstance(each, Segment) and each.sender is Side.AGENT:
            sent[each.connection] = sent.get(each.connection, b"") + each.data
    assert {bytes(data[len(OFFER + ACK) :]) for data in sent.values()} == {
        bytes([number]) * 100_000 for number in range(agents)
    }


async def test_killed_analysis_leaves_agents_connected_and_the_record_complete(tmp_path: Path) -> None:
    record, pid = tmp_path / "s.pcapng", tmp_path / "pid"
    async with relaying(record=record, analysis=(sys.executable, "-c", HANG, str(pid)), sessions=1) as running:
        agent, controller = await into_tls(*await running.connect(), CONTROLLERS)
        sent = b""
        for number in range(50):
            if number == 10:
                os.kill(await written_number(pid), signal.SIGKILL)
            sent += bytes([number]) * 100_000
            await agent.send(bytes([number]) * 100_000)
            await exactly(controller, 100_000)
        await agent.close()
        await controller.close()
        outcome = await running.wait()
    assert outcome.analysis_exit == -signal.SIGKILL
    assert outcome.missing == 0
    assert running.said[0] == "the analysis ended (killed by signal 9); traffic and record go on without it"
    seen = [each.data for each in open_capture(record) if isinstance(each, Segment) and each.sender is Side.AGENT]
    assert b"".join(seen) == OFFER + ACK + sent


def test_hanging_analysis_does_not_hold_up_traffic(tmp_path: Path) -> None:
    async def run() -> None:
        pid = tmp_path / "pid"
        async with relaying(analysis=(sys.executable, "-c", HANG, str(pid)), sessions=1) as running:
            os.kill(await written_number(pid), signal.SIGSTOP)
            agent, controller = await into_tls(*await running.connect(), CONTROLLERS)
            for _ in range(400):
                await agent.send(bytes(1 << 18))
                await exactly(controller, 1 << 18)
            await agent.close()
            await controller.close()
            outcome = await running.wait()
        assert outcome.left_out > 0
        assert outcome.analysis_exit == -signal.SIGKILL
        assert running.said[0].startswith("the analysis does not keep up")

    trio.run(run, clock=trio.testing.MockClock(autojump_threshold=0.3))


async def test_full_disk_stops_the_record_and_not_the_traffic() -> None:
    async with relaying(record=Path("/dev/full"), sessions=1) as running:
        await converse(running)
        outcome = await running.wait()
    assert outcome.record_failure == "No space left on device"
    assert outcome.missing > 0
    assert running.said[0].startswith("the record /dev/full stops here: No space left on device")
    assert running.said[1] == (
        f"the record /dev/full is incomplete: its last {outcome.missing} bytes are missing (No space left on device)"
    )


async def test_connections_beyond_the_limit_are_reset_and_recorded(tmp_path: Path) -> None:
    record = tmp_path / "s.pcapng"
    async with relaying(record=record, max_sessions=1) as running:
        agent, controller = await running.connect()
        beyond = dial(running.ready.listen.port)
        assert await to_end(beyond) == (b"", [Ending.RESET])
        await beyond.close()
        running.relay.stop()
        await agent.close()
        await controller.close()
        await running.wait()
    assert len(running.said) == 1
    seen = list(open_capture(record))
    assert sum(isinstance(each, Opened) for each in seen) == 2
    [remark] = [each.text for each in seen if isinstance(each, Remarked)]
    assert remark == "reset: 1 connections are open already (--max-sessions)"


def test_stopping_gives_sessions_their_grace_and_then_ends_them(tmp_path: Path) -> None:
    record = tmp_path / "s.pcapng"

    async def run() -> None:
        async with relaying(record=record, grace=2.0) as running:
            agent, controller = await into_tls(*await running.connect(), CONTROLLERS)
            start = trio.current_time()
            running.relay.stop()
            assert await to_end(agent) == (b"", [Ending.FIN])
            assert trio.current_time() - start == pytest.approx(2.0, abs=0.5)
            await running.wait()
            await agent.close()
            await controller.close()

    trio.run(run, clock=trio.testing.MockClock(autojump_threshold=0.2))
    [closed] = [each for each in open_capture(record) if isinstance(each, Closed)]
    assert (closed.by, closed.how) == (None, CloseReason.SHUTDOWN)


async def test_cancelling_still_ends_the_record_in_order(tmp_path: Path) -> None:
    record = tmp_path / "s.pcapng"
    async with relaying(record=record) as running:
        agent, controller = await into_tls(*await running.connect(), CONTROLLERS)
    [closed] = [each for each in open_capture(record) if isinstance(each, Closed)]
    assert (closed.by, closed.how) == (None, CloseReason.SHUTDOWN)
    await agent.close()
    await controller.close()


async def test_port_that_is_taken_ends_it_before_anything_else_is_touched(tmp_path: Path) -> None:
    [taken] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    record = tmp_path / "s.pcapng"
    config = config_for(taken, listen=Address("127.0.0.1", port_of(taken)), record=record)
    with pytest.raises(NetworkError, match="the port is taken"):
        await Relay(config, print).run()
    assert not record.exists()
    await taken.aclose()


async def test_record_that_cannot_be_opened_ends_it(tmp_path: Path) -> None:
    [controller] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    with pytest.raises(UsageError, match="cannot record"):
        await Relay(config_for(controller, record=tmp_path / "none" / "s.pcapng"), print).run()
    await controller.aclose()


async def test_analysis_that_cannot_be_started_ends_it(tmp_path: Path) -> None:
    [controller] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    config = config_for(controller, record=tmp_path / "s.pcapng", analysis=("/no/such",))
    with pytest.raises(NetworkError, match="cannot start the analysis"):
        await Relay(config, print).run()
    await controller.aclose()


async def test_with_a_url_agents_are_served_discovery_that_leads_here() -> None:
    [web] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with relaying(target=RootUrl("http", "127.0.0.1", port_of(web), "/"), http=ANY) as running:
        assert running.ready.http is not None
        agent = dial(running.ready.http.port)
        await agent.send(b"GET /tcpSlaveAgentListener/ HTTP/1.1\r\nHost: x\r\n\r\n")
        jenkins = Leg(await web.accept())
        assert b"GET /tcpSlaveAgentListener/" in await received(jenkins)
        await jenkins.send(
            b"HTTP/1.1 200 OK\r\nX-Jenkins-JNLP-Port: %d\r\nContent-Length: 0\r\n\r\n" % port_of(running.controller)
        )
        answer = await received(agent)
        assert b"X-Jenkins-JNLP-Port: %d\r\n" % running.ready.listen.port in answer
        await agent.close()
        await jenkins.close()
        await converse(running)
    await web.aclose()


async def received(leg: Leg) -> bytes:
    got = await leg.receive()
    assert isinstance(got, bytes)
    return got


async def written_number(path: Path) -> int:
    file = trio.Path(path)
    while not (await file.exists() and await file.read_text()):
        pass
    return int(await file.read_text())


async def test_a_recorded_websocket_session_goes_through_unchanged_and_its_record_tells_it(tmp_path: Path) -> None:
    said = {side: stream_of("head-WebSocket-workload", 2, side) for side in Side}
    record = tmp_path / "s.pcapng"
    passed: dict[Side, bytes] = {}
    [web] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    target = RootUrl("http", "127.0.0.1", port_of(web), "/")
    async with web, relaying(target=target, http=ANY, record=record, sessions=1) as running:
        assert running.ready.http is not None
        agent = dial(running.ready.http.port)
        request, _, frames = said[Side.AGENT].partition(b"\r\n\r\n")
        await agent.send(request + b"\r\n\r\n")
        jenkins = Leg(await web.accept())
        head = await received(jenkins)

        async def play(sender: Leg, receiver: Leg, side: Side, data: bytes) -> None:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(sender.send, data)
                passed[side] = await exactly(receiver, len(data))

        async with trio.open_nursery() as nursery:
            nursery.start_soon(play, jenkins, agent, Side.CONTROLLER, said[Side.CONTROLLER])
            await trio.testing.wait_all_tasks_blocked()
            nursery.start_soon(play, agent, jenkins, Side.AGENT, frames)
        await agent.send_ending(Ending.FIN)
        assert await to_end(jenkins) == (b"", [Ending.FIN])
        await jenkins.send_ending(Ending.FIN)
        await agent.close()
        await jenkins.close()
        assert await running.wait() == RelayOutcome(connections=1, sessions=1)
    assert head.partition(b"\r\n")[0] == b"GET /wsagents/ HTTP/1.1"
    assert passed == {Side.AGENT: frames, Side.CONTROLLER: said[Side.CONTROLLER]}
    assert running.said == []
    recorded = list(open_capture(record))
    sent = [fact for fact in map(fact_of_command, decode(recorded)) if fact is not None]
    commands = commands_of("head-WebSocket-workload")
    assert commands
    for side in Side:
        assert [each for each in sent if each.side is side] == [each for each in commands if each.side is side]
    secret = expected_of("head-WebSocket-workload")["secrets"]["agent-1"].encode()
    told = b"".join(each.data for each in recorded if isinstance(each, Segment) and each.sender is Side.AGENT)
    channel = unframed(told.partition(b"\r\n\r\n")[2])
    assert secret in unframed(frames)
    assert secret not in told
    assert channel == unframed(frames).replace(secret, pseudonym_of(secret))


def stream_of(name: str, connection: int, side: Side) -> bytes:
    segments = [each for each in observations_of(name) if isinstance(each, Segment) and each.connection == connection]
    return b"".join(each.data for each in segments if each.sender is side)


def fact_of_command(event: Event) -> Sent | None:
    if not isinstance(event.fact, CommandSent) or event.side is None:
        return None
    return Sent(event.side, event.fact.command.class_name, event.fact.size)
