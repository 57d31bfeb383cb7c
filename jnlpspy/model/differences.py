"""How two sessions differ in what they mean."""

from dataclasses import dataclass
from enum import Enum


class DifferenceKind(Enum):
    """What differs."""

    HANDSHAKE = "handshake"
    """Protocol, verdict or the words of a refusal."""
    DISCOVERY = "discovery"
    CALL_MISSING = "call missing"
    CALL_EXTRA = "call extra"
    OUTCOME = "outcome"
    EXCEPTION = "exception"
    ARGUMENTS = "arguments"
    PIPE = "pipe"
    """Bytes through a pipe, or how it ended."""
    LOADED_MISSING = "not loaded"
    LOADED_EXTRA = "loaded besides"
    ENDING = "ending"
    SESSION_MISSING = "session missing"
    SESSION_EXTRA = "session extra"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the second session has otherwise than the first."""

    kind: DifferenceKind
    what: str
    """What it is about: a callable, a pipe of a call, a class."""
    expected: str
    """As in the first session."""
    got: str
    """As in the second."""
    matters: bool
    """False for what may differ between two good runs."""
    first_event: int | None
    """Number of the event in the first capture."""
    second_event: int | None
    """Number of the event in the second capture."""
    position: float = 0.0
    """Seconds after the session's begin, for order."""
