from base64 import b64encode

import pytest
import samples
from conversation import Conversation
from said import AGENT_HEADERS, CAPABILITY, CONTROLLER, PING_STARTED, closed, cookie, sent

from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    CapabilityAnnounced,
    ChannelEstablished,
    CommandSent,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    ProtocolOffered,
    Undecodable,
)
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import CallKind, Outcome
from jnlpspy.wire import limits
from jnlpspy.wire.layouts import CAPABILITY_MARK, build_capability_preamble

NAME = "JNLP2-connect"
WELCOME = f"Welcome\nCookie: {samples.COOKIE}\n\n".encode()
RPC_STARTED = CallStarted(
    "a1",
    CallKind.RPC,
    "hudson.remoting.RemoteClassLoader$IClassLoader.getName",
    purpose="asks for a class loader's name",
)
UNCHUNKED = CapabilityAnnounced(samples.UNCHUNKED)


def offered(fields: dict[str, str] = samples.AGENT_HEADERS) -> Conversation:
    talk = Conversation()
    talk.agent(samples.offer(NAME), samples.properties(fields))
    return talk


def accepted(preamble: bytes = samples.CAPABILITY_PREAMBLE) -> Conversation:
    talk = offered()
    talk.expect(ProtocolOffered(NAME), AGENT_HEADERS)
    talk.controller(WELCOME, preamble)
    return talk


def welcomed() -> Conversation:
    talk = accepted()
    talk.expect(HandshakeAccepted(NAME, samples.NAME), cookie("Cookie"), CAPABILITY)
    return talk


def test_an_agent_connects_and_answers() -> None:
    talk = welcomed()
    talk.agent(samples.CAPABILITY_PREAMBLE, samples.BINARY)
    talk.expect(CAPABILITY)
    talk.controller(samples.BINARY, samples.chunked(samples.PING))
    talk.expect(ChannelEstablished(NAME, samples.NAME), sent(samples.PING), PING_STARTED)
    talk.agent(samples.returned(0), b"\0\0")
    assert isinstance(talk.take()[-1].fact, CallFinished)
    talk.end()


def test_an_agent_ahead_of_the_controllers_capability_is_read_when_it_comes() -> None:
    talk = accepted(b"")
    talk.expect(HandshakeAccepted(NAME, samples.NAME), cookie("Cookie"))
    talk.agent(samples.CAPABILITY_PREAMBLE, samples.BINARY, samples.chunked(samples.CLOSE))
    talk.expect(CAPABILITY)
    talk.controller(samples.CAPABILITY_PREAMBLE, samples.BINARY)
    talk.expect(CAPABILITY, sent(samples.CLOSE), ChannelEstablished(NAME, samples.NAME))
    talk.end()


