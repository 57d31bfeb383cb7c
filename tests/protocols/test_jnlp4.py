import pytest
import samples
from conversation import Conversation
from said import AGENT, AGENT_HEADERS, CAPABILITY, CONTROLLER, PING_STARTED, closed, cookie, sent

from jnlpspy.model.events import (
    CallFinished,
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
from jnlpspy.model.tap import CloseReason, Tap
from jnlpspy.wire.layouts import build_utf

OFFER = samples.offer("JNLP4-connect")
OFFERED = ProtocolOffered("JNLP4-connect")
PRESENTED = len(OFFER + samples.ACK + samples.headers(samples.AGENT_HEADERS))
ANSWERED = len(samples.ACK + samples.headers(samples.CONTROLLER_HEADERS))


def acknowledged(*, tap: Tap = Tap.DECRYPTED, pseudonyms: bool = False) -> Conversation:
    talk = Conversation(tap=tap, pseudonyms=pseudonyms)
    talk.agent(OFFER, samples.ACK)
    talk.expect(OFFERED)
    talk.controller(samples.ACK)
    return talk


def presented(fields: dict[str, str] = samples.AGENT_HEADERS) -> Conversation:
    talk = acknowledged()
    talk.controller(samples.headers(samples.CONTROLLER_HEADERS))
    talk.expect(cookie())
    talk.agent(samples.headers(fields))
    return talk


def connected() -> Conversation:
    talk = presented()
    talk.expect(AGENT_HEADERS)
    talk.controller(samples.OK, samples.CAPABILITY_FRAME)
    talk.agent(samples.OK)
    talk.expect(HandshakeAccepted("JNLP4-connect", samples.NAME), CAPABILITY)
    talk.agent(samples.CAPABILITY_FRAME)
    talk.expect(CAPABILITY, ChannelEstablished("JNLP4-connect", samples.NAME))
    return talk


def test_an_agent_connects_and_answers() -> None:
    talk = connected()
    talk.controller(samples.chunked(samples.PING))
    talk.expect(sent(samples.PING), PING_STARTED)
    talk.agent(samples.returned(0))
    _, finished = talk.take()
    assert finished.fact == CallFinished("c0", "hudson.remoting.PingThread$Ping", 0.0, Outcome.RETURNED)
    talk.controller(samples.chunked(samples.CLOSE))
    talk.expect(sent(samples.CLOSE))
    talk.end()


@pytest.mark.parametrize(
    ("text", "reason", "permanent"),
    [
        ("ERROR: Authorization failure", "Authorization failure", False),
        ("ERROR: Unknown client name: agent-1", "Unknown client name: agent-1", False),
        ("FATAL: never again", "never again", True),
    ],
)
def test_a_refusal_is_told_in_the_controllers_words(text: str, reason: str, *, permanent: bool) -> None:
    talk = presented()
    talk.expect(AGENT_HEADERS)
    talk.controller(build_utf(text))
    talk.expect(HandshakeRefused(CONTROLLER, reason, permanent=permanent))
    talk.agent(samples.OK, samples.BYE)
    talk.close()
    talk.expect(closed(PRESENTED + 9, ANSWERED + 2 + len(text)))
    talk.end()


def test_an_agent_may_refuse_the_controller() -> None:
    talk = presented()
    talk.expect(AGENT_HEADERS)
    talk.agent(samples.error("Expecting identity 00:11"))
    talk.expect(HandshakeRefused(AGENT, "Expecting identity 00:11"))
    talk.controller(samples.OK, samples.BYE)
    talk.expect(HandshakeAccepted("JNLP4-connect", samples.NAME))
    talk.end()


def test_a_controller_that_closes_instead_of_a_verdict_refuses() -> None:
    talk = presented()
    talk.expect(AGENT_HEADERS)
    talk.agent(samples.OK)
    talk.fin(CONTROLLER)
    talk.expect(HandshakeRefused(CONTROLLER, ""))
    talk.end()


@pytest.mark.parametrize("how", [CloseReason.RESET, CloseReason.TIMEOUT, CloseReason.SHUTDOWN])
def test_only_an_orderly_end_is_a_refusal(how: CloseReason) -> None:
    talk = presented()
    talk.expect(AGENT_HEADERS)
    talk.close(CONTROLLER, how)
    talk.expect(closed(PRESENTED, ANSWERED, by=CONTROLLER, how=how))
    talk.end()


def test_name_and_secret_swapped_show_no_secret_anywhere() -> None:
    talk = presented({"Node-Name": samples.SECRET, "Secret-Key": samples.NAME})
    name = Secret(samples.SECRET)
    talk.expect(HeadersSent({"Node-Name": name, "Secret-Key": Secret(samples.NAME)}, name, Secret(samples.NAME)))
    talk.controller(samples.error(f"Unknown client name: {samples.SECRET}"))
    talk.expect(HandshakeRefused(CONTROLLER, f"Unknown client name: {name.fingerprint}"))
    assert samples.SECRET not in repr(talk.events)
    talk.end()


def test_a_name_with_a_secret_in_it_shows_none_of_it() -> None:
    talk = presented({"Node-Name": f"-{samples.SECRET}", "Secret-Key": "x"})
    talk.take()
    talk.controller(samples.error(f"Unknown client name: -{samples.SECRET}"))
    talk.take()
    assert samples.SECRET not in repr(talk.events)
    talk.end()


def test_a_pseudonym_in_a_capture_has_the_secrets_own_fingerprint() -> None:
    talk = acknowledged(pseudonyms=True)
    pseudonym = "3a" * 32
    talk.agent(samples.headers({"Node-Name": samples.NAME, "Secret-Key": pseudonym}))
    (event,) = talk.take()
    assert isinstance(event.fact, HeadersSent)
    assert str(event.fact.secret) == "secret:3a3a3a3a3a3a"
    talk.end()


def test_a_reconnecting_agent_shows_its_cookie() -> None:
    talk = presented({"JnlpAgentProtocol.cookie": samples.COOKIE, **samples.AGENT_HEADERS})
    (event,) = talk.take()
    assert isinstance(event.fact, HeadersSent)
    assert event.fact.headers["JnlpAgentProtocol.cookie"] == Secret(samples.COOKIE)
    talk.end()


@pytest.mark.parametrize(
    ("content", "expected", "got"),
    [
        (
            b"{",
            "connection headers in JSON",
            "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        (b"[1]", "a JSON object of strings and nulls", "list"),
        (b'{"Secret-Key":5}', "a JSON object of strings and nulls", "dict"),
    ],
)
def test_malformed_headers_are_told_without_a_byte_of_them(content: bytes, expected: str, got: str) -> None:
    talk = acknowledged()
    talk.agent(samples.frame(content), samples.OK)
    talk.expect(Undecodable(expected, got, "", b""))
    talk.controller(samples.headers(samples.CONTROLLER_HEADERS), samples.error("Malformed connection header"))
    talk.expect(cookie(), HandshakeRefused(CONTROLLER, "Malformed connection header"))
    talk.end()


def test_a_garbled_acknowledgement_is_told() -> None:
    talk = Conversation()
    talk.agent(OFFER, samples.ACK)
    talk.expect(OFFERED)
    talk.controller(bytes.fromhex("5a591b1911"))
    talk.expect(Undecodable("the acknowledgement (00 03 41 43 4b)", "5a 59 1b 19 11", "", bytes.fromhex("5a591b1911")))
    talk.close()
    talk.expect(closed(29, 5))
    talk.end()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"Disabled protocol:Protocol:JNLP4-connect\n", "Disabled protocol:Protocol:JNLP4-connect"),
        (b"Unknown protocol:\r\n", "Unknown protocol:"),
        (b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>", "HTTP/1.1 400 Bad Request"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "SSH-2.0-OpenSSH_9.6"),
    ],
)
def test_a_text_instead_of_the_acknowledgement_refuses(answer: bytes, reason: str) -> None:
    talk = Conversation()
    talk.agent(OFFER, samples.ACK)
    talk.expect(OFFERED)
    talk.controller(answer)
    talk.expect(HandshakeRefused(CONTROLLER, reason))
    talk.close()
    talk.expect(closed(29, len(answer)))
    talk.end()


