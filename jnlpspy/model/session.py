"""Nouns of a channel's life: payloads inside commands, and calls."""

from enum import Enum

from jnlpspy.model.java import JavaContent
from jnlpspy.model.noun import noun
from jnlpspy.model.tap import Side


class PayloadRole(Enum):
    """What a nested object stream carries."""

    CALLABLE = "callable"
    RETURNED = "returned"
    THREW = "threw"


@noun()
class Payload:
    """The object inside a UserRequest's or a UserResponse's bytes, class-loader annotations kept."""

    role: PayloadRole
    value: JavaContent


class CallKind(Enum):
    """How a call travels."""

    USER = "user"
    """A Callable in a UserRequest."""
    RPC = "rpc"
    """A method of an exported object."""


class Outcome(Enum):
    """How a call ended."""

    RETURNED = "returned"
    THREW = "threw"
    CANCELLED = "cancelled"
    UNANSWERED = "unanswered"

    __hash__ = object.__hash__  # as in Side: each answer is counted


FAILED_OUTCOMES = frozenset((Outcome.THREW, Outcome.UNANSWERED))
"""How a call ends that went wrong; what was cancelled ended as its caller wanted."""


class FrameKind(Enum):
    """What a WebSocket frame or message without commands is."""

    TEXT = "text"
    CLOSE = "close"
    PING = "ping"
    PONG = "pong"


@noun()
class FrameSent:
    """A side of a WebSocket sent something that is no command."""

    kind: FrameKind
    size: int
    """Bytes of the payload."""
    code: int | None = None
    """Of a close: why, as a number (RFC 6455, section 7.4); None if it has none."""
    reason: str = ""
    """Of a close: why, in words."""


class PipeKind(Enum):
    """What a pipe is, in remoting's terms."""

    STREAM = "stream"
    """An exported OutputStream that the other side writes to."""
    WRITER = "writer"
    """An exported Writer; its bytes are counted in characters."""
    READ = "read"
    """An exported InputStream that the other side asks for bytes."""


class PipeEnd(Enum):
    """How a pipe ended."""

    EOF = "eof"
    """The writer closed it; a read pipe: its reader did."""
    DEAD = "dead"
    """The reader is gone, and told the writer why."""
    RELEASED = "released"
    """The writer was garbage collected."""
    CUT = "cut"
    """The channel ended first."""


class LoadKind(Enum):
    """What was loaded through the channel."""

    CLASS = "class"
    RESOURCE = "resource"
    JAR = "jar"


@noun()
class WaitingCall:
    """A call that waits for its answer, as a link of a chain."""

    call: str
    callable: str
    caller: Side
    """Who waits; its peer serves the call."""
    age: float
    """Seconds since the request."""
    certain: bool = True
    """False if the call before it in the chain was inferred only from what was open then."""


@noun()
class ExportedObject:
    """An object that the other side holds references to."""

    owner: Side
    oid: int
    interface: str
    references: int

    @property
    def name(self) -> str:
        """`c` or `a` for the owner, and the object's number: both sides number by themselves."""
        return f"{self.owner.value[0]}{self.oid}"


@noun()
class Pings:
    """The application pings of one side."""

    sent: int = 0
    answered: int = 0
    missed: int = 0
    """Not answered, or later than remoting's ping waits."""
    slowest: float = 0.0
    """Seconds."""
