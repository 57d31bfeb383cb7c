"""The example project of the docs: its tests pass, and a failing one shows what happened."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "docs" / "example-project"
DEADLINE = 120
"""Seconds; it needs about ten."""


def run_in(folder: Path) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "pytest", "-p", "jnlpspy.testing.plugin", "-p", "no:cacheprovider", "-v")
    return subprocess.run(  # noqa: S603 - our own tests
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )


def test_its_tests_pass() -> None:
    finished = run_in(PROJECT)
    assert finished.returncode == 0, finished.stdout
    assert finished.stdout.count(" PASSED ") == 4
    named = [
        line.split("`")[1] for line in (PROJECT / "README.md").read_text("utf-8").splitlines() if "| `test_" in line
    ]
    assert [name for name in named if f"::{name} PASSED" not in finished.stdout] == []
    assert len(named) == 4


def test_a_launcher_with_a_mistake_fails_and_the_session_says_why(tmp_path: Path) -> None:
    project = tmp_path / "docs" / "example-project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("__pycache__"))
    launcher = project / "launcher.py"
    launcher.write_text(launcher.read_text("utf-8").replace('"name": self.name', '"name": self.name.upper()'), "utf-8")
    (project / "tests" / "test_launcher.py").write_text(
        (PROJECT / "tests" / "test_launcher.py").read_text("utf-8").partition("def test_a_wrong")[0], "utf-8"
    )
    finished = run_in(project)
    assert finished.returncode == pytest.ExitCode.TESTS_FAILED
    assert "jnlpspy: what jnlp_controller saw" in finished.stdout
    assert "refused    Unknown client name: LINUX-7" in finished.stdout
