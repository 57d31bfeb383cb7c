"""Ping: is this an agent port at all? Mirrors hudson.TcpSlaveAgentListener.PingAgentProtocol."""

from jnlpspy.model.negotiation import Accepted, Refused
from jnlpspy.model.tap import Side
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.handshake import HandshakeSpec, LaneEnd, LaneState
from jnlpspy.wire.readers import read_refusal_line


class State(LaneState):
    """What a side is expected to send next."""

    ANSWER = "`Ping`"


def read_ping(queue: ByteQueue) -> Accepted | Refused | None:
    """Read `Ping`, or a refusal."""
    line = read_refusal_line(queue)
    return Accepted(line.reason) if line is not None and line.reason == "Ping" else line


SPEC = HandshakeSpec(
    name="Ping",
    start={Side.AGENT: LaneEnd.SILENT, Side.CONTROLLER: State.ANSWER},
    readers={(Side.CONTROLLER, State.ANSWER): read_ping},
    transitions={(Side.CONTROLLER, State.ANSWER): {Accepted: LaneEnd.SILENT, Refused: LaneEnd.SILENT}},
)
