"""JNLP4-connect: offer, acknowledgements, TLS, headers, verdicts, capabilities, chunks.

Mirrors org.jenkinsci.remoting.protocol.impl: AckFilterLayer, SSLEngineFilterLayer, ConnectionHeadersFilterLayer,
ChannelApplicationLayer.
"""

from enum import Enum

from jnlpspy.model.negotiation import Accepted, Ack, Bye, Capability, Foreign, Headers, Refused
from jnlpspy.model.tap import Side
from jnlpspy.wire.frames import read_ack, read_answer_ack, read_capability, read_headers, read_verdict
from jnlpspy.wire.handshake import Framing, HandshakeSpec, LaneEnd


class State(Enum):
    """What a side is expected to send next."""

    ACK = "the acknowledgement of the protocol"
    TLS = "the TLS handshake"
    HEADERS = "the connection headers"
    VERDICT = "the verdict on the other side's headers"
    CAPABILITY = "the capability, or BYE after a refusal"


SPEC = HandshakeSpec(
    name="JNLP4-connect",
    start=dict.fromkeys(Side, State.ACK),
    readers={
        (Side.AGENT, State.ACK): read_ack,
        (Side.CONTROLLER, State.ACK): read_answer_ack,
        **{(side, State.HEADERS): read_headers for side in Side},
        **{(side, State.VERDICT): read_verdict for side in Side},
        **{(side, State.CAPABILITY): read_capability for side in Side},
    },
    transitions={
        **{(side, State.ACK): {Ack: State.TLS, Refused: LaneEnd.SILENT} for side in Side},
        **{(side, State.HEADERS): {Headers: State.VERDICT, Foreign: LaneEnd.OPAQUE} for side in Side},
        **{(side, State.VERDICT): {Accepted: State.CAPABILITY, Refused: LaneEnd.SILENT} for side in Side},
        **{(side, State.CAPABILITY): {Capability: LaneEnd.CHANNEL, Bye: LaneEnd.SILENT} for side in Side},
    },
    joint_tls=(State.TLS, State.TLS),
    after_tls=dict.fromkeys(Side, State.HEADERS),
    silence={(Side.CONTROLLER, State.VERDICT): Refused("")},
    framing=Framing.CHUNKED,
    opaque="TLS without its keys",
)
