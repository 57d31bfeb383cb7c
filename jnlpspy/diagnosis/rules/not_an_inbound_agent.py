"""The node on the controller is not one that connects by itself.

What it means: the controller has a node of this name and the secret is right, but the node's launch method is another
(SSH, a command, a cloud's own), so that the controller takes no connection for it.
Usual causes:
- the node's launch method is not "Launch agent by connecting it to the controller"
- a plugin wraps the launcher in one of its own, which older versions do not recognise
What to do:
- set the node's launch method to "Launch agent by connecting it to the controller"
- update the plugin that made the node, if the launch method is right
What is printed:
- agent: `Local headers refused by remote: NAME is not an inbound agent`
- controller: `Rejecting connection to NAME from ADDRESS as an inbound agent as the launcher CLASS does not extend
  JNLPLauncher`
Where it was seen:
- jenkinsci/jenkins#2601 (JENKINS-39232)
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.refusals import Ground, Refusal, RefusalRule
from jnlpspy.model.findings import Finding


class NotAnInboundAgent(RefusalRule):
    """Watches for refusals because of the launch method."""

    explains = ("abrupt-close", "handshake-stalled", "refused-without-reason", "websocket-upgrade-refused")
    explains_later = ("protocol-disabled", "unknown-protocol")

    def judge(self, refusal: Refusal) -> Iterator[Finding]:
        """Yield the finding if the refusal is because of the launch method."""
        if refusal.ground is Ground.LAUNCHER:
            yield self.finding(
                f"Node {refusal.shown_name} is not launched by connecting to the controller",
                evidence=refusal.evidence,
                subject=refusal.subject,
            )
