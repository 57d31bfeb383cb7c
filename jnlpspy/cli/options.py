"""Option types that commands share."""

import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jnlpspy.errors import UsageError
from jnlpspy.model.secret import Secret

if TYPE_CHECKING:
    from jnlpspy.capture.key_log import KeyLog


class Color(Enum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class View(Enum):
    """How a running proxy shows its sessions."""

    LIVE = "live"
    LOG = "log"
    NONE = "none"


class Table(Enum):
    """What `show` can print instead of events, in this order."""

    COMMANDS = "commands"
    CALLS = "calls"
    PIPES = "pipes"
    CLASSES = "classes"
    TIMELINE = "timeline"
    SUMMARY = "summary"


JsonOption = Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object an event.")]
ColorOption = Annotated[Color, typer.Option(help="Colour; auto means on a terminal only.")]


AgentSecretOption = Annotated[
    list[str] | None,
    typer.Option(
        "--agent-secret",
        metavar="NAME=SECRET",
        help="A secret you know, as VALUE or @file: opens JNLP3-connect; repeatable.",
    ),
]


PurposesOption = Annotated[
    Path | None,
    typer.Option(
        "--purposes",
        metavar="FILE",
        help="What callables are for, in your words; before those in the configuration folder, and ours.",
    ),
]


KeyLogOption = Annotated[
    Path | None,
    typer.Option("--keylog", metavar="FILE", help="TLS keys, as SSLKEYLOGFILE has them: opens TLS of a wire capture."),
]


KnownNameOption = Annotated[str | None, typer.Option(help="What the agent is meant to be called.")]
KnownSecretOption = Annotated[
    str | None, typer.Option(metavar="SECRET", help="What the agent was given: VALUE, @file, or - for stdin.")
]
KnownJnlpOption = Annotated[Path | None, typer.Option(metavar="FILE", help="The jnlp file the agent is started with.")]
KnownCommandOption = Annotated[
    str | None, typer.Option(metavar='"java ..."', help="The command line the agent is started with.")
]
KnownHomeOption = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The controller's folder: its agents and their secrets.")
]
KnownInventoryOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Secrets the controller expects, as lines NAME SECRET.")
]


def read_keys(path: Path | None) -> "KeyLog | None":
    """Return the keys in a file, if one was given.

    Raises:
        CaptureError: It cannot be read, or is no key log.
    """
    if path is None:
        return None
    from jnlpspy.capture.key_log import read_key_log

    return read_key_log(path)


def read_agent_secrets(given: list[str] | None) -> dict[str, Secret]:
    """Return agents' secrets by name, given as NAME=VALUE or NAME=@file each.

    Raises:
        UsageError: one of them is no such pair, or its file cannot be read.
    """
    pairs = [split_pair(each, "--agent-secret NAME=SECRET") for each in given or ()]
    return {name: Secret(value) for name, value in pairs}


def read_secret(given: str) -> str:
    """Return a secret given as VALUE, @file or - (stdin); line ends at its end are dropped.

    Raises:
        UsageError: the file cannot be read, or there is no secret.
    """
    if given == "-":
        secret = sys.stdin.readline().strip()
    elif given.startswith("@"):
        try:
            secret = Path(given[1:]).read_text("utf-8").strip()
        except OSError as error:
            raise UsageError(f"expected a readable file with a secret, got {given}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise UsageError(f"expected a file with a secret in UTF-8, got other bytes in {given}") from error
    else:
        secret = given
    if not secret:
        raise UsageError(f"expected a secret, got nothing{f' from {given}' if given else ''}")
    return secret


def split_pair(given: str, form: str) -> tuple[str, str]:
    """Return the two parts of `NAME=VALUE`; the second is read like a secret.

    Raises:
        UsageError: there is no `=`, or no name before it.
    """
    name, equals, value = given.partition("=")
    if not (name and equals):
        raise UsageError(f"expected {form}, got a value without `=` or without a name")
    return name, read_secret(value)
