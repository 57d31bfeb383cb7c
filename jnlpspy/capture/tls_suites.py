"""Opens TLS records with the keys of their session: the key schedules of RFC 8446 (1.3) and RFC 5246 (1.2)."""

import hmac
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from jnlpspy.model.tap import Side

NONCE_SIZE: Final = 12
TAG_SIZE: Final = 16
BLOCK_SIZE: Final = 16
_SALT_SIZE: Final = 4
_EXPLICIT_SIZE: Final = 8
_HASHES: Final = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}


class NotOpened(Exception):
    """A record is not what its key says."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A cipher suite."""

    key_size: int
    """Bytes of a key."""
    digest: str = "sha256"
    """Hash of the key schedule."""
    chacha: bool = False
    mac: str = ""
    """Hash of the records' HMAC, of suites in CBC mode."""


_AES128, _AES256 = Suite(16), Suite(32, "sha384")
_CHACHA = Suite(32, chacha=True)

SUITES_13: Final = {0x1301: _AES128, 0x1302: _AES256, 0x1303: _CHACHA}

SUITES_12: Final = {
    **dict.fromkeys((0xC02F, 0xC02B, 0x009E, 0x009C), _AES128),
    **dict.fromkeys((0xC030, 0xC02C, 0x009F, 0x009D), _AES256),
    **dict.fromkeys((0xCCA8, 0xCCA9, 0xCCAA), _CHACHA),
    **dict.fromkeys((0xC027, 0xC023, 0x0067, 0x003C), Suite(16, mac="sha256")),
    **dict.fromkeys((0x006B, 0x003D), Suite(32, mac="sha256")),
    **dict.fromkeys((0xC028, 0xC024), Suite(32, "sha384", mac="sha384")),
    **dict.fromkeys((0xC013, 0xC009, 0x0033, 0x002F), Suite(16, mac="sha1")),
    **dict.fromkeys((0xC014, 0xC00A, 0x0039, 0x0035), Suite(32, mac="sha1")),
}
"""What Java 8 to 21 and OpenSSL agree on with an RSA or EC key; without Encrypt-then-MAC, which Java does not speak."""


class RecordOpener(Protocol):
    """Opens one side's records, in their order."""

    def open(self, kind: int, head: bytes, body: bytes) -> tuple[int, bytes]:
        """Return the content type and the content of an encrypted record. Raises NotOpened."""
        ...


class Opener13:
    """Opens records of TLS 1.3 under one traffic secret."""

    def __init__(self, suite: Suite, secret: bytes) -> None:
        self._suite, self._secret = suite, secret
        self._start()

    def _start(self) -> None:
        self._cipher = _aead(self._suite, expand_label(self._secret, "key", self._suite.key_size, self._suite.digest))
        self._iv = int.from_bytes(expand_label(self._secret, "iv", NONCE_SIZE, self._suite.digest), "big")
        self._number = 0

    def open(self, kind: int, head: bytes, body: bytes) -> tuple[int, bytes]:
        """Return what the record holds; its own type is inside."""
        del kind
        nonce = (self._iv ^ self._number).to_bytes(NONCE_SIZE, "big")
        self._number += 1
        inner = _opened(self._cipher, nonce, body, head).rstrip(b"\0")
        if not inner:
            raise NotOpened
        return inner[-1], inner[:-1]

    def update(self) -> None:
        """Take the next traffic secret: the side sent a KeyUpdate."""
        size = len(self._secret)
        self._secret = expand_label(self._secret, "traffic upd", size, self._suite.digest)
        self._start()


class Opener12:
    """Opens AEAD records of TLS 1.2 (RFC 5288, RFC 7905)."""

    def __init__(self, suite: Suite, key: bytes, iv: bytes) -> None:
        self._cipher, self._iv, self._explicit = _aead(suite, key), iv, not suite.chacha
        self._number = 0

    def open(self, kind: int, head: bytes, body: bytes) -> tuple[int, bytes]:
        """Return what the record holds."""
        number = self._number.to_bytes(8, "big")
        self._number += 1
        if self._explicit:
            nonce, body = self._iv + body[:_EXPLICIT_SIZE], body[_EXPLICIT_SIZE:]
        else:
            nonce = (int.from_bytes(self._iv, "big") ^ int.from_bytes(number, "big")).to_bytes(NONCE_SIZE, "big")
        size = struct.pack(">H", max(0, len(body) - TAG_SIZE))
        return kind, _opened(self._cipher, nonce, body, number + head[:3] + size)


