"""A recorded session as the peer of a test: what it plays, and how the live side differs from the recorded one."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

from jnlpspy.comparison.account import Accountant, SessionAccount
from jnlpspy.comparison.compare import compare_sessions
from jnlpspy.errors import UsageError
from jnlpspy.model.differences import Difference
from jnlpspy.model.events import Event
from jnlpspy.model.secret import Secret
from jnlpspy.reading import read_events
from jnlpspy.simulate.agent import AgentConfig, AgentResult, run_agent
from jnlpspy.simulate.controller import SimulatedController, simulated_controller
from jnlpspy.simulate.line import Carrier
from jnlpspy.simulate.recording import Recording
from jnlpspy.simulate.replay import as_recorded, choose_material, refusal_of, words_of
from jnlpspy.simulate.replayer import Replayer, ReplayResult
from jnlpspy.simulate.script import Part
from jnlpspy.testing.agent import Agent
from jnlpspy.testing.controller import Controller
from jnlpspy.testing.peer import Peer
from jnlpspy.testing.session import Session, SideName
from jnlpspy.testing.watch import MOST_EVENTS, Source, is_over

REPLAY_PATIENCE: Final = 5.0
"""Seconds a live peer has for each thing it is to send: long over loopback, not for Java on a busy machine."""

OLDEST_REMOTING: Final = "2.0"
"""Agents of any age may meet a replayed controller."""

OUTCOME_PATIENCE: Final = 60.0
"""Seconds for a whole replay: a peer that leaves out much is waited for each time."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a replay."""

    session: Session
    """The live session."""
    differences: tuple[Difference, ...]
    """What it means otherwise than the recorded one, what matters first."""
    missing: tuple[str, ...]
    """What the live peer was waited for, and never sent."""
    extra: tuple[str, ...]
    """What it sent besides."""
    left_out: tuple[str, ...]
    """What could not be played, because nobody had asked for it."""

    @property
    def same(self) -> bool:
        """True if nothing that matters differs."""
        return not any(each.matters for each in self.differences)

    def __str__(self) -> str:
        """Return the differences, a line each."""
        return "\n".join(_told(each) for each in self.differences) or "no difference"


class _Replay:
    """The recorded session, and the replays of it so far."""

    def __init__(
        self, capture: str | Path, secrets: Mapping[str, Secret | str] | None, connection: int | None, patience: float
    ) -> None:
        material = choose_material(tuple(read_events(capture, secrets)), connection)
        self.recording: Recording = material.recording
        self._patience = patience
        self._expected = material.account
        self._results: dict[int, ReplayResult] = {}

    def refusal_of(self, name: str) -> str | None:
        """Return in which words the recorded controller refused its agent, with the live one's name in them."""
        words = words_of(self.recording)
        return None if words is None else refusal_of(self.recording, words, name)

    def open_channel(self, source: Source, line: Carrier) -> Replayer:
        """Return what plays to a live peer, as fast as it takes it."""
        replayer = Replayer(line, self.recording, patience=self._patience)
        self._results[source.numbers[line.witness.connection]] = replayer.result
        return replayer

    def outcome(self, session: Session) -> Replayed:
        """Return how a live session differs from the recorded one."""
        if session.left_out:
            raise UsageError(f"expected a session of at most {MOST_EVENTS:,} events, got {session.left_out:,} more")
        differences = compare_sessions(self._expected, _account_of(session.events, session.connection))
        result = self._results.get(session.connection, ReplayResult())
        return Replayed(
            session,
            tuple(sorted(differences, key=lambda each: (not each.matters, each.position))),
            tuple(result.missing),
            tuple(result.extra),
            tuple(result.left_out),
        )


class _ReplayingPeer(Peer):
    """What replayed agents and controllers have in common."""

    _replay: _Replay

    @property
    def recording(self) -> Recording:
        """What is played."""
        return self._replay.recording

    def wait_for_outcome(self, timeout: float = OUTCOME_PATIENCE) -> Replayed:
        """Wait for a session that has ended, and return how it differs from the recorded one.

        Raises:
            NoSession: None ended in time.
            UsageError: This is a trio task: use `next_outcome` there.
        """
        return self._replay.outcome(self._watch.wait(timeout, is_over))

    async def next_outcome(self, timeout: float = OUTCOME_PATIENCE) -> Replayed:  # noqa: ASYNC109 - as `next_session`
        """Wait as `wait_for_outcome` does, in a trio task."""
        return self._replay.outcome(await self._watch.wait_in_trio(timeout, is_over))


