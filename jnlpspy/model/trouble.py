"""Which facts tell that something is not as it should be, for all who colour, count or choose them."""

from typing import Final

from jnlpspy.model.events import (
    BytesMissing,
    CallFinished,
    CallsWaiting,
    ConnectFailed,
    ConnectionClosed,
    Fact,
    HandshakeRefused,
    PipeClosed,
    PipeStalled,
    SecretChecked,
    SecretFlawed,
    Undecodable,
)
from jnlpspy.model.session import FAILED_OUTCOMES, PipeEnd
from jnlpspy.model.tap import CloseReason

_ALWAYS: Final = frozenset(
    (ConnectFailed, HandshakeRefused, SecretFlawed, CallsWaiting, PipeStalled, Undecodable, BytesMissing)
)


def is_trouble(fact: Fact) -> bool:
    """Return whether a fact is trouble by itself; a finding is none, for it has a severity."""
    match fact:
        case CallFinished():
            return fact.outcome in FAILED_OUTCOMES
        case PipeClosed():
            return fact.how is PipeEnd.DEAD
        case SecretChecked():
            return not fact.matches
        case ConnectionClosed():
            return fact.how in (CloseReason.RESET, CloseReason.TIMEOUT)
        case _:
            return type(fact) in _ALWAYS
