"""Steps and their outcomes have names for people and for machines."""

from jnlpspy.net.probing.steps import Outcome, Step, StepName
from jnlpspy.view.walk import MARKS, TITLES


def test_a_step_s_keys_are_those_of_json() -> None:
    step = Step(StepName.AGENT_PORT, Outcome.FAILED, "", 0.0)
    assert (step.key, step.result) == ("agent-port", "failed")


def test_every_step_and_outcome_can_be_shown() -> None:
    assert list(TITLES) == [name.value for name in StepName]
    assert list(MARKS) == [outcome.value for outcome in Outcome]
