"""The command line: the app and its commands."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from jnlpspy import __version__
from jnlpspy.cli.browse import browse
from jnlpspy.cli.demo import demo
from jnlpspy.cli.diagnose import diagnose
from jnlpspy.cli.diff import diff
from jnlpspy.cli.doctor import doctor
from jnlpspy.cli.exits import reported
from jnlpspy.cli.explain import explain
from jnlpspy.cli.export import export
from jnlpspy.cli.help import Command, Group
from jnlpspy.cli.live import live
from jnlpspy.cli.proxy import proxy
from jnlpspy.cli.replay import replay
from jnlpspy.cli.secret import secret
from jnlpspy.cli.show import show
from jnlpspy.cli.simulate import simulate_agent, simulate_controller

_CONTEXT = {"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "JNLPSPY"}

app = typer.Typer(
    name="jnlpspy",
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help fits 80 columns, and comes in half the time
    context_settings=_CONTEXT,
    epilog="Begin with: jnlpspy demo. Each command tells more: jnlpspy proxy -h.",
)
simulate = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Be an agent or a controller, in pure Python, to try things with.",
    epilog="Example: jnlpspy simulate agent -h",
)


def _print_version(asked: bool) -> None:  # noqa: FBT001 - typer calls it so
    if asked:
        typer.echo(f"jnlpspy {__version__}")
        raise typer.Exit


@app.callback()
def _about(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, show_envvar=False, help="Print the version."),
    ] = False,
) -> None:
    """Proxy and protocol debugger for Jenkins inbound (JNLP) agents."""


app.command(short_help="See it work: everything simulated, no Jenkins needed.")(reported(demo))
app.command(short_help="Stand between agents and a controller; show and record.")(reported(proxy))
app.command(short_help="Decode a capture: its sessions, calls, pipes, classes.")(reported(show))
app.command(short_help="Move about in a capture: events, fields, bytes.")(reported(browse))
app.command(short_help="A capture as a report, text, a diagram or objects.")(reported(export))
app.command(short_help="What went wrong in a capture, why, and what to do.")(reported(diagnose))
app.command(short_help="What a message of an agent, or a whole log, means.")(reported(explain))
app.command(short_help="Why does no agent connect? Every step, without Java.")(reported(doctor))
app.command(short_help="The secret that Jenkins expects of an agent.")(reported(secret))
app.command(short_help="Play one side of a capture to a live agent or controller.")(reported(replay))
app.command(short_help="What two captures mean differently.")(reported(diff))
app.command(hidden=True)(reported(live))
app.add_typer(simulate, name="simulate")
simulate.command("controller", short_help="Be a Jenkins controller.")(reported(simulate_controller))
simulate.command("agent", short_help="Be an agent.")(reported(simulate_agent))
for _each in (*app.registered_commands, *simulate.registered_commands):
    _each.cls = Command  # how help is written is no command's own matter


def main() -> None:
    """Run the command line and exit with the contract's code."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    try:
        app(prog_name="jnlpspy")
    finally:
        _flush_or_forget()


def _open_closed_streams() -> None:
    """Put /dev/null in the place of standard streams that the caller has closed: a message must not take another's."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open to the end


def _flush_or_forget() -> None:
    """Flush stdout; if it takes nothing any more, keep the interpreter from complaining about that at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
