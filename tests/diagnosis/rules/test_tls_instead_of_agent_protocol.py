"""TLS before its time, and near misses."""

import pytest
from conversation import Conversation, decode
from diagnosing import diagnose, found
from specimens import observations_of

from jnlpspy.model.findings import Severity
from jnlpspy.model.tap import Side

RULE = "tls-instead-of-agent-protocol"
ALERT = bytes.fromhex("15030300020246")
OFFER = b"\0\x16Protocol:JNLP4-connect"
ACK = b"\0\3ACK"


@pytest.mark.parametrize("offer", [OFFER + ACK, b"\0\x15Protocol:JNLP-connect\0\1s\0\1a"])
def test_an_alert_for_an_answer_is_the_only_finding(offer: bytes) -> None:
    conversation = Conversation()
    conversation.agent(offer)
    conversation.controller(ALERT)
    conversation.close(Side.CONTROLLER)
    assert [each.rule for each in diagnose(conversation.events)] == [RULE]


def test_a_connection_that_begins_with_tls_is_worth_a_warning() -> None:
    (finding,) = diagnose(decode(observations_of("raw-tls-clienthello")))
    assert (finding.rule, finding.severity) == (RULE, Severity.WARNING)
    assert "https://" in finding.causes[0]


def test_an_alert_behind_the_acknowledgement_is_another_matter() -> None:
    conversation = Conversation()
    conversation.agent(OFFER + ACK)
    conversation.controller(ACK)
    conversation.controller(ALERT)
    conversation.close(Side.CONTROLLER)
    assert not found(RULE, conversation.events)
