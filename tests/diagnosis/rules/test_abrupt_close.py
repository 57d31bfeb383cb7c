"""The connection ended without the channel being closed, and near misses."""

import pytest
from diagnosing import Tale, findings_in, found

from jnlpspy.model.events import CallFinished, OpaqueBytes, Remark, TlsStarted
from jnlpspy.model.findings import Severity
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import CloseReason, Side

RULE = "abrupt-close"
CALL = CallFinished("c1", "a.Work", 1.0, Outcome.UNANSWERED)


def hidden() -> Tale:
    return Tale().opened().fact(TlsStarted(Side.CONTROLLER, "TLSv1.3", "AES", None), OpaqueBytes("TLS", 9000))


def test_a_reset_says_from_whose_side_it_came() -> None:
    (finding,) = found(RULE, Tale().channel().fact(CALL).closed(Side.CONTROLLER, CloseReason.RESET))
    assert finding.title == (
        "The connection was reset from the controller's side, without the channel being closed; 1 call ran"
    )
    assert (finding.severity, finding.evidence) == (Severity.ERROR, (6, 7))
    assert finding.causes[0].startswith("something between agent and controller")


def test_an_end_in_the_middle_of_the_others_message_is_likely_damage() -> None:
    (finding,) = found(RULE, Tale().channel().closed(Side.AGENT, cut_off=Side.CONTROLLER))
    assert finding.title == "The agent ended the connection in the middle of a message of the controller"
    assert finding.causes[0].startswith("what a side received was damaged")


def test_an_end_in_the_middle_of_its_own_message_is_told() -> None:
    (finding,) = found(RULE, Tale().channel().closed(Side.AGENT, cut_off=Side.AGENT))
    assert finding.title == "The agent ended the connection in the middle of a message of its own"


def test_a_side_that_could_not_be_reached_is_told() -> None:
    (finding,) = found(RULE, Tale().channel().closed(Side.AGENT, CloseReason.TIMEOUT))
    assert (finding.title, finding.severity) == ("The agent could not be reached any more", Severity.ERROR)


def test_where_nothing_was_lost_it_is_worth_knowing_only() -> None:
    (finding,) = found(RULE, Tale().channel().closed(Side.CONTROLLER))
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize("tale", [Tale().channel(), hidden()])
def test_an_end_after_a_silence_is_suspicious(tale: Tale) -> None:
    (finding,) = found(RULE, tale.agent(Remark("x")).wait(47).closed(Side.CONTROLLER, agent_bytes=9000))
    assert finding.severity is Severity.WARNING
    assert "nothing was said for the last 47.0 s" in finding.evidence
    assert finding.causes[0].startswith("something between agent and controller")
    assert finding.advice[0].startswith("if it happens again, diagnose both captures together")


def test_a_reset_within_tls_is_less_certain() -> None:
    (finding,) = found(RULE, hidden().closed(Side.CONTROLLER, CloseReason.RESET, agent_bytes=9000))
    assert finding.confidence == 0.7


@pytest.mark.parametrize(
    "tale",
    [
        Tale().channel().closed(orderly=True),
        Tale().opened().closed(how=CloseReason.RESET),
        Tale().channel().closed(None),
        hidden().closed(agent_bytes=9000),
    ],
    ids=["in order", "no channel", "by jnlpspy", "within TLS, maybe in order"],
)
def test_other_ends_are_not_abrupt(tale: Tale) -> None:
    assert found(RULE, tale) == []


@pytest.mark.parametrize(
    "specimen",
    [
        "3.33-JNLP4-connect-reset-mid-session",
        "3.33-JNLP2-connect-reset-mid-session",
        "3.33-JNLP4-connect-tls-garbled-appdata",
    ],
)
def test_real_resets_and_damage_are_found_first(specimen: str) -> None:
    roots = [finding for finding in findings_in(specimen) if finding.consequence_of is None]
    assert [(finding.rule, finding.severity) for finding in roots] == [(RULE, Severity.ERROR)]
