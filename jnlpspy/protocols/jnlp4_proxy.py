"""JNLP4-connect-proxy: the agent's name in the clear for a router, then a whole JNLP4-connect on the same connection.

Mirrors org.jenkinsci.remoting.engine.JnlpProtocol4ProxyHandler (remoting 3180 and later); a Jenkins refuses it.
"""

from jnlpspy.model.negotiation import Headers, Refused
from jnlpspy.model.tap import Side
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.handshake import HandshakeSpec, LaneEnd, LaneState, Opening
from jnlpspy.wire.headers import parse_line_headers
from jnlpspy.wire.readers import read_paragraph, read_refusal_line


class State(LaneState):
    """What a side is expected to send next."""

    HEADERS = "the agent's name for a router"
    ANSWER = "a refusal, or the answer to the offer that follows"


def read_router_headers(queue: ByteQueue) -> Headers | None:
    """Read the lines up to the empty one."""
    start = queue.offset
    paragraph = read_paragraph(queue)
    return None if paragraph is None else parse_line_headers(paragraph, start)


def read_text_answer(queue: ByteQueue) -> Refused | None:
    """Read a refusal; an answer that is no text belongs to the offer that follows."""
    return read_refusal_line(queue) if queue.peek(1) == b"U" else None


SPEC = HandshakeSpec(
    name="JNLP4-connect-proxy",
    start={Side.AGENT: State.HEADERS, Side.CONTROLLER: State.ANSWER},
    readers={(Side.AGENT, State.HEADERS): read_router_headers, (Side.CONTROLLER, State.ANSWER): read_text_answer},
    transitions={
        (Side.AGENT, State.HEADERS): {Headers: Opening.OFFER},
        (Side.CONTROLLER, State.ANSWER): {Refused: LaneEnd.SILENT},
    },
)
