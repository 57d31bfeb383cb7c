"""`jnlpspy proxy`: stand between agents and a controller, record and show."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jnlpspy.cli.exits import say
from jnlpspy.cli.options import (
    AgentSecretOption,
    Color,
    ColorOption,
    JsonOption,
    PurposesOption,
    View,
    read_agent_secrets,
)
from jnlpspy.errors import UsageError

if TYPE_CHECKING:
    from jnlpspy.net.relay import RelayConfig

GATHERED = 0.05
"""Seconds of traffic that a screen is given at a time: half of what stands between two of its frames."""


def proxy(
    target: Annotated[str, typer.Argument(help="The Jenkins root URL, or HOST:PORT of its agent port.")],
    http: Annotated[str, typer.Option(help="Where agents are to connect to, as -url.")] = "127.0.0.1:8090",
    listen: Annotated[str, typer.Option(help="The agent port offered to them.")] = "127.0.0.1:50001",
    record: Annotated[Path | None, typer.Option(help="Write a capture here; a folder gets a file per run.")] = None,
    view: Annotated[
        View | None,
        typer.Option(help="A screen of sessions, a line an event, or nothing. [default: live on a terminal, else log]"),
    ] = None,
    json: JsonOption = False,
    intercept: Annotated[
        bool | None,
        typer.Option(
            "--intercept/--passthrough",
            help="Open JNLP4's TLS, or watch its outside only. [default: intercept if the identity can be known]",
        ),
    ] = None,
    identity: Annotated[
        Path | None, typer.Option(help="PEM key pair shown to agents. [default: made once, kept in the state folder]")
    ] = None,
    controller_identity: Annotated[
        str | None, typer.Option(metavar="B64|FILE", help="The identity the controller must prove, without discovery.")
    ] = None,
    cert: Annotated[Path | None, typer.Option(help="Trust this certificate (PEM) for an https TARGET.")] = None,
    insecure_http: Annotated[bool, typer.Option(help="Check no certificate of an https TARGET.")] = False,
    tunnel: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="The controller's agent port; HOST: and :PORT too.")
    ] = None,
    agent_secret: AgentSecretOption = None,
    purposes: PurposesOption = None,
    keep_secrets: Annotated[bool, typer.Option(help="Write real secrets into the capture.")] = False,
    raw: Annotated[
        bool, typer.Option(help="Add the wire's bytes of both legs with their TLS keys; implies --keep-secrets.")
    ] = False,
    sessions: Annotated[int | None, typer.Option(min=1, help="Exit after so many agent sessions.")] = None,
    max_sessions: Annotated[int, typer.Option(min=1, help="Connections open at once.")] = 1000,
    handshake_timeout: Annotated[float, typer.Option(min=0.1, help="Seconds a handshake may take.")] = 30.0,
    grace: Annotated[float, typer.Option(min=0, help="Seconds sessions get to end when stopping.")] = 2.0,
    color: ColorOption = Color.AUTO,
) -> None:
    """Stand between agents and a controller: relay, open JNLP4's TLS, decode, show and record.

    Example: jnlpspy proxy http://jenkins.example:8080/ --record s.pcapng
    Then start the agent with this URL instead of the controller's:
             java -jar agent.jar -url http://127.0.0.1:8090/ -secret ... -name ...
    """
    import trio

    from jnlpspy.cli.steering import has_screen
    from jnlpspy.cli.wiring import analysis_command, analysis_environment, live_command
    from jnlpspy.net.dialling import trust_for
    from jnlpspy.net.identity import open_identity
    from jnlpspy.net.relay import RelayConfig
    from jnlpspy.net.target import RootUrl, parse_address, parse_target, parse_tunnel

    parsed = parse_target(target)
    is_url = isinstance(parsed, RootUrl)
    opens = intercept if intercept is not None else is_url or identity is not None or controller_identity is not None
    if opens and not (is_url or identity or controller_identity):
        raise UsageError("--intercept: expected a URL, --controller-identity or --identity to know the controller by")
    if cert is not None and not (isinstance(parsed, RootUrl) and parsed.scheme == "https"):
        raise UsageError(f"--cert: expected an https TARGET to check a certificate of, got {target}")
    own = open_identity(identity) if opens else None
    proven = _read_identity(controller_identity) if controller_identity else None
    if proven is None and own is not None and not is_url:
        proven = own.public_key  # the operator gave the controller's own key pair
    if view is View.LIVE and not json and not has_screen():
        raise UsageError("--view live: expected a terminal to draw on and to read keys from; use --view log")
    if raw and not keep_secrets:
        say("--raw: the capture will hold real secrets and TLS keys")
    is_live = not json and (view is View.LIVE or (view is None and has_screen()))
    config = RelayConfig(
        target=parsed,
        http=parse_address(http, "--http", lowest_port=0) if is_url else None,
        listen=parse_address(listen, "--listen", lowest_port=0),
        identity=own,
        controller_identity=proven,
        tunnel=parse_tunnel(tunnel) if tunnel else None,
        trust=trust_for(parsed, cert, insecure=insecure_http) if isinstance(parsed, RootUrl) else None,
        record=record,
        analysis=() if view is View.NONE and not json else analysis_command(json=json, color=color, purposes=purposes),
        analysis_environment=analysis_environment(read_agent_secrets(agent_secret)),
        keep_secrets=keep_secrets or raw,
        raw=raw,
        max_sessions=max_sessions,
        handshake_timeout=handshake_timeout,
        sessions=sessions,
        grace=grace,
    )
    command_of = partial(live_command, color=color, purposes=purposes) if is_live else None
    code = trio.run(partial(_run, config, command_of, json=json))
    if code:
        raise typer.Exit(code)


async def _run(config: "RelayConfig", command_of: Callable[[int], tuple[str, ...]] | None, *, json: bool) -> int:
    """Run the relay; with a command it starts a live view, on a line of this descriptor."""
    import trio

    from jnlpspy.cli.messages import open_messages
    from jnlpspy.cli.running import exit_code_of, format_ready, ready_in_words, say_outcome, stop_on_signals
    from jnlpspy.cli.steering import Steering
    from jnlpspy.cli.wiring import write_line
    from jnlpspy.cli.wrapping import columns_of
    from jnlpspy.net.relay import Ready, Relay, RelayOutcome

    interrupted: list[int] = []
    outcomes: list[RelayOutcome] = []
    ready: Ready | None = None

    async def run(task_status: trio.TaskStatus[Ready]) -> None:
        outcomes.append(await relay.run(task_status))
        nursery.cancel_scope.cancel()

    with ExitStack() as resources:
        say_ = resources.enter_context(open_messages()).say
        steering = resources.enter_context(closing(Steering(say_))) if command_of else None
        if command_of and steering:
            say_ = steering.say
            view = command_of(steering.descriptor)
            config = replace(
                config,
                analysis=view,
                analysis_descriptors=(steering.descriptor,),
                analysis_pause=GATHERED,
                keeps_heads=True,
            )
        relay = Relay(config, say_)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(stop_on_signals, relay, interrupted, nursery, say_)
            ready = await nursery.start(run)
            line = format_ready(config, ready)
            if json:
                write_line(line)
            else:
                typer.echo(line, err=True, nl=False)
                if columns_of(2) is not None:
                    say(ready_in_words(config, ready))
                elif ready.http is not None:
                    say_(f"agents connect with -url http://{ready.http}/ instead of {config.target}")
            if steering:
                nursery.start_soon(steering.run, relay, nursery.cancel_scope.cancel)
    for outcome in outcomes:
        say_outcome(config, outcome, relay.record_name)
    return exit_code_of(interrupted)


def _read_identity(given: str) -> bytes:
    from jnlpspy.net.identity import read_instance_identity

    try:
        return read_instance_identity(_text_or_file(given))
    except UsageError as error:
        raise UsageError(f"--controller-identity: {error}") from error


def _text_or_file(given: str) -> str | bytes:
    path = Path(given)
    try:
        return path.read_bytes() if len(given) < 256 and path.is_file() else given
    except OSError as error:
        raise UsageError(f"--controller-identity: expected a readable file, got {given}: {error.strerror}") from error
