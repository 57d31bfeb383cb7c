import pytest
import samples
import sealed
from conversation import Conversation
from said import AGENT, CAPABILITY, CONTROLLER, PING_STARTED, closed, sent
from sealed import CHANNEL_IV, CHANNEL_KEY, NAME, SECRET, Sealer, ciphered

from jnlpspy.errors import MalformedBytes
from jnlpspy.model.commands import UserRequest
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    ChannelEstablished,
    CommandSent,
    Fact,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    OpaqueBytes,
    ProtocolOffered,
    SecretChecked,
    Undecodable,
)
from jnlpspy.model.negotiation import Sealed, SealedPart
from jnlpspy.model.secret import Secret, pseudonym_of
from jnlpspy.protocols.jnlp3 import SPEC, Jnlp3Seal, State, decode_leniently, read_greeting
from jnlpspy.wire.buffer import ByteQueue

PROTOCOL = "JNLP3-connect"
KNOWN = {NAME: Secret(SECRET)}
BOTH = Sealer()
STRANGER = Sealer(b"k" * 16, b"i" * 16)
GIVE_IT = f"JNLP3-connect is encrypted with the agent's secret; --agent-secret {NAME}=SECRET opens it"
HEADERS = HeadersSent(
    {
        "Node-Name": NAME,
        "Challenge": Secret(BOTH.seal(sealed.CHALLENGES[0].decode())),
        "Cookie": Secret(BOTH.seal("c00kie")),
    },
    NAME,
)
WELCOME = b"\0\7Welcome"


def offered(secrets: dict[str, Secret] = KNOWN, *, pseudonyms: bool = False) -> Conversation:
    talk = Conversation(secrets=secrets, pseudonyms=pseudonyms)
    talk.agent(BOTH.headers())
    talk.expect(ProtocolOffered(PROTOCOL), HEADERS)
    return talk


def welcomed(secrets: dict[str, Secret] = KNOWN) -> Conversation:
    talk = offered(secrets)
    talk.controller(b"Negotiate\n", BOTH.answer())
    talk.agent(WELCOME)
    talk.controller(BOTH.challenge())
    talk.agent(BOTH.response())
    talk.controller(b"Welcome\r\n")
    checked: list[Fact] = [SecretChecked(CONTROLLER, True), SecretChecked(AGENT, True)] if secrets else []
    talk.expect(*checked, HandshakeAccepted(PROTOCOL, NAME))
    return talk


def test_with_its_secret_a_session_is_read_to_its_end() -> None:
    talk = welcomed()
    talk.controller(BOTH.cookie())
    talk.agent(BOTH.keys(), ciphered(samples.CAPABILITY_PREAMBLE, samples.BINARY))
    talk.expect(CAPABILITY)
    talk.controller(ciphered(samples.CAPABILITY_PREAMBLE, samples.BINARY, samples.chunked(samples.PING)))
    talk.expect(CAPABILITY, ChannelEstablished(PROTOCOL, NAME), sent(samples.PING), PING_STARTED)
    talk.close()
    assert [type(event.fact).__name__ for event in talk.take()] == ["CallFinished", "ConnectionClosed"]
    talk.end()


def test_keys_may_come_before_the_cookie_and_after_the_controllers_bytes() -> None:
    keys_first = welcomed()
    keys_first.agent(BOTH.keys(), ciphered(samples.CAPABILITY_PREAMBLE, samples.BINARY))
    keys_first.expect(CAPABILITY)
    keys_first.controller(BOTH.cookie(), ciphered(samples.CAPABILITY_PREAMBLE, samples.BINARY))
    keys_first.expect(CAPABILITY, ChannelEstablished(PROTOCOL, NAME))
    keys_first.end()
    keys_last = welcomed()
    keys_last.controller(BOTH.cookie(), ciphered(samples.CAPABILITY_PREAMBLE))
    keys_last.expect()
    keys_last.agent(BOTH.keys())
    keys_last.expect(CAPABILITY)
    keys_last.end()


def test_without_its_secret_it_stays_closed_and_one_event_says_what_to_give() -> None:
    talk = welcomed({})
    talk.controller(BOTH.cookie(), b"\xff" * 50)
    talk.agent(BOTH.keys(), b"\xff" * 60)
    talk.expect()
    talk.close()
    (opaque, over) = talk.take()
    assert isinstance(opaque.fact, OpaqueBytes)
    assert opaque.fact.reason == GIVE_IT
    assert opaque.fact.length > 50 + 60
    assert type(over.fact).__name__ == "ConnectionClosed"
    talk.end()


