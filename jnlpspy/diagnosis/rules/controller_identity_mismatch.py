"""The controller proves another identity than was announced.

What it means: discovery said which key the controller has, and what answers on the agent port has another. The agent
drops such a connection: it is another controller, or somebody in the middle.
Usual causes:
- `-tunnel`, DNS or a load balancer leads the agent port to another controller than the web address
- `-instanceIdentity` on the agent's command line is of an older key, or of another controller
- the controller's identity was made anew (restored or copied without `identity.key.enc` and `secrets`)
- somebody reads along in the middle
What to do:
- compare the two fingerprints with what Manage Jenkins, Instance Identity shows on each controller
- lead the web address and the agent port to the same controller
- renew `-instanceIdentity` from `X-Instance-Identity` of `URL/tcpSlaveAgentListener/`
What is printed:
- agent: `Public key of the first certificate in chain (subject: ...) is not in the list of trusted keys`
- agent: `Expecting identity FINGERPRINT` (the fingerprint is the one received)
- controller: nothing but a closed connection
Where it was seen:
- jenkinsci/mac-plugin#20
"""

import re
from collections.abc import Iterator

from jnlpspy.diagnosis.announced import expected_identity
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import Told
from jnlpspy.model.events import DiscoveryAnswered, Event, InputsRead, Remark, TlsStarted
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import Side

_PAIRS = r"((?:[0-9a-f]{2}:){15}[0-9a-f]{2})"
MET = re.compile(rf"identity mismatch: the controller proved the identity {_PAIRS}, expected was {_PAIRS}")
"""What the proxy remarks when it ends a connection for this."""


class ControllerIdentityMismatch(Rule):
    """Watches for keys on the agent port that are not the ones announced."""

    watches = (TlsStarted, Remark)
    explains = ("tls-refused", "handshake-stalled", "abrupt-close", "refused-without-reason")
    explains_later = ("tls-refused", "handshake-stalled")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if the key shown is not the key announced."""
        fact = event.fact
        if isinstance(fact, Remark) and (met := MET.search(fact.text)):
            expected = expected_identity(self.story)
            source = expected[1] if expected is not None and expected[0] == met[2] else None
            yield self._finding(event, met[1], met[2], source)
        elif isinstance(fact, TlsStarted) and fact.leg is Side.CONTROLLER and fact.identity is not None:
            expected = expected_identity(self.story)
            if expected is not None and expected[0] != fact.identity:
                yield self._finding(event, fact.identity, *expected)

    def _finding(
        self, event: Event, proven: str, expected: str, source: Told[DiscoveryAnswered] | Told[InputsRead] | None
    ) -> Finding:
        where = str(self.story.controller or "the agent port")
        given = source is not None and isinstance(source.fact, InputsRead)
        who = "the agent's command line expects" if given else "discovery announced"
        if source is None:
            who = "expected was"
        causes = self.help.causes
        return self.finding(
            f"{where} proves the identity {proven}, {who} {expected}",
            evidence=(
                None if source is None else source.event,
                event,
                f"announced: {expected}",
                f"on the agent port: {proven}",
            ),
            causes=(causes[1], causes[0], *causes[2:]) if given else (causes[0], *causes[2:]),
            subject=where,
        )
