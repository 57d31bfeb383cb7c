"""`jnlpspy secret`: what a controller expects of an agent, from its own files."""

from pathlib import Path
from typing import Annotated

import typer

from jnlpspy.cli.exits import EXIT_PROBLEM, say


def secret(
    name: Annotated[str, typer.Argument(help="The agent's name, exactly as the controller has it.")],
    jenkins_home: Annotated[Path, typer.Option(metavar="DIR", help="The controller's folder (JENKINS_HOME).")],
) -> None:
    """Print the secret that Jenkins expects of an agent, and nothing else, on stdout.

    Example: jnlpspy secret test --jenkins-home /var/lib/jenkins
    """
    from jnlpspy.jenkins_home import open_jenkins_home

    home = open_jenkins_home(jenkins_home)
    typer.echo(home.secret_of(name).value)
    node = home.node(name)
    if node is None:
        near = home.near_names(name)
        meant = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        say(f"no agent {name!r} is stored in {jenkins_home / 'nodes'}{meant}")
        say("the secret printed is what Jenkins would expect of an agent of this name, as a cloud may make it")
        raise typer.Exit(EXIT_PROBLEM)
    if node.inbound is False:
        say(f"agent {name!r} is launched by the controller ({node.launcher}); it does not connect with a secret")
