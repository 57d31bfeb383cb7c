"""Everything the decoder can say: facts, one closed union, each in an `Event` that says when and where it came from."""

from collections.abc import Mapping
from dataclasses import field

from jnlpspy.model.commands import Command
from jnlpspy.model.findings import Finding
from jnlpspy.model.inputs import AgentInputs
from jnlpspy.model.negotiation import Capability
from jnlpspy.model.noun import noun
from jnlpspy.model.secret import Secret
from jnlpspy.model.secret_flaws import SecretFlaw
from jnlpspy.model.session import (
    CallKind,
    ExportedObject,
    FrameSent,
    LoadKind,
    Outcome,
    Payload,
    Pings,
    PipeEnd,
    PipeKind,
    WaitingCall,
)
from jnlpspy.model.span import Decoded, Span
from jnlpspy.model.tap import Address, CloseReason, DialFailure, Side


@noun()
class ConnectionOpened:
    """An agent's connection began."""

    agent: Address
    controller: Address
    transport: str = "tcp"


@noun()
class InputsRead:
    """What an agent is started with was read, before any packet."""

    source: str
    """Where from: `command line`, a file's name."""
    inputs: AgentInputs


@noun()
class NameResolved:
    """A host's name was looked up."""

    host: str
    addresses: tuple[str, ...]
    """Empty if it has none."""
    reason: str = ""
    """Why not."""


@noun()
class ConnectFailed:
    """Nobody was reached where somebody was to be."""

    target: str
    """`HOST:PORT`, or the URL."""
    failure: DialFailure
    text: str


@noun()
class DiscoveryAsked:
    """The agent sent an HTTP request."""

    method: str
    url: str
    headers: Mapping[str, str | Secret]


@noun()
class DiscoveryAnswered:
    """The controller, or what stands in its place, answered an HTTP request."""

    status: int
    headers: Mapping[str, str | Secret]
    url: str


@noun()
class ProtocolOffered:
    """The agent offered a protocol."""

    protocol: str


@noun()
class TlsStarted:
    """A TLS handshake was done on a leg."""

    leg: Side
    version: str
    cipher: str
    identity: str | None
    """Fingerprint of the key shown; None if the tap could not see it."""


@noun()
class HeadersSent:
    """A side sent its connection headers."""

    headers: Mapping[str, str | Secret | None]
    agent_name: str | Secret | None = None
    secret: Secret | None = None


@noun()
class HandshakeAccepted:
    """The controller accepted the agent."""

    protocol: str
    agent_name: str | Secret | None


@noun()
class HandshakeRefused:
    """A side refused the other, in its own words; "" if it only closed the connection."""

    by: Side
    reason: str
    permanent: bool = False


@noun()
class SecretChecked:
    """A side proved that it holds the agent's secret, and the secret known here fits its proof, or does not."""

    by: Side
    matches: bool


@noun()
class SecretFlawed:
    """The agent's secret has flaws that can be seen in its text."""

    flaws: tuple[SecretFlaw, ...]


@noun()
class CapabilityAnnounced:
    """A side announced its capability."""

    capability: Capability


@noun()
class ChannelEstablished:
    """Both sides reached the channel."""

    protocol: str
    agent_name: str | Secret | None


@noun()
class CommandSent:
    """A command went over the channel."""

    command: Command
    size: int
    """Bytes of the command's object stream, without chunk headers."""
    payload: Payload | None = None


@noun()
class CallStarted:
    """A request was sent."""

    call: str
    """`c` or `a` for the calling side, and the request's id: both sides number by themselves."""
    kind: CallKind
    callable: str
    arguments: str = ""
    purpose: str = ""
    """What a well-known callable is for, in words."""
    parent: str | None = None
    """The call that the caller was serving."""
    certain: bool = True
    """False if `parent` was inferred from several that it might be."""


@noun()
class CallFinished:
    """A request was answered, or will not be."""

    call: str
    callable: str
    duration: float
    """Seconds."""
    outcome: Outcome
    exception: str | None = None
    """`class: message`, as Throwable.toString gives it."""
    causes: tuple[str, ...] = ()
    """The exception's causes, the nearest first."""
    suppressed: tuple[str, ...] = ()


