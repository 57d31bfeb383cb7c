"""The secret was damaged on its way, and near misses."""

import pytest
from diagnosing import Tale, diagnose, found
from handshakes import KNOWN, OTHER_SECRET, SECRET, pseudonymous, refused

from jnlpspy.model.events import InputsRead
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.secret import Secret

RULE = "secret-malformed"
VALUE = SECRET.value


def lint(text: str, **more: str) -> Tale:
    inputs = AgentInputs(form=LauncherForm.NAMED, name="agent-1", secret=Secret(text.strip()), secret_text=text, **more)  # type: ignore[arg-type]
    return Tale().fact(InputsRead("the command line", inputs))


@pytest.mark.parametrize("text", [VALUE[:-1], VALUE.upper(), f'"{VALUE}"', f"{VALUE}\r\n"])
def test_damage_is_told_of_a_secret_and_of_its_pseudonym_alike(text: str) -> None:
    whole, hidden = (
        found(RULE, refused("Authorization failure", secret=secret), KNOWN)
        for secret in (Secret(text), pseudonymous(text))
    )
    assert [each.title for each in whole] == [each.title for each in hidden] != []


def test_the_refusal_is_the_consequence() -> None:
    findings = diagnose(refused("Authorization failure", secret=Secret(VALUE[:-1])))
    assert [(each.rule, each.consequence_of) for each in findings] == [(RULE, None), ("secret-rejected", RULE)]


def test_the_length_tells_where_nothing_is_known() -> None:
    (finding,) = found(RULE, refused("Authorization failure", secret=pseudonymous("ab" * 30)))
    assert finding.title == "The secret of agent 'agent-1' has 60 characters instead of 64: 4 are missing"


def test_the_name_in_the_secrets_place_is_told() -> None:
    (finding,) = found(RULE, refused("Authorization failure", secret=pseudonymous("agent-1")))
    assert finding.title.endswith("is its name")


def test_a_damaged_secret_of_another_agent_names_it() -> None:
    damaged = pseudonymous(OTHER_SECRET.value[:-1])
    (finding,) = found(RULE, refused("Authorization failure", secret=damaged), KNOWN)
    assert "is the one of agent 'agent-2', and it is cut" in finding.title


def test_a_sound_secret_is_not_malformed_even_if_refused() -> None:
    assert not found(RULE, refused("Authorization failure", secret=pseudonymous("0" * 64)))
    assert not found(RULE, refused("Authorization failure", secret=OTHER_SECRET), KNOWN)


def test_a_short_secret_is_not_blamed_for_another_refusal() -> None:
    assert not found(RULE, refused("Unknown client name: agent-1", secret=Secret("short")))


@pytest.mark.parametrize("text", ["", f'"{VALUE}"', VALUE[1:], f"\ufeff{VALUE}", "${JENKINS_SECRET}", VALUE.upper()])
def test_inputs_are_judged_as_they_were_written(text: str) -> None:
    (finding,) = found(RULE, lint(text))
    assert VALUE[1:] not in finding.title.lower()


def test_sound_inputs_are_fine() -> None:
    assert not found(RULE, lint(VALUE))
    assert not found(RULE, lint(f"{VALUE}\n", secret_file="secret.txt"))
