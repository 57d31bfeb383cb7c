"""What an agent's secret opens: a handshake whose messages, and a channel whose bytes, are encrypted with it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from jnlpspy.model.negotiation import Headers, Sealed
from jnlpspy.model.secret import NO_SECRETS, Secret, pseudonym_of
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Side

_MASKED_SECRET = 16
"""Shorter secrets are left where they stand on the channel: they would be found everywhere."""


class Seal(Protocol):
    """One connection's encryption; a protocol makes it from the agent's name and secret."""

    @property
    def fits(self) -> bool:
        """False once something was seen that this secret cannot have made."""

    @property
    def is_open(self) -> bool:
        """True once the keys of the channel are known."""

    def check(self, side: Side, message: Headers | Sealed) -> bool | None:
        """Take a message in; return whether a side's proof fits the secret, None if none is complete with it."""

    def decipher(self, side: Side, data: bytes) -> bytes:
        """Return what a side's next bytes on the channel say."""

    def skip(self, side: Side, length: int) -> None:
        """Pass over bytes of a side that were not seen."""


MakeSeal = Callable[[str, Secret], Seal]
"""Makes a seal from an agent's name and secret."""


class Sealing:
    """What of one connection is sealed, and what of that a known secret opened.

    `secrets` are agents' by name. `tell` is told what is deciphered, piece by piece as each side sends it.
    """

    def __init__(
        self, secrets: Mapping[str, Secret] = NO_SECRETS, tell: Callable[[Side, bytes], None] | None = None
    ) -> None:
        self._secrets = secrets
        self._tell = tell
        self._seal: Seal | None = None
        self._secret = b""
        self._size = 0
        self._is_sealed = self._agreed = self._keys_lost = False
        self._checked: set[Side] = set()
        self._opened: set[Side] = set()
        self._shut: set[Side] = set()

    @property
    def closed(self) -> int:
        """Bytes of handshake messages that stayed closed."""
        return 0 if not self._agreed or (self._seal is not None and self._seal.fits) else self._size

    def agree(self) -> None:
        """Take note that both sides go on with the protocol: what was encrypted for it counts from here."""
        self._agreed = True

    def use(self, make: MakeSeal | None, name: str | Secret | None) -> None:
        """Open what follows with the agent's secret, if it is known."""
        if make is None or self._is_sealed:
            return
        self._is_sealed = True
        if isinstance(name, str) and name in self._secrets:
            self._seal = make(name, self._secrets[name])
            self._secret = self._secrets[name].value.encode("utf-8", "replace")

    def take(self, side: Side, span: Span, message: Headers | Sealed) -> bool | None:
        """Take a message in; return whether a side's proof fits the secret, once for each side."""
        if not self._is_sealed:
            return None
        sealed = message.sealed.values() if isinstance(message, Headers) else (span,)
        self._size += sum(each.end - each.start for each in sealed)
        fits = self._seal.check(side, message) if self._seal is not None else None
        if fits is None or side in self._checked:
            return None
        self._checked.add(side)
        return fits

    def lose_keys(self, side: Side) -> bool:
        """Take note that bytes of the handshake were not seen; return whether what follows is closed therefore."""
        is_closed = self._is_sealed and side not in self._opened
        self._keys_lost = self._keys_lost or is_closed
        return is_closed

    def waits(self) -> bool:
        """Return whether the keys of the channel may still come."""
        return self._seal is not None and self._seal.fits and not self._seal.is_open and not self._keys_lost

    def begin(self, side: Side) -> Callable[[bytes], bytes] | None:
        """Return what deciphers a side's channel from here on, if it can be and was not begun."""
        if self._seal is None or not self._seal.is_open or side in self._opened:
            return None
        self._opened.add(side)
        return partial(self._open, self._seal, side)

    def decipher(self, side: Side, data: bytes) -> bytes | None:
        """Return what bytes say; they themselves where no channel was begun, None if the place in it is not known."""
        if side in self._shut:
            return None
        return self._open(self._seal, side, data) if self._seal is not None and side in self._opened else data

    def skip(self, side: Side, length: int) -> bool:
        """Pass over bytes that were not seen; return whether what follows can still be deciphered, if it has to be."""
        if self._seal is not None and side in self._opened:
            self._seal.skip(side, length)
            if not length:
                self._shut.add(side)
        return side not in self._shut

    def _open(self, seal: Seal, side: Side, data: bytes) -> bytes:
        said = seal.decipher(side, data)
        if self._tell is not None:
            self._tell(side, said)
        return said

    def mask(self, block: bytes) -> bytes:
        """Return a command's bytes with the secret, which no redactor could find in them, replaced by its pseudonym."""
        if self._opened and len(self._secret) >= _MASKED_SECRET and self._secret in block:
            return block.replace(self._secret, pseudonym_of(self._secret))
        return block

    def explain(self, reason: str, name: object) -> str:
        """Return why sealed bytes stay closed, given the protocol's words for it."""
        if self._keys_lost and self._seal is not None:
            return "the keys are among the bytes that are missing"
        if self._seal is not None and not self._seal.fits:
            return f"the secret given for {name} is not the one used here"
        return reason.replace("NAME=", f"{name}=") if isinstance(name, str) else reason
