"""`jnlpspy demo`: the whole tool without Jenkins, over loopback."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jnlpspy.cli.exits import say, suggest
from jnlpspy.cli.options import Color, ColorOption, JsonOption
from jnlpspy.cli.wrapping import columns_of, wrap
from jnlpspy.errors import NetworkError, UsageError

if TYPE_CHECKING:
    import trio

    from jnlpspy.net.relay import Ready, Relay, RelayConfig, RelayOutcome
    from jnlpspy.net.target import RootUrl
    from jnlpspy.simulate.scenario import Scenario

AGENT_NAME = "demo-agent"
SECRET_BYTES = 32
LEGEND = "each line: time, #connection, who speaks (agent ─▶ or ◀─ contr, the controller), what"
NEXT = """\
that was a session as Jenkins has them, with a call that fails. Next:
    jnlpspy demo --scenario wrong-secret       a failure and its diagnosis
    jnlpspy demo --record demo.pcapng          keep the session, to look closer
    jnlpspy proxy http://YOUR-JENKINS:8080/    see your own agents
    jnlpspy doctor http://YOUR-JENKINS:8080/   why does no agent connect?"""
NEXT_WITH_RECORD = """\
look closer at it:
    jnlpspy show {record} --calls      who called what
    jnlpspy show {record} --timeline   what happened when
    jnlpspy diagnose {record}          what went wrong, if anything"""
DEADLINE = 60.0
"""Seconds after which a demo gives up; it needs one or two."""


ScenarioOption = Annotated[
    str | None, typer.Option("--scenario", metavar="NAME", help="Play this failure instead; see --list.")
]


