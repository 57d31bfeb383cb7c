"""A class was refused by the class filter, and near misses."""

import pytest
from diagnosing import Tale, findings_in, found

from jnlpspy.model.events import CallFinished
from jnlpspy.model.session import Outcome

RULE = "class-filter-rejection"
TEXT = "java.lang.SecurityException: Rejected: org.lib.Tree$Node; see https://jenkins.io/redirect/class-filter/"


def threw(exception: str, *causes: str, call: str = "c7", outcome: Outcome = Outcome.THREW) -> Tale:
    return Tale().channel().agent(CallFinished(call, "hudson.FilePath$Act", 0.1, outcome, exception, causes))


def test_the_class_and_who_refused_it_are_named() -> None:
    (finding,) = found(RULE, threw(TEXT))
    assert finding.title == "The agent refused to receive class org.lib.Tree$Node, so hudson.FilePath$Act failed"
    assert (finding.subject, finding.evidence) == ("org.lib.Tree$Node", (TEXT, 6))
    assert "`-Dhudson.remoting.ClassFilter=org.lib.Tree$Node`" in finding.advice[-1]


def test_it_is_found_among_the_causes_too() -> None:
    (finding,) = found(RULE, threw("java.io.IOException: Failed to deserialize", "java.lang.X: y", TEXT, call="a7"))
    assert finding.title.startswith("The controller refused to receive class org.lib.Tree$Node")


def test_each_class_is_told_once() -> None:
    tale = threw(TEXT).agent(CallFinished("c8", "x.Y", 0.1, Outcome.THREW, TEXT))
    tale.agent(CallFinished("c9", "x.Y", 0.1, Outcome.THREW, TEXT.replace("Node", "Leaf")))
    assert [each.subject for each in found(RULE, tale)] == ["org.lib.Tree$Node", "org.lib.Tree$Leaf"]


@pytest.mark.parametrize(
    "tale",
    [
        threw("java.lang.SecurityException: Rejected"),
        threw("hudson.X: Rejected: by the user"),
        threw(TEXT, outcome=Outcome.CANCELLED),
    ],
    ids=["no class", "another exception", "cancelled"],
)
def test_other_failures_are_another_matter(tale: Tale) -> None:
    assert found(RULE, tale) == []


def test_exceptions_of_a_healthy_session_are_no_finding() -> None:
    assert findings_in("3.33-JNLP4-connect-workload") == []
