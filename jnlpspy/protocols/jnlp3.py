"""JNLP3-connect: challenges both ways, then a channel, encrypted with the agent's secret (remoting 2.5x to 3.39).

Mirrors org.jenkinsci.remoting.engine: JnlpProtocol3Handler, Jnlp3Util, HandshakeCiphers, ChannelCiphers. Where the
messages end can be seen without the secret.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from jnlpspy.errors import MalformedBytes
from jnlpspy.javaser.modified_utf8 import decode_modified_utf8
from jnlpspy.model.negotiation import Accepted, Ack, Capability, Headers, Message, Mode, Refused, Sealed, SealedPart
from jnlpspy.model.secret import Secret
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Side
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.handshake import Framing, HandshakeSpec, LaneEnd, LaneState
from jnlpspy.wire.headers import headers_of
from jnlpspy.wire.preamble import read_preamble
from jnlpspy.wire.properties import parse_properties
from jnlpspy.wire.readers import Reader, describe_bytes, read_frame, read_refusal_line
from jnlpspy.wire.verdict_line import WELCOME, read_welcome

NEGOTIATE = b"Negotiate"
CHALLENGE = "Challenge"
SEALED_HEADERS = (CHALLENGE, "Cookie")
"""Headers that are encrypted: shown as fingerprints, and left in a record as they are."""

ITERATIONS = 65_536
"""Of PBKDF2, for the key of the handshake (HandshakeCiphers)."""

KEY_SIZE = 16
"""Bytes of a key, and of an initialization vector."""

_LENGTH_DIGITS = 5
_CHALLENGE_TEXT = re.compile(rb"[0-9a-v]+")
"""A random number in base 32."""

_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]?")
_REPLACED = re.compile("\ufffd+")


class State(LaneState):
    """What a side is expected to send next."""

    HEADERS = "the agent's name and challenge"
    NEGOTIATE = "`Negotiate` or a refusal"
    ANSWER = "the controller's answer to the agent's challenge"
    GREETING = "the agent's `Welcome`, if it believes the controller"
    CHALLENGE = "the controller's challenge"
    RESPONSE = "the agent's answer to the controller's challenge"
    VERDICT = "`Welcome` or a refusal"
    COOKIE = "the controller's cookie"
    KEY = "the channel's key"
    IV = "the channel's initialization vector"
    PREAMBLE = "the channel's capability and transmission mode"
    MODE = "the channel's transmission mode"


def read_sealed_headers(queue: ByteQueue) -> Headers | None:
    """Read the agent's headers: its name is in the clear, its challenge and its cookie are not."""
    start = queue.offset + 2
    frame = read_frame(queue)
    if frame is None:
        return None
    found = [
        (key, value, Span(start + at, start + end)) for key, value, at, end in parse_properties(frame.decode("latin-1"))
    ]
    plain = headers_of(each for each in found if each[0] not in SEALED_HEADERS)
    sealed = {key: Secret(value) for key, value, _ in found if key in SEALED_HEADERS}
    spans = {key: span for key, _, span in found if key in SEALED_HEADERS}
    return replace(plain, fields={**plain.fields, **sealed}, sealed=spans)


def read_negotiate(queue: ByteQueue) -> Ack | Refused | None:
    """Read the controller's line: it goes on to the challenges, or refuses."""
    line = read_refusal_line(queue)
    if line is not None and line.reason.encode() == NEGOTIATE:
        return Ack()
    return line


def read_greeting(queue: ByteQueue) -> Accepted | None:
    """Read the agent's `Welcome`: it never sends anything else in its place."""
    frame = read_frame(queue)
    if frame is not None and frame != WELCOME.encode():
        raise MalformedBytes("the agent's `Welcome`", describe_bytes(frame[:16]))
    return None if frame is None else Accepted(WELCOME)


def _counted(part: SealedPart) -> Reader:
    def read(queue: ByteQueue) -> Sealed | Refused | None:
        """Read a message behind its length in a line of text, or the line a controller refuses with."""
        head, end, _ = queue.peek(_LENGTH_DIGITS + len(b"\r\n")).partition(b"\n")
        digits = head.rstrip(b"\r")
        if not digits.isdigit() or len(digits) > _LENGTH_DIGITS:
            return read_refusal_line(queue)
        size = len(head) + 1 + int(digits)
        if not end or len(queue) < size:
            return None
        return Sealed(part, _unwrap(queue.take(size)[len(head) + 1 :].decode, "UTF-8"))

    return read


def _framed(part: SealedPart) -> Reader:
    def read(queue: ByteQueue) -> Sealed | None:
        """Read a message as writeUTF writes it."""
        frame = read_frame(queue)
        return None if frame is None else Sealed(part, _unwrap(lambda: decode_modified_utf8(frame), "modified UTF-8"))

    return read


