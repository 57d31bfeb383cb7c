"""A recorded session stands in for the side that is not there: the whole session, and how the live one differed."""

import math
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import trio

from jnlpspy.comparison.account import Accountant, SessionAccount
from jnlpspy.comparison.compare import compare
from jnlpspy.comparison.ignoring import Ignored, without
from jnlpspy.errors import UsageError
from jnlpspy.model.choice import Choice, no_event
from jnlpspy.model.differences import Difference
from jnlpspy.model.events import Event
from jnlpspy.model.secret import NO_SECRETS, Secret
from jnlpspy.model.tap import Closed, Observation, Side
from jnlpspy.pipeline import Pipeline
from jnlpspy.simulate.agent import AgentConfig, AgentResult, Tell, run_agent
from jnlpspy.simulate.arrivals import JOIN_PATIENCE, Arrivals
from jnlpspy.simulate.controller import ControllerConfig, SimulatedController, simulated_controller
from jnlpspy.simulate.joining import SPOKEN
from jnlpspy.simulate.line import Carrier
from jnlpspy.simulate.recording import Recording, choose_recording, read_recordings
from jnlpspy.simulate.replayer import PATIENCE, Replayer, ReplayResult
from jnlpspy.simulate.roster import Age
from jnlpspy.simulate.upgrading import Endpoint

_SILENT_ONCE: Final = ("JNLP-connect", "JNLP2-connect", "JNLP3-connect")
"""Protocols in which controllers refused in words first, and later only closed the connection."""


_OTHER: Final = Secret("0" * 64)
"""What a controller holds whose proof no agent accepts."""


@dataclass(frozen=True, slots=True)
class Material:
    """What of a capture is played, and what it came to."""

    recording: Recording
    account: SessionAccount
    ignored: Ignored
    """Of which events no difference is wanted."""


def choose_material(events: Sequence[Event], connection: int | None = None, ignore: Choice = no_event) -> Material:
    """Return the session of a capture to play: that of a connection, else the one with the most commands.

    Differences about events that `ignore` chooses, recorded or live, are not wanted.

    Raises:
        UsageError: There is none, or it cannot be played whole.
    """
    recording = choose_recording(read_recordings(events), connection)
    where = f"on connection {recording.connection}"
    if recording.protocol not in SPOKEN:
        raise UsageError(f"expected a session of {', '.join(SPOKEN)}, got {recording.protocol!r} {where}")
    if recording.gaps:
        raise UsageError(f"expected a whole session, got one with bytes missing {where}")
    refused = recording.refusal is not None or recording.is_sealed_refusal or recording.is_refused_upgrade
    if recording.channel_began is None and not refused:
        raise UsageError(f"expected a session that was accepted or refused, got a handshake that broke off {where}")
    accountant, ignored = Accountant(), Ignored(ignore)
    for event in events:
        if event.connection == recording.connection:
            accountant.observe(event)
            ignored.observe(event)
    (account,) = accountant.accounts()
    return Material(recording, account, ignored)


