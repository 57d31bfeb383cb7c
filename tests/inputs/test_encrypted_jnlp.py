"""Encrypted jnlp files: vectors of the real library's cipher, and secrets that do not fit."""

import pytest

from jnlpspy.errors import CaptureError
from jnlpspy.inputs.encrypted_jnlp import decrypt_jnlp
from jnlpspy.inputs.jnlp_file import read_jnlp
from jnlpspy.model.secret import Secret

SECRET = Secret("00f2be5ce25720984334d870c1c7d553f2ef1279eb33dac307113b9bb73cdbb9")
ENCRYPTED = bytes(16) + bytes.fromhex("5e3f9eac054f")
"""`<jnlp>` behind an IV of zeros, as remoting enciphers it."""


def test_the_secret_opens_the_file() -> None:
    assert decrypt_jnlp(ENCRYPTED, "x", SECRET) == b"<jnlp>"
    with pytest.raises(CaptureError, match="line 1: no element found"):
        read_jnlp(ENCRYPTED, "x", SECRET)


@pytest.mark.parametrize(
    ("data", "secret", "message"),
    [
        (ENCRYPTED, Secret("ab" * 32), "encrypted with another secret than secret:"),
        (ENCRYPTED, Secret("test"), "a secret of another form"),
        (ENCRYPTED, None, "the secret opens it"),
        (ENCRYPTED, Secret("ab" * 32, pseudonym=True), "the secret opens it"),
        (bytes(16), SECRET, "got 16 bytes"),
    ],
)
def test_what_cannot_be_opened_is_told(data: bytes, secret: Secret | None, message: str) -> None:
    with pytest.raises(CaptureError, match=message) as raised:
        decrypt_jnlp(data, "x", secret)
    assert secret is None or secret.value not in str(raised.value)
