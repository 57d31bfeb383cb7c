"""`jnlpspy secret`: only the secret on stdout."""

from pathlib import Path

import pytest
from commands import run
from jenkins_homes import INBOUND, SSH, make_home, secret_for


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("controller") / "home", {"agent1": INBOUND, "by-ssh": SSH})


def test_the_secret_is_all_there_is_on_stdout(home: Path, tmp_path: Path) -> None:
    finished = run("secret", "agent1", "--jenkins-home", str(home), home=tmp_path)
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, f"{secret_for('agent1')}\n", "")


def test_a_name_that_does_not_exist_is_told_with_those_near_it(home: Path, tmp_path: Path) -> None:
    finished = run("secret", "Agent1", "--jenkins-home", str(home), home=tmp_path)
    assert (finished.returncode, finished.stdout) == (1, f"{secret_for('Agent1')}\n")
    assert "did you mean 'agent1'?" in finished.stderr


def test_an_agent_that_the_controller_launches_is_told(home: Path, tmp_path: Path) -> None:
    finished = run("secret", "by-ssh", "--jenkins-home", str(home), home=tmp_path)
    assert finished.returncode == 0
    assert "launched by the controller" in finished.stderr


def test_a_folder_of_something_else_is_an_input_that_cannot_be_read(tmp_path: Path) -> None:
    finished = run("secret", "agent1", "--jenkins-home", str(tmp_path), home=tmp_path)
    assert (finished.returncode, finished.stdout) == (3, "")
    assert "expected a JENKINS_HOME" in finished.stderr
