"""A PROXY protocol header, and near misses."""

import pytest
from conversation import Conversation
from diagnosing import diagnose, found

from jnlpspy.model.tap import Side

RULE = "proxy-protocol-header"
OFFER = b"\0\x16Protocol:JNLP4-connect\0\3ACK"


@pytest.mark.parametrize(
    "header", [b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n", b"\r\n\r\n\0\r\nQUIT\n!\x11\0\x0c" + bytes(12)]
)
def test_both_versions_are_the_only_finding(header: bytes) -> None:
    conversation = Conversation()
    conversation.agent(header + OFFER)
    conversation.close(Side.CONTROLLER)
    assert [each.rule for each in diagnose(conversation.events)] == [RULE]


def test_a_connection_without_one_is_another_matter() -> None:
    conversation = Conversation()
    conversation.agent(OFFER)
    conversation.close()
    assert not found(RULE, conversation.events)
