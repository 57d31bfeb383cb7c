"""Something else stands in the stream, and near misses."""

import samples
from conversation import Conversation
from diagnosing import Tale, diagnose, found

from jnlpspy.model.events import BytesMissing, CallFinished, Undecodable
from jnlpspy.model.findings import Severity
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import Side
from jnlpspy.wire.chunks import write_chunks

RULE = "stream-corrupted"
HEADER = Undecodable("stream header aced0005", "636f7272", "", b"corrupted size\n")
INSIDE = Undecodable("a string", "tag 0x69", "classDesc", b"iller was here")


def connected() -> Conversation:
    talk = Conversation()
    talk.agent(samples.offer("JNLP4-plaintext"), samples.ACK, samples.headers(samples.AGENT_HEADERS), samples.OK)
    talk.controller(samples.ACK, samples.headers(samples.CONTROLLER_HEADERS), samples.OK, samples.CAPABILITY_FRAME)
    talk.agent(samples.CAPABILITY_FRAME)
    return talk


def test_text_that_leaked_into_the_stream_is_read_to_the_user() -> None:
    talk = connected()
    talk.agent(b"".join(write_chunks(b"corrupted double-linked list\n" + samples.PING)))
    talk.close()
    root, *_ = diagnose(talk.events)
    assert root.rule == RULE
    assert root.title.startswith("In the agent's stream stands the text 'corrupted double-linked list")
    assert str(root.evidence[0]).startswith("0x636F7272 is the text 'corrupted double-linked list")


def test_it_is_found_the_moment_it_comes_and_explains_the_end() -> None:
    tale = Tale().channel().agent(HEADER).closed(Side.CONTROLLER)
    assert [(each.rule, each.consequence_of) for each in diagnose(tale)] == [(RULE, None), ("abrupt-close", RULE)]


def test_empty_lines_are_no_text() -> None:
    (finding,) = found(RULE, Tale().channel().agent(Undecodable("stream header aced0005", "0a0a", "", b"\n\n\n\n")))
    assert finding.title == "In the agent's stream stands bytes that are no message (0x0A0A0A0A is empty lines)"


def test_damage_inside_a_message_is_likely_corruption() -> None:
    (finding,) = found(RULE, Tale().channel().agent(INSIDE).closed())
    assert (finding.confidence, finding.severity) == (0.8, Severity.ERROR)


def test_where_the_sides_went_on_in_order_it_may_be_our_fault() -> None:
    (finding,) = found(RULE, Tale().channel().agent(INSIDE).closed(orderly=True))
    assert (finding.confidence, finding.severity) == (0.5, Severity.INFO)


def test_what_breaks_off_in_a_handshake_is_another_matter() -> None:
    assert found(RULE, Tale().opened().agent(Undecodable("the acknowledgement", "5a", "", b"Z")).closed()) == []


def test_a_capture_with_holes_proves_nothing() -> None:
    assert found(RULE, Tale().channel().agent(BytesMissing(9), HEADER, INSIDE).closed()) == []


def test_a_limit_of_ours_is_no_corruption() -> None:
    limited = Undecodable("at most 64 levels of nesting", "more", "", b"\xac\xed")
    assert found(RULE, Tale().channel().agent(limited).closed()) == []


def test_damage_that_cost_an_answer_is_a_warning_however_the_channel_ended() -> None:
    lost = CallFinished("c0", "a.Work", 1.0, Outcome.UNANSWERED)
    (finding,) = found(RULE, Tale().channel().agent(INSIDE).fact(lost).closed(orderly=True))
    assert (finding.confidence, finding.severity) == (0.7, Severity.WARNING)
    assert finding.title == "A message of the agent cannot be read, and 1 call got no answer"
