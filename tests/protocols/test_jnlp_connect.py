import samples
from conversation import Conversation
from said import AGENT_HEADERS, CAPABILITY, CONTROLLER, closed

from jnlpspy.model.events import (
    ChannelEstablished,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    ProtocolOffered,
)
from jnlpspy.model.secret import Secret
from jnlpspy.model.span import Span

NAME = "JNLP-connect"
CREDENTIALS = samples.frame(samples.SECRET.encode()) + samples.frame(samples.NAME.encode())


def test_an_agent_connects() -> None:
    talk = Conversation()
    talk.agent(samples.offer(NAME), CREDENTIALS)
    talk.expect(ProtocolOffered(NAME), HeadersSent(AGENT_HEADERS.headers, samples.NAME, Secret(samples.SECRET)))
    talk.controller(b"Welcome\n", samples.CAPABILITY_PREAMBLE)
    talk.expect(HandshakeAccepted(NAME, samples.NAME), CAPABILITY)
    talk.agent(samples.CAPABILITY_PREAMBLE, samples.BINARY)
    talk.expect(CAPABILITY)
    talk.controller(samples.BINARY)
    talk.expect(ChannelEstablished(NAME, samples.NAME))
    talk.end()


def test_credentials_have_their_place() -> None:
    talk = Conversation()
    talk.agent(samples.offer(NAME), CREDENTIALS)
    offered, headers = talk.take()
    assert (offered.span, headers.span) == (Span(0, 23), Span(23, 23 + 66 + 9))
    talk.end()


def test_a_refusal_has_words_or_none() -> None:
    for answer, reason in ((b"No such agent: agent-1\n", "No such agent: agent-1"), (b"", "")):
        talk = Conversation()
        talk.agent(samples.offer(NAME), CREDENTIALS)
        talk.take()
        talk.controller(answer)
        talk.close(CONTROLLER)
        talk.expect(HandshakeRefused(CONTROLLER, reason), closed(98, len(answer), by=CONTROLLER))
        talk.end()


def test_name_and_secret_swapped_show_no_secret() -> None:
    talk = Conversation()
    talk.agent(samples.offer(NAME), samples.frame(samples.NAME.encode()), samples.frame(samples.SECRET.encode()))
    talk.take()
    talk.controller(f"No such agent: {samples.SECRET}\n".encode())
    talk.expect(HandshakeRefused(CONTROLLER, f"No such agent: {Secret(samples.SECRET)}"))
    assert samples.SECRET not in repr(talk.events)
    talk.end()
