import hashlib

import samples

from jnlpspy.model.secret import Secret, pseudonym_of, sha256_hex

DIGEST = hashlib.sha256(samples.SECRET.encode()).hexdigest()


def test_a_secret_prints_as_its_fingerprint() -> None:
    secret = Secret(samples.SECRET)
    assert str(secret) == f"{secret}" == secret.fingerprint == f"secret:{DIGEST[:12]}"
    assert repr(secret) == f"Secret(secret:{DIGEST[:12]})"
    assert samples.SECRET not in f"{[secret]} {secret!r} {secret}"


def test_a_secret_and_its_pseudonym_have_one_fingerprint() -> None:
    pseudonym = pseudonym_of(samples.SECRET.encode()).decode()
    assert pseudonym == DIGEST == sha256_hex(samples.SECRET.encode())
    assert Secret(pseudonym, pseudonym=True).fingerprint == Secret(samples.SECRET).fingerprint


def test_a_pseudonym_is_as_long_as_the_secret() -> None:
    assert [len(pseudonym_of(b"x" * size)) for size in (0, 1, 63, 64, 65, 200)] == [0, 1, 63, 64, 65, 200]


def test_a_secret_of_any_text_has_a_fingerprint() -> None:
    assert Secret("\ud800").fingerprint.startswith("secret:")
