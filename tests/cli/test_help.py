"""What `--help` says, and how little of it is noise."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import environment, run

from jnlpspy.cli import app

COMMANDS = [(each.name,) for each in app.registered_commands if each.name] + [
    (each.callback.__name__.replace("_", "-"),) for each in app.registered_commands if not each.name and each.callback
]


@pytest.mark.parametrize("command", [*COMMANDS, ("simulate", "controller"), ("simulate", "agent")], ids=" ".join)
def test_help_fits_the_screen_and_ends_without_noise(command: tuple[str, ...], tmp_path: Path) -> None:
    told = run(*command, "--help", home=tmp_path).stdout
    assert max(map(len, told.splitlines())) <= 80
    assert not re.search(r"env var|<int|<str|range>|/ --no-(?!summary)|x>=", told)
    assert re.search(r"^  Examples?: jnlpspy ", told, re.MULTILINE)
    assert re.search(r"JNLPSPY_[A-Z_]+\sfor\s--", told)


def test_a_command_to_copy_stands_on_one_line(tmp_path: Path) -> None:
    told = run("proxy", "--help", home=tmp_path).stdout
    assert "java -jar agent.jar -url http://127.0.0.1:8090/ -secret ... -name ...\n" in told
    assert "Usage: jnlpspy proxy [OPTIONS] TARGET\n" in told


def test_what_is_missing_is_named_as_in_the_usage(tmp_path: Path) -> None:
    failed = run("show", home=tmp_path)
    assert failed.returncode == 2
    assert "Missing argument 'CAPTURE'" in failed.stderr


@pytest.mark.parametrize(
    ("variable", "command", "told"),
    [
        ("JNLPSPY_REPLAY_AS", ("replay", "nothing.pcapng"), "nothing.pcapng"),
        ("JNLPSPY_DEMO_LIST", ("demo",), "wrong-secret"),
        ("JNLPSPY_SHOW_CONNECTION", ("show", "nothing.pcapng"), "nothing.pcapng"),
    ],
)
def test_options_come_from_variables_named_as_they_are(
    variable: str, command: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    value = "agent" if variable.endswith("_AS") else "1"
    finished = run(*command, home=tmp_path, more={variable: value})
    assert told in finished.stdout + finished.stderr


def test_help_loads_nothing_that_takes_long(tmp_path: Path) -> None:
    script = "import sys; from jnlpspy.cli import main; sys.argv = ['jnlpspy', '--help']\n"
    script += "try:\n    main()\nexcept SystemExit:\n    print(*sys.modules, file=sys.stderr)"
    shown = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", script], env=environment(tmp_path, {}), capture_output=True, text=True, check=True
    )
    slow = {"trio", "construct", "cryptography", "textual", "lark", "yaml", "h11"}
    slow |= {"jnlpspy.model.events", "jnlpspy.model.commands", "jnlpspy.model.tap"}
    assert set(shown.stderr.split()) & slow == set()