def demo(
    agents: Annotated[int, typer.Option(min=1, max=1000, help="So many simulated agents at once.")] = 1,
    record: Annotated[Path | None, typer.Option(help="Write the capture here.")] = None,
    scenario: ScenarioOption = None,
    list_: Annotated[
        bool, typer.Option("--list", envvar="JNLPSPY_DEMO_LIST", help="List the failures that --scenario can play.")
    ] = False,
    json: JsonOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Show what jnlpspy does, without Jenkins: a simulated agent, the proxy, a simulated controller.

    Examples: jnlpspy demo
              jnlpspy demo --scenario wrong-secret
              jnlpspy demo --record demo.pcapng
    """
    import trio

    if list_:
        _list(json=json)
        return
    if scenario is not None:
        if agents != 1:
            raise UsageError("--agents: a scenario has agents of its own")
        trio.run(partial(_play, _find(scenario), record, json=json, color=color))
        return
    if not json:
        say("a simulated agent connects to a simulated controller through jnlpspy")
        say(LEGEND)
    trio.run(partial(_run, agents, record, json=json, color=color))


def _list(*, json: bool) -> None:
    """Print what can be played: name, what happens, the rule that is expected to find it."""
    from jnlpspy.cli.wiring import write_line, write_record
    from jnlpspy.simulate.scenarios import SCENARIOS

    for each in SCENARIOS.values():
        if json:
            told = {"name": each.name, "happens": each.happens, "rule": each.rule, "shortened": each.shortened or None}
            write_record({"type": "scenario", **told})
        else:
            lines = f"{each.name:<24} {_happening(each)}\n{'':<24} rule: {each.rule}"
            write_line(f"{wrap(lines, columns_of(1), indent=' ' * 25)}\n")
    if not json:
        suggest("play one: jnlpspy demo --scenario NAME; what a rule means: jnlpspy explain RULE")


def _happening(scenario: "Scenario") -> str:
    return scenario.happens + (f" ({scenario.shortened})" if scenario.shortened else "")


def _find(name: str) -> "Scenario":
    from difflib import get_close_matches

    from jnlpspy.simulate.scenarios import SCENARIOS

    if name not in SCENARIOS:
        near = get_close_matches(name, SCENARIOS, 1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"--scenario: expected a name of `demo --list`, got {name!r}{meant}")
    return SCENARIOS[name]


async def _play(scenario: "Scenario", record: Path | None, *, json: bool, color: Color) -> None:
    import trio

    from jnlpspy.cli.wiring import analysis_environment
    from jnlpspy.net.relay import Relay
    from jnlpspy.simulate.scenario import SECRETS
    from jnlpspy.simulate.staging import HastyClock, staged

    if not json:
        say(f"{scenario.name}: {_happening(scenario)}")
        say(LEGEND)
    clock = HastyClock()
    with trio.move_on_after(DEADLINE) as deadline:
        async with staged(scenario, clock) as stage:
            plain = _relay_config(stage.target, record, json=json, color=color)
            secrets_ = SECRETS if scenario.inventory else {}
            config = replace(
                plain, handshake_timeout=stage.patience, analysis_environment=analysis_environment(secrets_)
            )
            relay = Relay(config, say, clock)
            async with _relaying(relay, config, json=json) as ready:
                heard: list[str] = []
                await stage.play(ready.http or ready.listen, ready.listen, heard.append)
                if heard and not json:
                    say(_told_by_agents(heard, len(scenario.agents)))
    if deadline.cancelled_caught:
        raise NetworkError(f"the scenario did not end within {DEADLINE:g} s")
    if not json:
        say(f"more about it: jnlpspy explain {scenario.rule}")


def _told_by_agents(heard: list[str], agents: int) -> str:
    """Return what agents print in one piece, for the analysis prints meanwhile; its verdict comes last."""
    lines = heard if agents > 1 else [line.removeprefix("agent 1: ") for line in heard]
    return "\n  ".join([f"what the {'agent prints' if agents == 1 else 'agents print'} meanwhile:", *lines])


async def _run(agents: int, record: Path | None, *, json: bool, color: Color) -> None:
    import secrets

    import trio

    from jnlpspy.model.secret import Secret
    from jnlpspy.net.identity import create_identity
    from jnlpspy.net.relay import Relay
    from jnlpspy.net.target import parse_root_url
    from jnlpspy.simulate.agent import AgentConfig, run_agents
    from jnlpspy.simulate.controller import ControllerConfig, simulated_controller
    from jnlpspy.simulate.session import CLOSING_CONTROLLER_PART

    secret = Secret(secrets.token_hex(SECRET_BYTES))
    names = [AGENT_NAME] if agents == 1 else [f"{AGENT_NAME}-{number}" for number in range(1, agents + 1)]
    known = ControllerConfig(
        agents=dict.fromkeys(names, secret), identity=create_identity(), part=CLOSING_CONTROLLER_PART
    )
    with trio.move_on_after(DEADLINE) as deadline:
        async with simulated_controller(known) as controller:
            config = _relay_config(parse_root_url(controller.url), record, json=json, color=color)
            async with _relaying(Relay(config, say), config, json=json) as ready:
                agent = AgentConfig(name=AGENT_NAME, secret=secret, url=parse_root_url(f"http://{ready.http}/"))
                results = await run_agents(agent, agents)
    if deadline.cancelled_caught:
        raise NetworkError(f"the demo did not end within {DEADLINE:g} s")
    for result in results:
        if not result.connected:
            raise NetworkError(f"{result.name} did not get a channel: {result.refusal or result.failure}")
    if not json:
        say(NEXT if record is None else NEXT_WITH_RECORD.format(record=record))


def _relay_config(target: "RootUrl", record: Path | None, *, json: bool, color: Color) -> "RelayConfig":
    from jnlpspy.cli.wiring import analysis_command
    from jnlpspy.model.tap import Address
    from jnlpspy.net.identity import create_identity
    from jnlpspy.net.relay import RelayConfig

    anywhere = Address("127.0.0.1", 0)
    return RelayConfig(
        target=target,
        listen=anywhere,
        http=anywhere,
        identity=create_identity(),
        record=record,
        analysis=analysis_command(json=json, color=color, summary=True, brief=True),
    )


@asynccontextmanager
async def _relaying(relay: "Relay", config: "RelayConfig", *, json: bool) -> AsyncIterator["Ready"]:
    """Run a relay beside the block; behind it the relay is stopped, and what came of it is said."""
    import trio

    from jnlpspy.cli.running import format_ready, say_outcome
    from jnlpspy.cli.wiring import write_line

    outcomes: list[RelayOutcome] = []

    async def run(task_status: "trio.TaskStatus[Ready]") -> None:
        outcomes.append(await relay.run(task_status))

    async with trio.open_nursery() as nursery:
        ready: Ready = await nursery.start(run)
        if json:
            write_line(format_ready(config, ready))
        yield ready
        relay.stop()
    for outcome in outcomes:
        say_outcome(config, outcome, relay.record_name)
