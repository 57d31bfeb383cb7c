"""Real remoting against the simulated controller; needs a Java and an agent.jar, named by JNLPSPY_AGENT_JAR."""

import os
import shutil
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
import trio
from simulate.peers import SECRET, Watcher, controller_of

from jnlpspy.model.events import CallFinished, ClassLoaded, ConnectionClosed, Undecodable
from jnlpspy.model.session import Outcome
from jnlpspy.simulate.controller import simulated_controller
from jnlpspy.simulate.pipe_calls import READS_PIPE
from jnlpspy.simulate.script import ReadPipe, RunCallable, WritePipe
from jnlpspy.simulate.session import CLOSING_CONTROLLER_PART, LAUNCH, REMOTING_VERSION

JAR = os.environ.get("JNLPSPY_AGENT_JAR", "")

pytestmark = [
    pytest.mark.skipif(not JAR, reason="JNLPSPY_AGENT_JAR names no agent.jar"),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no java"),
]

PATIENCE = 18.0
"""Seconds for a JVM to start and to play the session."""


CONTAINERS = ("jakarta", "javax")
"""Whose ContainerProvider remoting takes its WebSocket from."""


def speaks_websocket() -> bool:
    """Return whether the jar brings an implementation, as those that Jenkins serves do since 4.0."""
    with ZipFile(JAR) as jar:
        names = jar.namelist()
    return any(f"META-INF/services/{each}.websocket.ContainerProvider" in names for each in CONTAINERS)


@pytest.mark.parametrize("options", [(), ("-webSocket",)])
async def test_a_real_agent_runs_the_simulated_session(tmp_path: Path, options: tuple[str, ...]) -> None:
    if options and not speaks_websocket():
        pytest.skip("the agent.jar has no WebSocket")
    watcher = Watcher()
    moves = (WritePipe(3_000_000), ReadPipe(3_000_000))
    part = replace(CLOSING_CONTROLLER_PART, steps=(*moves, *CLOSING_CONTROLLER_PART.steps))
    config = controller_of(minimum_version="2.60", part=part)
    async with simulated_controller(config, observer=watcher) as controller:
        given = ("-headless", "-noreconnect", "-url", controller.url, "-workDir", str(tmp_path))
        told = (*given, *options, SECRET.value, "a1")
        # the entry point of every version, deprecated in the newest
        java = ["java", "-cp", JAR, "hudson.remoting.jnlp.Main", *told]
        with trio.fail_after(PATIENCE):
            ended = await trio.run_process(java, capture_stdout=True, capture_stderr=True, check=False)
            await controller.wait_ended(1)
    assert ended.returncode == 0, (ended.stderr or b"").decode(errors="replace")
    (session,) = controller.sessions
    written, read, *outcomes = session.outcomes
    assert [(outcome.moved, outcome.intact) for outcome in (written, read)] == [(3_000_000, True)] * 2
    assert READS_PIPE.name in [fact.name for fact in watcher.facts(ClassLoaded)]
    assert [outcome.call for outcome in outcomes] == [
        step.of.name for step in CLOSING_CONTROLLER_PART.steps if isinstance(step, RunCallable)
    ]
    assert outcomes[0].returned == REMOTING_VERSION
    assert [outcome.call for outcome in outcomes if outcome.exception] == [LAUNCH.name]
    assert watcher.facts(Undecodable) == []
    assert {fact.outcome for fact in watcher.facts(CallFinished)} == {Outcome.RETURNED, Outcome.THREW}
    assert [fact for fact in watcher.facts(ConnectionClosed) if fact.orderly]
