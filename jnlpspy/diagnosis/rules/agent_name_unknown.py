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

from jnlpspy.diagnosis.names import KUBERNETES_LIMIT, nearest_name
from jnlpspy.diagnosis.refusals import Ground, Refusal, RefusalRule
from jnlpspy.model.findings import Finding
from jnlpspy.model.secret import Secret


class AgentNameUnknown(RefusalRule):
    """Watches for refusals for the name."""

    explains = (
        "abrupt-close",
        "handshake-stalled",
        "refused-without-reason",
        "websocket-upgrade-refused",
        "tls-refused",
    )
    explains_later = ("protocol-disabled", "unknown-protocol", "refused-without-reason", "no-common-protocol")

    def judge(self, refusal: Refusal) -> Iterator[Finding]:
        """Yield the finding if the refusal is about the name."""
        if refusal.ground is not Ground.NAME:
            return
        title = f"The controller has no agent {refusal.shown_name}"
        causes: tuple[str, ...] = ()
        advice: tuple[str, ...] = ()
        name = refusal.name
        if isinstance(name, str):
            near = nearest_name(name, [*self.known.secrets, *filter(None, [self.known.name])])
            if near is not None:
                title += f"; it has {near.name!r}: the name that came {near.difference}"
                causes = (f"{near.name!r} is meant: the name that came {near.difference}", *self.help.causes)
                advice = (f"start the agent with the name {near.name!r}", *self.help.advice)
            elif len(name) == KUBERNETES_LIMIT:
                cut = f"the name has {KUBERNETES_LIMIT} characters, at which Kubernetes cuts off a pod's name"
                causes = (cut, *self.help.causes)
        yield self.finding(
            title,
            evidence=refusal.evidence,
            causes=causes,
            advice=advice,
            confidence=refusal.confidence,
            subject=name.fingerprint if isinstance(name, Secret) else refusal.subject,
        )
