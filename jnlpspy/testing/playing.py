"""Recorded sessions in place of scripts: the one place that joins the replayer with simulated peers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import trio

from jnlpspy.model.tap import Address
from jnlpspy.net.listener import open_listener
from jnlpspy.simulate.agent import AgentConfig, AgentResult, _Agent
from jnlpspy.simulate.controller import ControllerConfig, Session, SimulatedController
from jnlpspy.simulate.line import Line, Observer, Witness

Play = Callable[[Line], Awaitable[None]]
"""Plays one side of a channel over a line whose handshake is done."""

Tell = Callable[[str], None]


@asynccontextmanager
async def playing_controller(
    config: ControllerConfig, play: Play, *, tell: Tell, observer: Observer
) -> AsyncIterator[SimulatedController]:
    """Run a simulated controller that plays to each agent it lets in."""
    async with await open_listener(config.http, "http") as http, await open_listener(config.listen, "listen") as agents:
        controller = _PlayingController(config, _address_of(http), _address_of(agents), tell, Witness(observer))
        controller.play = play
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.serve_listeners, controller.serve_http, [http])
            nursery.start_soon(trio.serve_listeners, controller.serve_agent, [agents])
            yield controller
            nursery.cancel_scope.cancel()


async def run_playing_agent(config: AgentConfig, play: Play, *, tell: Tell, observer: Observer) -> AgentResult:
    """Run a simulated agent that plays to the controller that lets it in."""
    agent = _PlayingAgent(config, tell, Witness(observer))
    agent.play = play
    return await agent.run()


class _PlayingController(SimulatedController):
    play: Play

    async def _play(self, session: Session, line: Line) -> None:
        self.sessions.append(session)
        try:
            with session.scope:
                await self.play(line)
        finally:
            with trio.CancelScope(shield=True):
                await self._dismiss(session)


class _PlayingAgent(_Agent):
    play: Play

    async def _play(self, line: Line) -> None:
        await self.play(line)


def _address_of(listener: trio.SocketListener) -> Address:
    host, port, *_ = listener.socket.getsockname()
    return Address(host, port)
