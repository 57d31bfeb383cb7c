"""The agent went away in the middle of work, and near misses."""

import pytest
from diagnosing import Tale, diagnose, found

from jnlpspy.model.events import CallFinished
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import CloseReason, Side

RULE = "agent-vanished"
CALL = CallFinished("c1", "a.Work", 1.0, Outcome.UNANSWERED)


def test_an_end_by_the_agent_with_calls_running_is_found() -> None:
    (finding,) = found(RULE, Tale().channel().fact(CALL).closed(Side.AGENT))
    assert finding.title == "The agent went away while 1 call ran, without closing the channel"
    assert finding.evidence == (6, 7)


@pytest.mark.parametrize(
    "tale",
    [
        Tale().channel().closed(Side.AGENT),
        Tale().channel().fact(CALL).closed(Side.CONTROLLER),
        Tale().channel().fact(CALL).closed(Side.AGENT, orderly=True),
        Tale().channel().fact(CALL).closed(Side.AGENT, CloseReason.RESET),
        Tale().channel().fact(CALL).closed(Side.AGENT, cut_off=Side.CONTROLLER),
        Tale().channel().fact(CALL),
    ],
    ids=["nothing ran", "by the controller", "in order", "reset", "amid a message to it", "open"],
)
def test_other_ends_are_another_matter(tale: Tale) -> None:
    assert found(RULE, tale) == []


def test_what_follows_from_it_stands_under_it() -> None:
    findings = diagnose(Tale().channel().fact(CALL).closed(Side.AGENT))
    assert [(each.rule, each.consequence_of) for each in findings] == [
        (RULE, None),
        ("abrupt-close", RULE),
        ("unanswered-call", RULE),
    ]
