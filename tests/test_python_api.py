"""The Python API: what the package exports, loaded when it is asked for, and the examples of docs/python.md."""

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import jnlpspy
import jnlpspy.testing

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "python.md"
HEAVY = {"trio", "rich", "cryptography", "typer", "construct", "lark"}
BLOCKS = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def run(script: str) -> str:
    finished = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", script], check=True, timeout=60, cwd=ROOT, capture_output=True, text=True
    )
    return finished.stdout.strip()


@pytest.mark.parametrize("package", ["jnlpspy", "jnlpspy.testing"])
def test_everything_exported_is_there(package: str) -> None:
    script = f"import {package} as p; print(sum(getattr(p, name) is not None for name in p.__all__) > 3)"
    assert run(script) == "True"


def test_what_is_not_there_is_missed_as_usual() -> None:
    with pytest.raises(AttributeError, match="module 'jnlpspy' has no attribute 'nothing'"):
        _ = jnlpspy.nothing  # type: ignore[attr-defined]


@pytest.mark.parametrize("package", ["jnlpspy", "jnlpspy.testing", "jnlpspy.testing.plugin"])
def test_importing_a_package_imports_nothing_heavy(package: str) -> None:
    assert run(f"import sys, {package}; print(sorted(sys.modules.keys() & {HEAVY}))") == "[]"


@pytest.mark.parametrize("package", [jnlpspy, jnlpspy.testing], ids=["jnlpspy", "jnlpspy.testing"])
def test_the_guide_names_everything_exported(package: ModuleType) -> None:
    words = set(re.findall(r"\w+", GUIDE.read_text("utf-8")))
    assert {name for name in package.__all__ if not name.startswith("__")} - words == set()


def test_the_guide_has_examples_of_both_kinds() -> None:
    assert {"def test_" in block for block in BLOCKS} == {True, False}


def test_the_examples_of_the_guide_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that print say behind `# prints` what."""
    monkeypatch.chdir(ROOT)
    scope: dict[str, object] = {}
    for block in BLOCKS:
        if "def test_" not in block:
            exec(compile(block, str(GUIDE), "exec"), scope)  # noqa: S102 - our own guide
            printed = re.findall(r"# prints (.*)", block)
            assert capsys.readouterr().out.splitlines() == printed


def test_the_tests_of_the_guide_pass(pytester: pytest.Pytester) -> None:
    (pytester.path / "captures").symlink_to(ROOT / "captures")
    tests = "\n".join(block for block in BLOCKS if "def test_" in block)
    pytester.makepyfile(tests)
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text("utf-8"))  # runs coroutine tests
    result = pytester.runpytest("-p", "jnlpspy.testing.plugin", "--strict-markers")
    result.assert_outcomes(passed=len(re.findall(r"def test_", tests)))