@dataclass(eq=False)
class Replay:
    """A replay: `open_channel` plays a side, `observe` is told what that side sees of the live session."""

    material: Material
    speed: float = math.inf
    """How many times as fast as recorded; infinity waits for nothing but the live peer."""
    patience: float = PATIENCE
    secrets: Mapping[str, Secret] = field(default_factory=lambda: NO_SECRETS)
    """Of the live session: they open JNLP3-connect."""
    join_patience: float = JOIN_PATIENCE
    """Seconds an agent has, from its first sign on, to offer the recorded protocol."""
    tell: Tell = field(default=lambda _: None)
    """Gets what the user should know of agents that come otherwise than recorded."""
    results: list[ReplayResult] = field(default_factory=list)
    """One for each time it was played."""
    _accountant: Accountant = field(default_factory=Accountant)
    _over: trio.Event = field(default_factory=trio.Event)

    def __post_init__(self) -> None:
        """Make what decodes the live session."""
        self._ignored = Ignored(self.material.ignored.choice)
        self._arrivals = Arrivals(self.material.recording.protocol, self.tell)
        self._pipeline = Pipeline([self._accountant, self._ignored, self._arrivals], _raise, self.secrets)

    def observe(self, observation: Observation) -> None:
        """Take what the played side sees of its connections."""
        self._pipeline.observe(observation)
        if isinstance(observation, Closed) and any(each.connection == observation.connection for each in self._live()):
            self._over.set()

    @property
    def is_over(self) -> bool:
        """True once a live session of the recorded protocol has ended, accepted or refused."""
        return self._over.is_set()

    async def wait_over(self) -> None:
        """Wait until a live session of the recorded protocol is over, or an agent came and did not offer it."""
        if await self._arrivals.wait_offered(self.join_patience):
            await self._over.wait()

    def open_channel(self, line: Carrier) -> Replayer:
        """Return the played side's end of a channel."""
        replayer = Replayer(line, self.material.recording, speed=self.speed, patience=self.patience)
        self.results.append(replayer.result)
        return replayer

    def differences(self) -> list[Difference]:
        """Return how the live sessions differed from the recorded one; call it once, at the end."""
        self._pipeline.finish()
        live = self._live() or [each for each in self._accountant.accounts() if each.is_session]
        expected = [self.material.account] * max(1, len(live))
        return without(compare(expected, live), self.material.ignored.seqs, self._ignored.seqs)

    def _live(self) -> list[SessionAccount]:
        """Return the sessions of the recorded protocol: agents may try others first, and probes offer Ping."""
        protocol = self.material.recording.protocol
        return [each for each in self._accountant.accounts() if any(name == protocol for name, _ in each.offers)]


@asynccontextmanager
async def replayed_controller(
    replay: Replay, config: ControllerConfig, *, tell: Callable[[str], None] = lambda _: None
) -> AsyncIterator[SimulatedController]:
    """Run a controller that plays a recording's to any agent that comes; leaving the context cuts all connections.

    Of `config`, the agents' secrets matter to JNLP3-connect only.

    Raises:
        NetworkError: It cannot listen.
    """
    recording = replay.material.recording
    words = words_of(recording)
    played = replace(
        as_recorded(recording, config),
        admits_anyone=True,
        refuses_everyone=None if words is None else partial(refusal_of, recording, words),
        open_channel=replay.open_channel,
    )
    async with simulated_controller(played, tell=tell, observer=replay.observe) as controller:
        yield controller


async def replay_agent(replay: Replay, config: AgentConfig, *, tell: Tell = lambda _: None) -> AgentResult:
    """Connect to a live controller once and play a recording's agent.

    Raises:
        UsageError: The config tells of no controller.
    """
    protocol = config.protocol or replay.material.recording.protocol
    played = replace(config, protocol=protocol, open_channel=replay.open_channel)
    return await run_agent(played, tell=tell, observer=replay.observe)


def as_recorded(recording: Recording, config: ControllerConfig) -> ControllerConfig:
    """Return a controller that offers, announces and refuses as the recorded one did."""
    words = words_of(recording)
    silent = recording.protocol in _SILENT_ONCE
    upgrade = recording.upgrade if recording.is_refused_upgrade else None
    return replace(
        config,
        protocols=(recording.protocol, "Ping"),
        agents=dict.fromkeys(config.agents, _OTHER) if recording.is_sealed_refusal else config.agents,
        age=(Age.REMOTING_2 if words else Age.REMOTING_3) if silent else config.age,
        endpoint=config.endpoint if upgrade is None else Endpoint(status=upgrade),
        version=recording.announced.get("x-jenkins", config.version),
        minimum_version=recording.announced.get("x-remoting-minimum-version", config.minimum_version),
    )


def refusal_of(recording: Recording, words: str, name: str) -> str:
    """Return the words of a recorded refusal with the live agent's name in place of the recorded one."""
    recorded = recording.agent_name
    if not isinstance(recorded, str) or not recorded:
        return words
    return re.sub(rf"(?<![\w.-]){re.escape(recorded)}(?![\w.-])", lambda _: name, words)


def words_of(recording: Recording) -> str | None:
    """Return in which words the controller refused its agent; None if it did not."""
    if recording.refusal is None or recording.channel_began is not None:
        return None
    by, words, _ = recording.refusal
    return words if by is Side.CONTROLLER else None


def _raise(_: object, error: Exception) -> None:
    raise error
