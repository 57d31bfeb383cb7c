"""A simulated controller beside a test, as plain and as trio tests use it."""

import socket

import pytest

from jnlpspy.errors import NetworkError, UsageError
from jnlpspy.model.secret import Secret
from jnlpspy.net.target import parse_root_url
from jnlpspy.simulate.agent import AgentConfig, run_agent
from jnlpspy.simulate.script import CloseChannel, Part, Returns
from jnlpspy.simulate.session import AGENT_PART, CONTROLLER_PART, PING, SYSTEM_PROPERTIES
from jnlpspy.testing import Agent, Controller, NoSession
from jnlpspy.testing import controller as controller_module

CALLABLE = "hudson.remoting.PingThread$Ping"
SECRET = "0" * 64


def test_an_agent_it_was_told_of_is_let_in(jnlp_controller: Controller, jnlp_agent: Agent) -> None:
    assert jnlp_controller.accept("test", secret=SECRET) == SECRET
    jnlp_agent.connect(jnlp_controller.url, "test", SECRET)
    session = jnlp_controller.wait_for_session()
    assert (session.agent_name, session.connected, session.orderly) == ("test", True, True)
    assert session.calls.of(CALLABLE).outcome == "returned"
    assert session.calls.of("hudson.Launcher$RemoteLaunchCallable").outcome == "threw"
    assert session.loaded("hudson.slaves.SlaveComputer$SlaveVersion")


async def test_trio_tests_wait_without_blocking(jnlp_controller: Controller) -> None:
    secret = Secret(jnlp_controller.accept("test"))
    config = AgentConfig(name="test", secret=secret, url=parse_root_url(jnlp_controller.url))
    result = await run_agent(config)
    assert result.connected
    assert (await jnlp_controller.next_session()).orderly


def test_a_secret_is_made_up_for_each_agent(jnlp_controller: Controller) -> None:
    made = {jnlp_controller.accept("a"), jnlp_controller.accept("b")}
    assert {len(secret) for secret in made} == {64}
    assert len(made) == 2


def test_an_agent_it_was_not_told_of_is_refused(jnlp_controller: Controller, jnlp_agent: Agent) -> None:
    jnlp_agent.connect(jnlp_controller.url, "stranger", SECRET)
    session = jnlp_controller.wait_for_session()
    assert session.refusal is not None
    assert session.refusal.reason == "Unknown client name: stranger"


def test_agents_may_be_refused_and_let_in_again_while_it_runs(jnlp_controller: Controller, jnlp_agent: Agent) -> None:
    jnlp_controller.accept("test", SECRET)
    jnlp_controller.refuse("test", "maintenance")
    reasons = []
    for _ in range(2):
        jnlp_agent.connect(jnlp_controller.url, "test", SECRET)
        refusal = jnlp_controller.wait_for_session().refusal
        reasons.append(refusal.reason if refusal is not None else None)
        jnlp_controller.accept("test", SECRET)
    assert reasons == ["maintenance", None]
    assert [session.connected for session in jnlp_controller.sessions] == [False, True]


def test_it_plays_what_it_is_told(jnlp_controller: Controller, jnlp_agent: Agent) -> None:
    jnlp_controller.accept("test", SECRET)
    for part in (Part((PING, CloseChannel())), Part((PING, PING, CloseChannel()))):
        jnlp_controller.play(part)
        jnlp_agent.connect(jnlp_controller.url, "test", SECRET)
        jnlp_controller.wait_for_session()
    assert [len(session.calls.all_of(CALLABLE)) for session in jnlp_controller.sessions] == [1, 2]


def test_channels_stay_open_until_they_are_closed(jnlp_controller: Controller, jnlp_agent: Agent) -> None:
    jnlp_controller.play(CONTROLLER_PART)
    jnlp_controller.accept("test", SECRET)
    jnlp_agent.connect(jnlp_controller.url, "test", SECRET)
    session = jnlp_controller.wait_for_session(until=lambda session: bool(session.calls.all_of(CALLABLE)))
    assert not session.over
    jnlp_controller.close_channels()
    assert jnlp_controller.wait_for_session().orderly


def test_what_never_comes_is_given_up(jnlp_controller: Controller) -> None:
    assert jnlp_controller.url
    with pytest.raises(NoSession, match=r"the simulated controller had no such session within 0\.01 s, but:\n  none$"):
        jnlp_controller.wait_for_session(timeout=0.01)


def test_two_controllers_are_in_nobodys_way(jnlp_controller: Controller) -> None:
    with Controller() as other:
        assert len({jnlp_controller.port, other.port}) == 2
        assert jnlp_controller.instance_identity == other.instance_identity


def test_it_listens_on_loopback_only(jnlp_controller: Controller) -> None:
    with socket.create_connection(("127.0.0.1", jnlp_controller.port)) as connection:
        assert connection.getpeername()[0] == "127.0.0.1"
    assert jnlp_controller.url.startswith("http://127.0.0.1:")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", jnlp_controller.port))


def test_what_is_closed_is_not_started_again() -> None:
    controller = Controller()
    controller.close()
    with pytest.raises(UsageError, match="expected the simulated controller before its end"):
        _ = controller.url


def test_a_port_that_cannot_be_had_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise NetworkError("cannot listen")

    monkeypatch.setattr(controller_module, "simulated_controller", fail)
    with Controller() as controller, pytest.raises(NetworkError, match="cannot listen"):
        _ = controller.port


def test_no_secret_is_in_what_it_shows(jnlp_controller: Controller, jnlp_agent: Agent) -> None:
    secret = jnlp_controller.accept("test")
    properties = Returns({"sun.java.command": f"agent.jar -secret {secret}"})
    part = Part(answers={**AGENT_PART.answers, SYSTEM_PROPERTIES.name: properties})
    jnlp_agent.connect(jnlp_controller.url, "test", secret, part=part)
    for peer in (jnlp_controller, jnlp_agent):
        session = peer.wait_for_session()
        assert f"agent.jar -secret {Secret(secret)}" in str(session)
        assert secret not in str(session) + repr(session) + peer.report()
