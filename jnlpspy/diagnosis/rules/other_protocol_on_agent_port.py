"""Something else than Jenkins answers on the agent port.

What it means: the agent offered its protocol, and the answer is of no protocol that agents speak: the port belongs to
another service, or what passes through is changed on the way.
Usual causes:
- the port leads to another service (SSH, mail, a database): a wrong `-tunnel`, `-direct` or port mapping
- the agent port was given to another process after the controller's port changed (a random agent port)
- something between changes the bytes
What to do:
- connect there by hand: `curl http://HOST:PORT/` shows `Jenkins-Agent-Protocols` if it is Jenkins' agent port
- compare the port with `X-Jenkins-JNLP-Port` of `URL/tcpSlaveAgentListener/`
- set a fixed agent port on the controller
What is printed:
- agent: `Incorrect acknowledgement sequence, expected 0x000341434b got 0x5353482d32` (the bytes are `SSH-2`)
- agent: `Server didn't accept the handshake: SSH-2.0-OpenSSH_8.9`
- agent: `Connection closed before acknowledgement sent`
Where it was seen:
- recordings of remoting 3.33 whose port is answered by something else
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.first_bytes import service_of
from jnlpspy.diagnosis.refusals import Ground, ground_of
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.events import Event, HandshakeRefused, OpaqueBytes, Undecodable
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.tap import Side

SHOWN = 60
"""Characters of an answer in a title."""

GARBLED = 0.8
ACK = "the acknowledgement"
SSH_OPENS = "SSH where a protocol offer was expected"
TLS_RECORDS = ("\x15", "\x16")


class OtherProtocolOnAgentPort(Rule):
    """Watches for answers that are of no protocol of agents."""

    watches = (HandshakeRefused, Undecodable, OpaqueBytes)
    explains = ("refused-without-reason", "handshake-stalled", "abrupt-close", "stream-corrupted", "tls-refused")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if an answer is of no protocol of agents."""
        fact = event.fact
        where = str(self.story.controller or "the agent port")
        match fact:
            case HandshakeRefused(by=Side.CONTROLLER, reason=reason) if self._is_foreign(reason):
                service = service_of(reason.encode("utf-8", "replace")) or "something else"
                yield self.finding(
                    f"{where} is {service}, not Jenkins' agent port: it answered {reason[:SHOWN]!r}",
                    evidence=(event,),
                    subject=where,
                )
            case Undecodable(expected=expected, got=got) if event.side is Side.CONTROLLER and expected.startswith(ACK):
                yield self.finding(
                    f"{where} answered the offer of {self.story.protocol} with {got} instead of {expected}",
                    evidence=(event,),
                    confidence=GARBLED,
                    subject=where,
                )
            case OpaqueBytes(reason=reason) if reason == SSH_OPENS:
                yield self.finding(
                    f"{self.story.agent_host} speaks SSH to the agent port {where}",
                    evidence=(event,),
                    causes=("an SSH connection is opened to the wrong port", "a scanner looks for SSH servers"),
                    advice=("find out what runs there; agents are not concerned",),
                    severity=Severity.WARNING,
                    subject=str(self.story.agent_host),
                )
            case _:
                pass

    def _is_foreign(self, reason: str) -> bool:
        known = reason.startswith("HTTP/") or reason[:1] in TLS_RECORDS
        return bool(reason) and not known and ground_of(reason, self.story) is Ground.OTHER_PEER
