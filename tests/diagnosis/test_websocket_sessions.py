"""What goes wrong on a WebSocket is found as on any other channel, from its bytes on."""

import samples
from conversation import Conversation, decode
from diagnosing import diagnose
from over_websocket import REQUEST, UPGRADE, head, mask_of, messages, upgraded
from specimens import observations_of

from jnlpspy.javaser.building import java_class, java_object
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.commands import CloseCommand, Response, UserRequest
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import CloseReason, Side
from jnlpspy.remoting.build import build_command
from jnlpspy.remoting.nested import Loaders, exception_response, normal_response
from jnlpspy.wire.websocket import Opcode, write_close, write_frame

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER
TASK = write_stream([java_object(java_class("a.Work"))])
WORK = build_command(UserRequest(id=7, request=TASK, to_string="work@1"))
DONE = build_command(Response(id=7, return_value=normal_response(None, Loaders(1))))
CLOSE = build_command(CloseCommand())
REJECTED = "java.lang.SecurityException", "Rejected: com.example.Evil; see https://jenkins.io/redirect/class-filter/"


def roots(talk: Conversation) -> list[Finding]:
    """Return the findings that no other explains."""
    return [each for each in diagnose(talk.events) if each.consequence_of is None]


def rules(talk: Conversation) -> list[str]:
    return [each.rule for each in roots(talk)]


def finish(talk: Conversation, by: Side = CONTROLLER, how: CloseReason = CloseReason.EOF) -> Conversation:
    talk.close(by, how)
    return talk


def test_a_healthy_session_gives_no_finding() -> None:
    talk = upgraded()
    for _ in range(3):
        talk.wait(30)
        talk.controller(write_frame(Opcode.PING))
        talk.agent(write_frame(Opcode.PONG, b"", mask_of(AGENT)))
    talk.controller(messages(CONTROLLER, WORK))
    talk.agent(messages(AGENT, DONE))
    talk.controller(messages(CONTROLLER, CLOSE), write_close(1000))
    talk.agent(messages(AGENT, CLOSE), write_close(1000, "", mask_of(AGENT)))
    assert roots(finish(talk, AGENT, CloseReason.RESET)) == []
    assert diagnose(decode(observations_of("head-WebSocket-workload"))) == []


def test_an_end_without_a_word_is_abrupt() -> None:
    talk = upgraded()
    talk.controller(messages(CONTROLLER, WORK))
    talk.agent(messages(AGENT, DONE)[:40])
    assert rules(finish(talk, AGENT, CloseReason.RESET)) == ["abrupt-close"]


def test_a_close_frame_says_who_ended_it_and_why() -> None:
    talk = upgraded()
    talk.controller(messages(CONTROLLER, WORK))
    talk.agent(messages(AGENT, DONE))
    talk.controller(write_close(1001, "Shutdown"))
    talk.agent(write_close(1001, "", mask_of(AGENT)))
    (finding,) = roots(finish(talk, AGENT))
    assert finding.rule == "abrupt-close"
    assert finding.title == (
        "The controller closed the WebSocket with code 1001 (Shutdown), without closing the channel"
    )


def test_who_closed_the_websocket_while_calls_ran_has_gone() -> None:
    talk = upgraded()
    talk.controller(messages(CONTROLLER, WORK))
    talk.wait(3)
    talk.controller(write_close(1001))
    assert rules(finish(talk, AGENT)) == ["controller-vanished"]
    other = upgraded()
    other.controller(messages(CONTROLLER, WORK))
    other.wait(3)
    other.agent(write_close(1000, "", mask_of(AGENT)))
    assert rules(finish(other, CONTROLLER)) == ["agent-vanished"]


def test_a_message_too_big_is_told_by_its_close_code() -> None:
    talk = upgraded()
    talk.controller(messages(CONTROLLER, WORK))
    talk.agent(write_close(1009, "Binary message size [70123] exceeds maximum size [65536]", mask_of(AGENT)))
    (finding,) = roots(finish(talk))
    assert finding.rule == "websocket-message-too-big"
    assert finding.title == "A WebSocket message of 70,123 bytes was bigger than the receiver takes"
    bare = upgraded()
    bare.controller(messages(CONTROLLER, WORK), write_close(1009))
    assert rules(finish(bare)) == ["websocket-message-too-big"]


def test_jettys_idle_limit_is_named() -> None:
    talk = upgraded()
    talk.controller(messages(CONTROLLER, WORK))
    talk.agent(messages(AGENT, DONE))
    talk.wait(60.2)
    talk.controller(write_close(1001, "Connection Idle Timeout"))
    (finding,) = roots(finish(talk))
    assert finding.rule == "idle-cut-by-middlebox"
    assert "which is the limit of Jenkins' own WebSocket limit" in finding.title
    assert any("jenkins.websocket.idleTimeout" in each for each in finding.advice)


def test_a_cut_after_a_known_silence_is_a_devices_doing() -> None:
    talk = upgraded()
    talk.controller(messages(CONTROLLER, WORK))
    talk.agent(messages(AGENT, DONE))
    talk.wait(60.1)
    (finding,) = roots(finish(talk))
    assert finding.rule == "idle-cut-by-middlebox"
    assert any("nginx" in each for each in finding.causes)


def test_a_ping_that_is_never_answered_is_found() -> None:
    talk = upgraded()
    talk.controller(messages(CONTROLLER, samples.PING))
    talk.wait(241)
    talk.controller(write_frame(Opcode.PING))
    assert "ping-timed-out" in rules(finish(talk))


def test_a_class_that_the_filter_rejects_is_found() -> None:
    talk = upgraded()
    talk.controller(messages(CONTROLLER, WORK))
    thrown = exception_response(samples.throwable(*REJECTED), Loaders(1))
    talk.agent(messages(AGENT, build_command(Response(id=7, return_value=thrown)), CLOSE))
    talk.controller(messages(CONTROLLER, CLOSE))
    assert rules(finish(talk)) == ["class-filter-rejection"]


def test_frames_against_the_standard_are_a_corrupted_stream() -> None:
    talk = upgraded()
    talk.controller(messages(CONTROLLER, WORK))
    talk.agent(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
    assert "stream-corrupted" in rules(finish(talk))


def test_an_upgrade_that_is_never_answered_is_found_once() -> None:
    talk = Conversation()
    talk.agent(UPGRADE)
    talk.wait(60)
    talk.close(AGENT)
    assert len(rules(talk)) == 1


def test_a_refusal_is_no_stalled_handshake() -> None:
    talk = Conversation()
    talk.agent(head("GET /wsagents/ HTTP/1.1", REQUEST))
    talk.controller(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    talk.wait(60)
    talk.close(AGENT)
    assert rules(talk) == ["secret-rejected"]
