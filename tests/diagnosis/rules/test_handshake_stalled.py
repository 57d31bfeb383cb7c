"""The handshake stopped halfway, and near misses."""

from conversation import decode
from diagnosing import Tale, diagnose, found
from handshakes import accepted, offered, presented
from specimens import observations_of

from jnlpspy.model.events import OpaqueBytes, Remark, TlsStarted
from jnlpspy.model.findings import Severity
from jnlpspy.model.tap import CloseReason, Side

RULE = "handshake-stalled"


def test_a_real_agent_that_met_silence_is_told() -> None:
    (finding,) = diagnose(decode(observations_of("3.33-JNLP4-connect-port-is-silent")))
    assert finding.rule == RULE
    assert "11 s without an answer to the offer, then the agent gave up" in finding.title


def test_what_was_awaited_is_told() -> None:
    (finding,) = found(RULE, presented(Tale(), protocol="JNLP2-connect").wait(30).closed(controller_bytes=0))
    assert "without the controller's answer to the agent's headers" in finding.title
    (finding,) = found(RULE, offered(Tale(), 1, "JNLP3-connect").wait(30).closed(controller_bytes=5))
    assert "without TLS" in finding.title


def test_a_handshake_that_is_open_at_the_end_is_judged_by_the_run() -> None:
    tale = offered(Tale(), 1).wait(30)
    assert not found(RULE, tale)
    assert found(RULE, accepted(tale, 2, host="10.0.0.6"))


def test_an_agent_that_went_on_left_the_handshake() -> None:
    tale = offered(Tale(), 1).wait(1).opened(2)
    assert not found(RULE, tale)
    (finding,) = found(RULE, tale.closed(agent_bytes=0, controller_bytes=0))
    assert "went on to connection 2" in finding.title
    assert found(RULE, offered(Tale(), 1).wait(5).opened(2))
    assert not found(RULE, offered(Tale(), 1).wait(5).opened(2, agent="10.0.0.6"))


def test_who_says_nothing_at_all_may_be_no_agent() -> None:
    text = "no handshake within 30 s: still waiting for the agent's protocol offer (from the agent)"
    (finding,) = diagnose(Tale().opened().fact(Remark(text)).closed(None, CloseReason.TIMEOUT))
    assert (finding.rule, finding.severity) == (RULE, Severity.WARNING)


def test_a_controller_that_is_not_reached_is_another_matter() -> None:
    text = "no handshake within 30 s: still waiting for the controller to take the connection"
    assert not found(RULE, Tale().opened().fact(Remark(text)).closed(None, CloseReason.TIMEOUT))


def test_the_proxys_remark_is_quoted() -> None:
    text = "no handshake within 30 s: still waiting for the TLS handshake (from the agent)"
    tale = offered(Tale(), 1).wait(30).fact(Remark(text)).closed(None, CloseReason.TIMEOUT)
    (finding,) = diagnose(tale)
    assert finding.title == f"The handshake stopped: {text}"


def test_an_early_end_or_a_proxy_that_stops_is_another_matter() -> None:
    assert not found(RULE, offered(Tale(), 1).wait(1).closed(controller_bytes=0))
    assert not found(RULE, offered(Tale(), 1).wait(30).closed(None, CloseReason.SHUTDOWN, controller_bytes=0))


def test_long_sessions_are_healthy() -> None:
    assert not found(RULE, accepted(Tale()).wait(3600).closed())
    assert not found(RULE, offered(Tale(), 1, "Ping").wait(3600).closed())
    outside = offered(Tale(), 1).controller(TlsStarted(Side.CONTROLLER, "TLSv1.3", "x", None)).wait(3600)
    assert not found(RULE, outside.fact(OpaqueBytes("TLS that was not opened", 10_000)).closed())
