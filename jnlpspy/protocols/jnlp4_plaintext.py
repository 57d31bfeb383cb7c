"""JNLP4-plaintext: JNLP4-connect without TLS (remoting 3.0 to 3.37, for tests).

Mirrors org.jenkinsci.remoting.engine.JnlpProtocol4PlainHandler.
"""

from jnlpspy.model.negotiation import Accepted, Ack, Bye, Capability, Headers, Refused
from jnlpspy.model.tap import Side
from jnlpspy.wire.frames import read_ack, read_answer_ack, read_capability, read_headers, read_verdict
from jnlpspy.wire.handshake import Framing, HandshakeSpec, LaneEnd, LaneState


class State(LaneState):
    """What a side is expected to send next."""

    ACK = "the acknowledgement of the protocol"
    HEADERS = "the connection headers"
    VERDICT = "the verdict on the other side's headers"
    CAPABILITY = "the capability, or BYE after a refusal"


SPEC = HandshakeSpec(
    name="JNLP4-plaintext",
    start=dict.fromkeys(Side, State.ACK),
    readers={
        (Side.AGENT, State.ACK): read_ack,
        (Side.CONTROLLER, State.ACK): read_answer_ack,
        **{(side, State.HEADERS): read_headers for side in Side},
        **{(side, State.VERDICT): read_verdict for side in Side},
        **{(side, State.CAPABILITY): read_capability for side in Side},
    },
    transitions={
        **{(side, State.ACK): {Ack: State.HEADERS, Refused: LaneEnd.SILENT} for side in Side},
        **{(side, State.HEADERS): {Headers: State.VERDICT} for side in Side},
        **{(side, State.VERDICT): {Accepted: State.CAPABILITY, Refused: LaneEnd.SILENT} for side in Side},
        **{(side, State.CAPABILITY): {Capability: LaneEnd.CHANNEL, Bye: LaneEnd.SILENT} for side in Side},
    },
    silence={(state, State.VERDICT): Refused("") for state in (State.VERDICT, State.CAPABILITY)},
    framing=Framing.CHUNKED,
)
