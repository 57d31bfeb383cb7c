"""An agent's WebSocket is decoded like any other channel; what its frames carry beside is told."""

import pytest
import samples
from conversation import Conversation
from over_websocket import ANSWER, REQUEST, SWITCHING, UPGRADE, head, mask_of, messages, split_messages, upgraded

from jnlpspy.model.commands import CloseCommand, Response, UserRequest
from jnlpspy.model.events import (
    BytesMissing,
    CallFinished,
    CallStarted,
    CapabilityAnnounced,
    ChannelEstablished,
    CommandSent,
    ConnectionClosed,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
    HandshakeAccepted,
    HeadersSent,
    OpaqueBytes,
    ProtocolOffered,
    Undecodable,
)
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import FrameKind, FrameSent
from jnlpspy.model.span import Decoded, Form, Span
from jnlpspy.model.tap import CloseReason, Side
from jnlpspy.remoting.build import build_command
from jnlpspy.remoting.nested import Loaders, normal_response
from jnlpspy.wire import limits
from jnlpspy.wire.websocket import Opcode, write_close, write_frame

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER
PING = samples.PING
BIG = build_command(UserRequest(id=7, request=samples.callable_stream(), to_string="x" * 20_000))
ANSWERED = build_command(Response(id=7, return_value=normal_response(None, Loaders(1))))
CLOSE = build_command(CloseCommand())


def commands(events: list[Event]) -> list[str]:
    return [type(event.fact.command).__name__ for event in events if isinstance(event.fact, CommandSent)]


def kinds(events: list[Event]) -> list[str]:
    return [type(event.fact).__name__ for event in events]


@pytest.mark.parametrize("fragments", [False, True])
def test_calls_go_over_a_websocket_as_over_any_channel(*, fragments: bool) -> None:
    talk = upgraded()
    talk.controller(messages(CONTROLLER, BIG, fragments=fragments))
    talk.agent(messages(AGENT, ANSWERED, CLOSE, fragments=fragments))
    talk.controller(messages(CONTROLLER, CLOSE))
    talk.close()
    told = talk.take()
    assert kinds(told) == [
        "CommandSent", "CallStarted", "CommandSent", "CallFinished", "CommandSent", "CommandSent", "ConnectionClosed",
    ]  # fmt: skip
    assert isinstance(told[1].fact, CallStarted)
    assert isinstance(told[3].fact, CallFinished)
    assert isinstance(told[4].fact, CommandSent)
    assert isinstance(told[4].fact.command, CloseCommand)
    closed = told[-1].fact
    assert isinstance(closed, ConnectionClosed)
    assert closed.orderly
    assert closed.unfinished == {AGENT: 0, CONTROLLER: 0}
    talk.end()


@pytest.mark.parametrize("fragments", [False, True])
def test_the_span_of_a_command_is_that_of_its_frames(*, fragments: bool) -> None:
    talk = upgraded()
    first, second = (messages(AGENT, each, fragments=fragments) for each in (PING, BIG))
    talk.agent(first, write_frame(Opcode.PING, b"between", mask_of(AGENT)), second)
    sent = [event for event in talk.take() if isinstance(event.fact, CommandSent)]
    start = len(UPGRADE)
    behind = start + len(first) + 6 + len(b"between")
    assert [event.span for event in sent] == [Span(start, start + len(first)), Span(behind, behind + len(second))]
    chunks = len(samples.chunked(PING))
    assert [event.decoded for event in sent] == [
        Decoded(Span(0, chunks), 0, Form.FRAMES),
        Decoded(Span(chunks, chunks + len(samples.chunked(BIG))), 0, Form.FRAMES),
    ]


def test_chunks_may_be_cut_into_messages_anyhow() -> None:
    talk = upgraded()
    stream = samples.chunked(PING, samples.RPC, samples.CANCEL)
    talk.controller(split_messages(CONTROLLER, stream, (1, 0, 1, 5, len(PING) - 2)))
    sent = [event for event in talk.take() if isinstance(event.fact, CommandSent)]
    assert commands(sent) == ["UserRequest", "RPCRequest", "Cancel"]
    start = len(SWITCHING)
    frames = [3, 2, 3, 7, len(PING) + 2]  # the last one has a length in two bytes
    third = start + sum(frames)
    at = len(samples.chunked(PING)) - (1 + 1 + 5)
    assert sent[0].span == Span(start, third - len(PING) - 2 + 4 + at)
    assert sent[1].decoded is not None
    assert sent[1].decoded.lead == at
    talk.close()
    talk.take()
    talk.end()


