"""A message was too big, and near misses."""

import pytest
from diagnosing import Tale, found

from jnlpspy.model.events import HandshakeRefused, Remark
from jnlpspy.model.session import FrameKind, FrameSent
from jnlpspy.model.tap import Side

RULE = "websocket-message-too-big"


def test_the_size_is_told() -> None:
    (finding,) = found(RULE, Tale().opened().fact(Remark("Binary message size [70123] exceeds maximum size [65536]")))
    assert finding.title == "A WebSocket message of 70,123 bytes was bigger than the receiver takes"


@pytest.mark.parametrize("text", ["WebSocket closed: 1009", "Message too large"])
def test_the_close_code_and_other_words_are_enough(text: str) -> None:
    assert found(RULE, Tale().opened().agent(HandshakeRefused(Side.AGENT, text)))


def test_the_code_of_a_close_frame_is_told_once_although_it_is_answered() -> None:
    close = FrameSent(FrameKind.CLOSE, 2, 1009)
    (finding,) = found(RULE, Tale().opened().controller(close).agent(close))
    assert finding.title == "A WebSocket message was bigger than the receiver takes"
    words = FrameSent(FrameKind.CLOSE, 2, 1009, "Binary message size [70123] exceeds maximum size [65536]")
    (finding,) = found(RULE, Tale().opened().controller(words).agent(close))
    assert finding.title == "A WebSocket message of 70,123 bytes was bigger than the receiver takes"


def test_other_ends_are_other_matters() -> None:
    assert not found(RULE, Tale().opened().fact(Remark("WebSocket closed: 1000, 10090 bytes")))
    others = (FrameSent(FrameKind.CLOSE, 2, 1001, "going away"), FrameSent(FrameKind.PING, 1009))
    assert not found(RULE, Tale().opened().controller(*others))
