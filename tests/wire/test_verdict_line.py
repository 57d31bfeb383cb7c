import samples
from feeding import check_reader, read_whole

from jnlpspy.model.negotiation import Accepted, Refused
from jnlpspy.model.span import Span
from jnlpspy.wire.verdict_line import read_properties_headers, read_welcome


def test_welcome_accepts_and_anything_else_refuses() -> None:
    check_reader(read_welcome, b"Welcome\r\n", Accepted("Welcome"))
    check_reader(read_welcome, b"Unauthorized access\n", Refused("Unauthorized access", spans=(Span(0, 20),)))


def test_headers_are_a_properties_text_behind_its_length() -> None:
    headers = read_whole(read_properties_headers, samples.properties(samples.AGENT_HEADERS))
    assert headers is not None
    assert headers.agent_name == samples.NAME
    (span,) = headers.secret_spans
    assert samples.properties(samples.AGENT_HEADERS)[span.start : span.end] == samples.SECRET.encode()