class ReplayedController(_ReplayingPeer, Controller):
    """Plays the recorded controller to agents, which it must be told of by `accept`.

    It refuses them all, in the recorded words, if the recorded controller refused its agent.
    """

    def __init__(
        self,
        capture: str | Path,
        *,
        secrets: Mapping[str, Secret | str] | None = None,
        connection: int | None = None,
        patience: float = REPLAY_PATIENCE,
    ) -> None:
        """Read what is to be played.

        Args:
            capture: A file of ours, or any pcap or pcapng.
            secrets: Secrets of the recorded agents by name, for what is encrypted with them.
            connection: The number of the session to play; None takes the one that says most.
            patience: Seconds the live peer has for each thing that the recorded one sent.

        Raises:
            CaptureError: It cannot be read.
            UsageError: It holds no session that reached its channel, or that the controller refused.
        """
        self._replay = _Replay(capture, secrets, connection, patience)
        protocols = (self._replay.recording.protocol, "Ping")
        super().__init__(protocols=protocols, minimum_version=OLDEST_REMOTING)

    def accept(self, name: str, secret: str | None = None) -> str:
        """Let an agent in that proves this secret, unless the recorded one was refused; return the secret."""
        secret = super().accept(name, secret)
        reason = self._replay.refusal_of(name)
        if reason is not None:
            self.refuse(name, reason)
        return secret

    def play(self, part: Part) -> NoReturn:
        """Raise UsageError: what a replayed controller does is recorded."""
        raise UsageError(f"expected a simulated controller to play {part!r}, got a replayed one")

    def _open(self) -> AbstractAsyncContextManager[SimulatedController]:
        source = self._watch.source()
        config = replace(
            as_recorded(self.recording, self._config),
            minimum_version=OLDEST_REMOTING,
            open_channel=partial(self._replay.open_channel, source),
        )
        return simulated_controller(config, tell=self._watch.say, observer=source)


class ReplayedAgent(_ReplayingPeer, Agent):
    """Plays the recorded agent to a controller, with the name and the secret that `connect` is given.

    How long it stays and what it answers is recorded: `hold` and `part` of `connect` mean nothing here.
    """

    def __init__(
        self,
        capture: str | Path,
        *,
        secrets: Mapping[str, Secret | str] | None = None,
        connection: int | None = None,
        patience: float = REPLAY_PATIENCE,
    ) -> None:
        """Read what is to be played, as a `ReplayedController` does."""
        self._replay = _Replay(capture, secrets, connection, patience)
        super().__init__()

    async def _run(self, config: AgentConfig, source: Source) -> AgentResult:
        recorded = replace(
            config,
            protocol=config.protocol or self.recording.protocol,
            open_channel=partial(self._replay.open_channel, source),
        )
        return await run_agent(recorded, tell=self._watch.say, observer=source)


def open_replay(
    capture: str | Path,
    side: SideName,
    *,
    secrets: Mapping[str, Secret | str] | None = None,
    connection: int | None = None,
    patience: float = REPLAY_PATIENCE,
) -> ReplayedController | ReplayedAgent:
    """Return the side of a recorded session that is to be played.

    Raises:
        CaptureError: The capture cannot be read.
        UsageError: It holds no session that can be played, or the side is none.
    """
    if side not in ("agent", "controller"):
        raise UsageError(f"expected the side 'agent' or 'controller', got {side!r}")
    played = partial(ReplayedController if side == "controller" else ReplayedAgent, capture)
    return played(secrets=secrets, connection=connection, patience=patience)


def _account_of(events: tuple[Event, ...], connection: int) -> SessionAccount:
    accountant = Accountant()
    for event in events:
        if event.connection == connection:
            accountant.observe(event)
    (account,) = accountant.accounts()
    return account


def _told(difference: Difference) -> str:
    mattering = "" if difference.matters else " (does not matter)"
    return f"{difference.kind.value}: {difference.what}: {difference.expected} -> {difference.got}{mattering}"
