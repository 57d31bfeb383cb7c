"""The controller does not know the protocol that was offered.

What it means: what the agent offers is no protocol of this controller: it was removed from Jenkins, or is switched off
there by a system property, or what connects is no agent.
Usual causes:
- an agent older than 3.0 offers JNLP2-connect or JNLP3-connect to a controller that has only JNLP4-connect
- an HTTP proxy changed or dropped `X-Jenkins-Agent-Protocols`, so that the agent tries what is not there
- a plugin or tool of old offers a protocol of its own (`CLI-connect`, removed in 2.165)
What to do:
- take the `agent.jar` that the controller serves: `URL/jnlpJars/agent.jar`
- compare with `curl http://HOST:AGENT_PORT/`: `Jenkins-Agent-Protocols` is what the controller speaks
What is printed:
- agent: `Incorrect acknowledgement sequence, expected 0x000341434b got 0x556e6b6e6f` (the bytes are `Unkno`)
- agent: `Server didn't accept the handshake: Unknown protocol:`
- controller: `Connection #N is aborted: Unknown protocol:`
Where it was seen:
- jenkinsci/docker-plugin#490, recordings of remoting 3.33 with a controller of today
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.offers import ROUTED, has_alternative
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.events import Event, HandshakeRefused
from jnlpspy.model.findings import Finding, Severity

WORDS = ("Unknown protocol:", "Unrecognized protocol:")

SHOWN = 60
"""Characters of an offer in a title."""


class UnknownProtocol(Rule):
    """Watches refusals of protocols."""

    watches = (HandshakeRefused,)
    explains = ("no-common-protocol", "handshake-stalled", "abrupt-close", "refused-without-reason")
    explains_later = ("no-common-protocol",)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a protocol is not known, other than the one that no controller knows."""
        fact = event.fact
        if not isinstance(fact, HandshakeRefused) or not fact.reason.startswith(WORDS):
            return
        protocol = (self.story.protocol or "")[:SHOWN]
        if protocol == ROUTED:
            return
        goes_on = has_alternative(self.story, protocol)
        yield self.finding(
            f"The controller does not know the protocol {protocol}"
            + (", and the agent may go on to another" if goes_on else ""),
            evidence=(event,),
            severity=Severity.INFO if goes_on else None,
            subject=protocol,
        )
