"""Steps and conclusions as lines and as records."""

from jnlpspy.diagnosis.verdict import Conclusion
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.net.probing.steps import Outcome, Step, StepName
from jnlpspy.view.walk import conclusion_lines, step_lines, step_record

STEP = Step(StepName.AGENT_PORT, Outcome.FAILED, "no connection to a:1: Connection refused", 0.0124, ("more",))


def finding(rule: str, *, advice: tuple[str, ...] = ()) -> Finding:
    return Finding(rule, Severity.ERROR, f"It is {rule}", (1,), ("this",), advice, 1.0)


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


def test_a_conclusion_says_what_to_do_and_what_follows() -> None:
    consequence = Conclusion(finding("handshake-stalled"), [1], 0.0)
    root = Conclusion(finding("secret-rejected", advice=("copy it again",)), [1], 0.0, [consequence])
    assert list(conclusion_lines(root)) == [
        "error: It is secret-rejected (secret-rejected)",
        "  maybe: this",
        "  do: copy it again",
        "  therefore: It is handshake-stalled (handshake-stalled)",
    ]