def test_a_secret_only_one_side_holds_is_told_of_the_other() -> None:
    wrong_agent = Conversation(secrets=KNOWN)
    wrong_agent.agent(STRANGER.headers())
    told = [event.fact for event in wrong_agent.take()]
    assert told[-1] == SecretChecked(AGENT, False)
    wrong_agent.controller(b"Negotiate\n", BOTH.counted("what the challenge turns into"))
    wrong_agent.expect(SecretChecked(CONTROLLER, True))
    wrong_agent.close()
    assert [type(event.fact).__name__ for event in wrong_agent.take()] == ["OpaqueBytes", "ConnectionClosed"]
    wrong_agent.end()
    wrong_controller = offered()
    wrong_controller.controller(b"Negotiate\n", STRANGER.answer())
    wrong_controller.expect(SecretChecked(CONTROLLER, False))
    wrong_controller.close()
    (opaque, _) = wrong_controller.take()
    assert isinstance(opaque.fact, OpaqueBytes)
    assert opaque.fact.reason == f"the secret given for {NAME} is not the one used here"
    wrong_controller.end()


def test_a_wrong_secret_given_for_a_good_session_fits_neither_side() -> None:
    talk = Conversation(secrets={NAME: Secret("0" * 64)})
    talk.agent(BOTH.headers())
    talk.controller(b"Negotiate\n", BOTH.answer())
    talk.agent(WELCOME)
    talk.controller(BOTH.challenge())
    talk.agent(BOTH.response())
    talk.controller(b"Welcome\n", BOTH.cookie(), b"x" * 9)
    talk.agent(BOTH.keys(), b"x" * 9)
    checked = [event.fact for event in talk.take() if isinstance(event.fact, SecretChecked)]
    assert checked == [SecretChecked(AGENT, False), SecretChecked(CONTROLLER, False)]
    talk.close()
    assert type(talk.take()[0].fact) is OpaqueBytes
    talk.end()


def test_a_refusal_has_words_or_none() -> None:
    size = len(BOTH.headers())
    for answer, reason in (
        (b"Disabled protocol:x\n", "Disabled protocol:x"),
        (b"", ""),
        (b"Negotiate\n", ""),
        (b"Negotiate\nAgent trying to register for invalid node: a\n", "Agent trying to register for invalid node: a"),
    ):
        talk = offered()
        talk.controller(answer)
        talk.close(CONTROLLER)
        talk.expect(HandshakeRefused(CONTROLLER, reason), closed(size, len(answer), by=CONTROLLER))
        talk.end()


def test_a_close_behind_negotiate_leaves_the_challenge_closed() -> None:
    talk = offered({})
    talk.controller(b"Negotiate\n")
    talk.close(CONTROLLER)
    told = [event.fact for event in talk.take()]
    assert told[0] == HandshakeRefused(CONTROLLER, "")
    assert isinstance(told[1], OpaqueBytes)
    assert told[1].reason == GIVE_IT
    talk.end()


def test_a_record_with_pseudonyms_keeps_what_is_encrypted_as_it_is() -> None:
    talk = offered(pseudonyms=True)
    talk.controller(b"Negotiate\n", BOTH.answer())
    talk.expect(SecretChecked(CONTROLLER, True))
    talk.end()


def test_the_secret_inside_the_channel_is_not_shown() -> None:
    talk = _on_channel()
    request = samples.request(1, samples.callable_stream(), name=f"-secret {SECRET}")
    talk.agent(ciphered(samples.CAPABILITY_PREAMBLE, samples.BINARY, request)[len(samples.CAPABILITY_PREAMBLE) + 4 :])
    (command, started) = [event.fact for event in talk.take()]
    assert isinstance(command, CommandSent)
    assert isinstance(command.command, UserRequest)
    assert command.command.to_string == f"-secret {pseudonym_of(SECRET.encode()).decode()}"
    assert isinstance(started, CallStarted)
    talk.close()
    assert isinstance(talk.take()[0].fact, CallFinished)
    talk.end()


def _on_channel() -> Conversation:
    talk = welcomed()
    talk.controller(BOTH.cookie())
    talk.agent(BOTH.keys(), ciphered(samples.CAPABILITY_PREAMBLE, samples.BINARY))
    talk.controller(ciphered(samples.CAPABILITY_PREAMBLE, samples.BINARY))
    talk.expect(CAPABILITY, CAPABILITY, ChannelEstablished(PROTOCOL, NAME))
    return talk


