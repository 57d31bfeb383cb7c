"""A ping was not answered in time, and the side that sent it gave the connection up.

What it means: each side asks the other now and then whether it is still there. No answer came within the time set, so
the channel was closed: the other side, or the path to it, does not move any more.
Usual causes:
- the network path is dead without either side being told: a device forgot the connection, a cable or VPN is gone
- the other side stands still: out of memory, long garbage collections, a suspended machine, no processor time
- its thread that reads the channel is blocked by what it is asked to do
- the pings' interval and timeout are set too tight
What to do:
- look at the silent side at that time: garbage collection, load, suspended virtual machine, thread dump
- look whether anything still came from it (the evidence says): if not even other answers came, suspect the path
- compare the ping settings of both sides: `hudson.slaves.ChannelPinger.pingIntervalSeconds`, `pingTimeoutSeconds`
What is printed:
- agent: `Ping failed. Terminating the channel` and `Ping started at A hasn't completed by B`
- controller: `Ping failed. Terminating the channel` and `java.util.concurrent.TimeoutException`
Where it was seen:
- nodejs/build#2872, nodejs/build#2718, jenkinsci/jenkins#26726, aqa-tests#4759
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from jnlpspy.diagnosis.endings import PING, is_hidden, lost_channel, unanswered_pings
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import Told
from jnlpspy.model.describe_events import describe_duration
from jnlpspy.model.events import CallStarted, ChannelEnded, ConnectionClosed, Event
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import Side

_GAVE_UP = re.compile(r"Ping started at (\d+) hasn't completed by (\d+)")
_WORDS = "Ping started at "

OVERDUE = 1.5
"""Intervals after which a ping that did not come is missed."""

PATIENCE = 10.0
"""Seconds: a ping that was on its way when the connection ended is no ping missed."""


class PingTimedOut(Rule):
    """Reads the reason of a close, and looks for pings that were due and did not come."""

    watches = (ChannelEnded, CallStarted)
    explains = (
        "abrupt-close",
        "agent-vanished",
        "controller-vanished",
        "idle-cut-by-middlebox",
        "unanswered-call",
    )
    explains_later = ("already-connected",)

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type] # passed on as they come
        self._pings: dict[Side, list[float]] = {side: [] for side in Side}

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a side says that it gave up."""
        match event.fact:
            case CallStarted(callable=called) if called == PING and event.side is not None:
                self._pings[event.side] = [*self._pings[event.side][-2:], event.when]
            case ChannelEnded(closed_by=Side() as side, reason=reason) if _WORDS in reason:
                found = _GAVE_UP.search(reason)
                within = f" within {describe_duration((int(found[2]) - int(found[1])) / 1000)}" if found else ""
                yield self.finding(
                    f"The {side.peer.value} did not answer a ping{within}, so the {side.value} closed the channel",
                    evidence=(f"the {side.value}: {reason}", *self._ping(), event),
                )

    def finish(self) -> Iterator[Finding]:
        """Yield the finding if pings stayed away or unanswered before an end that nobody announced."""
        closed = lost_channel(self.story)
        if closed is None or is_hidden(self.story):
            return
        for ping in unanswered_pings(self.story)[:1]:
            side = Side.AGENT if ping.fact.call.startswith("a") else Side.CONTROLLER
            if ping.fact.duration >= PATIENCE:
                waited = describe_duration(ping.fact.duration)
                yield self.finding(
                    f"The {side.peer.value} did not answer a ping for {waited}, until the connection ended",
                    evidence=(ping, closed),
                    confidence=0.85,
                )
                return
        yield from self._stayed_away(closed)

    def _stayed_away(self, closed: Told[ConnectionClosed]) -> Iterator[Finding]:
        overdue = {side: late for side in Side if (late := self._overdue(side, closed.event.when)) is not None}
        if not overdue:
            return
        side, (interval, since) = next(iter(overdue.items()))
        who = "either side" if len(overdue) == len(Side) else f"the {side.value}"
        yield self.finding(
            f"Pings of {who} stopped {describe_duration(since)} before the connection ended: the path went dead",
            evidence=(
                f"the {side.value} pinged every {describe_duration(interval)}, and then no more",
                *self._ping(),
                closed,
            ),
            confidence=0.85,
        )

    def _overdue(self, side: Side, end: float) -> tuple[float, float] | None:
        """Return a side's interval and the time since its last ping if the next one should have come."""
        times = self._pings[side]
        if len(times) < len(("one", "another")):
            return None
        interval = max(later - earlier for earlier, later in pairwise(times))
        since = end - times[-1]
        return (interval, since) if since > OVERDUE * interval + 1 else None

    def _ping(self) -> list[Told[CallStarted]]:
        """Return the last ping that was sent."""
        pings = [told for told in self.story.all(CallStarted) if told.fact.callable == PING]
        return pings[-1:]
