"""The protocol is disabled.

What it means: the controller knows the protocol that the agent offers and has it switched off, or the agent itself was
told not to speak it.
Usual causes:
- the protocol is switched off on the controller under "Agent protocols" (Jenkins 2.16 to 2.482)
- `-Dorg.jenkinsci.remoting.engine.JnlpProtocol4.disabled=true` or a sibling of it stands on the agent's command line
- the agent is so old that it speaks none but protocols that are off by default
What to do:
- enable JNLP4-connect under Manage Jenkins, Security, Agent protocols; leave the older ones off
- remove the properties from the agent's command line
- take the `agent.jar` that the controller serves: `URL/jnlpJars/agent.jar`
What is printed:
- agent: `Incorrect acknowledgement sequence, expected 0x000341434b got 0x4469736162` (the bytes are `Disab`)
- agent: `Server didn't accept the handshake: Disabled protocol:Protocol:JNLP2-connect`
- agent: `Protocol JNLP4-connect is not enabled, skipping`
- controller: `Connection #N is aborted: Disabled protocol:Protocol:JNLP4-connect`
Where it was seen:
- jenkinsci/docker-plugin#490, jenkinsci/remoting#146 (JENKINS-41730)
"""

import re
from collections.abc import Iterator, Mapping

from jnlpspy.diagnosis.offers import has_alternative
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.events import Event, HandshakeRefused, InputsRead
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.inputs import AgentInputs

WORDS = "Disabled protocol:"

SWITCHES: Mapping[str, str] = {
    "JnlpProtocol1": "JNLP-connect",
    "JnlpProtocol2": "JNLP2-connect",
    "JnlpProtocol3": "JNLP3-connect",
    "JnlpProtocol4": "JNLP4-connect",
    "JnlpProtocol4Plain": "JNLP4-plaintext",
    "JnlpProtocol4Proxy": "JNLP4-connect-proxy",
}
"""The agent's handlers by the property that switches them off."""

SWITCH = re.compile(r"(?:org\.jenkinsci\.remoting\.engine\.)(\w+)\.disabled")
CURRENT = "JNLP4-connect"

NOT_LISTED = "`-protocols` names what the agent may speak, and what every controller of today speaks is not among it"


class ProtocolDisabled(Rule):
    """Watches refusals of protocols, and inputs that switch some off."""

    watches = (HandshakeRefused, InputsRead)
    explains = ("no-common-protocol", "handshake-stalled", "abrupt-close", "refused-without-reason")
    explains_later = ("no-common-protocol",)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a protocol is switched off on either side."""
        fact = event.fact
        if isinstance(fact, HandshakeRefused) and fact.reason.startswith(WORDS):
            protocol = fact.reason.rpartition(":")[2] or self.story.protocol or ""
            goes_on = has_alternative(self.story, protocol)
            yield self.finding(
                f"{protocol} is disabled on the controller"
                + (", and the agent may go on to another protocol" if goes_on else ""),
                evidence=(event,),
                severity=Severity.INFO if goes_on else None,
                subject=protocol,
            )
        elif isinstance(fact, InputsRead) and not fact.inputs.websocket:
            yield from self._lint(event, fact.inputs, fact.source)

    def _lint(self, event: Event, inputs: AgentInputs, source: str) -> Iterator[Finding]:
        switched_off = _switched_off(inputs.properties)
        if CURRENT in switched_off:
            yield self.finding(
                f"{CURRENT} is switched off in {source}: an agent of remoting 3.40 or newer is left with no protocol",
                evidence=(event, f"-D{switched_off[CURRENT]}=true"),
                causes=(self.help.causes[1],),
                advice=(f"remove -D{switched_off[CURRENT]}=true from the command line",),
                subject=CURRENT,
            )
        if inputs.protocols and CURRENT not in inputs.protocols:
            names = ", ".join(inputs.protocols)
            yield self.finding(
                f"{source} allows the agent {names} only, and not {CURRENT}",
                evidence=(event, f"-protocols {','.join(inputs.protocols)}"),
                causes=(NOT_LISTED,),
                advice=(f"give `-protocols {CURRENT}`, or leave the option away",),
                subject=names,
            )


def _switched_off(properties: Mapping[str, str]) -> dict[str, str]:
    """Return the protocols that properties switch off, with the property."""
    found = {}
    for name, value in properties.items():
        switch = SWITCH.fullmatch(name)
        if switch and value.strip().lower() == "true" and switch[1] in SWITCHES:
            found[SWITCHES[switch[1]]] = name
    return found
