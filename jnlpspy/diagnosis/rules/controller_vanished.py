"""The controller's side of the connection ended while work was going on, without a word.

What it means: calls were running; the controller's end of the connection was closed, as a system does for a process
that is gone. A controller that shuts down in order closes the channel first.
Usual causes:
- the controller's process was killed or crashed: out of memory, a container's limit, a restart without waiting
- what stands before the controller (load balancer, proxy, ingress) was restarted, or closed the connection in its name
- the controller's machine or pod was moved or shut down
What to do:
- look whether the controller started anew at that time: first lines of its log, uptime, `hs_err_pid*.log`
- if it did not, look at what stands before it: reloads and restarts end all its connections
- restart Jenkins with `safeRestart`, so that builds end first
What is printed:
- agent: `Terminated`; with JNLP2-connect `Unexpected termination of the channel` and `java.io.EOFException`
- controller: nothing, its process is gone
Where it was seen:
- jenkinsci/kubernetes-operator#542, jenkinsci/remoting#621
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.endings import closing_frame, ended_by, lost_channel, unanswered_calls
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.describe_events import count
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import CloseReason, Side


class ControllerVanished(Rule):
    """Looks for an end by the controller while calls were running."""

    explains = ("abrupt-close", "unanswered-call")
    explains_later = ("already-connected",)

    def finish(self) -> Iterator[Finding]:
        """Yield the finding if the controller ended in the middle of work."""
        closed = lost_channel(self.story)
        waiting = unanswered_calls(self.story)
        if closed is None or ended_by(self.story, closed.fact) is not Side.CONTROLLER or not waiting:
            return
        frame = closing_frame(self.story)
        if (frame or closed.fact.how is CloseReason.EOF) and not closed.fact.unfinished[Side.AGENT]:
            yield self.finding(
                f"The controller went away while {count(len(waiting), 'call')} ran, without closing the channel",
                evidence=(*waiting[:3], frame, closed),
                confidence=0.8,
            )
