"""What the discovery front reports to: the tap, and the lines said to the user."""

from collections.abc import Callable
from dataclasses import dataclass, field

import trio

from jnlpspy.net.journal import Clock, Journal, Observe
from jnlpspy.net.link import Pace

QUIET = 10.0
"""Seconds in which the same line is not said again; agents ask every ten seconds while a controller is away."""

REMEMBERED = 100
"""Lines remembered as said just now; a flood of different ones is told as it comes."""


@dataclass(slots=True)
class Reporter:
    """Where reports go, and what stamps them."""

    observe: Observe
    next_connection: Callable[[], int]
    clock: Clock
    """Seconds since the epoch."""
    say: Callable[[str], None]
    pace: Pace = trio.lowlevel.checkpoint
    _said: dict[str, float] = field(default_factory=dict)

    def open_journal(self) -> Journal:
        """Return the journal of a connection that was accepted just now."""
        return Journal(self.next_connection(), self.observe, self.clock)

    def tell(self, line: str) -> None:
        """Say a line, unless it was said just now."""
        now = self.clock()
        # A clock that was set back must not silence anything.
        self._said = {text: when for text, when in self._said.items() if 0 <= now - when < QUIET}
        if line not in self._said:
            if len(self._said) < REMEMBERED:  # paths that agents ask for stand in lines, and may be long
                self._said[line] = now
            self.say(line)
