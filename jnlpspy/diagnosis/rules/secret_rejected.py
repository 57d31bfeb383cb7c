"""The controller refused the agent's secret.

What it means: the controller knows an agent of this name, and the secret that came is not the one it expects of it. The
name is checked before the secret, so the name is right.
Usual causes:
- the secret of another agent or of another controller was copied
- the agent was deleted and created again, or the controller's keys are new (restored without its `secrets` folder): its
  secret is another now
- the secret was cut, or changed on its way through a file, a variable or a shell
What to do:
- open the agent's page on the controller, copy the command shown there and start the agent with it
- compare without showing them: `jnlpspy secret NAME --jenkins-home DIR` prints what the controller expects
- look for a second machine that still starts the agent with the old secret
What is printed:
- agent: `Local headers refused by remote: Authorization failure`
- agent: `Server didn't accept the handshake: Unauthorized access`
- agent: `JNLP3-connect: Incorrect challenge response from master`
- agent: `Handshake error.` with `Response code was not 101: 403.` (WebSocket)
- controller: `Refusing headers from remote: Authorization failure`
- controller: `An attempt was made to connect as NAME from ADDRESS with an incorrect secret`
- controller: `incorrect secret for NAME` (WebSocket)
Where it was seen:
- jenkinsci/kubernetes-operator#765, jenkinsci/docker-swarm-plugin#109, nodejs/build#4434
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.forensics import recognize
from jnlpspy.diagnosis.refusals import Ground, Refusal, RefusalRule
from jnlpspy.model.events import DiscoveryAnswered, SecretChecked
from jnlpspy.model.findings import Finding

FIREWALL = (
    "a web proxy or firewall answered 403 itself: then the controller's log has no line `incorrect secret for NAME`"
)


class SecretRejected(RefusalRule):
    """Watches for refusals for the secret."""

    explains = (
        "abrupt-close",
        "handshake-stalled",
        "refused-without-reason",
        "websocket-upgrade-refused",
        "tls-refused",
    )
    explains_later = ("protocol-disabled", "unknown-protocol", "refused-without-reason", "no-common-protocol")

    def judge(self, refusal: Refusal) -> Iterator[Finding]:
        """Yield the finding if the refusal is about the secret."""
        if refusal.ground is not Ground.SECRET:
            return
        causes = self._causes(refusal)
        if isinstance(refusal.event.fact, DiscoveryAnswered):
            causes = (*causes, FIREWALL)
        yield self.finding(
            f"The controller refused the secret of agent {refusal.shown_name}",
            evidence=refusal.evidence,
            causes=causes,
            confidence=refusal.confidence,
            subject=refusal.subject,
        )

    def _causes(self, refusal: Refusal) -> tuple[str, ...]:
        """Return the causes, without those that what is known rules out."""
        secrets = self.known.secrets
        if not secrets or not refusal.secret or recognize(refusal.secret, secrets):
            doubted = isinstance(refusal.event.fact, SecretChecked) or not refusal.why.startswith("the agent left")
            return self.help.causes if doubted else (*self.help.causes, CHARSET)
        nobodys = "of another controller" if self.known.complete else "of none of the agents that are known here"
        return (f"the secret that came is the secret {nobodys}, or of this agent before it was created again",)


CHARSET = "a Java runtime that decodes text otherwise than the controller's computes another proof (JENKINS-37315)"
