"""Another service on the agent port, and near misses."""

import pytest
from conversation import Conversation, decode
from diagnosing import diagnose, found
from handshakes import refused
from specimens import observations_of

from jnlpspy.model.findings import Severity
from jnlpspy.model.tap import Side

RULE = "other-protocol-on-agent-port"


@pytest.mark.parametrize(
    ("answer", "service"),
    [
        (b"SSH-2.0-OpenSSH_8.9\r\n", "an SSH server"),
        (b"220 mail.example ESMTP\r\n", "a mail or FTP server"),
        (b"<html>\r\n", "something that sends HTML"),
        (b"-ERR unknown command\r\n", "a Redis or POP3 server"),
    ],
)
@pytest.mark.parametrize("offer", [b"\0\x16Protocol:JNLP4-connect\0\3ACK", b"\0\x15Protocol:JNLP-connect\0\1s\0\1a"])
def test_what_answers_is_named(offer: bytes, answer: bytes, service: str) -> None:
    conversation = Conversation()
    conversation.agent(offer)
    conversation.controller(answer)
    conversation.close(Side.CONTROLLER)
    (finding,) = diagnose(conversation.events)
    assert (finding.rule, service in finding.title) == (RULE, True)


def test_a_garbled_acknowledgement_is_found() -> None:
    (finding,) = diagnose(decode(observations_of("3.33-JNLP4-connect-ack-garbled")))
    assert (finding.rule, "5a 59 1b 19 11" in finding.title) == (RULE, True)


def test_ssh_to_the_agent_port_concerns_no_agent() -> None:
    conversation = Conversation()
    conversation.agent(b"SSH-2.0-OpenSSH_8.9\r\n")
    conversation.close()
    (finding,) = diagnose(conversation.events)
    assert (finding.rule, finding.severity) == (RULE, Severity.WARNING)


def test_what_controllers_say_is_another_matter() -> None:
    for reason in ("HTTP/1.1 400", "Unknown protocol:", "Authorization failure", "a plugin's own reason"):
        assert not found(RULE, refused(reason))
