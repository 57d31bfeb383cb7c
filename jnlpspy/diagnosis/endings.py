"""How a channel ended: whether it was said good-bye, and what was still waited for."""

from jnlpspy.diagnosis.story import Story, Told
from jnlpspy.model.events import (
    BytesMissing,
    CallFinished,
    ChannelEnded,
    ChannelEstablished,
    ConnectionClosed,
    OpaqueBytes,
    TlsStarted,
)
from jnlpspy.model.session import FrameKind, FrameSent, Outcome
from jnlpspy.model.tap import CloseReason, Side

PING = "hudson.remoting.PingThread$Ping"

CHANNEL_BYTES = 5000
"""Bytes of both sides within TLS that was not opened from which on there was a channel: a refusal takes 3,500."""


def lost_channel(story: Story) -> Told[ConnectionClosed] | None:
    """Return the end of a connection with a channel if nobody said good-bye and jnlpspy did not end it.

    Inside TLS that was not opened a good-bye cannot be seen: there only a reset, or a silence before it, tells.
    """
    closed = story.closed
    if closed is None or closed.fact.by is None or closed.fact.how is CloseReason.SHUTDOWN:
        return None
    if story.has(BytesMissing) and closed.fact.how is CloseReason.EOF:
        return None  # the good-bye may be among what the tap did not see
    if is_hidden(story):
        return closed if sum(closed.fact.bytes.values()) >= CHANNEL_BYTES else None
    ended = story.last(ChannelEnded)
    said_goodbye = closed.fact.orderly or (ended is not None and ended.fact.closed_by is not None)
    return closed if story.has(ChannelEstablished) and not said_goodbye else None


def closing_frame(story: Story) -> Told[FrameSent] | None:
    """Return the close frame that came first, if the channel went over WebSocket and there was one."""
    return next((told for told in story.all(FrameSent) if told.fact.kind is FrameKind.CLOSE), None)


def ended_by(story: Story, closed: ConnectionClosed) -> Side | None:
    """Return who ended a connection: who closed its WebSocket, if there was one, whoever was first to let go then."""
    frame = closing_frame(story)
    return closed.by if frame is None else frame.event.side


def describe_closing(frame: Told[FrameSent]) -> str:
    """Return which side closed a WebSocket and why, in its own words."""
    side = "A side" if frame.event.side is None else f"The {frame.event.side.value}"
    code = "without a code" if frame.fact.code is None else f"with code {frame.fact.code}"
    return f"{side} closed the WebSocket {code}{f' ({frame.fact.reason})' if frame.fact.reason else ''}"


def is_hidden(story: Story) -> bool:
    """Return whether what was said stayed inside TLS."""
    return story.has(TlsStarted) and story.has(OpaqueBytes) and not story.has(ChannelEstablished)


def unanswered_calls(story: Story) -> list[Told[CallFinished]]:
    """Return the calls that were never answered, pings left out, the longest waiting first."""
    waiting = [
        told
        for told in story.all(CallFinished)
        if told.fact.outcome is Outcome.UNANSWERED and told.fact.callable != PING
    ]
    return sorted(waiting, key=lambda told: -told.fact.duration)


def unanswered_pings(story: Story) -> list[Told[CallFinished]]:
    """Return the pings that were never answered, the longest waiting first."""
    waiting = [
        told
        for told in story.all(CallFinished)
        if told.fact.outcome is Outcome.UNANSWERED and told.fact.callable == PING
    ]
    return sorted(waiting, key=lambda told: -told.fact.duration)
