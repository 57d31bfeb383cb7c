"""Where docker's options end and the agent's begin."""

import pytest

from jnlpspy.errors import UsageError
from jnlpspy.inputs.containers import read_container_run


def test_options_with_and_without_values() -> None:
    words = ["run", "-it", "--rm", "--name", "box", "-eA=1", "-e", "B", "--env=C=x=y", "--network", "host"]
    words += ["-v", "/a:/b", "--init", "img:tag", "-name", "a1"]
    run = read_container_run(words, "x")
    assert (run.image, list(run.arguments)) == ("img:tag", ["-name", "a1"])
    assert run.variables == {"A": "1", "B": None, "C": "x=y"}
    assert run.options == {"--network": "host"}


def test_nothing_of_a_variable_s_value_is_printed() -> None:
    assert "geheim" not in repr(read_container_run(["run", "-e", "S=geheim", "img", "geheim"], "x"))


@pytest.mark.parametrize("words", [["run", "-it"], ["run", "--name", "img"]])
def test_what_starts_no_container_is_refused(words: list[str]) -> None:
    with pytest.raises(UsageError, match="x: expected"):
        read_container_run(words, "x")
