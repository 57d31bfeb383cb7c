"""Recorded sessions as peers of a test, and what the live side does otherwise."""

from pathlib import Path

import pytest
from specimens import FOLDER

from jnlpspy.errors import CaptureError, UsageError
from jnlpspy.simulate.script import Part
from jnlpspy.simulate.session import AGENT_PART, LAUNCH
from jnlpspy.testing import Agent, Controller, Proxy, ReplayedAgent, ReplayedController, open_replay
from jnlpspy.testing.session import SideName

WORKLOAD = FOLDER / "3.33-JNLP4-connect-workload.pcapng"
REFUSED = FOLDER / "3.33-JNLP4-connect-wrong-secret.pcapng"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of a simulated agent and a simulated controller."""
    path = tmp_path_factory.mktemp("replay") / "session.pcapng"
    with Controller() as controller, Proxy(controller, record=path) as proxy, Agent() as agent:
        agent.connect(proxy.url, "recorded", controller.accept("recorded"))
        assert proxy.wait_for_session().orderly
    return path


def test_the_agent_that_was_recorded_does_the_same_again(recorded: Path, jnlp_agent: Agent) -> None:
    with ReplayedController(recorded) as controller:
        assert controller.recording.agent_name == "recorded"
        jnlp_agent.connect(controller.url, "another", controller.accept("another"))
        outcome = controller.wait_for_outcome()
    assert outcome.same, str(outcome)
    assert str(outcome) == "no difference"
    assert (outcome.missing, outcome.extra, outcome.left_out) == ((), (), ())
    assert outcome.session.agent_name == "another"


@pytest.mark.parametrize("name", ["head-WebSocket-workload", "head-WebSocket-wrong-secret"])
def test_a_session_over_websocket_is_played_by_either_side(name: str) -> None:
    capture = FOLDER / f"{name}.pcapng"
    with ReplayedController(capture, patience=1) as controller, ReplayedAgent(capture, patience=1) as agent:
        agent.connect(controller.url, "another", controller.accept("another"))
        outcomes = [each.wait_for_outcome() for each in (controller, agent)]
    for outcome in outcomes:
        assert outcome.same, str(outcome)
        assert outcome.session.protocol == "WebSocket"
        assert (outcome.missing, outcome.extra, outcome.left_out) == ((), (), ())


def test_the_controller_that_was_recorded_does_the_same_again(recorded: Path, jnlp_controller: Controller) -> None:
    with ReplayedAgent(recorded) as agent:
        agent.connect(jnlp_controller.url, "another", jnlp_controller.accept("another"))
        outcome = agent.wait_for_outcome()
    assert outcome.same, str(outcome)
    assert jnlp_controller.wait_for_session().orderly


def test_an_agent_that_answers_otherwise_differs(recorded: Path, jnlp_agent: Agent) -> None:
    answers = {name: answer for name, answer in AGENT_PART.answers.items() if name != LAUNCH.name}
    part = Part(answers=answers, loads_classes=True)
    with ReplayedController(recorded) as controller:
        jnlp_agent.connect(controller.url, "another", controller.accept("another"), part=part)
        outcome = controller.wait_for_outcome()
    assert not outcome.same
    assert f"exception: controller calls {LAUNCH.name}: threw java.io.IOException" in str(outcome)
    assert "UnsupportedOperationException" in str(outcome)


async def test_trio_tests_wait_for_the_outcome(recorded: Path, jnlp_agent: Agent) -> None:
    with ReplayedController(recorded) as controller:
        jnlp_agent.connect(controller.url, "another", controller.accept("another"))
        assert (await controller.next_outcome()).same


@pytest.mark.jnlp_replay("../../captures/3.33-JNLP4-connect-workload.pcapng", side="agent")
def test_both_sides_of_a_real_session_go_together(jnlp_replay: ReplayedAgent) -> None:
    with ReplayedController(WORKLOAD) as controller:
        jnlp_replay.connect(controller.url, "test", controller.accept("test"))
        for outcome in (jnlp_replay.wait_for_outcome(), controller.wait_for_outcome()):
            assert outcome.same, str(outcome)
            assert (outcome.missing, outcome.extra, outcome.left_out) == ((), (), ())
            assert len(outcome.session.calls) == 50


def test_a_recorded_refusal_is_played_in_its_words(jnlp_agent: Agent) -> None:
    with ReplayedController(REFUSED) as controller:
        jnlp_agent.connect(controller.url, "test", controller.accept("test"))
        outcome = controller.wait_for_outcome()
    assert outcome.same, str(outcome)
    assert outcome.session.refusal is not None
    assert outcome.session.refusal.reason == "Authorization failure"


def test_a_refusal_names_the_live_agent(jnlp_agent: Agent) -> None:
    with ReplayedController(FOLDER / "3.33-JNLP4-connect-unknown-node.pcapng") as controller:
        jnlp_agent.connect(controller.url, "test", controller.accept("test"))
        outcome = controller.wait_for_outcome()
    assert outcome.same, str(outcome)
    assert outcome.session.refusal is not None
    assert outcome.session.refusal.reason == "Unknown client name: test"


@pytest.mark.parametrize("name", ["3.33-JNLP4-connect-ack-garbled", "raw-ping", "3.33-JNLP4-connect-identity-mismatch"])
@pytest.mark.parametrize("side", ["agent", "controller"])
def test_what_ended_in_the_handshake_cannot_be_played(name: str, side: SideName) -> None:
    with pytest.raises(
        UsageError,
        match=r"expected a session (that was accepted or refused|of JNLP4-connect, .*), got .* on connection \d",
    ):
        open_replay(FOLDER / f"{name}.pcapng", side)


def test_a_controller_that_lets_in_whom_it_refused_differs(jnlp_controller: Controller) -> None:
    with ReplayedAgent(REFUSED) as agent:
        agent.connect(jnlp_controller.url, "test", jnlp_controller.accept("test"))
        outcome = agent.wait_for_outcome()
    assert not outcome.same
    assert "handshake: verdict: refused by the controller: Authorization failure -> accepted" in str(outcome)


def test_a_peer_that_goes_in_the_middle_is_told_by_what_is_missing() -> None:
    with ReplayedController(WORKLOAD, patience=0.1) as controller:
        with Agent() as agent:
            agent.connect(controller.url, "test", controller.accept("test"))
            controller.wait_for_session(until=lambda session: len(session.calls.all_of("peers.work.Fail")) > 0)
        outcome = controller.wait_for_outcome()
    assert not outcome.same
    assert not outcome.session.orderly
    assert len(outcome.missing) > 10


def test_a_session_that_is_too_long_is_not_compared(jnlp_agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jnlpspy.testing.watch.MOST_EVENTS", 3)
    with ReplayedController(REFUSED) as controller:
        jnlp_agent.connect(controller.url, "test", controller.accept("test"))
        with pytest.raises(UsageError, match=r"expected a session of at most .* events, got \d more"):
            controller.wait_for_outcome()


def test_the_side_decides_who_it_is() -> None:
    for side, kind in (("agent", ReplayedAgent), ("controller", ReplayedController)):
        with open_replay(WORKLOAD, side) as replay:  # type: ignore[arg-type] # one of both
            assert isinstance(replay, kind)
    with pytest.raises(UsageError, match="expected the side 'agent' or 'controller', got 'both'"):
        open_replay(WORKLOAD, "both")  # type: ignore[arg-type] # what a marker may say


def test_a_replayed_controller_has_no_other_part(recorded: Path) -> None:
    with ReplayedController(recorded) as controller, pytest.raises(UsageError, match="got a replayed one"):
        controller.play(Part())


def test_what_cannot_be_played_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="nowhere"):
        open_replay(tmp_path / "nowhere.pcapng", "agent")
    with pytest.raises(UsageError, match="no agent made an offer on connection 99"):
        open_replay(WORKLOAD, "agent", connection=99)
