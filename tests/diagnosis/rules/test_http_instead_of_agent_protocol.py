"""HTTP on the agent port, and near misses."""

from conversation import Conversation, decode
from diagnosing import diagnose, found
from handshakes import refused, upgrade
from specimens import observations_of

RULE = "http-instead-of-agent-protocol"


def test_a_real_agent_that_met_a_web_server_is_told() -> None:
    (finding,) = diagnose(decode(observations_of("3.33-JNLP4-connect-port-is-http")))
    assert finding.rule == RULE
    assert "HTTP/1.1 400 Bad Request" in finding.title


def test_old_protocols_are_answered_so_too() -> None:
    conversation = Conversation()
    conversation.agent(b"\0\x15Protocol:JNLP-connect\0\1s\0\1a")
    conversation.controller(b"HTTP/1.1 400 Illegal character CNTL=0x0\r\n\r\n")
    assert [each.rule for each in diagnose(conversation.events)] == [RULE]


def test_http_where_it_belongs_is_another_matter() -> None:
    assert not found(RULE, upgrade(400))
    assert not found(RULE, refused("Unknown protocol:"))
