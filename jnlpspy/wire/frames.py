"""JNLP4's frames, with and without TLS: acknowledgement, headers, verdict, capability."""

from jnlpspy.errors import MalformedBytes
from jnlpspy.model.negotiation import Accepted, Ack, Bye, Capability, Foreign, Headers, Refused
from jnlpspy.model.span import Span
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.foreign import looks_like_tls
from jnlpspy.wire.headers import parse_json_headers
from jnlpspy.wire.layouts import ACK_BYTES, BYE_BYTES, REFUSALS, parse_capability_text
from jnlpspy.wire.readers import begins_line, describe_bytes, read_constant, read_frame, read_refusal_line


def read_ack(queue: ByteQueue) -> Ack | None:
    """Read the acknowledgement of the protocol."""
    return None if read_constant(queue, ACK_BYTES, "the acknowledgement") is None else Ack()


def read_answer_ack(queue: ByteQueue) -> Ack | Foreign | Refused | None:
    """Read the controller's acknowledgement, or the text line or foreign protocol that stands in its place."""
    seen = queue.peek(len(ACK_BYTES))
    if begins_line(seen):
        return read_refusal_line(queue)
    if looks_like_tls(seen):
        return Foreign("TLS")
    if looks_like_tls(seen) is None:
        return None
    return read_ack(queue)


def read_answer_ack_or_headers(queue: ByteQueue) -> Ack | Foreign | Headers | Refused | None:
    """Read the controller's acknowledgement, or the headers that a tap recorded before it."""
    seen = queue.peek(3)
    if seen[:1] == b"\0" and len(seen) < 3:
        return None
    return read_headers(queue) if seen[:1] == b"\0" and seen[2:] == b"{" else read_answer_ack(queue)


def read_headers(queue: ByteQueue) -> Headers | Foreign | None:
    """Read the connection headers, or see that TLS stands in their place and stays closed."""
    tls = looks_like_tls(queue.peek(3))
    if tls is not False:
        return Foreign("TLS") if tls else None
    start = queue.offset + 2
    frame = read_frame(queue)
    return None if frame is None else parse_json_headers(frame, start)


def read_verdict(queue: ByteQueue) -> Accepted | Refused | None:
    """Read whether the other side's headers are accepted."""
    start = queue.offset + 2
    frame = read_frame(queue)
    if frame is None:
        return None
    text = frame.decode("utf-8", "backslashreplace")
    for permanent, prefix in REFUSALS.items():
        if frame.startswith(prefix):
            span = Span(start + len(prefix), queue.offset)
            return Refused(text[len(prefix) :], permanent=permanent, spans=(span,))
    return Accepted(text)


def read_capability(queue: ByteQueue) -> Capability | Bye | None:
    """Read the capability, or the BYE that answers a refusal."""
    if queue.peek(len(BYE_BYTES)) == BYE_BYTES:
        queue.take(len(BYE_BYTES))
        return Bye()
    frame = read_frame(queue)
    if frame is None:
        return None
    capability = parse_capability_text(frame)
    if capability is None:
        raise MalformedBytes("a serialized hudson.remoting.Capability in base64", describe_bytes(frame[:16]))
    return capability
