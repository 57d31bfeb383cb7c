"""What a simulated peer does on a channel, as data: steps it takes by itself, and answers it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jnlpspy.model.java import JavaClass, JavaObject, JavaValue


@dataclass(frozen=True, slots=True)
class RunCallable:
    """Have the peer run a Callable (Channel.call), and wait for its answer."""

    of: JavaClass
    fields: Mapping[str, JavaValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InvokeMethod:
    """Call a method of an object the peer exported, and wait for its answer."""

    interface: str
    method: str
    types: tuple[str, ...] = ()
    arguments: tuple[JavaValue, ...] = ()
    oid: int = 1
    """1 is the channel itself (hudson.remoting.IChannel)."""
    in_user_request: bool = True
    """As proxies made for user code send it; False for remoting's own, which class loading uses."""


@dataclass(frozen=True, slots=True)
class LoadClass:
    """Ask the peer's class loader for a class file, or for a resource."""

    name: str
    is_resource: bool = False


@dataclass(frozen=True, slots=True)
class WritePipe:
    """Have the peer read a pipe to its end, write so many bytes to it, and compare what arrived."""

    size: int


@dataclass(frozen=True, slots=True)
class ReadPipe:
    """Have the peer write so many bytes to a pipe, and compare what arrived."""

    size: int


@dataclass(frozen=True, slots=True)
class Ping:
    """Ping the peer; without an answer in time close the channel because of it (hudson.remoting.PingThread)."""

    timeout: float
    told: float | None = None
    """Seconds it is said to have had, where they were shortened."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Silence:
    """Say nothing more, for some seconds or for good, as a process that hangs: what comes is still read."""

    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Blurt:
    """Say bytes in place of a command, as if native code had printed into the stream."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Vanish:
    """Drop the TCP connection without a CloseCommand, by a FIN or a reset."""

    reset: bool = False


@dataclass(frozen=True, slots=True)
class CloseFrame:
    """End a WebSocket by a close frame and without a CloseCommand; elsewhere it is a FIN."""

    code: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CloseChannel:
    """Close the channel in an orderly way."""

    cause: JavaObject | None = None
    """A Throwable because of which it is closed."""


Step = (
    RunCallable
    | InvokeMethod
    | LoadClass
    | WritePipe
    | ReadPipe
    | Ping
    | Pause
    | Silence
    | Blurt
    | Vanish
    | CloseFrame
    | CloseChannel
)


@dataclass(frozen=True, slots=True)
class Returns:
    """Answer a call with a value."""

    value: JavaValue | Mapping[str, JavaValue] = None
    """Boxed as Java would."""
    first: tuple[Step, ...] = ()
    """Steps taken before the answer: calls back."""


@dataclass(frozen=True, slots=True)
class Throws:
    """Answer a call with an exception."""

    thrown: JavaObject
    first: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class NeverAnswers:
    """Leave a call without an answer."""

    first: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Drains:
    """Answer with the CRC-32 of what came through the pipe that the call brought, once it is closed."""

    first: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Fills:
    """Write to the pipe that the call brought, close it, and answer with the CRC-32 of what was written."""

    size: int | None = None
    """Bytes; None: as many as the call's field `length` says."""
    first: tuple[Step, ...] = ()


Answer = Returns | Throws | NeverAnswers | Drains | Fills


@dataclass(frozen=True, slots=True)
class Part:
    """A peer's part on a channel."""

    steps: tuple[Step, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """By what is called, as `describe_callable` names it: a Java class, or `Interface.method`."""
    classes: Mapping[str, bytes] = field(default_factory=dict)
    """Class files it gives to a peer that asks for them, by name."""
    resources: Mapping[str, bytes] = field(default_factory=dict)
    """Files it gives in the same way."""
    takes_pipes: bool = True
    """False if it never says that it has taken what was written to it: its writers come to a stand."""
    loads_classes: bool = False
    """True if it asks for classes it lacks before it runs them, as agents do."""


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """How a call ended."""

    call: str
    """What was called."""
    returned: JavaValue = None
    exception: str | None = None
    """`class: message` of what it threw."""
    moved: int | None = None
    """Bytes that went through its pipe, or that were loaded."""
    intact: bool | None = None
    """True if both ends of its pipe tell the same CRC-32; None if it had none."""
