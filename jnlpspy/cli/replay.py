"""`jnlpspy replay`: one side of a capture, played to a live peer of the other kind."""

import math
from collections import Counter
from collections.abc import Mapping
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jnlpspy.cli.choosing import Chooser, filter_option
from jnlpspy.cli.exits import EXIT_NETWORK, EXIT_PROBLEM, say
from jnlpspy.cli.options import AgentSecretOption, Color, ColorOption, JsonOption, read_agent_secrets, read_secret
from jnlpspy.errors import UsageError
from jnlpspy.model.choice import Choice, no_event
from jnlpspy.model.secret import Secret

if TYPE_CHECKING:
    from jnlpspy.simulate.agent import AgentConfig
    from jnlpspy.simulate.controller import ControllerConfig
    from jnlpspy.simulate.replay import Material, Replay
    from jnlpspy.simulate.replayer import ReplayResult

AS_FAST_AS_POSSIBLE = "max"


class Played(Enum):
    """The side that is played."""

    CONTROLLER = "controller"
    AGENT = "agent"


def replay(
    capture: Annotated[str, typer.Argument(help="The capture; - for stdin.")],
    played: Annotated[
        Played,
        typer.Option("--as", envvar="JNLPSPY_REPLAY_AS", help="The side to play; the live peer is the other one."),
    ],
    connection: Annotated[
        int | None, typer.Option(min=1, help="Its session. [default: the one that said most]")
    ] = None,
    http: Annotated[str, typer.Option(help="As controller: HOST:PORT of discovery.")] = "127.0.0.1:8090",
    listen: Annotated[str, typer.Option(help="As controller: HOST:PORT of the agent port.")] = "127.0.0.1:50001",
    url: Annotated[str | None, typer.Option(help="As agent: the Jenkins root URL.")] = None,
    name: Annotated[str | None, typer.Option(help="The live agent's name. [default: as recorded]")] = None,
    secret: Annotated[
        str | None, typer.Option(metavar="VALUE|@FILE|-", help="Its secret; a controller needs it for JNLP3 only.")
    ] = None,
    speed: Annotated[
        str, typer.Option(metavar="X|max", help="Times as fast as recorded, where nothing is waited for.")
    ] = "1",
    patience: Annotated[
        float, typer.Option(min=0, help="Seconds that a command which was recorded is waited for, if nothing answers.")
    ] = 5.0,
    ignore: Annotated[str | None, filter_option("replay", "--ignore", "No differences about events that match")] = None,
    identity: Annotated[Path | None, typer.Option(help="As controller: its PEM key pair. [default: a new one]")] = None,
    agent_secret: AgentSecretOption = None,
    json: JsonOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Play one recorded side to a live peer, and say how the live session differed; exit 0 if in nothing that matters.

    Example: jnlpspy replay good.pcapng --as controller
    Then start an agent with -url http://127.0.0.1:8090/
    """
    import secrets

    import trio

    from jnlpspy.cli.wiring import open_console, write_record
    from jnlpspy.simulate.replay import Replay
    from jnlpspy.view.differences import print_differences, records

    chooser = Chooser(ignore, otherwise=no_event)
    material = _material_of(capture, connection, read_agent_secrets(agent_secret), chooser.choice)
    who = name or str(material.recording.agent_name or "agent")
    given = Secret(read_secret(secret) if secret is not None else secrets.token_hex(32))
    going = Replay(material, speed=_speed_of(speed), patience=patience, secrets={who: given}, tell=say)
    if played is Played.CONTROLLER:
        config = _controller_config(http, listen, identity, {who: given})
        trio.run(partial(_play_controller, going, config))
    else:
        if url is None or secret is None:
            raise UsageError("--as agent: expected --url and --secret of the live controller")
        trio.run(partial(_play_agent, going, _agent_config(url, who, given)))
    differences = going.differences()
    if json:
        for record in records(differences):
            write_record(record)
    else:
        for result in going.results:
            _tell(result)
        print_differences(open_console(color), differences)
    if any(each.matters for each in differences):
        raise typer.Exit(EXIT_PROBLEM)


def _material_of(capture: str, connection: int | None, known: Mapping[str, Secret], ignore: Choice) -> "Material":
    import sys

    from jnlpspy.capture.open import open_capture
    from jnlpspy.cli.wiring import EventList, open_pipeline
    from jnlpspy.simulate.replay import choose_material

    told = EventList()
    pipeline = open_pipeline([told], known)
    with open_capture(sys.stdin.buffer if capture == "-" else capture) as observations:
        for observation in observations:
            pipeline.observe(observation)
    pipeline.finish()
    return choose_material(told.events, connection, ignore)


def _speed_of(given: str) -> float:
    if given == AS_FAST_AS_POSSIBLE:
        return math.inf
    try:
        speed = float(given)
    except ValueError:
        speed = math.nan
    if not 0 < speed < math.inf:
        raise UsageError(f"--speed: expected a number above 0, or {AS_FAST_AS_POSSIBLE}, got {given!r}")
    return speed


def _controller_config(
    http: str, listen: str, identity: Path | None, agents: Mapping[str, Secret]
) -> "ControllerConfig":
    from jnlpspy.net.identity import create_identity, open_identity
    from jnlpspy.net.target import parse_address
    from jnlpspy.simulate.controller import ControllerConfig

    return ControllerConfig(
        agents=agents,
        identity=create_identity() if identity is None else open_identity(identity),
        http=parse_address(http, "--http", lowest_port=0),
        listen=parse_address(listen, "--listen", lowest_port=0),
    )


def _agent_config(url: str, name: str, secret: Secret) -> "AgentConfig":
    from jnlpspy.net.dialling import trust_for
    from jnlpspy.net.target import parse_root_url
    from jnlpspy.simulate.agent import AgentConfig

    root = parse_root_url(url, "--url")
    return AgentConfig(name=name, secret=secret, url=root, trust=trust_for(root))


async def _play_controller(going: "Replay", config: "ControllerConfig") -> None:
    from jnlpspy.simulate.replay import replayed_controller

    async with replayed_controller(going, config, tell=say) as controller:
        protocol = going.material.recording.protocol
        say(f"{controller.url} is up, agent port {controller.listen}; waiting for an agent that offers {protocol}")
        await going.wait_over()


async def _play_agent(going: "Replay", config: "AgentConfig") -> None:
    from jnlpspy.simulate.replay import replay_agent

    result = await replay_agent(going, config, tell=say)
    if result.failure is not None and not going.results:
        raise typer.Exit(EXIT_NETWORK)


def _tell(result: "ReplayResult") -> None:
    """Say where the replay could not go on as recorded."""
    say(f"{result.played} recorded commands played")
    for what, told in (("not played", result.left_out), ("never came", result.missing), ("not recorded", result.extra)):
        for each, times in Counter(told).items():
            say(f"{what}: {each}{f' ({times} times)' if times > 1 else ''}")
