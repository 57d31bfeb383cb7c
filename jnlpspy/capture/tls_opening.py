"""One TLS connection whose keys are known: its records, and what is in them (RFC 8446, RFC 5246)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from jnlpspy.capture.key_log import KeyLog
from jnlpspy.capture.tls_suites import SUITES_12, SUITES_13, NotOpened, Opener13, RecordOpener, Suite, openers_12
from jnlpspy.model.tap import Side
from jnlpspy.wire.layouts import parse_server_hello
from jnlpspy.wire.tls import ALERT_SIZE, ALERTS, CIPHERS, CLOSE_NOTIFY, HEAD_SIZE, VERSIONS

LONGEST_RECORD: Final = (1 << 14) + 2048
"""Bytes of a record's body (RFC 5246, section 6.2.3)."""

LONGEST_MESSAGE: Final = 1 << 18
"""Bytes of a handshake message that are kept: chains of certificates are the longest, and Java takes 32 KiB."""

_CHANGE_CIPHER_SPEC, _ALERT, _HANDSHAKE, _DATA = 20, 21, 22, 23
_CLIENT_HELLO, _SERVER_HELLO, _CERTIFICATE, _FINISHED, _KEY_UPDATE = 1, 2, 11, 20, 24
_MESSAGE_HEAD: Final = 4
_RANDOM: Final = slice(_MESSAGE_HEAD + 2, _MESSAGE_HEAD + 34)
_TLS_1_2, _TLS_1_3 = 0x0303, 0x0304
_RETRY: Final = hashlib.sha256(b"HelloRetryRequest").digest()
"""The random number of a ServerHello that asks for another ClientHello (RFC 8446, section 4.1.3)."""

_ROLES: Final = {Side.AGENT: "CLIENT", Side.CONTROLLER: "SERVER"}
"""As key logs name the sides."""


class StaysClosed(Exception):
    """The records cannot be opened; the text says why."""


@dataclass(frozen=True, slots=True)
class Plaintext:
    """Application data."""

    data: bytes


@dataclass(frozen=True, slots=True)
class HandshakeDone:
    """A side's handshake is over."""

    version: str
    cipher: str
    identity: str
    """Fingerprint of the controller's public key, as `TlsOpened` has it; empty if a session was resumed."""


@dataclass(frozen=True, slots=True)
class AlertInside:
    """An alert other than that all is over."""

    description: str


Told = Plaintext | HandshakeDone | AlertInside


