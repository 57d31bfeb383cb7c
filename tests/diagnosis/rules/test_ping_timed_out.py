"""A ping was not answered, and near misses."""

import pytest
from diagnosing import Tale, diagnose, findings_in, found

from jnlpspy.model.events import CallFinished, CallStarted, ChannelEnded, OpaqueBytes, TlsStarted
from jnlpspy.model.session import CallKind, Outcome, Pings
from jnlpspy.model.tap import Side

RULE = "ping-timed-out"
PING = "hudson.remoting.PingThread$Ping"
REASON = "java.util.concurrent.TimeoutException: Ping started at 1000 hasn't completed by 6000"


def ended(by: Side | None, reason: str) -> ChannelEnded:
    return ChannelEnded(by, reason, dict.fromkeys(Side, Pings(3, 2, 1)), dict.fromkeys(Side, 5.0), None)


def pinged(*gaps: float, tale: Tale | None = None) -> Tale:
    told = tale or Tale().channel()
    for gap in gaps:
        told.agent(CallStarted("a1", CallKind.USER, PING)).wait(gap)
    return told


def test_a_side_that_gave_up_says_so() -> None:
    (finding,) = found(RULE, pinged(5).fact(ended(Side.AGENT, REASON)).closed(orderly=True))
    assert finding.title == "The controller did not answer a ping within 5.0 s, so the agent closed the channel"
    assert finding.confidence == 1.0
    assert f"the agent: {REASON}" in finding.evidence


def test_a_reason_without_times_will_do() -> None:
    (finding,) = found(RULE, Tale().channel().fact(ended(Side.CONTROLLER, "Ping started at a time")).closed())
    assert finding.title == "The agent did not answer a ping, so the controller closed the channel"


def test_pings_that_were_due_and_did_not_come_are_missed() -> None:
    tale = pinged(2, 2, 6).fact(CallFinished("c8", "a.Work", 5.0, Outcome.UNANSWERED)).closed(Side.CONTROLLER)
    root, *others = diagnose(tale)
    assert (root.rule, root.confidence) == (RULE, 0.85)
    assert root.title == "Pings of the agent stopped 6.0 s before the connection ended: the path went dead"
    assert {each.consequence_of for each in others} == {RULE}


def test_a_ping_that_was_not_answered_before_the_end_is_found() -> None:
    tale = Tale().channel().fact(CallFinished("c8", PING, 250.0, Outcome.UNANSWERED)).closed(Side.CONTROLLER)
    (finding,) = found(RULE, tale)
    assert finding.title == "The agent did not answer a ping for 4 min 10 s, until the connection ended"


@pytest.mark.parametrize(
    "tale",
    [
        pinged(2, 2, 2.5).closed(),
        pinged(300, 60).closed(),
        pinged(2, 2, 9).closed(orderly=True),
        pinged(2, 2, 9),
        Tale().channel().fact(CallFinished("a1", PING, 3.0, Outcome.UNANSWERED)).closed(),
        Tale().channel().fact(ended(Side.AGENT, "java.io.IOException: shut down")).closed(orderly=True),
        pinged(2, 2, 9, tale=Tale().opened()).closed(),
    ],
    ids=["not due", "one ping", "in order", "open", "on its way", "another reason", "no channel"],
)
def test_other_ends_are_no_missed_ping(tale: Tale) -> None:
    assert found(RULE, tale) == []


def test_within_tls_pings_cannot_be_missed() -> None:
    tale = Tale().opened().fact(TlsStarted(Side.CONTROLLER, "TLSv1.3", "AES", None), OpaqueBytes("TLS", 9000))
    assert found(RULE, tale.closed(agent_bytes=9000)) == []


def test_real_sides_that_gave_up_are_found_first() -> None:
    findings = findings_in("3.33-JNLP4-connect-half-open-ping-timeout")
    assert [finding.rule for finding in findings if finding.consequence_of is None] == [RULE]


def test_real_pings_that_are_answered_are_no_finding() -> None:
    assert findings_in("head-JNLP4-connect-idle-pings") == []
