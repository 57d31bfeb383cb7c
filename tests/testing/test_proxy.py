"""The proxy between two peers of a test."""

from pathlib import Path

import pytest

from jnlpspy.errors import UsageError
from jnlpspy.testing import Agent, Controller, Proxy, Session, read_sessions


def outcomes(session: Session) -> list[tuple[str, str]]:
    return [(call.callable, call.outcome) for call in session.calls]


def test_all_three_see_the_same_session(jnlp_controller: Controller, jnlp_proxy: Proxy, jnlp_agent: Agent) -> None:
    jnlp_agent.connect(jnlp_proxy.url, "test", jnlp_controller.accept("test"))
    sessions = [peer.wait_for_session() for peer in (jnlp_controller, jnlp_proxy, jnlp_agent)]
    assert all(session.orderly for session in sessions)
    assert outcomes(sessions[0]) == outcomes(sessions[1]) == outcomes(sessions[2])
    assert jnlp_proxy.port != jnlp_controller.port


async def test_a_trio_test_waits_for_all_three(
    jnlp_controller: Controller, jnlp_proxy: Proxy, jnlp_agent: Agent
) -> None:
    jnlp_agent.connect(jnlp_proxy.url, "test", jnlp_controller.accept("test"))
    for peer in (jnlp_agent, jnlp_proxy, jnlp_controller):
        assert (await peer.next_session()).connected


def test_it_leads_where_it_is_told(jnlp_proxy: Proxy, jnlp_agent: Agent) -> None:
    with Controller() as controller:
        jnlp_proxy.lead_to(controller.url)
        jnlp_agent.connect(jnlp_proxy.url, "test", controller.accept("test"))
        assert jnlp_proxy.wait_for_session().connected
        assert controller.wait_for_session().connected


def test_it_must_be_told_before_it_listens(jnlp_proxy: Proxy, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected lead_to"):
        _ = jnlp_proxy.url
    jnlp_proxy.lead_to("http://127.0.0.1:1/")
    assert jnlp_proxy.url
    with pytest.raises(UsageError, match=r"lead_to\(\) before"):
        jnlp_proxy.lead_to("http://127.0.0.1:2/")
    with pytest.raises(UsageError, match=r"record_to\(\) before"):
        jnlp_proxy.record_to(tmp_path / "late.pcapng")


def test_what_it_records_is_what_it_saw(jnlp_controller: Controller, jnlp_agent: Agent, tmp_path: Path) -> None:
    secret = jnlp_controller.accept("test")
    with Proxy(jnlp_controller, record=tmp_path / "s.pcapng") as proxy:
        jnlp_agent.connect(proxy.url, "test", secret)
        live = proxy.wait_for_session()
    (recorded,) = read_sessions(tmp_path / "s.pcapng")
    assert outcomes(recorded) == outcomes(live)
    assert secret.encode() not in (tmp_path / "s.pcapng").read_bytes()
