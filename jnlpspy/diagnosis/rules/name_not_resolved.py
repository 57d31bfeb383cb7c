"""The controller's host name has no address where the agent is.

What it means: the name was looked up and nobody knows it. Nothing was sent.
Usual causes:
- the name is known elsewhere only: inside a Compose network, a Kubernetes namespace, the company's own network
- the name is misspelt, or its domain is missing
- the machine or container asks a name server that does not know it
What to do:
- look it up on the agent's machine, in its container: `getent hosts NAME`
- give the whole name (`jenkins.ci.svc.cluster.local`), or the address
- put agent and controller into the same network
What is printed:
- agent: `Failed to connect to http://NAME/tcpSlaveAgentListener/: NAME` (java.net.UnknownHostException)
Where it was seen:
- jenkinsci/docker-agents#659, jenkinsci/kubernetes-plugin#43, jenkinsci/docker-plugin#1049
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.unreached import read_unreached
from jnlpspy.model.events import ConnectFailed, Event, NameResolved, Remark
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import DialFailure


class NameNotResolved(Rule):
    """Watches look-ups that came to nothing."""

    watches = (NameResolved, ConnectFailed, Remark)
    explains = ("discovery-unavailable", "agent-port-unreachable", "discovery-slow")
    explains_later = ("agent-port-unreachable",)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a name has no address."""
        unreached = read_unreached(event.fact)
        if unreached is None or unreached.failure is not DialFailure.NOT_RESOLVED:
            return
        host = unreached.host
        causes = self.help.causes
        if "." in host and not host.endswith((".local", ".internal", ".lan")):
            causes = (causes[1], causes[0], *causes[2:])
        yield self.finding(
            f"The name {host!r} has no address here",
            evidence=(event, unreached.text or None),
            causes=causes,
            advice=(
                f"look it up on the agent's machine, in its container: `getent hosts {host}`",
                *self.help.advice[1:],
            ),
            subject=host,
        )