@noun()
class CallsWaiting:
    """At the end, a chain of calls each of which is served by a call that waits for the next."""

    calls: tuple[WaitingCall, ...]


@noun()
class PipeOpened:
    """A side can write to the other."""

    pipe: str
    """`c` or `a` for the exporting side, and the object's id; from the second use of an id on, `.2`, `.3`…"""
    kind: PipeKind
    writer: Side
    call: str | None = None
    """The call that brought the pipe."""


@noun()
class PipeStalled:
    """A pipe's window was used up for longer than a moment: its writer waits."""

    pipe: str
    in_flight: int
    """Bytes sent that are not acknowledged."""
    duration: float
    """Seconds so far."""


@noun()
class PipeClosed:
    """A pipe is over."""

    pipe: str
    kind: PipeKind
    writer: Side
    call: str | None
    bytes: int
    chunks: int
    how: PipeEnd
    duration: float
    error: str | None = None
    in_flight: int = 0
    """Bytes that were never acknowledged."""
    stalls: int = 0
    """How often the window was used up."""
    stalled: float = 0.0
    """Seconds that it was."""


@noun()
class ClassLoaded:
    """A class, a resource or a jar came over the channel, or was looked for in vain."""

    name: str
    kind: LoadKind
    bytes: int
    """0 if it stands in a jar that the receiver takes from its cache."""
    duration: float
    """Seconds of the call that brought it."""
    call: str
    found: bool = True
    prefetched: bool = False
    """True if it was not asked for: the sender foresaw that it would be."""
    class_version: int | None = None
    """The Java version that a class needs at least."""
    jar: str | None = None
    """Checksum of the jar that holds it."""


@noun()
class ExportsLeft:
    """At the end, objects of a side to which the other still holds references."""

    owner: Side
    total: int
    objects: tuple[ExportedObject, ...]
    """The most referred to first, and not all of a great number."""


@noun()
class ChannelEnded:
    """What a channel's life came to."""

    closed_by: Side | None
    """Who sent a CloseCommand first."""
    reason: str
    """Why, in that side's words."""
    pings: Mapping[Side, Pings]
    silence: Mapping[Side, float]
    """Seconds since each side's last command, as of the first CloseCommand or else of the end."""
    silent: Side | None
    """The side that left requests unanswered and sent nothing any more."""


@noun()
class Undecodable:
    """Bytes that could not be decoded; what follows goes on."""

    expected: str
    got: str
    path: str
    data: bytes
    """At most 64 bytes from where the trouble is."""


@noun()
class OpaqueBytes:
    """Bytes that cannot be seen into."""

    reason: str
    length: int


@noun()
class BytesMissing:
    """Bytes the tap did not see; length 0 if their number is not known."""

    length: int


@noun()
class Remark:
    """Something the proxy did or met that no byte shows."""

    text: str


@noun()
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
    silence: float = field(default=0.0, compare=False)
    """Seconds from the last byte of either side to the first end, also where bytes could not be seen into."""


Fact = (
    ConnectionOpened
    | InputsRead
    | NameResolved
    | ConnectFailed
    | DiscoveryAsked
    | DiscoveryAnswered
    | ProtocolOffered
    | TlsStarted
    | HeadersSent
    | HandshakeAccepted
    | HandshakeRefused
    | SecretChecked
    | SecretFlawed
    | CapabilityAnnounced
    | ChannelEstablished
    | FrameSent
    | CommandSent
    | CallStarted
    | CallFinished
    | CallsWaiting
    | PipeOpened
    | PipeStalled
    | PipeClosed
    | ClassLoaded
    | ExportsLeft
    | ChannelEnded
    | Undecodable
    | OpaqueBytes
    | BytesMissing
    | Remark
    | ConnectionClosed
    | Finding
)


@noun()
class Event:
    """A fact with its place: number within the run, connection, time, side and bytes."""

    seq: int
    """From 1 within the run; a finding has the number of the event that made it certain."""
    connection: int
    """0 if it belongs to none."""
    when: float
    """Seconds since the epoch."""
    fact: Fact
    side: Side | None = None
    """Whose bytes it came from; None if from no bytes."""
    span: Span | None = None
    decoded: Decoded | None = None
    """Where the message stands in what the bytes of its span say; None if it went as it is."""