def read_cookie(queue: ByteQueue) -> Sealed | None:
    """Read the controller's cookie: one line."""
    line = read_refusal_line(queue)
    return None if line is None else Sealed(SealedPart.COOKIE, line.reason.encode("utf-8", "replace"))


def _unwrap(decode: Callable[[], str], encoding: str) -> bytes:
    """Return the bytes that a text of characters up to 0xff stands for."""
    try:
        return decode().encode("latin-1")
    except (UnicodeDecodeError, UnicodeEncodeError) as error:
        raise MalformedBytes(f"encrypted bytes as {encoding} of Latin-1", error.reason) from None


class Jnlp3Cipher:
    """Encrypts the messages of a handshake, each from the same place in the keystream (HandshakeCiphers)."""

    def __init__(self, name: str, secret: Secret) -> None:
        self._key, self._iv = _handshake_key(name, secret.value)

    def seal(self, text: str) -> str:
        """Return a text encrypted, a character for each byte."""
        return Cipher(AES(self._key), CTR(self._iv)).encryptor().update(text.encode()).decode("latin-1")

    def open(self, data: bytes) -> bytes:
        """Return what encrypted bytes say."""
        return Cipher(AES(self._key), CTR(self._iv)).decryptor().update(data)


class Jnlp3Seal:
    """Checks the challenges with a secret, and deciphers the channel."""

    def __init__(self, name: str, secret: Secret) -> None:
        self._cipher = Jnlp3Cipher(name, secret)
        self._challenges: dict[Side, bytes | None] = {}
        self._channel: dict[SealedPart, bytes] = {}
        self._ciphers = {side: Jnlp3Keystream() for side in Side}
        self.fits = True
        self.is_open = False

    def check(self, side: Side, message: Headers | Sealed) -> bool | None:
        """Take a message in; return whether a side's proof fits the secret, None if none is complete with it."""
        if isinstance(message, Headers):
            return self._take_challenge(side, _sealed_value(message))
        match message.part:
            case SealedPart.CHALLENGE:
                return self._take_challenge(side, message.data)
            case SealedPart.RESPONSE:
                return self._noted(self._answers(side, self._cipher.open(message.data)))
            case SealedPart.COOKIE:
                return None
            case SealedPart.KEY | SealedPart.IV:
                self._take_key(message)
                return None

    def decipher(self, side: Side, data: bytes) -> bytes:
        """Return what a side's next bytes on the channel say."""
        return self._ciphers[side].decipher(data)

    def skip(self, side: Side, length: int) -> None:
        """Pass over bytes of a side that were not seen."""
        self._ciphers[side].seek(self._ciphers[side].offset + length)

    def _take_challenge(self, side: Side, data: bytes | None) -> bool | None:
        challenge = None if data is None else self._cipher.open(data)
        self._challenges[side] = challenge
        return None if challenge is None or _CHALLENGE_TEXT.fullmatch(challenge) else self._noted(fits=False)

    def _answers(self, side: Side, response: bytes) -> bool:
        """Return whether a side's response is one to its peer's challenge.

        Who was challenged with another secret than this one answers what that turns into here: then it must do that
        the response is text at all, which it is not under another key.
        """
        try:
            text = response.decode()
        except UnicodeDecodeError:
            return False
        challenge = self._challenges.get(side.peer)
        return challenge is None or not _CHALLENGE_TEXT.fullmatch(challenge) or is_response(text, challenge)

    def _take_key(self, message: Sealed) -> None:
        try:
            key = _unwrap(self._cipher.open(message.data).decode, "UTF-8")
        except MalformedBytes:
            key = b""
        self._channel[message.part] = key
        if len(key) != KEY_SIZE:
            self.fits = False
        elif [len(each) for each in self._channel.values()] == [KEY_SIZE, KEY_SIZE]:
            self.is_open = self.fits = True
            for stream in self._ciphers.values():
                stream.start(self._channel[SealedPart.KEY], self._channel[SealedPart.IV])

    def _noted(self, fits: bool) -> bool:  # noqa: FBT001 - the answer itself
        self.fits = self.fits and fits
        return fits


class Jnlp3Keystream:
    """AES in counter mode over one side's bytes, either way; any place in them can be gone to (ChannelCiphers)."""

    def __init__(self) -> None:
        self.offset = 0
        self._key = self._iv = bytes(KEY_SIZE)
        self._cipher = Cipher(AES(self._key), CTR(self._iv)).decryptor()

    def start(self, key: bytes, iv: bytes) -> None:
        """Begin with the keys of a channel."""
        self._key, self._iv = key, iv
        self.seek(0)

    def seek(self, offset: int) -> None:
        """Go to a place in the bytes."""
        blocks, rest = divmod(offset, KEY_SIZE)
        counter = (int.from_bytes(self._iv, "big") + blocks) % (1 << 8 * KEY_SIZE)
        self._cipher = Cipher(AES(self._key), CTR(counter.to_bytes(KEY_SIZE, "big"))).decryptor()
        self._cipher.update(bytes(rest))
        self.offset = offset

    def decipher(self, data: bytes) -> bytes:
        """Return what the next bytes say, or what goes on the wire for them: the two are one."""
        self.offset += len(data)
        return self._cipher.update(data)