def test_an_agent_too_far_ahead_is_given_up() -> None:
    talk = accepted(b"")
    talk.agent(samples.CAPABILITY_PREAMBLE, samples.BINARY)
    talk.take()
    for _ in range(3):
        talk.agent(b"x" * (limits.WAITING // 2))
    expected = "at most 1048576 bytes before the controller's capability"
    talk.expect(Undecodable(expected, "more", "", b""))
    talk.agent(b"x" * 5000)
    talk.expect()


@pytest.mark.parametrize(
    "line",
    ["Unauthorized access", "agent-1 is already connected to this master. Rejecting this connection.", "Welcome!"],
)
def test_a_line_other_than_welcome_refuses(line: str) -> None:
    talk = offered()
    talk.expect(ProtocolOffered(NAME), AGENT_HEADERS)
    talk.controller(line.encode() + b"\n")
    talk.expect(HandshakeRefused(CONTROLLER, line))
    talk.end()


def test_a_controller_of_remoting_3_refuses_without_a_word() -> None:
    talk = offered()
    talk.expect(ProtocolOffered(NAME), AGENT_HEADERS)
    talk.close(CONTROLLER)
    size = len(samples.offer(NAME) + samples.properties(samples.AGENT_HEADERS))
    talk.expect(HandshakeRefused(CONTROLLER, ""), closed(size, 0, by=CONTROLLER))
    talk.end()


def test_name_and_secret_swapped_show_no_secret() -> None:
    talk = offered({"Node-Name": samples.SECRET, "Secret-Key": samples.NAME})
    name = Secret(samples.SECRET)
    sent_headers = HeadersSent({"Node-Name": name, "Secret-Key": Secret(samples.NAME)}, name, Secret(samples.NAME))
    talk.expect(ProtocolOffered(NAME), sent_headers)
    talk.controller(f"No such agent: {samples.SECRET}\n".encode())
    talk.expect(HandshakeRefused(CONTROLLER, f"No such agent: {name.fingerprint}"))
    talk.end()


def test_a_banner_before_the_preamble_is_passed_over() -> None:
    talk = accepted(b"Last login: Sunday\r\n" + samples.CAPABILITY_PREAMBLE)
    talk.expect(HandshakeAccepted(NAME, samples.NAME), cookie("Cookie"), CAPABILITY)
    talk.end()


def test_a_broken_capability_is_told_where_it_stands() -> None:
    talk = accepted(b"x" * 100 + CAPABILITY_MARK + b"!" * 84)
    expected = "a serialized hudson.remoting.Capability in base64"
    got = f'{"21 " * 15}21 ("{"!" * 16}")'
    undecodable = Undecodable(expected, got, "", b"!" * 64)
    talk.expect(HandshakeAccepted(NAME, samples.NAME), cookie("Cookie"), undecodable)
    talk.end()


def test_without_chunks_each_side_sends_one_stream_of_objects() -> None:
    talk = welcomed()
    talk.agent(build_capability_preamble(samples.UNCHUNKED), samples.BINARY, b"\xac\xed\0\5", samples.RPC[4:])
    talk.expect(UNCHUNKED, sent(samples.RPC), RPC_STARTED)
    talk.controller(samples.BINARY, b"\xac\xed\0\5", samples.PING[4:])
    talk.expect(ChannelEstablished(NAME, samples.NAME), sent(samples.PING), PING_STARTED)
    talk.agent(b"y", samples.CLOSE[4:])
    talk.expect(sent(samples.CLOSE))
    talk.controller(b"y", samples.CLOSE[4:])
    talk.expect(sent(samples.CLOSE))
    talk.close()
    assert [type(event.fact).__name__ for event in talk.take()] == ["CallFinished", "CallFinished", "ConnectionClosed"]
    talk.end()


def test_a_sender_without_the_capability_may_send_chunks_all_the_same() -> None:
    talk = welcomed()
    talk.agent(build_capability_preamble(samples.UNCHUNKED), samples.BINARY, samples.chunked(samples.CLOSE))
    talk.expect(UNCHUNKED, sent(samples.CLOSE))
    talk.end()


def test_a_mode_without_a_capability_is_the_old_transport() -> None:
    talk = accepted(samples.BINARY)
    talk.expect(HandshakeAccepted(NAME, samples.NAME), cookie("Cookie"))
    talk.agent(samples.CAPABILITY_PREAMBLE, samples.BINARY, b"\xac\xed\0\5", samples.CLOSE[4:])
    talk.expect(CAPABILITY, ChannelEstablished(NAME, samples.NAME), sent(samples.CLOSE))
    talk.end()


@pytest.mark.parametrize("in_chunks", [True, False])
def test_the_text_mode_is_base64_padded_at_each_flush(in_chunks: bool) -> None:  # noqa: FBT001 - a parameter
    capability = samples.CAPABILITY if in_chunks else samples.UNCHUNKED
    talk = accepted(build_capability_preamble(capability))
    talk.expect(HandshakeAccepted(NAME, samples.NAME), cookie("Cookie"), CapabilityAnnounced(capability))
    streams = (
        [samples.chunked(samples.PING), samples.chunked(samples.CLOSE)]
        if in_chunks
        else [b"\xac\xed\0\5", samples.PING[4:], b"y" + samples.CLOSE[4:]]
    )
    talk.agent(build_capability_preamble(capability), samples.TEXT)
    talk.expect(CapabilityAnnounced(capability))
    talk.agent(*map(b64encode, streams))
    talk.controller(samples.TEXT)
    told = [event.fact for event in talk.take()]
    assert [fact.command.class_name for fact in told if isinstance(fact, CommandSent)] == [
        "hudson.remoting.UserRequest",
        "hudson.remoting.Channel$CloseCommand",
    ]
    assert not [fact for fact in told if isinstance(fact, Undecodable)]
    talk.close()
    talk.take()
    talk.end()


def test_a_lost_capability_leaves_the_channel_readable() -> None:
    talk = accepted(b"")
    talk.take()
    talk.agent(samples.CAPABILITY_PREAMBLE, samples.BINARY, samples.chunked(samples.RPC))
    talk.expect(CAPABILITY)
    talk.gap(CONTROLLER, 123)
    talk.controller(samples.chunked(samples.PING))
    told = [type(event.fact).__name__ for event in talk.take()]
    assert told == ["BytesMissing", "ChannelEstablished", "CommandSent", "CallStarted", "CommandSent", "CallStarted"]
    talk.close()
    assert [event.fact.outcome for event in talk.take()[:2]] == [Outcome.UNANSWERED] * 2  # type: ignore[union-attr]
    talk.end()
