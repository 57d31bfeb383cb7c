"""What both halves of JNLP3-connect share as simulated peers speak it: challenges, encrypted messages, keys.

Mirrors org.jenkinsci.remoting.engine.Jnlp3Util and ChannelCiphers.
"""

import secrets
from typing import Final

from jnlpspy.javaser.modified_utf8 import encode_modified_utf8
from jnlpspy.model.negotiation import Sealed
from jnlpspy.model.tap import Side
from jnlpspy.protocols.jnlp3 import KEY_SIZE, Jnlp3Cipher, Jnlp3Keystream, is_response
from jnlpspy.simulate.line import HandshakeFailed, Line

CHALLENGE_LETTERS: Final = 2080
"""Of a random number of 10,400 bits in base 32."""

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuv"


def create_challenge() -> str:
    """Return a random number in base 32."""
    return "".join(secrets.choice(_DIGITS) for _ in range(CHALLENGE_LETTERS))


def counted(sealed: str) -> bytes:
    """Return an encrypted message behind its length in a line, as controllers send it."""
    data = sealed.encode()
    return b"%d\n%b" % (len(data), data)


def framed(sealed: str) -> bytes:
    """Return an encrypted message as agents send it (writeUTF)."""
    data = encode_modified_utf8(sealed)
    return len(data).to_bytes(2, "big") + data


def answers(cipher: Jnlp3Cipher, message: Sealed, challenge: str) -> bool:
    """Return whether a message is the answer to a challenge, made with the same secret."""
    return is_response(cipher.open(message.data).decode("utf-8", "replace"), challenge.encode())


def fits_line(cipher: Jnlp3Cipher, cookie: str) -> bool:
    """Return whether an encrypted cookie can be told in a line: controllers draw until one can."""
    sealed = cipher.seal(cookie)
    return "\n" not in sealed and sealed.strip() == sealed


def read_key(cipher: Jnlp3Cipher, message: Sealed) -> bytes:
    """Return the key or initialization vector that an agent chose."""
    key = cipher.open(message.data).decode("utf-8", "replace").encode("latin-1", "replace")
    if len(key) != KEY_SIZE:
        raise HandshakeFailed(f"expected a key of {KEY_SIZE} bytes, got {len(key)}")
    return key


def begin_sealed_channel(line: Line, key: bytes, iv: bytes) -> None:
    """Encrypt what follows, each side from the beginning of the same keystream."""
    streams = {side: Jnlp3Keystream() for side in Side}
    for stream in streams.values():
        stream.start(key, iv)
    line.unseal({side: stream.decipher for side, stream in streams.items()})
