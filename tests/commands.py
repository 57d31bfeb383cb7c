"""Runs the command line as a user does: a process of its own, bounded in time, ended by its id."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

DEADLINE = 60
"""Seconds after which a command has failed; none is meant to need a tenth of it."""

COMMAND = (sys.executable, "-P", "-m", "jnlpspy")


def environment(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with an empty home and without what could change the output."""
    kept = {
        name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH")
    }
    return {**kept, "HOME": str(home), "TZ": "UTC", "COLUMNS": "80", "PYTHONWARNINGS": "error", **more}


def run(
    *arguments: str, home: Path, stdin: bytes = b"", more: Mapping[str, str] = MappingProxyType({})
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    finished = subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        timeout=DEADLINE,
        check=False,
        env=environment(home, more),
        cwd=home,
    )
    return subprocess.CompletedProcess(
        finished.args, finished.returncode, finished.stdout.decode(), finished.stderr.decode()
    )


@contextmanager
def started(*arguments: str, home: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a command that goes on; at the end it is killed if it still runs."""
    with subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home, {}),
        cwd=home,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def records(text: str) -> list[dict[str, object]]:
    """Parse JSON Lines, of which nothing but objects may be."""
    parsed = [json.loads(line) for line in text.splitlines()]
    assert all(isinstance(record, dict) for record in parsed)
    return parsed
