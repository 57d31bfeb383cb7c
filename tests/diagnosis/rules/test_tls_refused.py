"""TLS did not come about, and near misses."""

import pytest
from conversation import Conversation, decode
from diagnosing import Tale, diagnose, found
from handshakes import accepted, offered, presented
from specimens import observations_of

from jnlpspy.model.events import HeadersSent, Remark, TlsStarted
from jnlpspy.model.tap import CloseReason, Side

RULE = "tls-refused"
OUTSIDE = TlsStarted(Side.CONTROLLER, "TLSv1.3", "TLS_AES_256_GCM_SHA384", None)


def test_a_real_agent_that_met_another_key_is_told() -> None:
    (finding,) = diagnose(decode(observations_of("3.33-JNLP4-connect-identity-mismatch")))
    assert (finding.rule, finding.causes[0].startswith("the agent does not trust")) == (RULE, True)


@pytest.mark.parametrize("by", Side)
@pytest.mark.parametrize("how", [CloseReason.EOF, CloseReason.RESET])
def test_an_end_behind_the_acknowledgements_is_found(by: Side, how: CloseReason) -> None:
    (finding,) = diagnose(offered(Tale(), 1).closed(by, how, agent_bytes=29, controller_bytes=5))
    assert finding.rule == RULE
    assert finding.causes[0].startswith("the agent does not trust") is (by is Side.AGENT)


def test_headers_that_the_agent_never_answered_are_no_handshake() -> None:
    tale = offered(Tale(), 1).controller(HeadersSent({"Cookie": "c"}))
    assert found(RULE, tale.closed(Side.CONTROLLER, agent_bytes=29, controller_bytes=84))


def test_an_alert_behind_the_acknowledgement_is_quoted() -> None:
    conversation = Conversation()
    conversation.agent(b"\0\x16Protocol:JNLP4-connect\0\3ACK")
    conversation.controller(b"\0\3ACK")
    conversation.controller(bytes.fromhex("15030300020246"))
    conversation.close(Side.CONTROLLER)
    (finding,) = diagnose(conversation.events)
    assert (finding.rule, finding.title) == (RULE, "The controller refused TLS: protocol_version")


def test_seen_from_outside_few_bytes_of_the_agent_tell() -> None:
    begun = offered(Tale(), 1).controller(OUTSIDE)
    (finding,) = diagnose(begun.closed(agent_bytes=475, controller_bytes=1363))
    assert (finding.rule, finding.confidence) == (RULE, 0.7)


def test_who_opened_tls_itself_and_leaves_then_refused_nothing() -> None:
    opened = TlsStarted(Side.CONTROLLER, "TLSv1.3", "TLS_AES_256_GCM_SHA384", "00:11")
    assert diagnose(offered(Tale(), 1).fact(opened).closed(agent_bytes=29, controller_bytes=5)) == []


def test_a_session_seen_from_outside_is_healthy() -> None:
    begun = offered(Tale(), 1).controller(OUTSIDE)
    assert diagnose(begun.closed(agent_bytes=20_000, controller_bytes=30_000)) == []


def test_the_proxys_remarks_are_taken_up() -> None:
    text = "TLS on the agent's leg failed: closed: it does not trust our identity aa:bb: its -url must lead here"
    (finding,) = diagnose(offered(Tale(), 1).fact(Remark(text)).closed(agent_bytes=29, controller_bytes=5))
    assert (finding.rule, "jnlpspy's own key" in finding.title) == (RULE, True)
    (finding,) = found(RULE, offered(Tale(), 1).fact(Remark("TLS on the controller's leg failed: no ciphers")))
    assert finding.title == "TLS on the controller's leg failed: no ciphers"


def test_agents_that_said_who_they_are_or_were_not_acknowledged_are_other_matters() -> None:
    assert not found(RULE, presented(Tale()).closed(agent_bytes=200, controller_bytes=80))
    assert not found(RULE, accepted(Tale()).closed(agent_bytes=200, controller_bytes=80))
    assert not found(RULE, offered(Tale(), 1).closed(agent_bytes=29, controller_bytes=0))
    assert not found(RULE, offered(Tale(), 1, "JNLP2-connect").closed(agent_bytes=29, controller_bytes=5))
