"""JNLP-connect: secret and name in the clear, then `Welcome` (remoting up to 3.39).

Mirrors org.jenkinsci.remoting.engine.JnlpProtocol1Handler. With remoting 3 a controller refuses by closing, without a
word.
"""

from jnlpspy.model.negotiation import Accepted, Capability, Headers, Mode, Refused
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Side
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.handshake import Framing, HandshakeSpec, LaneEnd, LaneState
from jnlpspy.wire.headers import AGENT_NAME, SECRET, headers_of
from jnlpspy.wire.preamble import read_preamble
from jnlpspy.wire.verdict_line import read_welcome


class State(LaneState):
    """What a side is expected to send next."""

    CREDENTIALS = "the agent's secret and name"
    VERDICT = "`Welcome` or a refusal"
    PREAMBLE = "the channel's capability and transmission mode"
    MODE = "the channel's transmission mode"


def read_credentials(queue: ByteQueue) -> Headers | None:
    """Read two strings: the secret, the name."""
    secret_size = int.from_bytes(queue.peek(2), "big")
    name_at = 2 + secret_size
    head = queue.peek(2, name_at)
    if len(head) < 2:
        return None
    name_size = int.from_bytes(head, "big")
    if len(queue) < name_at + 2 + name_size:
        return None
    start = queue.offset
    data = queue.take(name_at + 2 + name_size)
    secret = data[2:name_at].decode("utf-8", "backslashreplace")
    name = data[name_at + 2 :].decode("utf-8", "backslashreplace")
    return headers_of(
        (
            (SECRET, secret, Span(start + 2, start + name_at)),
            (AGENT_NAME, name, Span(start + name_at + 2, start + len(data))),
        )
    )


SPEC = HandshakeSpec(
    name="JNLP-connect",
    start={Side.AGENT: State.CREDENTIALS, Side.CONTROLLER: State.VERDICT},
    readers={
        (Side.AGENT, State.CREDENTIALS): read_credentials,
        (Side.CONTROLLER, State.VERDICT): read_welcome,
        **{(side, State.PREAMBLE): read_preamble for side in Side},
        **{(side, State.MODE): read_preamble for side in Side},
    },
    transitions={
        (Side.AGENT, State.CREDENTIALS): {Headers: State.PREAMBLE},
        (Side.CONTROLLER, State.VERDICT): {Accepted: State.PREAMBLE, Refused: LaneEnd.SILENT},
        **{(side, State.PREAMBLE): {Capability: State.MODE, Mode: LaneEnd.CHANNEL} for side in Side},
        **{(side, State.MODE): {Capability: State.MODE, Mode: LaneEnd.CHANNEL} for side in Side},
    },
    silence={(State.PREAMBLE, State.VERDICT): Refused("")},
    framing=Framing.NEGOTIATED,
)
