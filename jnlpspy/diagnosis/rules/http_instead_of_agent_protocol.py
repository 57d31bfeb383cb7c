"""An HTTP server answers on the agent port.

What it means: the agent offered its protocol and got an HTTP answer. What it reached is a web server, a load balancer
or a proxy that reads HTTP, and not the controller's agent port.
Usual causes:
- a tunnel (`-tunnel`), a port mapping or `X-Jenkins-JNLP-Port` leads to the web port
- an ingress, a load balancer or a service mesh's sidecar treats the agent port as HTTP
- a corporate HTTP proxy stands in the way and takes every connection
What to do:
- lead the agent port through as plain TCP: a Kubernetes Service or TCP load balancer, nginx `stream`, in Istio a port
  named `tcp-...`
- check where `-tunnel` leads: it must be the agent port (50000 as a rule) and not the web port
- or let the agent use the web port itself: `-webSocket`
What is printed:
- agent: `Incorrect acknowledgement sequence, expected 0x000341434b got 0x485454502f` (the bytes are `HTTP/`)
- agent: `Server didn't accept the handshake: HTTP/1.1 400 Illegal character CNTL=0x0`
- agent: `Connection closed before acknowledgement sent`
Where it was seen:
- jenkinsci/docker-agents#694, jenkinsci/docker-agents#652, jenkinsci/amazon-ecs-plugin#136,
  jenkinsci/amazon-ecs-plugin#198, jenkinsci/amazon-ecs-plugin#393, docker-flow/docker-flow-proxy#381
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.events import Event, HandshakeRefused
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import Side


class HttpInsteadOfAgentProtocol(Rule):
    """Watches for HTTP in answer to an offer."""

    watches = (HandshakeRefused,)
    explains = ("refused-without-reason", "handshake-stalled", "abrupt-close", "other-protocol-on-agent-port")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if the answer is HTTP's status line."""
        fact = event.fact
        if isinstance(fact, HandshakeRefused) and fact.by is Side.CONTROLLER and fact.reason.startswith("HTTP/"):
            where = str(self.story.controller or "the agent port")
            yield self.finding(
                f"{where} answers in HTTP ({fact.reason}), not in the agent protocol",
                evidence=(event,),
                subject=where,
            )
