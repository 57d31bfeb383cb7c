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
class Pause:
    """Do nothing for some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class CloseChannel:
    """Close the channel in an orderly way."""


Step = RunCallable | InvokeMethod | Pause | CloseChannel


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


Answer = Returns | Throws


@dataclass(frozen=True, slots=True)
class Part:
    """A peer's part on a channel."""

    steps: tuple[Step, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """By what is called, as `describe_callable` names it: a Java class, or `Interface.method`."""
    classes: Mapping[str, bytes] = field(default_factory=dict)
    """Class files it gives to a peer that asks for them, by name."""
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
