"""What JNLP-connect, JNLP2-connect and JNLP3-connect share: properties texts and one-line verdicts."""

from jnlpspy.model.negotiation import Accepted, Headers, Refused
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.headers import parse_properties_headers
from jnlpspy.wire.readers import read_frame, read_refusal_line

WELCOME = "Welcome"
"""What an accepted agent reads (org.jenkinsci.remoting.engine.JnlpProtocolHandler's greeting)."""


def read_welcome(queue: ByteQueue) -> Accepted | Refused | None:
    """Read the controller's line: anything but `Welcome` refuses."""
    line = read_refusal_line(queue)
    return Accepted(line.reason) if line is not None and line.reason == WELCOME else line


def read_properties_headers(queue: ByteQueue) -> Headers | None:
    """Read headers as a properties text inside a writeUTF string."""
    start = queue.offset + 2
    frame = read_frame(queue)
    return None if frame is None else parse_properties_headers(frame, start)
