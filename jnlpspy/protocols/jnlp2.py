"""JNLP2-connect: headers in the clear as a properties text, then `Welcome` and a cookie (remoting up to 3.39).

Mirrors org.jenkinsci.remoting.engine.JnlpProtocol2Handler. With remoting 3 a controller refuses by closing, without a
word.
"""

from jnlpspy.model.negotiation import Accepted, Capability, Headers, Mode, Refused
from jnlpspy.model.tap import Side
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.handshake import Framing, HandshakeSpec, LaneEnd, LaneState
from jnlpspy.wire.headers import parse_line_headers
from jnlpspy.wire.preamble import read_preamble
from jnlpspy.wire.readers import read_paragraph
from jnlpspy.wire.verdict_line import read_properties_headers, read_welcome


class State(LaneState):
    """What a side is expected to send next."""

    HEADERS = "the agent's name and secret"
    VERDICT = "`Welcome` or a refusal"
    COOKIE = "the header lines behind `Welcome`"
    PREAMBLE = "the channel's capability and transmission mode"
    MODE = "the channel's transmission mode"


def read_cookie(queue: ByteQueue) -> Headers | None:
    """Read the controller's header lines up to the empty one."""
    start = queue.offset
    paragraph = read_paragraph(queue)
    return None if paragraph is None else parse_line_headers(paragraph, start)


SPEC = HandshakeSpec(
    name="JNLP2-connect",
    start={Side.AGENT: State.HEADERS, Side.CONTROLLER: State.VERDICT},
    readers={
        (Side.AGENT, State.HEADERS): read_properties_headers,
        (Side.CONTROLLER, State.VERDICT): read_welcome,
        (Side.CONTROLLER, State.COOKIE): read_cookie,
        **{(side, State.PREAMBLE): read_preamble for side in Side},
        **{(side, State.MODE): read_preamble for side in Side},
    },
    transitions={
        (Side.AGENT, State.HEADERS): {Headers: State.PREAMBLE},
        (Side.CONTROLLER, State.VERDICT): {Accepted: State.COOKIE, Refused: LaneEnd.SILENT},
        (Side.CONTROLLER, State.COOKIE): {Headers: State.PREAMBLE},
        **{(side, State.PREAMBLE): {Capability: State.MODE, Mode: LaneEnd.CHANNEL} for side in Side},
        **{(side, State.MODE): {Capability: State.MODE, Mode: LaneEnd.CHANNEL} for side in Side},
    },
    silence={(State.PREAMBLE, State.VERDICT): Refused("")},
    framing=Framing.NEGOTIATED,
)
