"""The launcher against a simulated controller."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jnlpspy.testing import Controller, Proxy, ReplayedController, read_sessions

Launch = Callable[[str, str], int]


def test_the_agent_connects_and_works(jnlp_controller: Controller, launch: Launch) -> None:
    secret = jnlp_controller.accept("linux-7")
    assert launch(jnlp_controller.url, secret) == 0
    session = jnlp_controller.wait_for_session()
    assert session.calls.of("hudson.slaves.SlaveComputer$SlaveVersion").outcome == "returned"
    assert session.orderly


def test_a_wrong_secret_is_tried_three_times(jnlp_controller: Controller, launch: Launch) -> None:
    jnlp_controller.accept("linux-7", secret="0" * 64)
    assert launch(jnlp_controller.url, "f" * 64) == 1
    sessions = [jnlp_controller.wait_for_session() for _ in range(3)]
    assert {session.refusal.reason for session in sessions if session.refusal} == {"Authorization failure"}


def test_it_works_through_a_proxy(
    jnlp_controller: Controller, jnlp_proxy: Proxy, launch: Launch, tmp_path: Path
) -> None:
    jnlp_proxy.record_to(tmp_path / "session.pcapng")
    secret = jnlp_controller.accept("linux-7")
    assert launch(jnlp_proxy.url, secret) == 0
    assert jnlp_proxy.wait_for_session().connected
    jnlp_proxy.close()
    (recorded,) = read_sessions(tmp_path / "session.pcapng")
    assert recorded.agent_name == "linux-7"

    # what was recorded once is from now on the controller of a test
    with ReplayedController(tmp_path / "session.pcapng") as controller:
        assert launch(controller.url, controller.accept("linux-7", secret)) == 0
        outcome = controller.wait_for_outcome()
    assert outcome.same, str(outcome)


@pytest.mark.jnlp_replay("../../../captures/3.33-JNLP4-connect-unknown-node.pcapng", side="controller")
def test_it_gives_up_as_in_that_night(jnlp_replay: ReplayedController, launch: Launch) -> None:
    secret = jnlp_replay.accept("linux-7")
    assert launch(jnlp_replay.url, secret) == 1
    outcome = jnlp_replay.wait_for_outcome()
    assert outcome.session.refusal is not None
    assert outcome.session.refusal.reason == "Unknown client name: linux-7"
    assert outcome.same, str(outcome)
