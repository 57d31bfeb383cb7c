"""Plays scenarios in one process, as the demo does in two, and returns what a capture of them tells."""

from dataclasses import dataclass
from pathlib import Path

import trio
from simulate.peers import identity

from jnlpspy.capture.open import open_capture
from jnlpspy.decoder import Decoder
from jnlpspy.export.jsonl import JsonlSink
from jnlpspy.model.events import Event
from jnlpspy.model.tap import Address
from jnlpspy.net.relay import Ready, Relay, RelayConfig
from jnlpspy.simulate.agent import AgentResult
from jnlpspy.simulate.scenario import Scenario
from jnlpspy.simulate.staging import HastyClock, staged

ANYWHERE = Address("127.0.0.1", 0)

PLAYED_AT = 1_700_000_000.0
"""Seconds since the epoch at which trio's clock starts, as captures tell it."""


@dataclass(frozen=True)
class Played:
    """What came of a scenario."""

    events: list[Event]
    lines: list[str]
    """The events as JSON Lines."""
    results: tuple[AgentResult, ...]
    told: list[str]


async def play(scenario: Scenario, folder: Path) -> Played:
    """Play one scenario through a relay that records it."""
    record = folder / f"{scenario.name}.pcapng"
    told: list[str] = []
    clock = HastyClock(lambda: PLAYED_AT + trio.current_time())
    async with staged(scenario, clock) as stage:
        config = RelayConfig(
            target=stage.target,
            listen=ANYWHERE,
            http=ANYWHERE,
            identity=identity(),
            record=record,
            handshake_timeout=stage.patience,
            grace=0.5,
        )
        relay = Relay(config, lambda _: None, clock)
        async with trio.open_nursery() as nursery:
            ready: Ready = await nursery.start(relay.run)
            assert ready.http is not None
            results = await stage.play(ready.http, ready.listen, told.append)
            relay.stop()
    decoder = Decoder()
    with open_capture(record) as capture:
        events = [event for observation in capture for event in decoder.feed(observation)]
    events += decoder.finish()
    lines: list[str] = []
    sink = JsonlSink(lines.append)
    for event in events:
        sink.observe(event)
    return Played(events, lines, results, told)


async def play_all(scenarios: tuple[Scenario, ...], folder: Path) -> dict[str, Played]:
    """Play scenarios at once: they mostly wait."""
    played: dict[str, Played] = {}

    async def run(scenario: Scenario) -> None:
        played[scenario.name] = await play(scenario, folder)

    async with trio.open_nursery() as nursery:
        for scenario in scenarios:
            nursery.start_soon(run, scenario)
    return played


def told_in(played: Played, *texts: str) -> bool:
    """Return whether some one event tells all these texts."""
    return any(all(text in line for text in texts) for line in played.lines)
