"""The secret belongs to another agent, and near misses."""

from diagnosing import Tale, diagnose, found
from handshakes import KNOWN, OTHER_SECRET, SECRET, pseudonymous, refused

from jnlpspy.model.events import Event, InputsRead
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.known import Known
from jnlpspy.model.secret import Secret

RULE = "secret-of-another-agent"


def read(secret: str, source: str = "command line", name: str = "agent-1") -> InputsRead:
    inputs = AgentInputs(form=LauncherForm.NAMED, name=name, secret=Secret(secret), secret_text=secret)
    return InputsRead(source, inputs)


def lint(*inputs: InputsRead) -> list[Event]:
    return Tale().fact(*inputs).events


def test_the_owner_is_named_and_the_refusal_is_the_consequence() -> None:
    findings = diagnose(refused("Authorization failure", secret=OTHER_SECRET), KNOWN)
    assert [(each.rule, each.consequence_of) for each in findings] == [(RULE, None), ("secret-rejected", RULE)]
    assert findings[0].title == "Agent 'agent-1' was given the secret of agent 'agent-2'"


def test_a_pseudonym_is_recognised() -> None:
    secret = pseudonymous(OTHER_SECRET.value)
    assert found(RULE, refused("", secret=secret, protocol="JNLP2-connect"), KNOWN)


def test_a_secret_of_nobody_or_its_own_is_another_matter() -> None:
    assert not found(RULE, refused("Authorization failure", secret=Secret("0" * 64)), KNOWN)
    assert not found(RULE, refused("agent-1 is not an inbound agent"), KNOWN)


def test_inputs_are_judged_before_any_packet() -> None:
    assert found(RULE, lint(read(OTHER_SECRET.value)), KNOWN)
    assert not found(RULE, lint(read(SECRET.value)), KNOWN)


def test_a_secret_that_is_not_the_agents_is_told_and_neither_is_shown() -> None:
    (finding,) = found(RULE, lint(read("7" * 64)), KNOWN)
    assert finding.title == (
        "The secret given for agent 'agent-1' in command line is not the one that the controller expects"
    )
    assert "7" * 64 not in str(finding)
    assert SECRET.value not in str(finding)


def test_an_agent_of_which_nothing_is_known_may_have_any_secret() -> None:
    assert not found(RULE, lint(read("7" * 64, name="agent-7")), KNOWN)


def test_what_was_meant_is_known() -> None:
    assert found(RULE, lint(read("7" * 64)), Known(secret=SECRET))
    assert not found(RULE, lint(read("7" * 64)), Known(name="agent-9", secret=SECRET))
