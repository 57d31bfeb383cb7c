"""What two sides of JNLP3-connect say, made with a secret that both hold, or that one of them does not."""

from dataclasses import dataclass

import samples
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from jnlpspy.javaser.modified_utf8 import encode_modified_utf8
from jnlpspy.protocols.jnlp3 import respond
from jnlpspy.wire.properties import format_properties

CHALLENGES = (b"0123456789abcdefghijklmnopqrstuv" * 5, b"vutsrqponmlkjihgfedcba9876543210" * 5)
CHANNEL_KEY, CHANNEL_IV = bytes(range(0x78, 0x88)), b"\xff" * 16
HANDSHAKE_KEY = bytes.fromhex("7f451ef5792b5563a5d3d8ed496e9a7f")
HANDSHAKE_IV = bytes.fromhex("efc5acad9aad7f338ec5c8fbd6a0d951")
NAME, SECRET = "agent1", "00f2be5ce25720984334d870c1c7d553f2ef1279eb33dac307113b9bb73cdbb9"
"""A test vector of this name, this secret, and the key and vector above."""


@dataclass(frozen=True)
class Sealer:
    """Encrypts as one side does."""

    key: bytes = HANDSHAKE_KEY
    iv: bytes = HANDSHAKE_IV

    def seal(self, text: str) -> str:
        return _aes(self.key, self.iv, text.encode()).decode("latin-1")

    def framed(self, text: str) -> bytes:
        data = encode_modified_utf8(self.seal(text))
        return len(data).to_bytes(2, "big") + data

    def counted(self, text: str) -> bytes:
        data = self.seal(text).encode()
        return str(len(data)).encode() + b"\n" + data

    def headers(self) -> bytes:
        fields = {"Node-Name": NAME, "Challenge": self.seal(CHALLENGES[0].decode()), "Cookie": self.seal("c00kie")}
        text = encode_modified_utf8(format_properties(fields, "Sun Nov 22 10:25:12 UTC 2026"))
        return samples.offer("JNLP3-connect") + len(text).to_bytes(2, "big") + text

    def answer(self) -> bytes:
        return self.counted(respond(CHALLENGES[0]))

    def challenge(self) -> bytes:
        return self.counted(CHALLENGES[1].decode())

    def response(self) -> bytes:
        return self.framed(respond(CHALLENGES[1]))

    def cookie(self) -> bytes:
        return self.seal("c00kie").encode() + b"\n"

    def keys(self) -> bytes:
        return self.framed(CHANNEL_KEY.decode("latin-1")) + self.framed(CHANNEL_IV.decode("latin-1"))


def ciphered(*data: bytes) -> bytes:
    """What a side says on the channel, from its beginning."""
    return _aes(CHANNEL_KEY, CHANNEL_IV, b"".join(data))


def _aes(key: bytes, iv: bytes, data: bytes) -> bytes:
    return Cipher(AES(key), CTR(iv)).encryptor().update(data)
