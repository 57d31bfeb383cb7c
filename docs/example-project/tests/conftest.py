"""What the tests share: the agent that the launcher starts here, which needs no Java."""

import sys
from collections.abc import Callable

import pytest
from launcher import Launcher

AGENT = (
    sys.executable,
    "-m",
    "jnlpspy",
    "simulate",
    "agent",
    "--url",
    "{url}",
    "--name",
    "{name}",
    "--secret",
    "{secret}",
)


@pytest.fixture
def launch() -> Callable[[str, str], int]:
    """Return what runs the launcher for an agent called `linux-7`, and returns its exit code."""
    return lambda url, secret: Launcher(url, "linux-7", secret, AGENT).run()
