"""JNLP4-connect: offer, acknowledgements, TLS, headers, verdicts, capabilities, chunks.

Mirrors org.jenkinsci.remoting.protocol.impl: AckFilterLayer, SSLEngineFilterLayer, ConnectionHeadersFilterLayer,
ChannelApplicationLayer.
"""

from jnlpspy.model.negotiation import Accepted, Ack, Bye, Capability, Foreign, Headers, Refused
from jnlpspy.model.tap import Side
from jnlpspy.wire.frames import read_ack, read_answer_ack_or_headers, read_capability, read_headers, read_verdict
from jnlpspy.wire.handshake import Framing, HandshakeSpec, LaneEnd, LaneState


class State(LaneState):
    """What a side is expected to send next."""

    ACK = "the acknowledgement of the protocol"
    TLS = "the TLS handshake"
    HEADERS = "the connection headers"
    LATE_ACK = "the acknowledgement, recorded behind the headers"
    TLS_AROUND = "the TLS handshake, with the headers already seen"
    VERDICT = "the verdict on the other side's headers"
    CAPABILITY = "the capability, or BYE after a refusal"


SPEC = HandshakeSpec(
    name="JNLP4-connect",
    start=dict.fromkeys(Side, State.ACK),
    readers={
        (Side.AGENT, State.ACK): read_ack,
        (Side.CONTROLLER, State.ACK): read_answer_ack_or_headers,
        (Side.CONTROLLER, State.LATE_ACK): read_ack,
        **{(side, State.HEADERS): read_headers for side in Side},
        **{(side, State.VERDICT): read_verdict for side in Side},
        **{(side, State.CAPABILITY): read_capability for side in Side},
    },
    transitions={
        (Side.AGENT, State.ACK): {Ack: State.TLS},
        # A tap that sees both legs through different threads can record the first record inside TLS before the
        # acknowledgement; one real recording shows it.
        (Side.CONTROLLER, State.ACK): {Ack: State.TLS, Refused: LaneEnd.SILENT, Headers: State.LATE_ACK},
        (Side.CONTROLLER, State.LATE_ACK): {Ack: State.TLS_AROUND},
        **{(side, State.HEADERS): {Headers: State.VERDICT, Foreign: LaneEnd.OPAQUE} for side in Side},
        **{(side, State.VERDICT): {Accepted: State.CAPABILITY, Refused: LaneEnd.SILENT} for side in Side},
        **{(side, State.CAPABILITY): {Capability: LaneEnd.CHANNEL, Bye: LaneEnd.SILENT} for side in Side},
    },
    tls=State.TLS,
    behind_tls={
        (State.TLS, State.TLS): (State.HEADERS, State.HEADERS),
        (State.TLS, State.TLS_AROUND): (State.HEADERS, State.VERDICT),
    },
    silence={(state, State.VERDICT): Refused("") for state in (State.VERDICT, State.CAPABILITY)},
    framing=Framing.CHUNKED,
    opaque="TLS that was not opened",
)
