import pytest
import samples
from conversation import Conversation
from said import AGENT_HEADERS, CAPABILITY, CONTROLLER, PING_STARTED, closed, cookie, sent

from jnlpspy.model.events import (
    CallFinished,
    CapabilityAnnounced,
    ChannelEstablished,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    OpaqueBytes,
    ProtocolOffered,
    Undecodable,
)
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import Outcome
from jnlpspy.wire import limits
from jnlpspy.wire.layouts import CAPABILITY_MARK, build_capability_preamble

NAME = "JNLP2-connect"
WELCOME = f"Welcome\nCookie: {samples.COOKIE}\n\n".encode()
OLD_TRANSPORT = "the old transport without chunks is not decoded yet"
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


def test_the_text_mode_stays_closed() -> None:
    talk = welcomed()
    talk.agent(samples.CAPABILITY_PREAMBLE, samples.TEXT, b"rO0ABQ==")
    talk.expect(CAPABILITY)
    talk.controller(samples.TEXT, b"rO0A")
    talk.expect(ChannelEstablished(NAME, samples.NAME))
    talk.close()
    (opaque, _) = talk.take()
    assert opaque.fact == OpaqueBytes("the channel's text mode is not decoded yet", 12)
    talk.end()


def test_without_chunks_a_channel_stays_closed() -> None:
    talk = welcomed()
    talk.agent(build_capability_preamble(samples.UNCHUNKED), samples.BINARY, samples.chunked(samples.CLOSE))
    talk.expect(UNCHUNKED, sent(samples.CLOSE))
    talk.controller(samples.BINARY, b"\xac\xed\0\5", samples.PING[4:])
    talk.expect(ChannelEstablished(NAME, samples.NAME))
    talk.close()
    (opaque, _) = talk.take()
    assert opaque.fact == OpaqueBytes(OLD_TRANSPORT, len(samples.PING))
    talk.end()


def test_a_mode_without_a_capability_is_the_old_transport() -> None:
    talk = accepted(samples.BINARY)
    talk.expect(HandshakeAccepted(NAME, samples.NAME), cookie("Cookie"))
    talk.agent(samples.CAPABILITY_PREAMBLE, samples.BINARY, b"\xac\xed\0\5")
    talk.expect(CAPABILITY, ChannelEstablished(NAME, samples.NAME))
    talk.close()
    (opaque, _) = talk.take()
    assert opaque.fact == OpaqueBytes(OLD_TRANSPORT, 4)
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
