"""What one session of a capture holds that can be played again: who did what, and every command of the channel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from jnlpspy.errors import UsageError
from jnlpspy.model.commands import Command
from jnlpspy.model.describe_events import count_bytes
from jnlpspy.model.events import (
    BytesMissing,
    ChannelEstablished,
    CommandSent,
    ConnectionClosed,
    DiscoveryAnswered,
    Event,
    HandshakeRefused,
    HeadersSent,
    ProtocolOffered,
)
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import Payload
from jnlpspy.model.tap import CloseReason, Side
from jnlpspy.wire.upgrade import PROTOCOL

JNLP3: Final = "JNLP3-connect"

SWITCHING: Final = 101
"""The HTTP status that lets an agent over WebSocket in."""

MOST_BYTES: Final = 256 << 20
"""Bytes of commands that are held: a recording is played from memory."""


@dataclass(frozen=True, slots=True)
class RecordedCommand:
    """A command as it went over the channel."""

    place: int
    """Its number in the order in which the tap saw commands."""
    sender: Side
    when: float
    """Seconds since the epoch."""
    command: Command
    payload: Payload | None


@dataclass(slots=True)
class Recording:
    """A session: one connection on which an agent made an offer."""

    connection: int
    began: float
    protocol: str = ""
    agent_name: str | Secret | None = None
    refusal: tuple[Side, str, bool] | None = None
    """Who refused, in which words, and whether for good."""
    upgrade: int | None = None
    """The status with which WebSocket was answered; 101 is the one that opens the channel."""
    channel_began: float | None = None
    commands: list[RecordedCommand] = field(default_factory=list)
    closed: ConnectionClosed | None = None
    announced: Mapping[str, str] = field(default_factory=dict)
    """Headers of the discovery before the session, their names in lower case."""
    gaps: int = 0
    """How often bytes are missing."""

    @property
    def is_sealed_refusal(self) -> bool:
        """True if a JNLP3 agent left over the controller's proof: nobody says so, and the rest is encrypted."""
        unfinished = self.channel_began is None and self.refusal is None
        return unfinished and self.protocol == JNLP3 and self.ended_by is Side.AGENT

    @property
    def is_refused_upgrade(self) -> bool:
        """True if an agent asked for WebSocket and did not get it."""
        return self.upgrade is not None and self.upgrade > SWITCHING

    @property
    def ended_by(self) -> Side | None:
        """The side that ended the connection; None if the capture does not tell."""
        return None if self.closed is None else self.closed.by

    @property
    def was_reset(self) -> bool:
        """True if the connection ended with a RST before both sides had said good-bye: after it nobody cares."""
        return self.closed is not None and self.closed.how is CloseReason.RESET and not self.closed.orderly


def read_recordings(events: Iterable[Event]) -> list[Recording]:
    """Return the sessions of a capture, in the order of their begin.

    Raises:
        UsageError: They hold more bytes of commands than can be kept.
    """
    found: dict[int, Recording] = {}
    announced: Mapping[str, str] = {}
    held = 0
    for event in events:
        recording = found.get(event.connection)
        if recording is None:
            recording = found[event.connection] = Recording(event.connection, event.when)
        match event.fact:
            case DiscoveryAnswered(status=status, headers=headers) if recording.protocol == PROTOCOL:
                recording.upgrade = status  # one that says 100 first says another behind it
                recording.announced = {**announced, **_plain(headers)}
            case DiscoveryAnswered(status=200, headers=headers):
                announced = _plain(headers)
            case CommandSent(command=command, payload=payload, size=size) if event.side is not None:
                held += size
                if held > MOST_BYTES:
                    raise UsageError(
                        f"expected a capture with at most {count_bytes(MOST_BYTES)} of commands, got more: "
                        "--connection N plays one session"
                    )
                recording.commands.append(
                    RecordedCommand(len(recording.commands), event.side, event.when, command, payload)
                )
            case fact:
                _note(recording, event, fact, announced)
    return [each for each in found.values() if each.protocol]


def _plain(headers: Mapping[str, str | Secret]) -> Mapping[str, str]:
    return {name.lower(): str(value) for name, value in headers.items()}


def _note(recording: Recording, event: Event, fact: object, announced: Mapping[str, str]) -> None:
    match fact:
        case ProtocolOffered(protocol=protocol):
            recording.protocol, recording.announced = protocol, announced
        case HeadersSent(agent_name=name) if event.side is Side.AGENT:
            recording.agent_name = name
        case HandshakeRefused(by=by, reason=reason, permanent=permanent):
            recording.refusal = recording.refusal or (by, reason, permanent)
        case ChannelEstablished():
            recording.channel_began = event.when
        case BytesMissing():
            recording.gaps += 1
        case ConnectionClosed():
            recording.closed = fact
        case _:
            pass


def choose_recording(recordings: list[Recording], connection: int | None) -> Recording:
    """Return the session to play: that of a connection, else the one with the most commands.

    Raises:
        UsageError: There is none.
    """
    if connection is not None:
        recordings = [each for each in recordings if each.connection == connection]
    if not recordings:
        where = "" if connection is None else f" on connection {connection}"
        raise UsageError(f"expected a session to play, got a capture in which no agent made an offer{where}")
    return max(recordings, key=lambda each: (each.channel_began is not None, len(each.commands), -each.connection))
