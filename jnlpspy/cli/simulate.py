"""`jnlpspy simulate controller|agent`: be one side, in pure Python."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jnlpspy.cli.exits import EXIT_NETWORK, EXIT_PROBLEM, say
from jnlpspy.cli.options import read_secret, split_pair
from jnlpspy.errors import UsageError
from jnlpspy.simulate.roster import Age

if TYPE_CHECKING:
    from jnlpspy.simulate.agent import AgentConfig, AgentResult
    from jnlpspy.simulate.controller import ControllerConfig

ScriptOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="What it does on the channel, as TOML; see docs/scripts.md."),
]

SECRET_BYTES = 32
"""As many as an HMAC-SHA256 has, which Jenkins' own secrets are."""


def simulate_controller(
    agent: Annotated[
        list[str], typer.Option(metavar="NAME[=SECRET]", help="An agent it knows; without a secret one is made.")
    ],
    http: Annotated[str, typer.Option(help="HOST:PORT of discovery; port 0 is any free one.")] = "127.0.0.1:8080",
    listen: Annotated[str, typer.Option(help="HOST:PORT of the agent port.")] = "127.0.0.1:50000",
    protocols: Annotated[str, typer.Option(help="Protocols it accepts, with commas.")] = "JNLP4-connect,WebSocket,Ping",
    refuse: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=REASON",
            help="Refuse this agent, in these words; or unknown, wrong-secret, not-inbound, already-connected"
            " in Jenkins' own. `fatal:` before them refuses for good.",
        ),
    ] = None,
    disable: Annotated[str | None, typer.Option(help="Protocols it knows and refuses, with commas.")] = None,
    age: Annotated[
        Age,
        typer.Option(
            help="Whose words it uses: how old protocols are refused, how itself is called, which agents it takes."
        ),
    ] = Age.TODAY,
    accept: Annotated[int | None, typer.Option(min=1, help="Exit after so many agent sessions.")] = None,
    keep_open: Annotated[bool, typer.Option(help="Leave channels open after the script; agents close them.")] = False,
    script: ScriptOption = None,
) -> None:
    """Be a Jenkins controller: discovery, the agent port, a short scripted channel with each agent.

    Example: jnlpspy simulate controller --agent test --script session.toml
    """
    import secrets

    import trio

    from jnlpspy.model.secret import Secret
    from jnlpspy.net.identity import create_identity
    from jnlpspy.net.target import parse_address
    from jnlpspy.simulate.controller import VERSIONS, ControllerConfig
    from jnlpspy.simulate.script_file import read_script
    from jnlpspy.simulate.session import CLOSING_CONTROLLER_PART, CONTROLLER_PART

    part = CONTROLLER_PART if keep_open else CLOSING_CONTROLLER_PART
    if script is not None:
        part = read_script(script, CONTROLLER_PART)
    known, made = {}, {}
    for each in agent:
        name, equals, _ = each.partition("=")
        if equals:
            name, value = split_pair(each, "--agent NAME or NAME=SECRET")
        elif name:
            value = made[name] = secrets.token_hex(SECRET_BYTES)
        else:
            raise UsageError("--agent: expected NAME or NAME=SECRET, got nothing")
        known[name] = Secret(value)
    config = ControllerConfig(
        agents=known,
        identity=create_identity(),
        http=parse_address(http, "--http", lowest_port=0),
        listen=parse_address(listen, "--listen", lowest_port=0),
        protocols=_known_protocols(protocols, "--protocols"),
        disabled=_known_protocols(disable, "--disable") if disable is not None else (),
        refusals=dict(_reason(each) for each in refuse or ()),
        age=age,
        version=VERSIONS[age][0],
        minimum_version=VERSIONS[age][1],
        part=part,
        tells_outcomes=script is not None,
    )
    trio.run(partial(_run_controller, config, made, accept))


