"""The name is not known on the controller, and near misses."""

from conversation import decode
from diagnosing import Tale, diagnose, found
from handshakes import COMPLETE, KNOWN, SECRET, pseudonymous, refused, upgrade
from specimens import observations_of

from jnlpspy.model.events import InputsRead
from jnlpspy.model.inputs import AgentInputs, LauncherForm

RULE = "agent-name-unknown"


def test_a_refusal_for_the_name_names_it() -> None:
    (finding,) = found(RULE, refused("Unknown client name: agent-7", "agent-7"))
    assert (finding.title, finding.confidence) == ("The controller has no agent 'agent-7'", 1.0)


def test_a_near_name_is_offered() -> None:
    (finding,) = found(RULE, refused("Unknown client name: Agent-1", "Agent-1"), KNOWN)
    assert finding.title.endswith("it has 'agent-1': the name that came differs in capital letters only")
    assert finding.advice[0] == "start the agent with the name 'agent-1'"


def test_a_wrong_name_with_the_right_secret_is_one_root() -> None:
    near = diagnose(refused("Unknown client name: Agent-1", "Agent-1"), KNOWN)
    assert [(each.rule, each.consequence_of) for each in near] == [(RULE, None)]
    (other,) = diagnose(refused("Unknown client name: builder", "builder"), KNOWN)
    assert (
        other.title == "The controller has no agent 'builder'; the secret that came with it is that of agent 'agent-1'"
    )
    assert other.advice[0] == "start the agent with the name 'agent-1'"


def test_silence_is_decided_by_the_inventory() -> None:
    silent = refused("", "agent-7", protocol="JNLP-connect")
    (finding,) = found(RULE, silent, COMPLETE)
    assert finding.confidence == 1.0
    assert not found(RULE, silent)


def test_a_name_of_63_characters_may_be_cut_off() -> None:
    name = "build-" + "x" * 57
    (finding,) = found(RULE, refused(f"Unknown client name: {name}", name))
    assert "Kubernetes cuts" in finding.causes[0]


def test_websocket_agents_are_refused_with_400() -> None:
    assert found(RULE, upgrade(400, "agent-7"), KNOWN)
    assert not found(RULE, upgrade(400, "agent-1"), KNOWN)


def test_inputs_are_judged_where_all_agents_are_known() -> None:
    tale = Tale().fact(InputsRead("agent.env", AgentInputs(form=LauncherForm.ENVIRONMENT, name="Agent-1")))
    (finding,) = found(RULE, tale, COMPLETE)
    assert "it has 'agent-1'" in finding.title
    assert not found(RULE, tale, KNOWN)


def test_a_refusal_for_the_secret_is_another_matter() -> None:
    assert not found(RULE, refused("Authorization failure"))


def test_a_secret_as_name_is_not_shown() -> None:
    (finding,) = found(RULE, refused("Unknown client name: x", pseudonymous("ab" * 32)))
    assert finding.consequence_of == "name-and-secret-swapped"
    assert pseudonymous("ab" * 32).value not in str(finding)


def test_a_real_agent_is_told_from_its_recording() -> None:
    findings = diagnose(decode(observations_of("3.33-JNLP3-connect-unknown-node")))
    assert [each.rule for each in findings] == [RULE]


def test_inputs_with_a_wrong_name_and_the_right_secret_are_one_root() -> None:
    inputs = AgentInputs(form=LauncherForm.NAMED, urls=("http://j/",), name="Agent-1", secret=SECRET)
    findings = diagnose(Tale().fact(InputsRead("command line", inputs)), COMPLETE)
    assert [each.rule for each in findings] == [RULE]
