"""Which events somebody asks for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from jnlpspy.model.events import Event  # commands name choices, and `--help` must be quick

Choice: TypeAlias = "Callable[[Event], bool]"
"""True for an event that is asked for; never raises."""


def no_event(_: "Event") -> bool:
    """Ask for none."""
    return False


def every(_: "Event") -> bool:
    """Ask for every event."""
    return True
