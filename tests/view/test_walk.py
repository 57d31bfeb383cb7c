"""Steps as lines and as records."""

from jnlpspy.net.probing.steps import Outcome, Step, StepName
from jnlpspy.view.walk import step_lines, step_record

STEP = Step(StepName.AGENT_PORT, Outcome.FAILED, "no connection to a:1: Connection refused", 0.0124, ("more",))


def test_a_step_is_a_line_with_its_details_below() -> None:
    assert list(step_lines(STEP)) == [
        "FAILED  agent port        no connection to a:1: Connection refused  [12 ms]",
        "                          more",
    ]


def test_a_step_that_took_no_time_shows_none() -> None:
    step = Step(StepName.INPUTS, Outcome.OK, "fine", 0.0)
    assert list(step_lines(step)) == ["ok      inputs            fine"]


def test_a_step_is_an_object() -> None:
    assert step_record(STEP) == {
        "type": "step",
        "step": "agent-port",
        "outcome": "failed",
        "text": "no connection to a:1: Connection refused",
        "duration": 0.0124,
        "details": ["more"],
    }
