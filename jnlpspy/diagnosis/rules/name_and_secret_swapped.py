"""Name and secret were swapped.

What it means: what came as the agent's name is a secret, and what came as the secret is no such thing. The secret now
stands in the logs of both sides in the clear, because names are printed.
Usual causes:
- two positional arguments in the wrong order: `hudson.remoting.jnlp.Main` and old `agent.jar` take the secret first and
  then the name
- `JENKINS_SECRET` and `JENKINS_AGENT_NAME` hold each other's value
What to do:
- use the named form, which has no order: `java -jar agent.jar -url URL -secret SECRET -name NAME`
- treat the secret as known to others: it was printed as a name. It changes when the agent gets another name
What is printed:
- agent: `Local headers refused by remote: Unknown client name: 00f2be...`
- controller: `Refusing headers from remote: Unknown client name: 00f2be...`
Where it was seen:
- the arguments' order in PROTOCOL of remoting up to 3.39 and of the docker-agent images until October 2023
"""

import re
from collections.abc import Iterator

from jnlpspy.diagnosis.forensics import LENGTH, is_text, recognize, secret_in
from jnlpspy.diagnosis.refusals import REFUSALS, Evidence, Ground, Refusal, RefusalRule
from jnlpspy.model.events import Event, InputsRead
from jnlpspy.model.findings import Finding
from jnlpspy.model.secret import Secret

HEX = re.compile(rf"[0-9a-fA-F]{{{LENGTH}}}")
SURE, PROBABLE = 1.0, 0.9
BLAMED = (Ground.NAME, Ground.SECRET, Ground.UNSAID)


class NameAndSecretSwapped(RefusalRule):
    """Watches refusals and inputs for a secret in the name's place."""

    watches = (*REFUSALS, InputsRead)
    explains = (
        "agent-name-unknown",
        "agent-name-malformed",
        "secret-malformed",
        "secret-of-another-agent",
        "secret-rejected",
        "refused-without-reason",
        "websocket-upgrade-refused",
        "handshake-stalled",
        "abrupt-close",
    )
    explains_later = ("agent-name-unknown", "protocol-disabled", "unknown-protocol")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a name that was refused, or is about to be, is a secret."""
        fact = event.fact
        if isinstance(fact, InputsRead):
            name = secret_in(fact.inputs.name)
            if name is not None:
                yield self._swapped(name, fact.inputs.secret, (event,), f" in {fact.source}")
        yield from super().observe(event)

    def judge(self, refusal: Refusal) -> Iterator[Finding]:
        """Yield the finding if the refused name is a secret."""
        if refusal.ground in BLAMED and isinstance(refusal.name, Secret):
            yield self._swapped(refusal.name, refusal.secret, refusal.evidence, "")

    def _swapped(self, name: Secret, secret: Secret | None, evidence: Evidence, where: str) -> Finding:
        owner = recognize(name, self.known.secrets)
        meant = next((each for each in self.known.secrets if secret is not None and is_text(secret, each)), None)
        of_agent = f" of agent {owner.owner!r}" if owner else ""
        title = f"what was given as the name{where} is a secret{of_agent}"
        if secret is not None and self._is_secret(secret):
            title = f"{title[0].upper()}{title[1:]}"
        else:
            title = f"Name and secret are swapped: {title}"
        if meant:
            title += f", and what was given as the secret is the name {meant!r}"
        sure = owner is not None or meant is not None or (secret is not None and not self._is_secret(secret))
        return self.finding(title, evidence=evidence, confidence=SURE if sure else PROBABLE, subject=name.fingerprint)

    def _is_secret(self, secret: Secret) -> bool:
        return len(secret.value) == LENGTH and (secret.pseudonym or HEX.fullmatch(secret.value) is not None)
