"""What the two sides say to each other before a channel exists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from jnlpspy.model.secret import Secret
from jnlpspy.model.span import Span

CAPABILITY_BITS = (
    "unused",
    "multi-classloader",
    "pipe throttling",
    "mimic exception",
    "prefetch",
    "greedy RemoteInputStream",
    "proxy writer",
    "chunked encoding",
    "ProxyException fallback",
)
"""Names of the mask's bits, lowest first (hudson.remoting.Capability)."""

CHUNKED_ENCODING = 0x80


@dataclass(frozen=True, slots=True)
class Capability:
    """The feature bits a side announces (hudson.remoting.Capability)."""

    mask: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the bits that are set; a bit no known remoting has is called `bit N`."""
        return tuple(
            CAPABILITY_BITS[bit] if bit < len(CAPABILITY_BITS) else f"bit {bit}"
            for bit in range(64)
            if self.mask >> bit & 1
        )

    @property
    def chunked(self) -> bool:
        """True if commands sent to this side are cut into chunks."""
        return bool(self.mask & CHUNKED_ENCODING)


class TransmissionMode(Enum):
    """How the classic channel is encoded (hudson.remoting.Channel.Mode)."""

    BINARY = "binary"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Offer:
    """The agent's first string: `Protocol:` and a protocol's name."""

    line: str

    @property
    def protocol(self) -> str:
        """The name without the prefix; the whole string if there is none."""
        return self.line.removeprefix("Protocol:")


@dataclass(frozen=True, slots=True)
class Ack:
    """JNLP4's acknowledgement of the protocol (AckFilterLayer)."""


@dataclass(frozen=True, slots=True)
class Headers:
    """Connection headers: who the sender is, with the secret or cookie that proves it."""

    fields: Mapping[str, "str | Secret | None"]
    agent_name: "str | Secret | None" = None
    """Looks like a secret (64 hex digits) if the operator swapped name and secret; then it is kept as one."""
    secret: Secret | None = None
    secret_spans: tuple[Span, ...] = ()
    """Where the secrets stand, as encoded, in the sender's stream."""
    sealed: Mapping[str, Span] = field(default_factory=dict)
    """Where values stand that are encrypted with the agent's secret: a record keeps them as they are."""


class SealedPart(Enum):
    """What a message encrypted with the agent's secret is (JNLP3-connect)."""

    CHALLENGE = "challenge"
    RESPONSE = "response"
    COOKIE = "cookie"
    KEY = "key"
    IV = "initialization vector"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A handshake message that is encrypted with the agent's secret."""

    part: SealedPart
    data: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """A side accepts the other's headers."""

    text: str = "OK"


@dataclass(frozen=True, slots=True)
class Refused:
    """A side refuses the other's headers or protocol, in its own words; "" if it only closed the connection."""

    reason: str
    permanent: bool = False
    spans: tuple[Span, ...] = ()
    """Where the reason stands in the sender's stream."""


@dataclass(frozen=True, slots=True)
class Bye:
    """JNLP4's answer to a refusal (ConnectionHeadersFilterLayer)."""


@dataclass(frozen=True, slots=True)
class Mode:
    """The classic channel's transmission mode."""

    mode: TransmissionMode


@dataclass(frozen=True, slots=True)
class Foreign:
    """The stream is of a protocol that is not remoting's; its bytes are left unread."""

    kind: str
    """`HTTP`, `TLS`, `SSH` or `PROXY protocol`."""


Message = Offer | Ack | Headers | Sealed | Accepted | Refused | Bye | Capability | Mode | Foreign
