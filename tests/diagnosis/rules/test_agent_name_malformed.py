"""The name was damaged on its way, and near misses."""

import pytest
from diagnosing import Tale, diagnose, found
from handshakes import refused

from jnlpspy.model.events import InputsRead
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.known import Known
from jnlpspy.model.secret import Secret

RULE = "agent-name-malformed"


def lint(name: str) -> Tale:
    return Tale().fact(InputsRead("agent.env", AgentInputs(form=LauncherForm.ENVIRONMENT, name=name)))


def test_a_damaged_name_that_was_refused_is_the_root() -> None:
    findings = diagnose(refused('Unknown client name: "agent-1"', '"agent-1"'))
    assert [(each.rule, each.consequence_of) for each in findings] == [(RULE, None), ("agent-name-unknown", RULE)]


@pytest.mark.parametrize("name", ["agent-1\n", " agent-1", "BÃ¼ro", ""])
def test_inputs_are_judged(name: str) -> None:
    assert found(RULE, lint(name))


def test_a_sound_name_that_was_refused_is_another_matter() -> None:
    assert not found(RULE, refused("Unknown client name: agent 1", "agent 1"))
    assert not found(RULE, lint("agent-1"))


def test_a_strange_name_that_was_refused_for_its_secret_is_right() -> None:
    assert not found(RULE, refused("Authorization failure", '"agent-1"'))


def test_a_space_is_harmful_where_the_images_script_reads_the_name() -> None:
    (finding,) = found(RULE, lint("agent 1"))
    assert "cuts it off" in finding.title
    inputs = AgentInputs(form=LauncherForm.NAMED, name="agent 1")
    assert not found(RULE, Tale().fact(InputsRead("command line", inputs)))


def test_a_strange_name_that_is_known_is_right() -> None:
    known = Known(secrets={'"agent-1"': Secret("0" * 64)})
    assert not found(RULE, lint('"agent-1"'), known)
