import samples
from conversation import Conversation
from said import AGENT_HEADERS, CAPABILITY, CONTROLLER, closed, cookie

from jnlpspy.model.events import (
    ChannelEstablished,
    HandshakeAccepted,
    HandshakeRefused,
    OpaqueBytes,
    ProtocolOffered,
    Undecodable,
)

NAME = "JNLP4-plaintext"


def test_an_agent_connects_without_tls() -> None:
    talk = Conversation()
    talk.agent(samples.offer(NAME), samples.ACK, samples.headers(samples.AGENT_HEADERS))
    talk.expect(ProtocolOffered(NAME), AGENT_HEADERS)
    talk.controller(samples.ACK, samples.headers(samples.CONTROLLER_HEADERS), samples.OK, samples.CAPABILITY_FRAME)
    talk.expect(cookie(), HandshakeAccepted(NAME, samples.NAME), CAPABILITY)
    talk.agent(samples.OK, samples.CAPABILITY_FRAME)
    talk.expect(CAPABILITY, ChannelEstablished(NAME, samples.NAME))
    talk.end()


def test_a_refusal_is_told() -> None:
    talk = Conversation()
    talk.agent(samples.offer(NAME), samples.ACK)
    talk.expect(ProtocolOffered(NAME))
    talk.controller(b"Disabled protocol:Protocol:JNLP4-plaintext\n")
    talk.expect(HandshakeRefused(CONTROLLER, "Disabled protocol:Protocol:JNLP4-plaintext"))
    talk.end()


def test_an_agent_that_sends_no_acknowledgement_is_told() -> None:
    talk = Conversation()
    talk.agent(samples.offer(NAME), samples.headers(samples.AGENT_HEADERS))
    talk.expect(
        ProtocolOffered(NAME),
        Undecodable("the acknowledgement (00 03 41 43 4b)", "00 67 7b 22 4e", "", b'\0\x67{"N'),
    )
    assert samples.SECRET not in repr(talk.events)
    talk.end()


def test_tls_where_none_is_spoken_stays_closed() -> None:
    talk = Conversation()
    talk.agent(samples.offer(NAME))
    talk.expect(ProtocolOffered(NAME))
    talk.controller(bytes.fromhex("15030100020246"))
    talk.expect(HandshakeRefused(CONTROLLER, "TLS alert: protocol_version"))
    talk.close()
    talk.expect(OpaqueBytes("TLS where a message of JNLP4-plaintext was expected", 7), closed(26, 7))
    talk.end()
