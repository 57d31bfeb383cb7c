"""Something between agent and controller cut the connection because nothing was said on it for a while.

What it means: nothing went over the connection for as long as a load balancer, proxy, firewall or NAT device lets an
idle connection live; then it ended although neither side had closed the channel. Each side takes it for the other's
doing.
Usual causes:
- a load balancer or reverse proxy with an idle limit below the interval of Jenkins' pings (300 s over TCP)
- a firewall or NAT device that forgets idle connections, and resets or drops what comes later
- a VPN or service mesh with a limit of its own
What to do:
- let pings come more often than the limit: `-Dhudson.slaves.ChannelPinger.pingIntervalSeconds=30` on the controller
- raise the idle limit of what stands between them to ten minutes or more (nginx: 3600s for reading and sending)
- let agents reach the agent port directly, past the load balancer
What is printed:
- agent: `Terminated`, or `SEVERE: I/O error in channel` with `Connection reset` or `Read side closed`
- controller: `Connection was broken: java.nio.channels.ClosedChannelException`
Where it was seen:
- jenkinsci/jenkins#26338, jenkinsci/jenkins#26353, jenkinsci/jenkins#26448, CloudBees KB 115000636232
"""

import re
from collections.abc import Iterator

from jnlpspy.diagnosis.endings import closing_frame, describe_closing, lost_channel
from jnlpspy.diagnosis.idle_limits import NOTICED, IdleLimit, limits_at, limits_within, same_period
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import Story, Told
from jnlpspy.model.describe_events import describe_duration
from jnlpspy.model.events import ConnectionClosed
from jnlpspy.model.findings import Finding
from jnlpspy.model.session import FrameSent
from jnlpspy.model.tap import CloseReason

WEBSOCKET = "WebSocket"

IDLE_WORDS = re.compile(r"idle|timed? ?out", re.IGNORECASE)
"""What Jetty says in a close frame when its idle limit is passed: `Idle Timeout`, `Connection Idle Timeout`."""

PINGS_STOPPED = (
    "the other side was gone, or what stands between had stopped passing bytes on: no pings or no answers came through",
    "Jenkins' pings over WebSocket come less often than the limit (jenkins.websocket.pingInterval)",
)

AT_ONCE = 5.0
"""Seconds within which a reset answers the first message after a pause."""


class IdleCutByMiddlebox(Rule):
    """Compares the silence before an end with known limits, and with that of the agent's earlier connections."""

    explains = ("abrupt-close", "agent-vanished", "controller-vanished", "unanswered-call")
    explains_later = ("already-connected",)

    def finish(self) -> Iterator[Finding]:
        """Yield the finding if the length of a silence gives a device away."""
        closed = lost_channel(self.story)
        if closed is None:
            return
        frame = closing_frame(self.story)
        if frame is not None and IDLE_WORDS.search(frame.fact.reason):
            yield from self._closed_while_silent(frame, closed)
        elif closed.fact.silence >= NOTICED:
            yield from self._cut_while_silent(closed)
        elif closed.fact.how is CloseReason.RESET:
            yield from self._cut_before_speaking(closed)

    def _closed_while_silent(self, frame: Told[FrameSent], closed: Told[ConnectionClosed]) -> Iterator[Finding]:
        length, over = self.story.pause
        silence = length if over == frame.event.when else 0.0
        fitting = [each for each in limits_at(silence) if each.websocket]
        period = f"nothing was said for {describe_duration(silence)} before" if silence else None
        yield self.finding(
            f"{describe_closing(frame)}: nothing had been said for too long{_as_known(fitting)}",
            evidence=(period, frame, closed),
            causes=_causes(fitting, PINGS_STOPPED),
            advice=_advice(fitting, self.help.advice),
            confidence=0.95,
        )

    def _cut_while_silent(self, closed: Told[ConnectionClosed]) -> Iterator[Finding]:
        silence = closed.fact.silence
        fitting = self._that_hold(limits_at(silence))
        same = [story for story in self.story.chronicle.before(self.story) if _silence_fits(story, silence)]
        if not fitting and not same:
            return
        period = describe_duration(silence)
        again = f"connection {same[0].connection} ended after as long a silence" if same else None
        yield self.finding(
            f"The connection was cut after {period} of silence{_as_known(fitting)}",
            evidence=(f"nothing was said for the last {period}, and nobody closed the channel", again, closed),
            causes=_causes(fitting, self.help.causes),
            advice=_advice(fitting, self.help.advice),
            confidence=0.95 if fitting and same else 0.85 if same else 0.75,
        )

    def _cut_before_speaking(self, closed: Told[ConnectionClosed]) -> Iterator[Finding]:
        pause, over = self.story.pause
        passed = self._that_hold(limits_within(pause))
        if passed and closed.event.when - over <= AT_ONCE:
            length = describe_duration(pause)
            yield self.finding(
                f"The connection was forgotten during {length} of silence: what was said next was answered by a reset",
                evidence=(f"{length} without a word, then a message, then the reset", closed),
                causes=_causes(passed, self.help.causes),
                advice=_advice(passed, self.help.advice),
                confidence=0.7,
            )

    def _that_hold(self, limits: list[IdleLimit]) -> list[IdleLimit]:
        """Return the limits without those of WebSocket where an agent speaks on the bare connection."""
        is_bare = self.story.protocol not in (None, WEBSOCKET)
        return [each for each in limits if not (each.websocket and is_bare)]


def _silence_fits(story: Story, silence: float) -> bool:
    closed = lost_channel(story)
    return closed is not None and closed.fact.silence >= NOTICED and same_period(closed.fact.silence, silence)


def _as_known(fitting: list[IdleLimit]) -> str:
    return f", which is the limit of {' and of '.join(each.who for each in fitting)}" if fitting else ""


def _causes(fitting: list[IdleLimit], others: tuple[str, ...]) -> list[str]:
    return [*(f"{each.who}: cuts after {each.seconds:g} s" for each in fitting), *others]


def _advice(fitting: list[IdleLimit], others: tuple[str, ...]) -> list[str]:
    return [*others[:1], *(f"{each.who}: {each.cure}" for each in fitting), *others[1:]]
