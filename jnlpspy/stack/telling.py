"""Makes one connection's events: numbered, with the time of the observation at hand, and no secret in them."""

from collections.abc import Iterator
from dataclasses import replace

from jnlpspy.errors import DecodeError
from jnlpspy.model.events import Event, Fact, HeadersSent, Undecodable
from jnlpspy.model.negotiation import Headers
from jnlpspy.model.secret import Secret
from jnlpspy.model.span import Decoded, Span
from jnlpspy.model.tap import Opened, Side

UNDECODABLE_BYTES = 64
"""Bytes an `Undecodable` shows at most (the contract's `hex`)."""


class Teller:
    """Makes the events of one connection."""

    def __init__(self, opened: Opened, numbers: Iterator[int]) -> None:
        self._opened = opened
        self._numbers = numbers
        self.when = opened.when
        """When the observation at hand was made."""
        self.agent_name: str | Secret | None = None
        """The name that the agent gave."""

    def tell(
        self, fact: Fact, side: Side | None = None, span: Span | None = None, decoded: Decoded | None = None
    ) -> Event:
        """Return a fact as an event."""
        return Event(next(self._numbers), self._opened.connection, self.when, fact, side, span, decoded)

    def tell_undecodable(self, side: Side, span: Span, error: DecodeError, data: bytes) -> Event:
        """Return that bytes could not be decoded; the error's offset counts in `data`."""
        shown = data[error.offset : error.offset + UNDECODABLE_BYTES]
        return self.tell(Undecodable(error.expected, error.got, error.path, shown), side, span)

    def tell_headers(self, side: Side, span: Span, headers: Headers) -> Event:
        """Return the headers that a side sent, and keep the agent's name."""
        fields = {
            name: value if name in headers.sealed else self.recognize(value) for name, value in headers.fields.items()
        }
        name, secret = self.recognize(headers.agent_name), self.recognize(headers.secret)
        if side is Side.AGENT:
            self.agent_name = name
        sent = HeadersSent(fields, name, secret if isinstance(secret, Secret) else None)
        return self.tell(sent, side, span)

    def recognize(self, value: str | Secret | None) -> str | Secret | None:
        """Return a value; a secret as what it is in this capture, itself or its pseudonym."""
        return replace(value, pseudonym=self._opened.pseudonyms) if isinstance(value, Secret) else value

    def without_secret(self, reason: str) -> str:
        """Hide a secret that was given as the name, and that a refusal repeats."""
        name = self.agent_name
        return reason.replace(name.value, name.fingerprint) if isinstance(name, Secret) else reason
