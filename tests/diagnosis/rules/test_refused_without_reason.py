"""Nobody said why, and near misses."""

from conversation import decode
from diagnosing import Tale, diagnose, found
from handshakes import KNOWN, OTHER_SECRET, announced, offered, refused
from specimens import observations_of

from jnlpspy.model.events import HandshakeRefused, Remark, TlsStarted
from jnlpspy.model.tap import CloseReason, Side

RULE = "refused-without-reason"


def test_what_nothing_decides_is_told_with_its_candidates_in_order() -> None:
    (finding,) = found(RULE, refused("", protocol="JNLP2-connect"))
    assert [("no agent" in each, "secret" in each, "connected" in each) for each in finding.causes[:3]] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]


def test_what_is_known_takes_candidates_away() -> None:
    (finding,) = found(RULE, refused("", protocol="JNLP2-connect"), KNOWN)
    assert "is connected already" in finding.causes[0]


def test_what_the_inventory_decides_is_not_without_reason() -> None:
    findings = diagnose(refused("", secret=OTHER_SECRET, protocol="JNLP2-connect"), KNOWN)
    assert RULE not in [each.rule for each in findings]


def test_a_reason_that_no_rule_knows_is_quoted() -> None:
    (finding,) = found(RULE, refused("No listeners interested in connection"))
    assert finding.title.endswith("for a reason of its own: No listeners interested in connection")


def test_an_end_before_any_answer_is_found() -> None:
    (finding,) = found(RULE, offered(Tale(), 1).closed(Side.CONTROLLER, controller_bytes=0))
    assert "before it answered the offer of JNLP4-connect" in finding.title


def test_an_end_behind_tls_and_before_a_verdict_is_found() -> None:
    opened = TlsStarted(Side.CONTROLLER, "TLSv1.3", "TLS_AES_256_GCM_SHA384", "00:11")
    (finding,) = diagnose(offered(Tale(), 1).fact(opened).closed(Side.CONTROLLER, controller_bytes=5))
    assert finding.rule == RULE


def test_an_end_by_the_agent_or_after_an_answer_is_another_matter() -> None:
    assert not found(RULE, offered(Tale(), 1).closed(Side.AGENT, controller_bytes=0))
    assert not found(RULE, offered(Tale(), 1).closed(Side.CONTROLLER, controller_bytes=5))
    answered = offered(Tale(), 1).controller(HandshakeRefused(Side.CONTROLLER, "Unknown protocol:"))
    assert not found(RULE, answered.closed(Side.CONTROLLER))


def test_a_port_that_resets_who_was_sent_there_is_found() -> None:
    tale = announced().opened(2).closed(Side.CONTROLLER, CloseReason.RESET, agent_bytes=0, controller_bytes=0)
    assert found(RULE, tale)


def test_a_connection_that_the_proxy_refused_is_explained_by_its_remark() -> None:
    tale = announced().opened(2).fact(Remark("cannot reach 10.0.0.2:50000: connection refused"))
    assert not found(RULE, tale.closed(Side.CONTROLLER, CloseReason.RESET, agent_bytes=0, controller_bytes=0))


def test_an_empty_connection_that_nobody_was_sent_to_is_nothing() -> None:
    tale = Tale().opened().closed(Side.CONTROLLER, CloseReason.RESET, agent_bytes=0, controller_bytes=0)
    assert not found(RULE, tale)


def test_a_real_agent_is_told_from_its_recording() -> None:
    (finding,) = diagnose(decode(observations_of("3.33-JNLP-connect-unknown-node")))
    assert finding.rule == RULE
