"""A simulated controller beside a test."""

import secrets
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import cache
from typing import Final

import trio

from jnlpspy.model.secret import Secret
from jnlpspy.net.identity import Identity, create_identity
from jnlpspy.simulate.controller import ControllerConfig, SimulatedController, simulated_controller
from jnlpspy.simulate.script import Part
from jnlpspy.simulate.session import CLOSING_CONTROLLER_PART
from jnlpspy.testing.peer import Peer

SECRET_BYTES: Final = 32
"""As many as an HMAC-SHA256 has, which Jenkins' own secrets are."""


@cache
def identity_of_controllers() -> Identity:
    """Return the identity of all simulated controllers of a run: making a key takes a while."""
    return create_identity()


class Controller(Peer):
    """Listens from the first time somebody asks where; knows no agents until it is told of some.

    With an agent it lets in it does what Jenkins does first, and closes the channel: see `play`.
    """

    def __init__(
        self,
        *,
        protocols: tuple[str, ...] = ("JNLP4-connect", "WebSocket", "Ping"),
        minimum_version: str = "4.13",
        part: Part = CLOSING_CONTROLLER_PART,
    ) -> None:
        """Make a controller that does not listen yet.

        Args:
            protocols: What it accepts.
            minimum_version: The oldest remoting it wants, as it announces: agents that are older do not connect.
            part: What it does on channels, as `play` takes it.
        """
        super().__init__("the simulated controller")
        self._refusals: dict[str, str] = {}
        self._config = ControllerConfig(
            agents=self._secrets,
            identity=identity_of_controllers(),
            protocols=protocols,
            minimum_version=minimum_version,
            refusals=self._refusals,
            part=part,
        )
        self._running: SimulatedController | None = None

    @property
    def url(self) -> str:
        """The root URL, for an agent's -url."""
        return self._started().url

    @property
    def port(self) -> int:
        """The agent port."""
        return self._started().port

    @property
    def instance_identity(self) -> str:
        """The public key as Jenkins publishes it, for an agent's -instanceIdentity."""
        return self._config.identity.instance_identity

    def accept(self, name: str, secret: str | None = None) -> str:
        """Let an agent in that proves this secret; return the secret, which is made up if none is given."""
        value = secret if secret is not None else secrets.token_hex(SECRET_BYTES)
        self._secrets[name] = Secret(value)
        self._refusals.pop(name, None)
        return value

    def refuse(self, name: str, reason: str) -> None:
        """Refuse an agent in these words, whatever it proves."""
        self._refusals[name] = reason

    def play(self, part: Part) -> None:
        """Do this on channels that begin from now on: see `jnlpspy.simulate.script`."""
        self._config = replace(self._config, part=part)
        if self._running is not None:
            self._running.config = self._config

    def close_channels(self) -> None:
        """Close all channels as a controller that shuts down, and wait until they have ended."""
        if self._running is not None:
            self._backstage.call(self._running.close_channels)

    def _started(self) -> SimulatedController:
        if self._running is None:
            self._running = self._backstage.start(self._serve)
        return self._running

    async def _serve(self, task_status: trio.TaskStatus[SimulatedController]) -> None:
        async with self._open() as controller:
            task_status.started(controller)
            await trio.sleep_forever()

    def _open(self) -> AbstractAsyncContextManager[SimulatedController]:
        return simulated_controller(self._config, tell=self._watch.say, observer=self._watch.source())
