"""An agent of this name is connected already.

What it means: the controller holds a channel for this name and takes no second one. It may be another process, or a
connection of the same agent that broke and that the controller has not noticed yet.
Usual causes:
- the path between agent and controller cut an idle connection; the controller still believes in it until its ping fails
  (up to nine minutes)
- a second process or container runs with the same name
- the agent's process was restarted and lost the cookie by which the controller would have let it take over
What to do:
- look for a second process: the same name, on any machine
- if there is none, wait for the controller's ping to fail, or disconnect the agent on its page
- let pings come more often than the path's idle limit (`-Dhudson.slaves.ChannelPinger.pingIntervalSeconds=30` on the
  controller)
What is printed:
- agent: `NAME is already connected to this controller. Rejecting this connection.`
- agent: `Server didn't accept the handshake: ` with nothing behind it (JNLP-connect, JNLP2-connect)
- agent: `Handshake error.` with `Response code was not 101: 400.` (WebSocket)
- controller: `NAME is already connected to this controller. Rejecting this connection.`
Where it was seen:
- jenkinsci/jenkins#26338, jenkinsci/docker-agents#593, jenkinsci/remoting#537, jenkinsci/remoting#90,
  community.jenkins.io/t/36132
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.refusals import Ground, Refusal, RefusalRule, rival_of
from jnlpspy.diagnosis.story import Story
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import Side

QUIET = 60.0
"""Seconds of silence of the other connection's agent after which it may be half-open."""


class AlreadyConnected(RefusalRule):
    """Watches for refusals because of another connection."""

    explains = ("abrupt-close", "handshake-stalled", "refused-without-reason", "websocket-upgrade-refused")
    explains_later = ("protocol-disabled", "unknown-protocol", "refused-without-reason")

    def judge(self, refusal: Refusal) -> Iterator[Finding]:
        """Yield the finding if the refusal is because of another connection."""
        if refusal.ground is not Ground.CONNECTED:
            return
        rival = rival_of(self.story)
        yield self.finding(
            f"The controller refused agent {refusal.shown_name}: it is connected already",
            evidence=(*refusal.evidence, _describe(rival, refusal)),
            causes=self._causes(rival, refusal.event.when),
            confidence=refusal.confidence,
            subject=refusal.subject,
        )

    def _causes(self, rival: Story | None, now: float) -> tuple[str, ...]:
        half_open, second, restarted = self.help.causes
        if rival is None or now - rival.spoke.get(Side.AGENT, rival.began) > QUIET:
            return half_open, second, restarted
        return second, half_open, restarted


def _describe(rival: Story | None, refusal: Refusal) -> str | None:
    if rival is None:
        return None
    quiet = refusal.event.when - rival.spoke.get(Side.AGENT, rival.began)
    return (
        f"connection {rival.connection} from {rival.agent_host} is open for this name; "
        f"its agent was last heard {quiet:.0f} s before"
    )
