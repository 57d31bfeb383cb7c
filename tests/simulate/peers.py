"""What tests of simulated peers share: one identity, short configurations, and a decoder that watches."""

from dataclasses import replace
from functools import cache
from typing import TypeVar

import trio

from jnlpspy.decoder import Decoder
from jnlpspy.model.events import Event, Fact
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Observation
from jnlpspy.net.identity import Identity, create_identity
from jnlpspy.net.target import parse_root_url
from jnlpspy.simulate.agent import AgentConfig
from jnlpspy.simulate.controller import ControllerConfig, SimulatedController
from jnlpspy.simulate.joining import SPOKEN
from jnlpspy.simulate.session import CLOSING_CONTROLLER_PART

SECRET = Secret("0" * 63 + "1")

_FactT = TypeVar("_FactT", bound=Fact)


@cache
def identity() -> Identity:
    """Return an identity; making one takes a while."""
    return create_identity()


def controller_of(**changes: object) -> ControllerConfig:
    """Return a controller that knows the agent `a1`, speaks everything and closes the channel at the end."""
    config = ControllerConfig(
        agents={"a1": SECRET}, identity=identity(), protocols=(*SPOKEN, "Ping"), part=CLOSING_CONTROLLER_PART
    )
    return replace(config, **changes)  # type: ignore[arg-type] # as the test says


def agent_of(controller: SimulatedController, **changes: object) -> AgentConfig:
    """Return the agent `a1` of a controller."""
    config = AgentConfig(name="a1", secret=SECRET, url=parse_root_url(controller.url))
    return replace(config, **changes)  # type: ignore[arg-type] # as the test says


class Watcher:
    """An observer that decodes what it is shown, with the secret of `a1`."""

    def __init__(self) -> None:
        self._decoder = Decoder({"a1": SECRET})
        self.events: list[Event] = []

    def __call__(self, observation: Observation) -> None:
        self.events += self._decoder.feed(observation)

    def facts(self, kind: type[_FactT]) -> list[_FactT]:
        """Return the facts of a kind, in order."""
        return [event.fact for event in self.events if isinstance(event.fact, kind)]


async def say_to_port(controller: SimulatedController, data: bytes, *, end: bool = True) -> bytes:
    """Send bytes to the agent port and return all it answers."""
    async with await trio.open_tcp_stream("127.0.0.1", controller.port) as stream:
        await stream.send_all(data)
        if end:
            await stream.send_eof()
        return b"".join([bytes(part) async for part in stream])
