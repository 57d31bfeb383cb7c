"""The connection ended without the channel being closed.

What it means: a side that ends a channel says so with a CloseCommand first. Here the connection just ended, so whoever
ended it did not mean to, or stands between the two: what was running is lost.
Usual causes:
- something between agent and controller ended it: load balancer, proxy, firewall, VPN
- the process or machine of the side that ended it died, or was killed or suspended
- what a side received was damaged on the way, and it gave up
- an old remoting: some versions do not get their CloseCommand out before they close
What to do:
- look at the side that ended first (the evidence names it) at that time: exit code, out-of-memory killer, eviction
- if its process lives on, look at what stands between: limits, restarts and logs of load balancers and proxies
- compare captures of both sides: where the reset is seen first, there it comes from
What is printed:
- agent: `Terminated`; with JNLP2-connect `Unexpected termination of the channel` or `Connection reset`
- controller: `Connection was broken: java.nio.channels.ClosedChannelException`
Where it was seen:
- jenkins-infra/helpdesk#3223, jenkinsci/workflow-support-plugin#96, jenkinsci/google-compute-engine-plugin#98
"""

from collections.abc import Iterator, Sequence

from jnlpspy.diagnosis.endings import closing_frame, describe_closing, is_hidden, lost_channel, unanswered_calls
from jnlpspy.diagnosis.idle_limits import NOTICED
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.describe_events import count, describe_duration
from jnlpspy.model.events import ConnectionClosed
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.tap import CloseReason, Side

AGAIN = (
    "if it happens again, diagnose both captures together: an end after as long a silence as the last time is the work"
    " of a device's idle limit"
)


class AbruptClose(Rule):
    """Looks at how a connection with a channel ended."""

    explains = ("unanswered-call",)
    explains_later = ("already-connected",)

    def finish(self) -> Iterator[Finding]:
        """Yield the finding if nobody said good-bye."""
        closed = lost_channel(self.story)
        if closed is None or closed.fact.by is None:
            return
        silent = closed.fact.silence >= NOTICED
        if closed.fact.how is CloseReason.EOF and is_hidden(self.story) and not silent:
            return  # a CloseCommand may have come first, inside TLS
        period = f"nothing was said for the last {describe_duration(closed.fact.silence)}" if silent else None
        waiting = unanswered_calls(self.story)
        frame = closing_frame(self.story)
        title = self._title(closed.fact, closed.fact.by)
        if frame is not None:
            title = f"{describe_closing(frame)}, without closing the channel"
        yield self.finding(
            title + (f"; {count(len(waiting), 'call')} ran" if waiting else ""),
            evidence=(*waiting[:3], period, frame, closed),
            causes=self._causes(closed.fact, closed.fact.by),
            advice=[AGAIN, *self.help.advice] if silent else (),
            confidence=0.7 if is_hidden(self.story) else 1.0,
            severity=self._severity(closed.fact, waiting),
        )

    def _title(self, fact: ConnectionClosed, by: Side) -> str:
        match fact.how:
            case CloseReason.RESET:
                return f"The connection was reset from the {by.value}'s side, without the channel being closed"
            case CloseReason.TIMEOUT:
                return f"The {by.value} could not be reached any more"
            case _ if fact.unfinished[by.peer]:
                return f"The {by.value} ended the connection in the middle of a message of the {by.peer.value}"
            case _ if fact.unfinished[by]:
                return f"The {by.value} ended the connection in the middle of a message of its own"
            case _:
                return f"The {by.value} ended the connection without closing the channel"

    def _causes(self, fact: ConnectionClosed, by: Side) -> list[str]:
        between, died, damaged, old = self.help.causes
        if fact.silence >= NOTICED:
            return [between, died, old]
        if fact.how is CloseReason.EOF and fact.unfinished[by.peer]:
            return [damaged, died, between]
        if fact.how is CloseReason.EOF and not any(fact.unfinished.values()):
            return [died, between, old]
        return [between, died, damaged]

    def _severity(self, fact: ConnectionClosed, waiting: Sequence[object]) -> Severity:
        """Return WARNING where an idle connection was lost, and INFO where nothing tells of a loss at all."""
        if fact.how is not CloseReason.EOF or waiting or any(fact.unfinished.values()):
            return Severity.ERROR
        return Severity.WARNING if fact.silence >= NOTICED else Severity.INFO
