"""The controller announces no identity that an agent can use.

What it means: JNLP4-connect needs the controller's public key beforehand, from the header `X-Instance-Identity`, and it
is missing or is no key. Agents of today stop there; older ones go on and then trust nobody.
Usual causes:
- a reverse proxy strips or cuts the header (a limit on headers' size)
- the instance-identity plugin is missing on the controller, or the key could not be read at its start
- a test controller or a plugin's own listener does not send it
What to do:
- compare `curl -sI URL/tcpSlaveAgentListener/` past the proxy with the same through it
- install the instance-identity plugin and look for JENKINS-41987 in the controller's log
- until then: `-webSocket`, or `-direct HOST:PORT -instanceIdentity KEY` with the key from Manage Jenkins
What is printed:
- agent: `URL/tcpSlaveAgentListener/ appears to be publishing an invalid X-Instance-Identity.`
- agent: `Identity:      null` and then
  `Public key of the first certificate in chain (subject: ...) is not in the list of trusted keys`
- controller: `JENKINS-41987: no X509Certificate found; perhaps instance-identity is missing or too old`
Where it was seen:
- jenkinsci/jenkins#2749 (JENKINS-41987), jenkinsci/jenkins#6570, mkobit/jenkins-pipeline-shared-library-example#41
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.announced import IDENTITY, fingerprint_of, is_announcement, protocols_of
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import header_of
from jnlpspy.model.events import DiscoveryAnswered, Event
from jnlpspy.model.findings import Finding

NEEDS_IDENTITY = "JNLP4-connect"


class IdentityMissing(Rule):
    """Watches discovery's answers for the header."""

    watches = (DiscoveryAnswered,)
    explains = ("tls-refused", "handshake-stalled")
    explains_later = ("tls-refused", "handshake-stalled")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if the header is missing or no key, and JNLP4-connect may be spoken."""
        fact = event.fact
        if not isinstance(fact, DiscoveryAnswered) or not is_announcement(fact):
            return
        protocols = protocols_of(fact)
        identity = (header_of(fact, IDENTITY) or "").strip()
        if (protocols is not None and NEEDS_IDENTITY not in protocols) or (identity and fingerprint_of(identity)):
            return
        trouble = f"is no RSA public key: {len(identity)} characters, {identity[:16]!r}" if identity else "is missing"
        yield self.finding(
            f"{IDENTITY} {trouble}: agents cannot trust the controller",
            evidence=(event,),
            subject=fact.url,
        )
