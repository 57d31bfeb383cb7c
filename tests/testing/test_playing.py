"""What simulated peers play when they are given something else than a script."""

import trio

from jnlpspy.model.secret import Secret
from jnlpspy.net.identity import create_identity
from jnlpspy.net.target import parse_root_url
from jnlpspy.simulate.agent import AgentConfig, AgentResult
from jnlpspy.simulate.controller import ControllerConfig
from jnlpspy.simulate.line import Line
from jnlpspy.testing.playing import playing_controller, run_playing_agent
from jnlpspy.testing.watch import Watch

SECRET = Secret("0" * 64)


async def test_both_play_over_the_line_that_the_handshake_left() -> None:
    heard: dict[str, bytes] = {}
    watch = Watch("both")

    async def greet(line: Line) -> None:
        await line.send(line.side.value.encode())
        heard[line.side.value] = await line.receive()
        await line.end()
        await line.drain()

    config = ControllerConfig(agents={"a": SECRET}, identity=create_identity())
    results: list[AgentResult] = []
    async with playing_controller(config, greet, tell=watch.say, observer=watch.source()) as controller:
        agent = AgentConfig(name="a", secret=SECRET, url=parse_root_url(controller.url))
        results.append(await run_playing_agent(agent, greet, tell=watch.say, observer=watch.source()))
        with trio.fail_after(10):
            await controller.wait_ended(1)
    assert heard == {"agent": b"controller", "controller": b"agent"}
    assert [result.connected for result in results] == [True]
    assert [session.agent_name for session in controller.sessions] == ["a"]