def test_pings_closes_and_text_are_told() -> None:
    talk = upgraded()
    talk.controller(write_frame(Opcode.PING))
    talk.agent(write_frame(Opcode.PONG, b"", mask_of(AGENT)))
    talk.agent(write_frame(Opcode.TEXT, "grüß".encode(), mask_of(AGENT), final=False))
    talk.agent(write_frame(Opcode.CONTINUATION, b"dich", mask_of(AGENT)))
    talk.controller(write_close(1001, "Idle Timeout"))
    talk.agent(write_close(None, "", mask_of(AGENT)))
    talk.expect(
        FrameSent(FrameKind.PING, 0),
        FrameSent(FrameKind.PONG, 0),
        FrameSent(FrameKind.TEXT, 10),
        FrameSent(FrameKind.CLOSE, 14, 1001, "Idle Timeout"),
        FrameSent(FrameKind.CLOSE, 0),
    )
    talk.end()


def test_control_frames_between_the_frames_of_a_command_are_told_and_break_nothing() -> None:
    talk = upgraded()
    head_frame = write_frame(Opcode.BINARY, samples.chunked(PING)[:40], final=False)
    rest = write_frame(Opcode.CONTINUATION, samples.chunked(PING)[40:])
    talk.controller(head_frame, write_frame(Opcode.PING, b"x"), rest)
    told = talk.take()
    assert kinds(told) == ["FrameSent", "CommandSent", "CallStarted"]
    assert told[1].span == Span(len(SWITCHING), len(SWITCHING) + len(head_frame) + 3 + len(rest))
    talk.close()
    talk.take()
    talk.end()


def test_before_there_were_chunks_each_message_was_a_command() -> None:
    talk = upgraded()
    talk.controller(write_frame(Opcode.BINARY, BIG))
    start = len(UPGRADE)
    parts = write_frame(Opcode.BINARY, ANSWERED[:9], mask_of(AGENT), final=False)
    parts += write_frame(Opcode.PING, b"x", mask_of(AGENT))
    parts += write_frame(Opcode.CONTINUATION, ANSWERED[9:], mask_of(AGENT, 1))
    talk.agent(
        parts, write_frame(Opcode.BINARY, b"", mask_of(AGENT)), write_frame(Opcode.BINARY, CLOSE, mask_of(AGENT))
    )
    told = [event for event in talk.take() if isinstance(event.fact, CommandSent)]
    assert commands(told) == ["UserRequest", "Response", "CloseCommand"]
    assert told[1].span == Span(start, start + len(parts))
    assert told[2].decoded == Decoded(Span(len(ANSWERED), len(ANSWERED) + len(CLOSE)), 0, Form.FRAMES)
    talk.controller(write_frame(Opcode.BINARY, BIG)[:9000])
    talk.close()
    (closed,) = [event.fact for event in talk.take() if isinstance(event.fact, ConnectionClosed)]
    assert closed.unfinished[CONTROLLER] == 9000
    talk.end()


def test_a_message_with_bytes_missing_is_passed_over_where_each_is_a_command() -> None:
    talk = upgraded()
    wire = write_frame(Opcode.BINARY, BIG)
    talk.controller(write_frame(Opcode.BINARY, ANSWERED), wire[:500])
    talk.gap(CONTROLLER, 100)
    talk.controller(wire[600:], write_frame(Opcode.BINARY, samples.UNEXPORT))
    told = talk.take()
    assert commands(told) == ["Response", "UnexportCommand"]
    assert not [event for event in told if isinstance(event.fact, Undecodable)]
    talk.end()


