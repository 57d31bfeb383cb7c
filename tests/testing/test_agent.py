"""Simulated agents beside a test."""

import pytest

from jnlpspy.errors import UsageError
from jnlpspy.simulate.script import Part, Returns
from jnlpspy.testing import Agent, Controller, NoSession, Proxy
from jnlpspy.testing.session import Refusal

SECRET = "0" * 64


def test_several_agents_run_at_once(jnlp_controller: Controller, jnlp_agent: Agent) -> None:
    for name in ("a", "b", "c"):
        jnlp_agent.connect(jnlp_controller.url, name, jnlp_controller.accept(name))
    sessions = [jnlp_agent.wait_for_session() for _ in range(3)]
    assert {session.agent_name for session in sessions} == {"a", "b", "c"}
    assert all(session.orderly for session in sessions)


def test_a_controller_that_is_not_there_is_told_at_once(jnlp_agent: Agent) -> None:
    jnlp_agent.connect("http://127.0.0.1:1/", "test", SECRET)
    with pytest.raises(NoSession, match="the simulated agent has no session: Failed to connect to"):
        jnlp_agent.wait_for_session()


def test_it_offers_the_protocol_it_is_told_to(jnlp_agent: Agent) -> None:
    with Controller(protocols=("JNLP4-connect", "JNLP2-connect", "Ping")) as controller:
        jnlp_agent.connect(controller.url, "test", controller.accept("test"), protocol="JNLP2-connect")
        assert controller.wait_for_session().protocol == "JNLP2-connect"


def test_it_connects_over_websocket_if_it_is_told_to(
    jnlp_controller: Controller, jnlp_proxy: Proxy, jnlp_agent: Agent
) -> None:
    jnlp_agent.connect(jnlp_proxy.url, "test", jnlp_controller.accept("test"), websocket=True)
    for peer in (jnlp_controller, jnlp_proxy, jnlp_agent):
        session = peer.wait_for_session()
        assert (session.protocol, session.connected, session.orderly) == ("WebSocket", True, True)
        assert session.calls.of("hudson.remoting.PingThread$Ping").outcome == "returned"


def test_a_refusal_over_websocket_is_one_of_its_session(jnlp_controller: Controller, jnlp_agent: Agent) -> None:
    jnlp_agent.connect(jnlp_controller.url, "test", SECRET, websocket=True)
    session = jnlp_agent.wait_for_session()
    assert session.refusal == Refusal("controller", "HTTP status 400", permanent=False)
    with pytest.raises(UsageError, match="websocket=True, got both"):
        jnlp_agent.connect(jnlp_controller.url, "test", SECRET, websocket=True, protocol="JNLP4-connect")


def test_it_answers_what_it_is_told_to(jnlp_controller: Controller, jnlp_agent: Agent) -> None:
    secret = jnlp_controller.accept("test")
    part = Part(answers={"hudson.slaves.SlaveComputer$DetectOS": Returns(value=True)})
    jnlp_agent.connect(jnlp_controller.url, "test", secret, part=part)
    calls = jnlp_controller.wait_for_session().calls
    assert calls.of("hudson.slaves.SlaveComputer$DetectOS").outcome == "returned"
    assert calls.of("hudson.slaves.SlaveComputer$SlaveVersion").outcome == "threw"


def test_closing_it_cuts_its_connections(jnlp_controller: Controller) -> None:
    jnlp_controller.play(Part())
    with Agent() as agent:
        agent.connect(jnlp_controller.url, "test", jnlp_controller.accept("test"))
        jnlp_controller.wait_for_session(until=lambda session: session.connected)
    session = jnlp_controller.wait_for_session()
    assert (session.over, session.orderly) == (True, False)


@pytest.mark.parametrize("url", ["", "127.0.0.1:8080", "ftp://127.0.0.1/"])
def test_what_is_no_url_is_refused(jnlp_agent: Agent, url: str) -> None:
    with pytest.raises(UsageError):
        jnlp_agent.connect(url, "test", SECRET)


def test_a_protocol_nobody_knows_is_refused(jnlp_agent: Agent) -> None:
    with pytest.raises(UsageError, match="JNLP9"):
        jnlp_agent.connect("http://127.0.0.1:1/", "test", SECRET, protocol="JNLP9-connect")
