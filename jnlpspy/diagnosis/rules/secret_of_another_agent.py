"""The agent was given the secret of another agent.

What it means: the secret is right for another agent than the one it was given with. Every agent has its own, computed
from its name.
Usual causes:
- the command was copied from another agent's page
- an image, a variable or a Kubernetes secret is shared by several agents
- the agent was renamed, or copied from another, and keeps the old secret
What to do:
- copy the command from the page of the very agent, or give the name that the secret belongs to
- give each agent its own secret: one variable for all of them cannot work
What is printed:
- agent: `Local headers refused by remote: Authorization failure`
- controller: `An attempt was made to connect as NAME from ADDRESS with an incorrect secret`
Where it was seen:
- jenkinsci/docker-swarm-plugin#109, nodejs/build#4434
"""

from collections.abc import Iterator, Mapping

from jnlpspy.diagnosis.forensics import is_text, recognize, same_secret, secret_in
from jnlpspy.diagnosis.refusals import REFUSALS, Evidence, Ground, Refusal, RefusalRule
from jnlpspy.model.events import Event, InputsRead
from jnlpspy.model.findings import Finding
from jnlpspy.model.secret import Secret

ANOTHER = "the secret is of another controller, or of this agent before it was created again"


class SecretOfAnotherAgent(RefusalRule):
    """Watches refusals and inputs for secrets that are known of another agent."""

    watches = (*REFUSALS, InputsRead)
    explains = (
        "secret-rejected",
        "refused-without-reason",
        "websocket-upgrade-refused",
        "handshake-stalled",
        "abrupt-close",
    )
    explains_later = ("secret-rejected", "protocol-disabled", "unknown-protocol")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a secret that was refused, or is about to be, is another agent's."""
        if isinstance(event.fact, InputsRead):
            yield from self._lint(event, event.fact)
        yield from super().observe(event)

    def judge(self, refusal: Refusal) -> Iterator[Finding]:
        """Yield the finding if the refused secret is another agent's."""
        if refusal.ground is Ground.NAME:
            return  # nobody looked at the secret: it tells which name was meant
        if isinstance(refusal.name, str) and refusal.secret is not None:
            likeness = recognize(refusal.secret, self.known.secrets)
            if likeness and not likeness.damage and likeness.owner != refusal.name:
                yield self._belongs(refusal.name, likeness.owner, refusal.evidence)

    def _belongs(self, name: str, owner: str, evidence: Evidence) -> Finding:
        return self.finding(
            f"Agent {name!r} was given the secret of agent {owner!r}",
            evidence=evidence,
            advice=(
                f"copy the command from the page of agent {name!r}, or start it with the name {owner!r}",
                *self.help.advice[1:],
            ),
            subject=name,
        )

    def _lint(self, event: Event, read: InputsRead) -> Iterator[Finding]:
        name, secret = read.inputs.name, read.inputs.secret
        if not name or secret is None or is_text(secret, name) or secret_in(name):
            return
        if self.known.complete and name not in self.known.secrets:
            return  # the name is wrong, whatever the secret is
        likeness = recognize(secret, self.known.secrets)
        if likeness is not None:
            if likeness.owner != name and not likeness.damage:
                yield self._belongs(name, likeness.owner, (event,))
            return
        for source, expected in self._expected(name).items():
            if not same_secret(expected, secret) and recognize(secret, {name: expected}) is None:
                yield self.finding(
                    f"The secret given for agent {name!r} in {read.source} is not {source}",
                    evidence=(event, f"given: {secret}", f"expected: {expected}"),
                    causes=(ANOTHER, *self.help.causes),
                    confidence=0.9,
                    subject=name,
                )
                return

    def _expected(self, name: str) -> Mapping[str, Secret]:
        """Return what is known of the agent's secret, by where from."""
        found: dict[str, Secret] = {}
        if name in self.known.secrets:
            found["the one that the controller expects"] = self.known.secrets[name]
        if self.known.secret is not None and self.known.name in (None, name):
            found["the one that was meant"] = self.known.secret
        return found
