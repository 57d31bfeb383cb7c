"""Facts that conversations expect, in few words."""

from collections.abc import Mapping

import samples

from jnlpspy.model.events import (
    CallStarted,
    CapabilityAnnounced,
    CommandSent,
    ConnectionClosed,
    HeadersSent,
)
from jnlpspy.model.negotiation import Capability
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import CallKind
from jnlpspy.model.tap import CloseReason, Side
from jnlpspy.remoting.commands import read_command

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER

AGENT_HEADERS = HeadersSent(
    {"Node-Name": samples.NAME, "Secret-Key": Secret(samples.SECRET)}, samples.NAME, Secret(samples.SECRET)
)
CAPABILITY = CapabilityAnnounced(Capability(0x1FE))
PING_CLASS = "hudson.remoting.PingThread$Ping"
PING_STARTED = CallStarted("c0", CallKind.USER, PING_CLASS, purpose="checks that the other side is alive")


def cookie(key: str = "JnlpAgentProtocol.cookie") -> HeadersSent:
    return HeadersSent({key: Secret(samples.COOKIE)})


def sent(stream: bytes) -> CommandSent:
    """A command, as its own stream tells it."""
    command, payload, error = read_command(stream)
    assert error is None
    assert command is not None
    return CommandSent(command, len(stream), payload)


def closed(
    agent: int,
    controller: int,
    *,
    by: Side | None = AGENT,
    how: CloseReason = CloseReason.EOF,
    orderly: bool = False,
    unfinished: Mapping[Side, int] | None = None,
) -> ConnectionClosed:
    """The end of a connection over which so many bytes went from each side."""
    left = {AGENT: 0, CONTROLLER: 0} | dict(unfinished or {})
    return ConnectionClosed(by, how, orderly, {AGENT: agent, CONTROLLER: controller}, left, 0.0)
