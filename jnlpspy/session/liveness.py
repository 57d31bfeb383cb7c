"""Life signs of a channel: pings, silence, and who closed it why (hudson.remoting.PingThread, Channel.CloseCommand)."""

from collections.abc import Iterator
from dataclasses import dataclass

from jnlpspy.model.commands import CloseCommand, Command, Request
from jnlpspy.model.describe import describe_cause
from jnlpspy.model.events import CallFinished, CallStarted, ChannelEnded
from jnlpspy.model.session import Outcome, Pings
from jnlpspy.model.tap import Side
from jnlpspy.session.calls import PING

PING_TIMEOUT = 240.0
"""Seconds after which remoting gives a ping up, in its default setting."""

_PING_GAVE_UP = "Ping started at "
"""Begins PingThread's reason for closing a channel whose other side does not answer."""

IN_FLIGHT = 1.0
"""Seconds for which a ping may be unanswered at the end without being missed: it was still on its way."""


@dataclass(slots=True)
class _SideLife:
    sent: int = 0
    answered: int = 0
    missed: int = 0
    slowest: float = 0.0
    last: float | None = None
    asked: float | None = None
    """When its peer sent the first request since this side's last command."""


class LivenessBook:
    """Who of a channel's two sides is alive."""

    def __init__(self) -> None:
        self._sides = {side: _SideLife() for side in Side}
        self._began: float | None = None
        self._closed_by: Side | None = None
        self._reason = ""
        self._silence: dict[Side, float] | None = None
        """As it was when the channel was closed."""

    def observe(self, sender: Side, when: float, command: Command) -> None:
        """Take note of a command."""
        if self._began is None:
            self._began = when
        life, other = self._sides[sender], self._sides[sender.peer]
        life.last, life.asked = when, None
        if isinstance(command, Request) and other.asked is None:
            other.asked = when
        elif isinstance(command, CloseCommand) and self._closed_by is None:
            self._closed_by, self._reason = sender, describe_cause(command) or ""
            self._silence = self._silence_at(when)

    def observe_call(self, call: CallStarted | CallFinished) -> None:
        """Take note of a ping and its answer."""
        if call.callable != PING:
            return
        life = self._sides[Side.AGENT if call.call.startswith("a") else Side.CONTROLLER]
        if isinstance(call, CallStarted):
            life.sent += 1
        elif call.outcome is Outcome.UNANSWERED:
            life.missed += call.duration > IN_FLIGHT
        elif call.duration > PING_TIMEOUT:
            life.missed += 1
        else:
            life.answered += 1
            life.slowest = max(life.slowest, call.duration)

    def end(self, when: float) -> Iterator[ChannelEnded]:
        """Yield what the channel's life came to, unless there is nothing to tell but that it was."""
        if self._began is None:
            return
        silence = self._silence or self._silence_at(when)
        silent = next((side for side in Side if self._is_silent(side, when)), None)
        pings = {side: Pings(life.sent, life.answered, life.missed, life.slowest) for side, life in self._sides.items()}
        self._began = None
        if self._closed_by is not None or silent is not None or any(each.sent for each in pings.values()):
            yield ChannelEnded(self._closed_by, self._reason, pings, silence, silent)

    def _is_silent(self, side: Side, when: float) -> bool:
        """Return whether a side said nothing more though asked, for so long or so often as would fail a ping."""
        if self._closed_by is side.peer and _PING_GAVE_UP in self._reason:
            return True
        asked = self._sides[side].asked
        return asked is not None and (when - asked >= PING_TIMEOUT or self._sides[side.peer].missed > 0)

    def _silence_at(self, when: float) -> dict[Side, float]:
        began = when if self._began is None else self._began
        return {side: when - (began if life.last is None else life.last) for side, life in self._sides.items()}