class TlsOpening:
    """Opens the records of both sides; the agent is the side that says ClientHello."""

    def __init__(self, keys: KeyLog) -> None:
        self._keys = keys
        self._randoms = dict.fromkeys(Side, b"")
        self._version = 0
        self._cipher = 0
        self._identity = ""
        self._lanes = {side: _Lane() for side in Side}
        self._next: dict[Side, RecordOpener] = {}
        """TLS 1.2: what opens a side's records behind its ChangeCipherSpec."""

    def feed(self, side: Side, data: bytes) -> Iterator[Told]:
        """Take bytes one side sent; yield what its whole records tell. Raises StaysClosed."""
        lane = self._lanes[side]
        lane.pending += data
        while (record := lane.take_record()) is not None:
            kind, body = record[0], record[HEAD_SIZE:]
            sealed = lane.opener is not None and (kind == _DATA or self._version == _TLS_1_2)
            if lane.opener is not None and sealed and kind != _CHANGE_CIPHER_SPEC:
                try:
                    kind, body = lane.opener.open(kind, record[:HEAD_SIZE], body)
                except NotOpened:
                    lane.pending[:0] = record
                    raise StaysClosed(f"a record of the {side.value} does not fit its key") from None
            yield from self._read(side, kind, body, sealed=sealed)

    def unfinished(self, side: Side) -> int:
        """Return how many bytes of a record that is not whole a side has sent."""
        return len(self._lanes[side].pending)

    def _read(self, side: Side, kind: int, content: bytes, *, sealed: bool) -> Iterator[Told]:
        lane = self._lanes[side]
        if kind == _HANDSHAKE:
            for message in lane.messages(content):
                yield from self._take_message(side, message)
        elif kind == _CHANGE_CIPHER_SPEC:
            if self._version == _TLS_1_2:
                lane.opener = self._next.get(side)
        elif kind == _ALERT and sealed and len(content) == ALERT_SIZE:
            told = ALERTS.get(content[1], f"alert {content[1]}")
            if told != CLOSE_NOTIFY:
                yield AlertInside(told)
        elif kind == _DATA and sealed:
            yield Plaintext(content)
        else:
            raise StaysClosed(f"a record of type {kind} of the {side.value}, where none may be")

    def _take_message(self, side: Side, message: bytes) -> Iterator[Told]:
        kind = message[0]
        if kind == _CLIENT_HELLO and side is Side.AGENT:
            self._randoms[side] = message[_RANDOM]
            if not self._keys.knows(message[_RANDOM]):
                raise StaysClosed("its keys are not in the key log")
        elif kind == _SERVER_HELLO and side is Side.CONTROLLER and message[_RANDOM] != _RETRY:
            self._begin(message)
        elif kind == _CERTIFICATE and side is Side.CONTROLLER:
            self._identity = _identity_in(message[_MESSAGE_HEAD:], in_13=self._version == _TLS_1_3)
        elif kind == _FINISHED:
            if self._version == _TLS_1_3:
                self._open_13(side, "TRAFFIC_SECRET_0")
            version, cipher = VERSIONS[self._version], CIPHERS.get(self._cipher, f"{self._cipher:#06x}")
            yield HandshakeDone(version, cipher, self._identity)
        elif kind == _KEY_UPDATE and isinstance(opener := self._lanes[side].opener, Opener13):
            opener.update()

    def _begin(self, hello: bytes) -> None:
        chosen = parse_server_hello(hello)
        if chosen is None:
            raise StaysClosed("the ServerHello cannot be read")
        self._version, self._cipher = chosen
        self._randoms[Side.CONTROLLER] = hello[_RANDOM]
        if self._version == _TLS_1_3:
            for side in Side:
                self._open_13(side, "HANDSHAKE_TRAFFIC_SECRET")
        elif self._version == _TLS_1_2:
            suite, secret = self._suite(), self._secret("CLIENT_RANDOM")
            self._next = openers_12(suite, secret, self._randoms[Side.AGENT], self._randoms[Side.CONTROLLER])
        else:
            raise StaysClosed(
                f"{VERSIONS.get(self._version, f'version {self._version:#06x}')}; 1.2 and 1.3 can be opened"
            )

    def _open_13(self, side: Side, secret: str) -> None:
        self._lanes[side].opener = Opener13(self._suite(), self._secret(f"{_ROLES[side]}_{secret}"))

    def _suite(self) -> Suite:
        suite = (SUITES_13 if self._version == _TLS_1_3 else SUITES_12).get(self._cipher)
        if suite is None:
            raise StaysClosed(f"the cipher suite {CIPHERS.get(self._cipher, f'{self._cipher:#06x}')} is not known")
        return suite

    def _secret(self, label: str) -> bytes:
        secret = self._keys.secret(label, self._randoms[Side.AGENT])
        if secret is None:
            raise StaysClosed(f"{label} is not in the key log")
        return secret


class _Lane:
    """One side's records and handshake messages."""

    def __init__(self) -> None:
        self.opener: RecordOpener | None = None
        self.pending = bytearray()
        self._message = bytearray()

    def take_record(self) -> bytes | None:
        """Return the next record with its head, and consume it, if it is whole."""
        size = int.from_bytes(self.pending[3:HEAD_SIZE], "big")
        if size > LONGEST_RECORD:
            raise StaysClosed(f"a record of {size} bytes, where at most {LONGEST_RECORD} may be")
        end = HEAD_SIZE + size
        if len(self.pending) < end:
            return None
        record = bytes(self.pending[:end])
        del self.pending[:end]
        return record

    def messages(self, content: bytes) -> Iterator[bytes]:
        """Yield each handshake message that is whole now, with its head."""
        self._message += content
        while len(self._message) >= _MESSAGE_HEAD:
            end = _MESSAGE_HEAD + int.from_bytes(self._message[1:_MESSAGE_HEAD], "big")
            if end > LONGEST_MESSAGE:
                raise StaysClosed(f"a handshake message of {end} bytes, where at most {LONGEST_MESSAGE} may be")
            if len(self._message) < end:
                return
            message = bytes(self._message[:end])
            del self._message[:end]
            yield message


def _identity_in(body: bytes, *, in_13: bool) -> str:
    """Return the fingerprint of the first certificate's public key; empty if it cannot be read."""
    if in_13:
        body = body[1 + body[0] :] if body else b""
    size = int.from_bytes(body[3:6], "big")
    try:
        key = x509.load_der_x509_certificate(body[6 : 6 + size]).public_key()
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm):
        return ""
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.md5(spki, usedforsecurity=False).digest().hex(":")