@pytest.mark.parametrize("lost", [1, 16, 100])
def test_behind_bytes_missing_on_the_channel_the_next_command_is_read(lost: int) -> None:
    talk = _on_channel()
    preamble = len(samples.CAPABILITY_PREAMBLE) + 4
    plain = samples.CAPABILITY_PREAMBLE + samples.BINARY + b"\xff" * lost + samples.chunked(samples.CLOSE)
    talk.gap(AGENT, lost)
    talk.agent(ciphered(plain)[preamble + lost :])
    assert [type(event.fact).__name__ for event in talk.take()] == ["BytesMissing", "CommandSent"]
    talk.end()


def test_behind_an_unknown_number_of_missing_bytes_a_side_stays_closed() -> None:
    talk = _on_channel()
    talk.gap(AGENT, 0)
    talk.agent(b"x" * 30)
    talk.close()
    (_, opaque, _) = talk.take()
    reason = "bytes are missing, nobody knows how many: the place in the cipher is lost"
    assert opaque.fact == OpaqueBytes(reason, 30)
    talk.end()


def test_behind_lost_keys_the_channel_stays_closed() -> None:
    talk = welcomed()
    talk.controller(BOTH.cookie(), b"x" * 20)
    talk.gap(AGENT, len(BOTH.keys()))
    talk.agent(b"x" * 10)
    talk.close()
    (_, opaque, _) = talk.take()
    assert opaque.fact == OpaqueBytes("the keys are among the bytes that are missing", 30)
    talk.end()


def test_what_is_no_encrypted_text_is_undecodable() -> None:
    talk = offered()
    talk.controller(b"Negotiate\n3\n\xff\xfe\xfd")
    (garbled,) = talk.take()
    assert isinstance(garbled.fact, Undecodable)
    assert garbled.fact.expected == "encrypted bytes as UTF-8 of Latin-1"
    talk.close()
    talk.take()
    talk.end()


def test_the_agent_greets_with_welcome_only() -> None:
    queue = ByteQueue()
    queue.append(b"\0\3Bye")
    with pytest.raises(MalformedBytes, match="Welcome"):
        read_greeting(queue)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\xed\xa0\x80b", "a\ufffdb"),
        (b"a\xed\xbfb", "a\ufffdb"),
        (b"\xff\xc3\xa4", "\ufffdä"),
        (b"\xe2\x82", "\ufffd"),
    ],
)
def test_utf8_is_decoded_as_java_does(data: bytes, text: str) -> None:
    assert decode_leniently(data) == text


def test_the_key_of_a_known_vector_is_right() -> None:
    opened = Jnlp3Seal(NAME, Secret(SECRET))
    data = bytes.fromhex("913624d56260768643bb7c17baf8cd5a58")
    assert opened.check(AGENT, Sealed(SealedPart.IV, data)) is None
    assert opened.check(AGENT, Sealed(SealedPart.KEY, data)) is None
    assert (opened.is_open, opened.fits) == (True, True)


@pytest.mark.parametrize("damaged", list(SealedPart)[-2:])
def test_a_key_of_another_length_opens_nothing(damaged: SealedPart) -> None:
    opened = Jnlp3Seal(NAME, Secret(SECRET))
    for part in (SealedPart.KEY, SealedPart.IV):
        text = "short" if part is damaged else CHANNEL_KEY.decode("latin-1")
        opened.check(AGENT, Sealed(part, BOTH.seal(text).encode("latin-1")))
    assert (opened.is_open, opened.fits) == (False, False)


def test_any_place_of_the_cipher_can_be_gone_to() -> None:
    opened = Jnlp3Seal(NAME, Secret(SECRET))
    for part, value in ((SealedPart.KEY, CHANNEL_KEY), (SealedPart.IV, CHANNEL_IV)):
        opened.check(AGENT, Sealed(part, BOTH.seal(value.decode("latin-1")).encode("latin-1")))
    plain = bytes(range(256)) * 3
    data = ciphered(plain)
    assert opened.decipher(AGENT, data[:100]) == plain[:100]
    opened.skip(AGENT, 333)
    assert opened.decipher(AGENT, data[433:]) == plain[433:]
    assert opened.decipher(CONTROLLER, data) == plain


def test_the_table_says_what_each_side_is_expected_to_send() -> None:
    assert SPEC.start == {AGENT: State.HEADERS, CONTROLLER: State.NEGOTIATE}
