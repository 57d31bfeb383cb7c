"""An agent secret that can be compared and recognised, and that prints as a fingerprint only."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """An agent secret, or another value that grants access (cookie, Authorization)."""

    value: str
    pseudonym: bool = False
    """True if `value` is `pseudonym_of(secret)` from a capture and the secret itself is not known."""

    @property
    def fingerprint(self) -> str:
        """`secret:` and the first 12 hex digits of the secret's SHA-256, the same for a secret and its pseudonym."""
        digest = self.value if self.pseudonym else sha256_hex(self.value.encode("utf-8", "surrogatepass"))
        return f"secret:{digest[:12]}"

    def __str__(self) -> str:
        """Return the fingerprint, never the value."""
        return self.fingerprint

    def __repr__(self) -> str:
        """Return the fingerprint, never the value."""
        return f"Secret({self.fingerprint})"


NO_SECRETS: Mapping[str, Secret] = MappingProxyType({})
"""Agents' secrets by name, none of them known."""


def pseudonym_of(secret: bytes) -> bytes:
    """Return what stands for a secret in a capture: its SHA-256 in hex, cut or repeated to the same length."""
    digest = sha256_hex(secret).encode("ascii")
    return (digest * (len(secret) // len(digest) + 1))[: len(secret)]


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of bytes as 64 lower-case hex digits."""
    import hashlib  # noqa: PLC0415 - loads OpenSSL, which `--help` needs not

    return hashlib.sha256(data).hexdigest()
