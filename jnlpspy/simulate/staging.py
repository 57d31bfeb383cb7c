"""Plays a scenario: its controller, what is on the way, its agents, and the clock that makes waits short."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

import trio

from jnlpspy.model.tap import Address
from jnlpspy.net.identity import create_identity
from jnlpspy.net.leg import Ending, Leg, LegBroken
from jnlpspy.net.target import RootUrl, Tunnel, parse_root_url
from jnlpspy.simulate.agent import AgentConfig, AgentResult, run_agent
from jnlpspy.simulate.controller import ControllerConfig, SimulatedController, simulated_controller
from jnlpspy.simulate.middlebox import Middlebox, open_middlebox
from jnlpspy.simulate.scenario import HANDSHAKE_TIMEOUT, SECRETS, Hastens, Role, Scenario, Starts
from jnlpspy.simulate.session import CLOSING_CONTROLLER_PART

VISIT: Final = 5.0
"""Seconds a visitor waits for an answer."""

Tell = Callable[[str], None]

_HASTENS_AT: Final = {Hastens.HANDSHAKE: "Handshaking", Hastens.CONNECTED: "Connected"}
"""What an agent says at that moment."""


class HastyClock:
    """Tells the time; from a moment on it runs faster than time does."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._haste = 1.0
        self._since = self._told = now()

    def __call__(self) -> float:
        """Return the seconds since the epoch, as told."""
        return self._told + (self._now() - self._since) * self._haste

    def hasten(self, haste: float) -> None:
        """Run so many times as fast from now on."""
        self._told, self._since = self(), self._now()
        self._haste = haste


@dataclass(frozen=True, slots=True)
class Stage:
    """A scenario's controller with what stands before it, ready for the proxy."""

    scenario: Scenario
    controller: SimulatedController
    clock: HastyClock
    web: Address
    """The controller's web port, or what stands before it."""

    @property
    def target(self) -> RootUrl:
        """What the proxy is told of the controller."""
        return parse_root_url(f"http://{self.web}/")

    @property
    def patience(self) -> float:
        """Seconds that a handshake may take, by everybody's clock."""
        return HANDSHAKE_TIMEOUT / (1.0 if self.scenario.hastens is Hastens.CONNECTED else self.scenario.haste)

    async def play(self, http: Address, listen: Address, tell: Tell) -> tuple[AgentResult, ...]:
        """Let visitors and agents come, to the proxy's own addresses, and return what became of the agents."""
        scenario = self.scenario
        for said in scenario.visitors:
            await _visit(listen, said)
        async with open_middlebox(scenario.before) as box:
            if box is not None:
                box.target = listen
            return await _run_roles(self, http, box, tell)


@asynccontextmanager
async def staged(scenario: Scenario, clock: HastyClock) -> AsyncIterator[Stage]:
    """Run a scenario's controller and what stands before it; leaving the context ends them."""
    if scenario.hastens is Hastens.AT_ONCE:
        clock.hasten(scenario.haste)
    plain = ControllerConfig(agents=SECRETS, identity=create_identity(), part=CLOSING_CONTROLLER_PART)
    async with open_middlebox(scenario.behind) as box, open_middlebox(scenario.web) as web:
        config = scenario.controller(plain)
        if box is not None:
            config = replace(config, advertised=box.address)
        async with simulated_controller(config) as controller:
            if box is not None:
                box.target = controller.listen
            if web is not None:
                web.target = controller.http
            yield Stage(scenario, controller, clock, controller.http if web is None else web.address)


async def _run_roles(stage: Stage, http: Address, box: Middlebox | None, tell: Tell) -> tuple[AgentResult, ...]:
    results: dict[int, AgentResult] = {}
    connected = [trio.Event() for _ in stage.scenario.agents]
    over = [trio.Event() for _ in stage.scenario.agents]

    async def run(number: int, role: Role) -> None:
        if number and role.starts is not Starts.AT_ONCE:
            await (connected if role.starts is Starts.CONNECTED else over)[number - 1].wait()

        def heard(text: str) -> None:
            if text == _HASTENS_AT.get(stage.scenario.hastens):
                stage.clock.hasten(stage.scenario.haste)
            if text == "Connected":
                connected[number].set()
            for line in f"{text}\n".splitlines():
                tell(f"agent {number + 1}: {_without_secrets(line)}")

        results[number] = await run_agent(_config_of(role, http, box, stage.patience), tell=heard)
        connected[number].set()
        over[number].set()

    async with trio.open_nursery() as nursery:
        for number, role in enumerate(stage.scenario.agents):
            nursery.start_soon(run, number, role)
    return tuple(results[number] for number in sorted(results))


def _config_of(role: Role, http: Address, box: Middlebox | None, patience: float) -> AgentConfig:
    tunnel = http if role.tunnels_to_http else box.address if box is not None else None
    return AgentConfig(
        name=role.name,
        secret=role.secret or SECRETS[role.name],
        url=parse_root_url(f"http://{http}/{role.path}"),
        protocol=role.protocol,
        speaks=role.speaks,
        version=role.version,
        part=role.part,
        hangs=role.hangs,
        comes_from=role.comes_from,
        hold=role.hold,
        handshake_patience=patience,
        tunnel=None if tunnel is None else Tunnel(tunnel.host, tunnel.port),
    )


def _without_secrets(text: str) -> str:
    """Return a text with secrets in place of names hidden."""
    for secret in SECRETS.values():
        text = text.replace(secret.value, secret.fingerprint)
    return text


async def _visit(address: Address, said: bytes) -> None:
    leg = Leg(await trio.open_tcp_stream(address.host, address.port))
    try:
        with trio.move_on_after(VISIT):
            if said:
                await leg.send(said)
            await leg.send_ending(Ending.FIN)
            while isinstance(await leg.receive(), bytes):
                pass
    except LegBroken:
        pass  # it was turned away
    finally:
        await leg.close()
