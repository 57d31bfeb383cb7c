"""Real remoting against the fixtures; needs a Java and an agent.jar, named by JNLPSPY_AGENT_JAR."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from jnlpspy.testing import Controller, Proxy, ReplayedController

JAR = os.environ.get("JNLPSPY_AGENT_JAR", "")
PATIENCE = 60.0
"""Seconds for a JVM to start and to play the session."""

WORKLOAD = "../../captures/3.33-JNLP4-connect-workload.pcapng"
REFUSED = "../../captures/3.33-JNLP4-connect-wrong-secret.pcapng"

pytestmark = [
    pytest.mark.skipif(not JAR, reason="JNLPSPY_AGENT_JAR names no agent.jar"),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no java"),
]


JAR_FETCH = {"a call of hudson.remoting.IChannel.waitForProperty", "a call of hudson.remoting.JarLoader.writeJarTo"}


def run_agent(url: str, secret: str, work: Path) -> int:
    """Run a real agent called `test` to its end."""
    # the entry point of every version, deprecated in the newest
    java = ("java", "-cp", JAR, "hudson.remoting.jnlp.Main", "-headless", "-noreconnect", "-url", url)
    command = (*java, "-workDir", str(work), secret, "test")
    return subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False).returncode  # noqa: S603 - as asked


def test_a_real_agent_is_seen_alike_by_proxy_and_controller(jnlp_proxy: Proxy, tmp_path: Path) -> None:
    with Controller(minimum_version="2.60") as controller:
        jnlp_proxy.lead_to(controller.url)
        assert run_agent(jnlp_proxy.url, controller.accept("test"), tmp_path) == 0
        seen = [peer.wait_for_session() for peer in (controller, jnlp_proxy)]
    assert seen[0].calls.of("hudson.slaves.SlaveComputer$SlaveVersion").outcome == "returned"
    assert [session.orderly for session in seen] == [True, True]
    assert [call.outcome for call in seen[0].calls] == [call.outcome for call in seen[1].calls]


@pytest.mark.jnlp_replay(WORKLOAD, side="controller")
def test_a_real_agent_completes_a_recorded_session(jnlp_replay: ReplayedController, tmp_path: Path) -> None:
    assert run_agent(jnlp_replay.url, jnlp_replay.accept("test"), tmp_path) == 0
    outcome = jnlp_replay.wait_for_outcome()
    assert outcome.same, str(outcome)
    # The agent fetches its jar beside its work: a session that is over sooner has no call for it, and no answer.
    assert set(outcome.missing) in (set(), JAR_FETCH)
    assert outcome.missing or not outcome.left_out
    assert outcome.session.loaded("peers.work.Fail")


@pytest.mark.jnlp_replay(REFUSED, side="controller")
def test_a_real_agent_understands_a_recorded_refusal(jnlp_replay: ReplayedController, tmp_path: Path) -> None:
    run_agent(jnlp_replay.url, jnlp_replay.accept("test"), tmp_path)
    outcome = jnlp_replay.wait_for_outcome()
    assert outcome.same, str(outcome)