class CbcOpener:
    """Opens records of TLS 1.2 in CBC mode, and checks their HMAC (RFC 5246, section 6.2.3.2)."""

    def __init__(self, suite: Suite, key: bytes, mac_key: bytes) -> None:
        self._key, self._mac_key, self._digest = key, mac_key, suite.mac
        self._number = 0

    def open(self, kind: int, head: bytes, body: bytes) -> tuple[int, bytes]:
        """Return what the record holds."""
        iv, body = body[:BLOCK_SIZE], body[BLOCK_SIZE:]
        if not body or len(body) % BLOCK_SIZE:
            raise NotOpened
        decryptor = Cipher(AES(self._key), CBC(iv)).decryptor()
        plain = decryptor.update(body) + decryptor.finalize()
        end = len(plain) - 1 - plain[-1] - _MAC_SIZES[self._digest]
        if end < 0:
            raise NotOpened
        content, mac = plain[:end], plain[end : end + _MAC_SIZES[self._digest]]
        counted = self._number.to_bytes(8, "big") + head[:3] + struct.pack(">H", len(content)) + content
        self._number += 1
        if not hmac.compare_digest(hmac.digest(self._mac_key, counted, self._digest), mac):
            raise NotOpened
        return kind, content


_MAC_SIZES: Final = {"sha1": 20, "sha256": 32, "sha384": 48}


def openers_12(suite: Suite, secret: bytes, agent_random: bytes, controller_random: bytes) -> dict[Side, RecordOpener]:
    """Return what opens both sides' records of TLS 1.2; the agent is the side that said ClientHello."""
    mac_size = _MAC_SIZES.get(suite.mac, 0)
    iv_size = 0 if suite.mac else NONCE_SIZE if suite.chacha else _SALT_SIZE
    size = 2 * (mac_size + suite.key_size + iv_size)
    block = _expand_12(secret, b"key expansion" + controller_random + agent_random, size, suite.digest)
    take = _cutter(block)
    macs = [take(mac_size) for _ in Side]
    keys = [take(suite.key_size) for _ in Side]
    ivs = [take(iv_size) for _ in Side]
    if suite.mac:
        return {side: CbcOpener(suite, keys[at], macs[at]) for at, side in enumerate((Side.AGENT, Side.CONTROLLER))}
    return {side: Opener12(suite, keys[at], ivs[at]) for at, side in enumerate((Side.AGENT, Side.CONTROLLER))}


def expand_label(secret: bytes, label: str, size: int, digest: str) -> bytes:
    """Return HKDF-Expand-Label of RFC 8446, section 7.1, without a context."""
    name = b"tls13 " + label.encode()
    info = struct.pack(">HB", size, len(name)) + name + b"\0"
    return HKDFExpand(_HASHES[digest], size, info).derive(secret)


def _expand_12(secret: bytes, seed: bytes, size: int, digest: str) -> bytes:
    """Return P_hash of RFC 5246, section 5."""
    made, step = b"", seed
    while len(made) < size:
        step = hmac.digest(secret, step, digest)
        made += hmac.digest(secret, step + seed, digest)
    return made[:size]


def _cutter(block: bytes) -> Callable[[int], bytes]:
    start = 0

    def take(size: int) -> bytes:
        nonlocal start
        start += size
        return block[start - size : start]

    return take


_Aead = AESGCM | ChaCha20Poly1305


def _aead(suite: Suite, key: bytes) -> _Aead:
    return ChaCha20Poly1305(key) if suite.chacha else AESGCM(key)


def _opened(cipher: _Aead, nonce: bytes, body: bytes, associated: bytes) -> bytes:
    if len(body) < TAG_SIZE or len(nonce) != NONCE_SIZE:
        raise NotOpened
    try:
        return cipher.decrypt(nonce, body, associated)
    except InvalidTag:
        raise NotOpened from None
