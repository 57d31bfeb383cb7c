"""The controller has no agent of this name.

What it means: the name was refused, and the secret was not even looked at. Names are compared exactly, capital letters
included.
Usual causes:
- the agent was deleted or renamed on the controller, and something still starts it
- the name is misspelt, or differs in capital letters
- the agent connects to another controller than the one that has it
- a cloud's agent came before its node was created, or after it was removed (a pod that took too long to start)
What to do:
- compare the name with the controller's list of nodes, letter by letter
- check that `-url` leads to the controller that has this agent
- if a cloud starts the agents, raise its connection timeout and remove pods or machines left over
What is printed:
- agent: `Local headers refused by remote: Unknown client name: NAME`
- agent: `Server didn't accept the handshake: No such agent: NAME`
- agent: `Handshake error.` with `Response code was not 101: 400.` (WebSocket)
- controller: `Refusing headers from remote: Unknown client name: NAME`
- controller: `no such agent NAME` (WebSocket)
Where it was seen:
- jenkins-infra/helpdesk#4637, jenkinsci/kubernetes-operator#657, jenkinsci/kubernetes-operator#916,
  kubesphere/kubesphere#3918, jenkinsci/amazon-ecs-plugin#102, jenkinsci/docker-plugin#713, nodejs/build#4434
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.forensics import recognize, secret_in
from jnlpspy.diagnosis.names import KUBERNETES_LIMIT, nearest_name
from jnlpspy.diagnosis.refusals import REFUSALS, Evidence, Ground, Refusal, RefusalRule
from jnlpspy.model.events import Event, InputsRead
from jnlpspy.model.findings import Finding
from jnlpspy.model.secret import Secret


class AgentNameUnknown(RefusalRule):
    """Watches for refusals for the name."""

    watches = (*REFUSALS, InputsRead)
    explains = (
        "abrupt-close",
        "handshake-stalled",
        "refused-without-reason",
        "websocket-upgrade-refused",
        "tls-refused",
    )
    explains_later = ("protocol-disabled", "unknown-protocol", "refused-without-reason", "no-common-protocol")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a name was refused, or is given that the controller is known not to have."""
        if isinstance(event.fact, InputsRead):
            name = event.fact.inputs.name
            if name and self.known.complete and name not in self.known.secrets and not secret_in(name):
                given, secret = (event, f"given in {event.fact.source}"), event.fact.inputs.secret
                yield self._unknown(name, repr(name), given, 1.0, self._owner_of(secret))
        yield from super().observe(event)

    def judge(self, refusal: Refusal) -> Iterator[Finding]:
        """Yield the finding if the refusal is about the name."""
        if refusal.ground is Ground.NAME:
            owner = self._owner_of(refusal.secret)
            yield self._unknown(refusal.name, refusal.shown_name, refusal.evidence, refusal.confidence, owner)

    def _owner_of(self, secret: Secret | None) -> str | None:
        """Return the agent that a secret is known to be of: its name was meant."""
        likeness = None if secret is None else recognize(secret, self.known.secrets)
        return None if likeness is None else likeness.owner

    def _unknown(
        self, name: str | Secret | None, shown: str, evidence: Evidence, confidence: float, owner: str | None
    ) -> Finding:
        title = f"The controller has no agent {shown}"
        causes: tuple[str, ...] = ()
        advice: tuple[str, ...] = ()
        if isinstance(name, str):
            near = nearest_name(name, [*self.known.secrets, *filter(None, [self.known.name])])
            if near is not None:
                title += f"; it has {near.name!r}: the name that came {near.difference}"
                causes = (f"{near.name!r} is meant: the name that came {near.difference}", *self.help.causes)
                advice = (f"start the agent with the name {near.name!r}", *self.help.advice)
            elif owner is not None and owner != name:
                title += f"; the secret that came with it is that of agent {owner!r}"
                causes = (f"{owner!r} is meant: the secret that came is its", *self.help.causes)
                advice = (f"start the agent with the name {owner!r}", *self.help.advice)
            elif len(name) == KUBERNETES_LIMIT:
                cut = f"the name has {KUBERNETES_LIMIT} characters, at which Kubernetes cuts off a pod's name"
                causes = (cut, *self.help.causes)
        return self.finding(
            title, evidence=evidence, causes=causes, advice=advice, confidence=confidence, subject=str(name or "")
        )
