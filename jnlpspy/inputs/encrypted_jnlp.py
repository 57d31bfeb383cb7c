"""A jnlp file as `?encrypt=true` gives it: AES-128 in CFB8 mode with half the agent's secret as key, behind its IV."""

import re

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from jnlpspy.errors import CaptureError
from jnlpspy.model.secret import Secret

_BLOCK = 16
_KEY = re.compile(r"[0-9a-fA-F]{32}")


def decrypt_jnlp(data: bytes, source: str, secret: Secret | None) -> bytes:
    """Return the XML of an encrypted jnlp file; mirrors hudson.remoting.Launcher.

    Raises:
        CaptureError: There is no secret, it is none, or not the one that the file was encrypted with.
    """
    if secret is None or secret.pseudonym:
        raise CaptureError(f"{source}: expected XML, got bytes that may be an encrypted jnlp file: the secret opens it")
    key = _KEY.match(secret.value)
    if key is None:
        raise CaptureError(f"{source}: expected 64 hex digits to decrypt the jnlp file, got a secret of another form")
    if len(data) <= _BLOCK:
        raise CaptureError(f"{source}: expected an encrypted jnlp file, got {len(data)} bytes")
    plain = _decipher(bytes.fromhex(key[0]), data[:_BLOCK], data[_BLOCK:])
    if not plain.lstrip().startswith(b"<"):
        raise CaptureError(
            f"{source}: expected XML when decrypted, got none: the file was encrypted with another secret than "
            f"{secret.fingerprint}, the one that the controller has for this agent"
        )
    return plain


def _decipher(key: bytes, start: bytes, data: bytes) -> bytes:
    # CFB8 by hand: the library moves and deprecates its own, and files have some KiB.
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - the block cipher inside CFB
    register = start
    plain = bytearray()
    for byte in data:
        plain.append(byte ^ encryptor.update(register)[0])
        register = register[1:] + bytes((byte,))
    return bytes(plain)
