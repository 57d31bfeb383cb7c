import samples
from conversation import Conversation
from said import AGENT_HEADERS, CONTROLLER, closed, cookie

from jnlpspy.model.events import HandshakeRefused, HeadersSent, ProtocolOffered

ROUTED = samples.offer("JNLP4-connect-proxy") + b"Node-Name: agent-1\n\n"
NAMED = HeadersSent({"Node-Name": samples.NAME}, samples.NAME)


def test_a_router_passes_a_whole_jnlp4_on() -> None:
    talk = Conversation()
    talk.agent(ROUTED, samples.offer("JNLP4-connect"), samples.ACK)
    talk.expect(ProtocolOffered("JNLP4-connect-proxy"), NAMED, ProtocolOffered("JNLP4-connect"))
    talk.controller(samples.ACK, samples.headers(samples.CONTROLLER_HEADERS))
    talk.expect(cookie())
    talk.agent(samples.headers(samples.AGENT_HEADERS))
    talk.expect(AGENT_HEADERS)
    talk.end()


def test_jenkins_itself_refuses() -> None:
    talk = Conversation()
    talk.agent(ROUTED)
    talk.expect(ProtocolOffered("JNLP4-connect-proxy"), NAMED)
    talk.controller(b"Unknown protocol:\n")
    talk.expect(HandshakeRefused(CONTROLLER, "Unknown protocol:"))
    talk.agent(samples.offer("JNLP4-connect"), samples.ACK)
    talk.expect(ProtocolOffered("JNLP4-connect"))
    talk.close()
    talk.expect(closed(len(ROUTED) + 29, 18))
    talk.end()


def test_a_web_request_behind_it_is_read_as_one() -> None:
    talk = Conversation()
    talk.agent(ROUTED, b"GET / HTTP/1.1\r\n\r\n")
    assert [type(event.fact).__name__ for event in talk.take()] == ["ProtocolOffered", "HeadersSent", "DiscoveryAsked"]
    talk.end()
