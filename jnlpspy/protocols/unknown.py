"""An offer nobody here knows: only the controller's refusal can be read. Mirrors hudson.TcpSlaveAgentListener."""

from jnlpspy.model.negotiation import Ack, Refused
from jnlpspy.model.tap import Side
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.handshake import HandshakeSpec, LaneEnd, LaneState
from jnlpspy.wire.readers import read_refusal_line

REFUSALS = (b"Unknown protocol:", b"Disabled protocol:", b"Unrecognized protocol:", b"HTTP/")


class State(LaneState):
    """What a side is expected to send next."""

    ANSWER = "an answer to the offer"


def read_answer(queue: ByteQueue) -> Ack | Refused | None:
    """Read the controller's refusal; anything else means that it knows the protocol."""
    seen = queue.peek(max(map(len, REFUSALS)))
    if any(seen.startswith(refusal) for refusal in REFUSALS):
        return read_refusal_line(queue)
    undecided = any(refusal.startswith(seen) for refusal in REFUSALS)
    return None if undecided and not (queue.ended and seen) else Ack()


SPEC = HandshakeSpec(
    name="",
    start={Side.AGENT: LaneEnd.OPAQUE, Side.CONTROLLER: State.ANSWER},
    readers={(Side.CONTROLLER, State.ANSWER): read_answer},
    transitions={(Side.CONTROLLER, State.ANSWER): {Ack: LaneEnd.OPAQUE, Refused: LaneEnd.SILENT}},
    silence={(LaneEnd.OPAQUE, State.ANSWER): Refused("")},
    opaque="a protocol that jnlpspy does not know",
)
