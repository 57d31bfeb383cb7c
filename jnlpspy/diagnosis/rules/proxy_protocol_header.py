"""A load balancer puts a PROXY protocol header before the agent's bytes.

What it means: a load balancer tells the agent's address in a header of its own, as HAProxy and others do for servers
that understand it. Jenkins' agent port does not: it takes the header for the agent's offer and closes.
Usual causes:
- `send-proxy`, `proxy_protocol on` or the target group's "Proxy protocol v2" is switched on for the agent port
- one listener is shared by the web port, where it is wanted, and the agent port
What to do:
- switch the PROXY protocol off for the agent port
- give the agent port a listener or target group of its own
What is printed:
- agent: `Connection closed before acknowledgement sent`
- controller: `Connection #N is aborted: Unrecognized protocol`
- controller: `Connection #N from /ADDRESS failed`
Where it was seen:
- the header's format in the HAProxy project's `proxy-protocol.txt`
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.events import Event, OpaqueBytes
from jnlpspy.model.findings import Finding

OPENS_WITH_HEADER = "PROXY protocol where a protocol offer was expected"


class ProxyProtocolHeader(Rule):
    """Watches for the header in the place of an offer."""

    watches = (OpaqueBytes,)
    explains = ("refused-without-reason", "handshake-stalled", "abrupt-close")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a connection begins with the header."""
        if isinstance(event.fact, OpaqueBytes) and event.fact.reason == OPENS_WITH_HEADER:
            host = str(self.story.agent_host)
            yield self.finding(
                f"{host} sends a PROXY protocol header to the agent port, which Jenkins does not understand",
                evidence=(event,),
                subject=host,
            )
