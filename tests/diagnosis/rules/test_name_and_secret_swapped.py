"""Name and secret were swapped, and near misses."""

import pytest
from diagnosing import Tale, diagnose, found
from handshakes import COMPLETE, KNOWN, SECRET, pseudonymous, refused

from jnlpspy.model.events import InputsRead
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.secret import Secret

RULE = "name-and-secret-swapped"


def lint(name: str, secret: str) -> Tale:
    inputs = AgentInputs(form=LauncherForm.MAIN_CLASS, name=name, secret=Secret(secret), secret_text=secret)
    return Tale().fact(InputsRead("the command line", inputs))


@pytest.mark.parametrize("reason", ["Unknown client name: secret:0", ""])
def test_a_secret_in_the_names_place_is_the_root(reason: str) -> None:
    tale = refused(reason, pseudonymous(SECRET.value), pseudonymous("agent-1"), protocol="JNLP2-connect")
    findings = diagnose(tale, KNOWN)
    assert [each.rule for each in findings if each.consequence_of is None] == [RULE]
    assert findings[0].title.endswith(
        "what was given as the name is a secret of agent 'agent-1', "
        "and what was given as the secret is the name 'agent-1'"
    )


def test_it_is_told_where_nothing_is_known_and_shows_no_secret() -> None:
    (finding,) = found(RULE, refused("Unknown client name: x", SECRET, Secret("agent-1")))
    assert SECRET.value not in str(finding)


def test_a_name_is_no_secret() -> None:
    assert not found(RULE, refused("Unknown client name: agent-1"))


def test_a_secret_as_name_that_was_accepted_is_nobodys_business() -> None:
    assert not found(RULE, refused("No listeners interested in connection", SECRET))


def test_inputs_are_judged() -> None:
    assert found(RULE, lint(SECRET.value, "agent-1"))
    assert not found(RULE, lint("agent-1", SECRET.value))
    (finding,) = found(RULE, lint(SECRET.value, SECRET.value))
    assert finding.title == "What was given as the name in the command line is a secret"


@pytest.mark.parametrize("name", [SECRET.value, f'"{SECRET.value}"', f"agent {SECRET.value}"])
@pytest.mark.parametrize("secret", ["agent-1", "7" * 64, SECRET.value])
def test_no_finding_about_inputs_shows_a_secret_given_as_the_name(name: str, secret: str) -> None:
    findings = diagnose(lint(name, secret), COMPLETE)
    assert found(RULE, lint(name, secret), COMPLETE)
    assert SECRET.value not in str(findings)
    assert "7" * 64 not in str(findings)
