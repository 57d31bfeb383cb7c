"""JNLP3-connect: the part before its encryption: the agent's name, and whether the controller goes on.

Mirrors org.jenkinsci.remoting.engine.JnlpProtocol3Handler.
"""

from enum import Enum

from jnlpspy.model.negotiation import Ack, Headers, Refused
from jnlpspy.model.tap import Side
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.handshake import Framing, HandshakeSpec, LaneEnd
from jnlpspy.wire.readers import read_refusal_line
from jnlpspy.wire.verdict_line import read_properties_headers

NEGOTIATE = b"Negotiate"


class State(Enum):
    """What a side is expected to send next."""

    HEADERS = "the agent's name and challenge"
    NEGOTIATE = "`Negotiate` or a refusal"


def read_negotiate(queue: ByteQueue) -> Ack | Refused | None:
    """Read the controller's line: it goes on to the challenge, or refuses."""
    line = read_refusal_line(queue)
    if line is not None and line.reason.encode() == NEGOTIATE:
        return Ack()
    return line


SPEC = HandshakeSpec(
    name="JNLP3-connect",
    start={Side.AGENT: State.HEADERS, Side.CONTROLLER: State.NEGOTIATE},
    readers={
        (Side.AGENT, State.HEADERS): read_properties_headers,
        (Side.CONTROLLER, State.NEGOTIATE): read_negotiate,
    },
    transitions={
        (Side.AGENT, State.HEADERS): {Headers: LaneEnd.OPAQUE},
        (Side.CONTROLLER, State.NEGOTIATE): {Ack: LaneEnd.OPAQUE, Refused: LaneEnd.SILENT},
    },
    silence={(LaneEnd.OPAQUE, State.NEGOTIATE): Refused("")},
    framing=Framing.NEGOTIATED,
    opaque="JNLP3-connect is encrypted with the agent's secret; jnlpspy cannot open it yet",
)
