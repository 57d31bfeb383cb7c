import samples
from conversation import Conversation
from said import CONTROLLER, closed

from jnlpspy.model.events import HandshakeAccepted, HandshakeRefused, ProtocolOffered


def pinged() -> Conversation:
    talk = Conversation()
    talk.agent(samples.offer("Ping"))
    talk.expect(ProtocolOffered("Ping"))
    return talk


def test_an_agent_port_answers() -> None:
    talk = pinged()
    talk.controller(b"Ping\n")
    talk.expect(HandshakeAccepted("Ping", None))
    talk.close(CONTROLLER)
    talk.expect(closed(15, 5, by=CONTROLLER))
    talk.end()


def test_an_agent_port_may_refuse() -> None:
    talk = pinged()
    talk.controller(b"Unknown protocol:\n")
    talk.expect(HandshakeRefused(CONTROLLER, "Unknown protocol:"))
    talk.end()
