"""A message was too big, and near misses."""

import pytest
from diagnosing import Tale, found

from jnlpspy.model.events import HandshakeRefused, Remark
from jnlpspy.model.tap import Side

RULE = "websocket-message-too-big"


def test_the_size_is_told() -> None:
    (finding,) = found(RULE, Tale().opened().fact(Remark("Binary message size [70123] exceeds maximum size [65536]")))
    assert finding.title == "A WebSocket message of 70,123 bytes was bigger than the receiver takes"


@pytest.mark.parametrize("text", ["WebSocket closed: 1009", "Message too large"])
def test_the_close_code_and_other_words_are_enough(text: str) -> None:
    assert found(RULE, Tale().opened().agent(HandshakeRefused(Side.AGENT, text)))


def test_other_ends_are_other_matters() -> None:
    assert not found(RULE, Tale().opened().fact(Remark("WebSocket closed: 1000, 10090 bytes")))
