"""A channel is lost when its connection ends and nobody said good-bye."""

import pytest
from diagnosing import Tale

from jnlpspy.diagnosis.endings import is_hidden, lost_channel, unanswered_calls, unanswered_pings
from jnlpspy.diagnosis.story import Chronicle, Story
from jnlpspy.model.events import BytesMissing, CallFinished, ChannelEnded, OpaqueBytes, ProtocolOffered, TlsStarted
from jnlpspy.model.session import Outcome, Pings
from jnlpspy.model.tap import CloseReason, Side

TLS = TlsStarted(Side.CONTROLLER, "TLSv1.3", "AES", None)
HIDDEN = OpaqueBytes("TLS that was not opened", 9)
GOODBYE = ChannelEnded(Side.CONTROLLER, "", dict.fromkeys(Side, Pings()), dict.fromkeys(Side, 0.0), None)


def story_of(tale: Tale) -> Story:
    chronicle = Chronicle()
    for event in tale.events:
        chronicle.story_of(event.connection).add(event)
    return chronicle.story_of(1)


def hidden() -> Tale:
    return Tale().opened().agent(ProtocolOffered("JNLP4-connect")).fact(TLS, HIDDEN)


def test_an_end_without_good_bye_is_a_loss() -> None:
    assert lost_channel(story_of(Tale().channel().closed())) is not None


@pytest.mark.parametrize(
    "tale",
    [
        Tale().channel(),
        Tale().channel().closed(orderly=True),
        Tale().channel().fact(GOODBYE).closed(),
        Tale().channel().closed(None),
        Tale().channel().closed(how=CloseReason.SHUTDOWN),
        Tale().opened().agent(ProtocolOffered("JNLP4-connect")).closed(),
        hidden().closed(agent_bytes=800, controller_bytes=2700),
        Tale().channel().agent(BytesMissing(99)).closed(),
    ],
    ids=[
        "still open",
        "in order",
        "good-bye",
        "by jnlpspy",
        "shutdown",
        "no channel",
        "no more than a handshake",
        "a hole",
    ],
)
def test_nothing_was_lost_otherwise(tale: Tale) -> None:
    assert lost_channel(story_of(tale)) is None


def test_inside_tls_a_channel_is_known_by_its_bytes() -> None:
    story = story_of(hidden().closed(agent_bytes=3900, controller_bytes=14_000))
    assert lost_channel(story) is not None
    assert is_hidden(story)


def test_calls_and_pings_that_nobody_answered_are_told_apart_the_oldest_first() -> None:
    story = story_of(
        Tale()
        .channel()
        .fact(
            CallFinished("c1", "a.Work", 1.0, Outcome.UNANSWERED),
            CallFinished("c2", "a.Work", 9.0, Outcome.UNANSWERED),
            CallFinished("c3", "a.Work", 99.0, Outcome.RETURNED),
            CallFinished("c4", "hudson.remoting.PingThread$Ping", 5.0, Outcome.UNANSWERED),
        )
    )
    assert [told.fact.call for told in unanswered_calls(story)] == ["c2", "c1"]
    assert [told.fact.call for told in unanswered_pings(story)] == ["c4"]
