import pytest
import samples
from conversation import Conversation
from feeding import check_reader, queue_of
from said import CONTROLLER, closed

from jnlpspy.model.events import HandshakeRefused, OpaqueBytes, ProtocolOffered, Undecodable
from jnlpspy.model.negotiation import Ack, Refused
from jnlpspy.model.span import Span
from jnlpspy.protocols.unknown import read_answer

OFFER = samples.offer("JNLP9-connect")


@pytest.mark.parametrize(
    "line",
    ["Unknown protocol:", "Unknown protocol:Protocol:JNLP9-connect", "Unrecognized protocol: Hello", "HTTP/1.1 400"],
)
def test_a_controller_refuses_what_it_does_not_know(line: str) -> None:
    check_reader(read_answer, line.encode() + b"\n", Refused(line, spans=(Span(0, len(line) + 1),)))
    talk = Conversation()
    talk.agent(OFFER)
    talk.expect(ProtocolOffered("JNLP9-connect"))
    talk.controller(line.encode() + b"\n")
    talk.expect(HandshakeRefused(CONTROLLER, line))
    talk.end()


def test_another_answer_means_that_the_controller_knows_more_than_we() -> None:
    talk = Conversation()
    talk.agent(OFFER, b"secret things")
    talk.expect(ProtocolOffered("JNLP9-connect"))
    talk.controller(b"Welcome\n")
    talk.close()
    talk.expect(OpaqueBytes("a protocol that jnlpspy does not know", 13 + 8), closed(24 + 13, 8))
    talk.end()


def test_silence_refuses() -> None:
    talk = Conversation()
    talk.agent(b"\0\5Hello")
    talk.expect(ProtocolOffered("Hello"))
    talk.close(CONTROLLER)
    talk.expect(HandshakeRefused(CONTROLLER, ""), closed(7, 0, by=CONTROLLER))
    talk.end()


def test_an_answer_cut_off_is_none() -> None:
    assert read_answer(queue_of(b"Unk")) is None
    assert read_answer(queue_of(b"Unk", ended=True)) == Ack()


def test_what_is_no_offer_is_told_with_the_answer_to_it() -> None:
    talk = Conversation()
    talk.agent(b"hello world, this is no offer\n")
    expected = "a protocol offer (two bytes of length and `Protocol:NAME`)"
    talk.expect(Undecodable(expected, '68 65 6c 6c 6f 20 77 6f 72 6c ("hello worl")', "", b"hello worl"))
    talk.controller(b"Unrecognized protocol: hm\n")
    talk.expect(HandshakeRefused(CONTROLLER, "Unrecognized protocol: hm"))
    talk.end()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (bytes.fromhex("16030100c8010000c4"), "TLS"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "SSH"),
        (b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n" + OFFER, "PROXY protocol"),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11", "PROXY protocol"),
    ],
)
def test_another_protocol_stays_closed(data: bytes, kind: str) -> None:
    talk = Conversation()
    talk.agent(data)
    talk.controller(b"what?")
    talk.expect()
    talk.close()
    reason = f"{kind} where a protocol offer was expected"
    talk.expect(OpaqueBytes(reason, len(data) + 5), closed(len(data), 5))
    talk.end()