def simulate_agent(
    url: Annotated[str, typer.Option(help="The Jenkins root URL, or that of jnlpspy's --http.")],
    name: Annotated[str, typer.Option(help="The agent's name.")],
    secret: Annotated[str, typer.Option(metavar="VALUE|@FILE|-", help="Its secret.")],
    protocol: Annotated[str | None, typer.Option(help="Offer this protocol only.")] = None,
    websocket: Annotated[
        bool, typer.Option("--websocket", help="Connect over WebSocket, as agents do with -webSocket.")
    ] = False,
    count: Annotated[int, typer.Option(min=1, help="So many agents at once, NAME-1 and so on.")] = 1,
    hold: Annotated[
        float | None,
        typer.Option(min=0, help="Close the channel after so many seconds. [default: the controller does]"),
    ] = None,
    script: ScriptOption = None,
) -> None:
    """Be an agent: find the agent port, shake hands, answer calls until the channel is closed.

    Example: jnlpspy simulate agent --url http://127.0.0.1:8090/ --name test --secret @s
    """
    import trio

    from jnlpspy.model.secret import Secret
    from jnlpspy.net.dialling import trust_for
    from jnlpspy.net.target import parse_root_url
    from jnlpspy.simulate.agent import AgentConfig
    from jnlpspy.simulate.joining import WEBSOCKET
    from jnlpspy.simulate.outcomes import describe_outcome
    from jnlpspy.simulate.script_file import read_script
    from jnlpspy.simulate.session import AGENT_PART

    root = parse_root_url(url, "--url")
    if websocket and protocol not in (None, WEBSOCKET):
        raise UsageError(f"expected --websocket or --protocol, got both: {protocol} needs the agent port")
    config = AgentConfig(
        name=name,
        secret=Secret(read_secret(secret)),
        url=root,
        protocol=WEBSOCKET if websocket else protocol,
        trust=trust_for(root),
        hold=hold,
        part=AGENT_PART if script is None else read_script(script, AGENT_PART),
    )
    results = trio.run(partial(_run_agents, config, count))
    for result in results:
        say(_describe(result))
        for outcome in result.outcomes if script is not None else ():
            say(f"{result.name}: {describe_outcome(outcome)}")
    left_out = [result for result in results if not result.connected]
    if left_out:
        raise typer.Exit(EXIT_PROBLEM if any(result.refusal is not None for result in left_out) else EXIT_NETWORK)


async def _run_controller(config: "ControllerConfig", made: dict[str, str], accept: int | None) -> None:
    import signal

    import trio

    from jnlpspy.simulate.controller import simulated_controller

    async with simulated_controller(config, tell=say) as controller, trio.open_nursery() as nursery:
        say(f"{controller.url} is up, agent port {controller.listen}")
        for name in config.agents:
            secret = made.get(name, "...")
            typer.echo(f"java -jar agent.jar -url {controller.url} -secret {secret} -name {name}")

        async def stop_on_signal() -> None:
            with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
                async for _ in signals:
                    nursery.cancel_scope.cancel()

        nursery.start_soon(stop_on_signal)
        if accept is None:
            await trio.sleep_forever()
        await controller.wait_ended(accept)
        nursery.cancel_scope.cancel()


async def _run_agents(config: "AgentConfig", count: int) -> "tuple[AgentResult, ...]":
    from jnlpspy.simulate.agent import run_agents

    return await run_agents(config, count, tell=say if count == 1 else lambda _: None)


def _describe(result: "AgentResult") -> str:
    if result.connected:
        return f"{result.name}: connected over {result.protocol}, {len(result.answered)} calls answered"
    if result.refusal is not None:
        return f"{result.name}: refused: {result.refusal or 'closed without giving a reason'}"
    return f"{result.name}: {result.failure}"


def _reason(given: str) -> tuple[str, str]:
    name, equals, reason = given.partition("=")
    if not (name and equals and reason):
        raise UsageError(f"--refuse: expected NAME=REASON, got {given!r}")
    return name, reason


def _known_protocols(given: str, option: str) -> tuple[str, ...]:
    from jnlpspy.simulate.joining import PROTOCOLS, SPOKEN

    known = (*(PROTOCOLS if option == "--disable" else SPOKEN), "Ping")  # no Jenkins could disable WebSocket
    names = tuple(name.strip() for name in given.split(",") if name.strip())
    if not names:
        raise UsageError(f"{option}: expected names with commas between, got {given!r}")
    if unknown := [each for each in names if each not in known]:
        raise UsageError(f"{option}: expected {', '.join(known)}, got {', '.join(unknown)}")
    return names