def test_a_server_that_speaks_first_refuses_as_well() -> None:
    talk = Conversation()
    talk.controller(b"SSH-2.0-OpenSSH_9.6\r\n")
    talk.expect()
    talk.agent(OFFER)
    talk.expect(OFFERED, HandshakeRefused(CONTROLLER, "SSH-2.0-OpenSSH_9.6"))
    talk.end()


def test_a_text_without_line_end_refuses_at_the_end() -> None:
    talk = Conversation()
    talk.agent(OFFER)
    talk.expect(OFFERED)
    talk.controller(b"Unknown protocol:")
    talk.expect()
    talk.close(CONTROLLER)
    talk.expect(HandshakeRefused(CONTROLLER, "Unknown protocol:"), closed(24, 17, by=CONTROLLER))
    talk.end()


def test_a_silent_controller_is_told_by_the_end_only() -> None:
    talk = Conversation()
    talk.agent(OFFER, samples.ACK)
    talk.expect(OFFERED)
    talk.wait(10)
    talk.close()
    talk.expect(closed(29, 0))
    talk.end()


def test_tls_without_keys_stays_closed() -> None:
    talk = acknowledged(tap=Tap.WIRE)
    talk.agent(bytes.fromhex("16030100c8"), b"x" * 200)
    talk.controller(bytes.fromhex("160303007a"), b"x" * 122)
    talk.agent(b"more")
    talk.expect()
    talk.close()
    talk.expect(OpaqueBytes("TLS that was not opened", 205 + 127 + 4), closed(29 + 209, 5 + 127))
    talk.end()


def test_an_alert_in_the_acknowledgements_place_is_named() -> None:
    talk = Conversation()
    talk.agent(OFFER, samples.ACK)
    talk.expect(OFFERED)
    talk.controller(bytes.fromhex("15030100020246"))
    talk.expect(HandshakeRefused(CONTROLLER, "TLS alert: protocol_version"))
    talk.close()
    talk.expect(OpaqueBytes("TLS that was not opened", 7), closed(29, 7))
    talk.end()


def test_headers_recorded_before_the_acknowledgement_are_read() -> None:
    talk = Conversation()
    talk.agent(OFFER, samples.ACK)
    talk.expect(OFFERED)
    talk.controller(samples.headers(samples.CONTROLLER_HEADERS), samples.ACK)
    talk.expect(cookie())
    talk.agent(samples.headers(samples.AGENT_HEADERS), samples.OK)
    talk.controller(samples.OK)
    talk.expect(AGENT_HEADERS, HandshakeAccepted("JNLP4-connect", samples.NAME))
    talk.end()


def test_a_frame_in_the_capabilitys_place_is_told() -> None:
    talk = presented()
    talk.expect(AGENT_HEADERS)
    talk.controller(samples.OK, build_utf("hello"))
    expected = "a serialized hudson.remoting.Capability in base64"
    talk.expect(
        HandshakeAccepted("JNLP4-connect", samples.NAME),
        Undecodable(expected, '68 65 6c 6c 6f ("hello")', "", b"\0\5hello"),
    )
    talk.end()