def respond(challenge: bytes) -> str:
    """Return the answer to a challenge: its SHA-256, decoded as if it were text (Jnlp3Util.createChallengeResponse)."""
    return decode_leniently(hashlib.sha256(challenge).digest())


def is_response(text: str, challenge: bytes) -> bool:
    """Return whether a text answers a challenge, as leniently as decoders of UTF-8 differ."""
    return _REPLACED.sub("\ufffd", text) == _REPLACED.sub("\ufffd", respond(challenge))


def decode_leniently(data: bytes) -> str:
    """Decode UTF-8 as Java does: one replacement character for an encoded surrogate, where Python puts three."""
    return _SURROGATE.sub(b"\xff", data).decode("utf-8", "replace")


def _sealed_value(headers: Headers) -> bytes | None:
    challenge = headers.fields.get(CHALLENGE)
    return challenge.value.encode("latin-1", "replace") if isinstance(challenge, Secret) else None


@lru_cache(maxsize=16)  # agents reconnect, and it takes some 20 ms
def _handshake_key(name: str, secret: str) -> tuple[bytes, bytes]:
    salt, password = name.encode("utf-8", "replace"), secret.encode("utf-8", "replace")
    key = hashlib.pbkdf2_hmac("sha1", password, salt, ITERATIONS, KEY_SIZE)
    return key, hashlib.sha256(salt + password).digest()[:KEY_SIZE]


_CLOSED_BEFORE_WELCOME: dict[tuple[LaneState, LaneState], Message] = {
    (agent, controller): Refused("")
    for agent in (State.GREETING, State.RESPONSE, State.KEY)
    for controller in (State.NEGOTIATE, State.ANSWER, State.CHALLENGE, State.VERDICT)
}

SPEC = HandshakeSpec(
    name="JNLP3-connect",
    start={Side.AGENT: State.HEADERS, Side.CONTROLLER: State.NEGOTIATE},
    readers={
        (Side.AGENT, State.HEADERS): read_sealed_headers,
        (Side.AGENT, State.GREETING): read_greeting,
        (Side.AGENT, State.RESPONSE): _framed(SealedPart.RESPONSE),
        (Side.AGENT, State.KEY): _framed(SealedPart.KEY),
        (Side.AGENT, State.IV): _framed(SealedPart.IV),
        (Side.CONTROLLER, State.NEGOTIATE): read_negotiate,
        (Side.CONTROLLER, State.ANSWER): _counted(SealedPart.RESPONSE),
        (Side.CONTROLLER, State.CHALLENGE): _counted(SealedPart.CHALLENGE),
        (Side.CONTROLLER, State.VERDICT): read_welcome,
        (Side.CONTROLLER, State.COOKIE): read_cookie,
        **{(side, State.PREAMBLE): read_preamble for side in Side},
        **{(side, State.MODE): read_preamble for side in Side},
    },
    transitions={
        (Side.AGENT, State.HEADERS): {Headers: State.GREETING},
        (Side.AGENT, State.GREETING): {Accepted: State.RESPONSE},
        (Side.AGENT, State.RESPONSE): {Sealed: State.KEY},
        (Side.AGENT, State.KEY): {Sealed: State.IV},
        (Side.AGENT, State.IV): {Sealed: LaneEnd.OPAQUE},
        (Side.CONTROLLER, State.NEGOTIATE): {Ack: State.ANSWER, Refused: LaneEnd.SILENT},
        (Side.CONTROLLER, State.ANSWER): {Sealed: State.CHALLENGE, Refused: LaneEnd.SILENT},
        (Side.CONTROLLER, State.CHALLENGE): {Sealed: State.VERDICT, Refused: LaneEnd.SILENT},
        (Side.CONTROLLER, State.VERDICT): {Accepted: State.COOKIE, Refused: LaneEnd.SILENT},
        (Side.CONTROLLER, State.COOKIE): {Sealed: LaneEnd.OPAQUE},
        **{(side, State.PREAMBLE): {Capability: State.MODE, Mode: LaneEnd.CHANNEL} for side in Side},
        **{(side, State.MODE): {Capability: State.MODE, Mode: LaneEnd.CHANNEL} for side in Side},
    },
    silence=_CLOSED_BEFORE_WELCOME,
    framing=Framing.NEGOTIATED,
    opaque="JNLP3-connect is encrypted with the agent's secret; --agent-secret NAME=SECRET opens it",
    seal=Jnlp3Seal,
    behind_seal=State.PREAMBLE,
)
