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
- controller: `Refusing headers from remote: Authorization failure`
Where it was seen:
- jenkinsci/kubernetes-operator#765, jenkinsci/docker-swarm-plugin#109, nodejs/build#4434
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.events import Event, HandshakeRefused, HeadersSent
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import Side

WORDS = ("Authorization failure", "Unauthorized access", "secret does not match the handshake secret")
"""JNLP4, JNLP-connect and JNLP2-connect."""


class SecretRejected(Rule):
    """Watches for a refusal in the words that are used for secrets."""

    watches = (HandshakeRefused,)
    explains = ("abrupt-close", "handshake-stalled", "refused-without-reason")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a refusal is about the secret."""
        fact = event.fact
        if isinstance(fact, HandshakeRefused) and fact.by is Side.CONTROLLER and any(w in fact.reason for w in WORDS):
            name = str(self.story.agent_name or "")
            yield self.finding(
                f"The controller refused the secret of agent {name!r}",
                evidence=(self.story.first(HeadersSent, Side.AGENT), event),
                subject=name,
            )