def test_garbage_in_a_message_is_told_and_the_next_command_decoded() -> None:
    talk = upgraded()
    garbage = write_frame(Opcode.BINARY, b"garbage!", mask_of(AGENT))
    talk.agent(garbage, messages(AGENT, samples.UNEXPORT), messages(AGENT, samples.CANCEL, fragments=True))
    bad, *rest = talk.take()
    assert bad.fact == Undecodable("the rest of a chunk", "a message that begins with a command", "", b"")
    assert bad.span == Span(len(UPGRADE), len(UPGRADE) + len(garbage))
    assert commands(rest) == ["UnexportCommand", "Cancel"]
    talk.end()


def test_a_command_that_cannot_be_read_ends_nothing_but_itself() -> None:
    talk = upgraded()
    talk.controller(messages(CONTROLLER, b"\xac\xed\0\x05\x7fnonsense", samples.UNEXPORT))
    assert kinds(talk.take()) == ["Undecodable", "CommandSent"]
    talk.end()


def test_frames_against_the_standard_are_told_and_read() -> None:
    talk = upgraded()
    talk.agent(messages(CONTROLLER, samples.UNEXPORT), write_frame(Opcode.BINARY, b"zip", mask_of(AGENT), reserved=4))
    talk.agent(write_frame(11, b"?", mask_of(AGENT)), messages(AGENT, samples.UNEXPORT))
    told = talk.take()
    wrong = [event.fact for event in told if isinstance(event.fact, Undecodable)]
    assert [(each.expected, each.path) for each in wrong] == [
        ("a masked frame from the agent", "WebSocket frame"),
        ("reserved bits that are 0", "WebSocket frame"),
        ("a frame's head", "WebSocket frame"),
    ]
    assert commands(told) == ["UnexportCommand", "UnexportCommand"]
    talk.end()


def test_after_a_gap_the_next_command_is_found() -> None:
    talk = upgraded()
    sent = messages(AGENT, PING, samples.RPC, samples.CANCEL)
    talk.agent(sent[:30])
    talk.gap(AGENT, len(messages(AGENT, PING)) + 40)
    talk.agent(sent[70 + len(messages(AGENT, PING)) :])
    talk.controller(messages(CONTROLLER, BIG, samples.UNEXPORT)[:9000])
    talk.gap(CONTROLLER, 100)  # inside a payload
    talk.controller(messages(CONTROLLER, BIG, samples.UNEXPORT)[9100:])
    told = talk.take()
    assert [event.fact for event in told if isinstance(event.fact, BytesMissing)] != []
    assert commands(told) == ["Cancel", "UnexportCommand"]
    talk.end()


@pytest.mark.parametrize("fragments", [False, True])
def test_a_capture_that_begins_in_the_middle_is_followed_from_the_next_command_on(*, fragments: bool) -> None:
    talk = Conversation()
    for side in Side:
        talk.gap(side, 0)
    sent = {side: messages(side, BIG, samples.UNEXPORT, ANSWERED, fragments=fragments) for side in Side}
    ping = {side: write_frame(Opcode.PING, b"", mask_of(side)) for side in Side}
    talk.agent(sent[AGENT][500:])
    talk.controller(sent[CONTROLLER][500:], ping[CONTROLLER])
    talk.agent(ping[AGENT], sent[AGENT])
    talk.gap(AGENT, 10)
    talk.agent(sent[AGENT])
    told = [event for event in talk.take() if not isinstance(event.fact, BytesMissing)]
    assert commands([event for event in told if event.side is CONTROLLER]) == ["UnexportCommand", "Response"]
    whole = ["UserRequest", "UnexportCommand", "Response"]
    assert commands([event for event in told if event.side is AGENT]) == [*whole[1:], *whole, *whole]
    assert [event.side for event in told if isinstance(event.fact, FrameSent)] == [CONTROLLER, AGENT]
    assert not [event for event in told if isinstance(event.fact, Undecodable)]
    talk.close()
    talk.take()
    talk.end()


