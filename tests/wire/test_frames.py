import pytest
import samples
from feeding import check_reader, error_of, queue_of

from jnlpspy.errors import MalformedBytes
from jnlpspy.model.negotiation import Accepted, Ack, Bye, Capability, Foreign, Refused
from jnlpspy.model.span import Span
from jnlpspy.wire.frames import (
    read_ack,
    read_answer_ack,
    read_answer_ack_or_headers,
    read_capability,
    read_headers,
    read_verdict,
)
from jnlpspy.wire.layouts import build_utf


@pytest.mark.parametrize("reader", [read_ack, read_answer_ack, read_answer_ack_or_headers])
def test_an_acknowledgement_is_five_bytes(reader: object) -> None:
    assert callable(reader)
    check_reader(reader, samples.ACK, Ack())


def test_a_garbled_acknowledgement_is_shown_whole_as_remoting_logs_it() -> None:
    error, about = error_of(read_answer_ack, bytes.fromhex("5a591b1911"))
    assert str(error) == "expected the acknowledgement (00 03 41 43 4b), got 5a 59 1b 19 11 at byte 0"
    assert about == 5


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Disabled protocol:Protocol:JNLP4-connect\n", "Disabled protocol:Protocol:JNLP4-connect"),
        (b"HTTP/1.1 400 Bad Request\r\n", "HTTP/1.1 400 Bad Request"),
        (b"ab\n", "ab"),
        (b"\n", ""),
    ],
)
def test_a_text_line_in_its_place_refuses(data: bytes, reason: str) -> None:
    check_reader(read_answer_ack, data, Refused(reason, spans=(Span(0, len(data)),)))


def test_tls_in_its_place_is_foreign_and_stays_unread() -> None:
    queue = queue_of(bytes.fromhex("150301000202"))
    assert read_answer_ack(queue) == Foreign("TLS")
    assert queue.offset == 0
    assert read_answer_ack(queue_of(b"\x15\x03")) is None


def test_headers_may_stand_before_a_late_acknowledgement() -> None:
    message = read_answer_ack_or_headers(queue_of(samples.headers(samples.CONTROLLER_HEADERS)))
    assert list(message.fields) == ["JnlpAgentProtocol.cookie"]  # type: ignore[union-attr]


def test_headers_and_a_tls_record_differ_in_their_third_byte() -> None:
    data = samples.frame(b"{" + b" " * (0x1603 - 2) + b"}")
    assert data.startswith(b"\x16\x03{")
    assert read_headers(queue_of(data)).fields == {}  # type: ignore[union-attr]
    assert read_headers(queue_of(bytes.fromhex("160303"))) == Foreign("TLS")
    assert read_headers(queue_of(b"\x16\x03")) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("OK", Accepted("OK")),
        ("anything else accepts", Accepted("anything else accepts")),
        ("ERROR: Authorization failure", Refused("Authorization failure", spans=(Span(9, 30),))),
        ("FATAL: no", Refused("no", permanent=True, spans=(Span(9, 11),))),
        ("ERROR: ", Refused("", spans=(Span(9, 9),))),
    ],
)
def test_a_verdict_refuses_by_its_prefix(text: str, message: Accepted | Refused) -> None:
    check_reader(read_verdict, build_utf(text), message)


def test_a_capability_or_a_bye_ends_the_handshake() -> None:
    check_reader(read_capability, samples.CAPABILITY_FRAME, Capability(0x1FE))
    check_reader(read_capability, samples.BYE, Bye())


def test_another_frame_in_the_capabilitys_place_is_malformed() -> None:
    error, about = error_of(read_capability, build_utf("hello"))
    assert isinstance(error, MalformedBytes)
    assert about == 7
