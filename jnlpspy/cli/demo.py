"""`jnlpspy demo`: the whole tool without Jenkins, over loopback."""

import secrets
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jnlpspy.cli.exits import say
from jnlpspy.cli.options import Color, ColorOption, JsonOption

if TYPE_CHECKING:
    from jnlpspy.net.relay import RelayOutcome

AGENT_NAME = "demo-agent"
SECRET_BYTES = 32
DEADLINE = 60.0
"""Seconds after which a demo gives up; it needs one or two."""


def demo(
    agents: Annotated[int, typer.Option(min=1, max=1000, help="So many simulated agents at once.")] = 1,
    record: Annotated[Path | None, typer.Option(help="Write the capture here.")] = None,
    json: JsonOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Show what jnlpspy does, without Jenkins: a simulated agent, the proxy, a simulated controller.

    Example: jnlpspy demo --record demo.pcapng
    """
    import trio

    if not json:
        say("a simulated agent and controller, jnlpspy between them, TLS on both legs")
        say("a line: time, connection, who speaks (agent ─▶ or ◀─ controller), what, summary")
    trio.run(partial(_run, agents, record, json=json, color=color))


async def _run(agents: int, record: Path | None, *, json: bool, color: Color) -> None:
    import trio

    from jnlpspy.cli.running import format_ready, say_outcome
    from jnlpspy.cli.wiring import analysis_command, write_line
    from jnlpspy.errors import NetworkError
    from jnlpspy.model.secret import Secret
    from jnlpspy.model.tap import Address
    from jnlpspy.net.identity import create_identity
    from jnlpspy.net.relay import Ready, Relay, RelayConfig
    from jnlpspy.net.target import parse_root_url
    from jnlpspy.simulate.agent import AgentConfig, run_agents
    from jnlpspy.simulate.controller import ControllerConfig, simulated_controller
    from jnlpspy.simulate.session import CLOSING_CONTROLLER_PART

    secret = Secret(secrets.token_hex(SECRET_BYTES))
    names = [AGENT_NAME] if agents == 1 else [f"{AGENT_NAME}-{number}" for number in range(1, agents + 1)]
    anywhere = Address("127.0.0.1", 0)
    known = ControllerConfig(
        agents=dict.fromkeys(names, secret), identity=create_identity(), part=CLOSING_CONTROLLER_PART
    )
    outcomes: list[RelayOutcome] = []
    with trio.move_on_after(DEADLINE) as deadline:
        async with simulated_controller(known) as controller:
            config = RelayConfig(
                target=parse_root_url(controller.url),
                listen=anywhere,
                http=anywhere,
                identity=create_identity(),
                record=record,
                analysis=analysis_command(json=json, color=color, summary=True),
            )
            relay = Relay(config, say)

            async def run(task_status: trio.TaskStatus[Ready]) -> None:
                outcomes.append(await relay.run(task_status))

            async with trio.open_nursery() as nursery:
                ready = await nursery.start(run)
                if json:
                    write_line(format_ready(config, ready))
                agent = AgentConfig(name=AGENT_NAME, secret=secret, url=parse_root_url(f"http://{ready.http}/"))
                results = await run_agents(agent, agents)
                relay.stop()
    if deadline.cancelled_caught:
        raise NetworkError(f"the demo did not end within {DEADLINE:g} s")
    for outcome in outcomes:
        say_outcome(config, outcome, ready.record)
    for result in results:
        if not result.connected:
            raise NetworkError(f"{result.name} did not get a channel: {result.refusal or result.failure}")
    if not json:
        say("next: jnlpspy proxy http://YOUR-JENKINS/ (see jnlpspy --help)")
