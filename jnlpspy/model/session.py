"""Nouns of a channel's life: payloads inside commands, and calls."""

from dataclasses import dataclass
from enum import Enum

from jnlpspy.model.java import JavaContent


class PayloadRole(Enum):
    """What a nested object stream carries."""

    CALLABLE = "callable"
    RETURNED = "returned"
    THREW = "threw"


@dataclass(frozen=True, slots=True)
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
