"""Everything the decoder can say: facts, one closed union, each in an `Event` that says when and where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass

from jnlpspy.model.commands import Command
from jnlpspy.model.negotiation import Capability
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import CallKind, Outcome, Payload
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Address, CloseReason, Side


@dataclass(frozen=True, slots=True)
class ConnectionOpened:
    """An agent's connection began."""

    agent: Address
    controller: Address
    transport: str = "tcp"


@dataclass(frozen=True, slots=True)
class DiscoveryAsked:
    """The agent sent an HTTP request."""

    method: str
    url: str
    headers: Mapping[str, str | Secret]


@dataclass(frozen=True, slots=True)
class DiscoveryAnswered:
    """The controller, or what stands in its place, answered an HTTP request."""

    status: int
    headers: Mapping[str, str | Secret]
    url: str


@dataclass(frozen=True, slots=True)
class ProtocolOffered:
    """The agent offered a protocol."""

    protocol: str


@dataclass(frozen=True, slots=True)
class TlsStarted:
    """A TLS handshake was done on a leg."""

    leg: Side
    version: str
    cipher: str
    identity: str | None
    """Fingerprint of the key shown; None if the tap could not see it."""


@dataclass(frozen=True, slots=True)
class HeadersSent:
    """A side sent its connection headers."""

    headers: Mapping[str, str | Secret | None]
    agent_name: str | Secret | None = None
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class HandshakeAccepted:
    """The controller accepted the agent."""

    protocol: str
    agent_name: str | Secret | None


@dataclass(frozen=True, slots=True)
class HandshakeRefused:
    """A side refused the other, in its own words; "" if it only closed the connection."""

    by: Side
    reason: str
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class CapabilityAnnounced:
    """A side announced its capability."""

    capability: Capability


@dataclass(frozen=True, slots=True)
class ChannelEstablished:
    """Both sides reached the channel."""

    protocol: str
    agent_name: str | Secret | None


@dataclass(frozen=True, slots=True)
class CommandSent:
    """A command went over the channel."""

    command: Command
    size: int
    """Bytes of the command's object stream, without chunk headers."""
    payload: Payload | None = None


@dataclass(frozen=True, slots=True)
class CallStarted:
    """A request was sent."""

    call: str
    """`c` or `a` for the calling side, and the request's id: both sides number by themselves."""
    kind: CallKind
    callable: str
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class CallFinished:
    """A request was answered, or will not be."""

    call: str
    callable: str
    duration: float
    """Seconds."""
    outcome: Outcome
    exception: str | None = None
    """`class: message`, as Throwable.toString gives it."""


@dataclass(frozen=True, slots=True)
class Undecodable:
    """Bytes that could not be decoded; what follows goes on."""

    expected: str
    got: str
    path: str
    data: bytes
    """At most 64 bytes from where the trouble is."""


@dataclass(frozen=True, slots=True)
class OpaqueBytes:
    """Bytes that cannot be seen into."""

    reason: str
    length: int


@dataclass(frozen=True, slots=True)
class BytesMissing:
    """Bytes the tap did not see; length 0 if their number is not known."""

    length: int


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the proxy did or met that no byte shows."""

    text: str


@dataclass(frozen=True, slots=True)
class ConnectionClosed:
    """A connection is over."""

    by: Side | None
    """The side that ended first; None if the proxy did."""
    how: CloseReason
    orderly: bool
    """True if a CloseCommand came first."""
    bytes: Mapping[Side, int]
    unfinished: Mapping[Side, int]
    """Bytes of a message that the end cut off."""
    duration: float
    """Seconds."""


Fact = (
    ConnectionOpened
    | DiscoveryAsked
    | DiscoveryAnswered
    | ProtocolOffered
    | TlsStarted
    | HeadersSent
    | HandshakeAccepted
    | HandshakeRefused
    | CapabilityAnnounced
    | ChannelEstablished
    | CommandSent
    | CallStarted
    | CallFinished
    | Undecodable
    | OpaqueBytes
    | BytesMissing
    | Remark
    | ConnectionClosed
)


@dataclass(frozen=True, slots=True)
class Event:
    """A fact with its place: number within the run, connection, time, side and bytes."""

    seq: int
    """From 1 within the run."""
    connection: int
    when: float
    """Seconds since the epoch."""
    fact: Fact
    side: Side | None = None
    """Whose bytes it came from; None if from no bytes."""
    span: Span | None = None