def test_what_the_end_cuts_off_is_unfinished() -> None:
    talk = upgraded()
    talk.controller(messages(CONTROLLER, BIG)[:9000])
    talk.agent(messages(AGENT, samples.UNEXPORT), b"\x82")
    talk.take()
    talk.close(AGENT, CloseReason.RESET)
    (closed,) = talk.take()
    assert isinstance(closed.fact, ConnectionClosed)
    assert closed.fact.unfinished == {AGENT: 1, CONTROLLER: 9000}
    assert not closed.fact.orderly
    talk.end()


def test_frames_seen_before_the_answer_wait_for_it() -> None:
    talk = Conversation()
    talk.agent(UPGRADE, messages(AGENT, samples.UNEXPORT))
    talk.controller(SWITCHING, messages(CONTROLLER, samples.CANCEL))
    assert commands(talk.take()) == ["UnexportCommand", "Cancel"]
    talk.end()


def test_a_refused_upgrade_says_who_asked() -> None:
    talk = Conversation()
    request = {"Upgrade": "websocket", "Node-Name": samples.SECRET, "Secret-Key": "a1"}
    talk.agent(head("GET /wsagents/ HTTP/1.1", request))
    name, secret = Secret(samples.SECRET), Secret("a1")
    talk.expect(
        DiscoveryAsked("GET", "/wsagents/", {"Upgrade": "websocket", "Node-Name": name, "Secret-Key": secret}),
        ProtocolOffered("WebSocket"),
        HeadersSent({"Node-Name": name, "Secret-Key": secret}, name, secret),
    )
    talk.controller(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    talk.expect(DiscoveryAnswered(403, {"Content-Length": "0"}, "/wsagents/"))
    talk.end()


def test_an_answer_without_capability_leads_to_a_channel_too() -> None:
    talk = Conversation()
    talk.agent(UPGRADE)
    talk.take()
    talk.controller(b"HTTP/1.1 101 Go\r\n\r\n")
    talk.expect(
        DiscoveryAnswered(101, {}, "/wsagents/"),
        HandshakeAccepted("WebSocket", samples.NAME),
        HeadersSent({}),
        ChannelEstablished("WebSocket", samples.NAME),
    )
    assert not [
        event for event in talk.events if isinstance(event.fact, CapabilityAnnounced) and event.side is CONTROLLER
    ]
    talk.end()


@pytest.mark.parametrize(
    ("asked", "answered", "reason"),
    [
        ({"Upgrade": "websocket"}, {}, "a switch to websocket that no agent asked for"),
        ({"Upgrade": "h2c"}, {}, "a switch to h2c that no agent asked for"),
        (
            REQUEST,
            ANSWER | {"Sec-WebSocket-Extensions": "permessage-deflate"},
            "WebSocket with an extension: permessage-deflate",
        ),
    ],
)
def test_what_cannot_be_read_is_counted(asked: dict[str, str], answered: dict[str, str], reason: str) -> None:
    talk = Conversation()
    talk.agent(head("GET /wsagents/ HTTP/1.1", asked))
    talk.controller(head("HTTP/1.1 101 Go", answered), b"\x82\x02ab")
    talk.agent(b"\x82\x82abcdef")
    talk.controller(b"\x88\0")
    talk.take()
    talk.end(OpaqueBytes(reason, 14))


def test_a_flood_of_tiny_frames_keeps_little() -> None:
    talk = upgraded()
    talk.agent(
        write_frame(Opcode.PING, b"", mask_of(AGENT)) * 100 + write_frame(Opcode.BINARY, b"", mask_of(AGENT)) * 100
    )
    assert len(talk.take()) == 100
    talk.agent(b"".join(write_frame(Opcode.BINARY, bytes((byte,)), mask_of(AGENT)) for byte in samples.chunked(PING)))
    assert commands(talk.take()) == ["UserRequest"]
    talk.close()
    talk.take()
    talk.end()


def test_an_endless_length_is_garbage() -> None:
    talk = upgraded()
    talk.controller(b"\x82\x7f" + (limits.FRAME + 1).to_bytes(8, "big"), messages(CONTROLLER, samples.UNEXPORT))
    told = talk.take()
    assert isinstance(told[0].fact, Undecodable)
    assert told[0].fact.got == f"one of {limits.FRAME + 1}"
    assert commands(told) == ["UnexportCommand"]
    talk.end()
