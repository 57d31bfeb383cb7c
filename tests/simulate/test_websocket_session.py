"""A WebSocket agent and its controller with the relay between them: what all three see is the same."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import trio
from simulate.peers import SECRET, agent_of, controller_of, identity

from jnlpspy.capture.open import open_capture
from jnlpspy.decoder import Decoder
from jnlpspy.model.events import CommandSent, ConnectionClosed, Event, OpaqueBytes, Undecodable
from jnlpspy.model.tap import Address, Observation, Segment, Side
from jnlpspy.net.relay import Ready, Relay, RelayConfig
from jnlpspy.net.target import parse_root_url
from jnlpspy.simulate.agent import AgentResult, run_agent
from jnlpspy.simulate.controller import SimulatedController, simulated_controller
from jnlpspy.simulate.joining import WEBSOCKET
from jnlpspy.simulate.script import CloseChannel, ReadPipe, Returns, RunCallable, WritePipe
from jnlpspy.simulate.session import AGENT_PART, CLOSING_CONTROLLER_PART, REMOTING_VERSION, SYSTEM_PROPERTIES
from jnlpspy.wire.websocket import FrameReader, Piece

ANYWHERE = Address("127.0.0.1", 0)
MOVED = 300_000

PART = replace(
    CLOSING_CONTROLLER_PART,
    steps=(*CLOSING_CONTROLLER_PART.steps[:-1], WritePipe(MOVED), ReadPipe(MOVED), CloseChannel()),
)
TELLS_ITS_SECRET = replace(
    AGENT_PART,
    answers={**AGENT_PART.answers, SYSTEM_PROPERTIES.name: Returns({"JENKINS_SECRET": SECRET.value})},
)


@dataclass
class Seen:
    """What a peer itself saw of its connections."""

    observations: list[Observation] = field(default_factory=list)

    def behind_upgrade(self, side: Side) -> bytes:
        """Return all bytes of a side behind the HTTP heads."""
        said: dict[int, dict[Side, bytes]] = {}
        for each in self.observations:
            if isinstance(each, Segment):
                of = said.setdefault(each.connection, dict.fromkeys(Side, b""))
                of[each.sender] += each.data
        (session,) = [of for of in said.values() if b"GET /wsagents/ " in of[Side.AGENT]]
        return session[side].partition(b"\r\n\r\n")[2]


@dataclass
class Between:
    """What is played, and what came of it."""

    controller: SimulatedController
    url: str
    record: Path
    seen: dict[Side, Seen]

    async def join(self, **changes: object) -> AgentResult:
        """Let the agent `a1` connect through the relay."""
        config = agent_of(self.controller, protocol=WEBSOCKET, url=parse_root_url(self.url), **changes)
        return await run_agent(config, observer=self.seen[Side.AGENT].observations.append)


@asynccontextmanager
async def relayed(record: Path, **changes: object) -> AsyncIterator[Between]:
    """Run a controller and a relay before it that records."""
    seen = {side: Seen() for side in Side}
    config = controller_of(**changes)
    async with simulated_controller(config, observer=seen[Side.CONTROLLER].observations.append) as controller:
        target = parse_root_url(controller.url)
        settings = RelayConfig(
            target=target, listen=ANYWHERE, http=ANYWHERE, identity=identity(), record=record, grace=0.5
        )
        relay = Relay(settings, lambda _: None)
        async with trio.open_nursery() as nursery:
            ready: Ready = await nursery.start(relay.run)
            yield Between(controller, f"http://{ready.http}/", record, seen)
            relay.stop()


def decoded(observations: list[Observation]) -> list[Event]:
    decoder = Decoder()
    return [*(event for each in observations for event in decoder.feed(each)), *decoder.finish()]


def recorded(path: Path) -> list[Observation]:
    with open_capture(path) as capture:
        return list(capture)


def commands(events: list[Event], side: Side) -> list[tuple[str, int]]:
    return [
        (event.fact.command.class_name, event.fact.size)
        for event in events
        if isinstance(event.fact, CommandSent) and event.side is side
    ]


@pytest.mark.parametrize("version", [REMOTING_VERSION, "4.14"])
async def test_all_three_see_the_same_bytes_and_commands(tmp_path: Path, version: str) -> None:
    async with relayed(tmp_path / "s.pcapng", part=PART) as between:
        result = await between.join(version=version)
        await between.controller.wait_ended(1)
    (session,) = between.controller.sessions
    assert (result.protocol, result.orderly, session.orderly) == (WEBSOCKET, True, True)
    assert [(each.moved, each.intact) for each in session.outcomes[-2:]] == [(MOVED, True)] * 2
    for side in Side:
        sent, received = (between.seen[each].behind_upgrade(side) for each in (side, side.peer))
        assert sent
        assert sent == received
    live = {side: decoded(between.seen[side].observations) for side in Side}
    kept = decoded(recorded(between.record))
    for side in Side:
        assert len(commands(kept, side)) > 20
        assert commands(kept, side) == commands(live[side], side) == commands(live[side.peer], side)
    assert not [event for event in kept if isinstance(event.fact, Undecodable | OpaqueBytes)]
    assert SECRET.value.encode() not in between.record.read_bytes()
    assert any(event.fact.orderly for event in kept if isinstance(event.fact, ConnectionClosed))


async def test_a_secret_is_nowhere_in_the_record_not_even_below_a_mask(tmp_path: Path) -> None:
    part = replace(CLOSING_CONTROLLER_PART, steps=(RunCallable(SYSTEM_PROPERTIES), CloseChannel()))
    async with relayed(tmp_path / "s.pcapng", part=part) as between:
        await between.join(part=TELLS_ITS_SECRET)
        await between.controller.wait_ended(1)
    assert SECRET.value.encode() not in between.record.read_bytes()
    kept = Seen(recorded(between.record))
    for side in Side:
        assert SECRET.value.encode() not in unmasked(kept.behind_upgrade(side), side)
    assert SECRET.value.encode() in unmasked(between.seen[Side.AGENT].behind_upgrade(Side.AGENT), Side.AGENT)


def unmasked(data: bytes, side: Side) -> bytes:
    """Return the payloads of a side's frames."""
    steps = FrameReader(masks=side is Side.AGENT).feed(data)
    return b"".join(step.data for step in steps if isinstance(step, Piece))
