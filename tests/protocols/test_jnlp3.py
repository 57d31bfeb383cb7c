import samples
from conversation import Conversation
from said import AGENT, CONTROLLER, closed

from jnlpspy.model.events import HandshakeRefused, HeadersSent, OpaqueBytes, ProtocolOffered

NAME = "JNLP3-connect"
CHALLENGE = {"Node-Name": samples.NAME, "Challenge": "\x80\xff" * 50}
OFFER = samples.offer(NAME) + samples.properties(CHALLENGE)


def offered() -> Conversation:
    talk = Conversation()
    talk.agent(OFFER)
    talk.expect(ProtocolOffered(NAME), HeadersSent(CHALLENGE, samples.NAME))
    return talk


def test_what_is_encrypted_stays_closed_and_is_told_once() -> None:
    talk = offered()
    talk.controller(b"Negotiate\n", b"5\nabcde")
    talk.agent(b"\0\7Welcome", b"\xff" * 100)
    talk.controller(b"\xff" * 50)
    talk.expect()
    talk.close()
    reason = "JNLP3-connect is encrypted with the agent's secret; jnlpspy cannot open it yet"
    talk.expect(OpaqueBytes(reason, 7 + 109 + 50), closed(len(OFFER) + 109, 67))
    talk.end()


def test_a_refusal_has_words_or_none() -> None:
    for answer, reason in ((b"Disabled protocol:x\n", "Disabled protocol:x"), (b"", "")):
        talk = offered()
        talk.controller(answer)
        talk.close(CONTROLLER)
        talk.expect(HandshakeRefused(CONTROLLER, reason), closed(len(OFFER), len(answer), by=CONTROLLER))
        talk.end()


def test_bytes_lost_from_what_stays_closed_are_missing_and_no_more() -> None:
    talk = offered()
    talk.gap(AGENT, 5)
    talk.agent(samples.chunked(samples.CLOSE))
    told = [type(event.fact).__name__ for event in talk.take()]
    assert told == ["BytesMissing"]
    talk.close()
    assert [type(event.fact).__name__ for event in talk.take()] == ["OpaqueBytes", "ConnectionClosed"]
    talk.end()
