"""The controller went away in the middle of work, and near misses."""

import pytest
from diagnosing import Tale, findings_in, found

from jnlpspy.model.events import CallFinished
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import CloseReason, Side

RULE = "controller-vanished"
CALL = CallFinished("c1", "a.Work", 1.0, Outcome.UNANSWERED)


def test_an_end_by_the_controller_with_calls_running_is_found() -> None:
    (finding,) = found(RULE, Tale().channel().fact(CALL, CALL).closed(Side.CONTROLLER))
    assert finding.title == "The controller went away while 2 calls ran, without closing the channel"


@pytest.mark.parametrize(
    "tale",
    [
        Tale().channel().closed(Side.CONTROLLER),
        Tale().channel().fact(CALL).closed(Side.AGENT),
        Tale().channel().fact(CALL).closed(Side.CONTROLLER, orderly=True),
        Tale().channel().fact(CALL).closed(Side.CONTROLLER, CloseReason.RESET),
        Tale().channel().fact(CALL).closed(Side.CONTROLLER, cut_off=Side.AGENT),
    ],
    ids=["nothing ran", "by the agent", "in order", "reset", "amid a message to it"],
)
def test_other_ends_are_another_matter(tale: Tale) -> None:
    assert found(RULE, tale) == []


def test_a_real_controller_that_was_killed_is_found_first() -> None:
    findings = findings_in("3.33-JNLP4-connect-kill-controller-midcall")
    assert [each.rule for each in findings if each.consequence_of is None] == [RULE]
