"""The agent's side of the connection ended while it was working, without a word.

What it means: the controller waited for the agent's answers, or the agent for the controller's; the agent's end of
the connection was closed, as a system does for a process that is gone. No CloseCommand came before it.
Usual causes:
- the agent's process was killed: out of memory, a container's or pod's limit, eviction, a spot instance taken back
- the agent's machine or container was shut down or restarted
- the agent's Java crashed: look for `hs_err_pid*.log` in its working directory
- something between the two closed the connection in the agent's name
What to do:
- look at the agent's machine at that time: exit code (137 is killed), `dmesg`, events of the pod or the service
- give it more memory, or a smaller heap (-Xmx) than the container's limit
- let what ends machines wait for builds, or take the agent offline first
What is printed:
- controller: `Connection was broken: java.nio.channels.ClosedChannelException`
- controller, in the build: `The channel is closing down or has closed down`
- agent: nothing, its process is gone
Where it was seen:
- jenkins-infra/helpdesk#3223, openj9#7903, jenkinsci/google-compute-engine-plugin#98
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.endings import closing_frame, ended_by, lost_channel, unanswered_calls
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.describe_events import count
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import CloseReason, Side


class AgentVanished(Rule):
    """Looks for an end by the agent while calls were running."""

    explains = ("abrupt-close", "unanswered-call")
    explains_later = ("already-connected",)

    def finish(self) -> Iterator[Finding]:
        """Yield the finding if the agent ended in the middle of work."""
        closed = lost_channel(self.story)
        waiting = unanswered_calls(self.story)
        if closed is None or ended_by(self.story, closed.fact) is not Side.AGENT or not waiting:
            return
        frame = closing_frame(self.story)
        if (frame or closed.fact.how is CloseReason.EOF) and not closed.fact.unfinished[Side.CONTROLLER]:
            yield self.finding(
                f"The agent went away while {count(len(waiting), 'call')} ran, without closing the channel",
                evidence=(*waiting[:3], frame, closed),
                confidence=0.8,
            )
