"""TLS is spoken where the agent protocol begins in the clear.

What it means: the agent port begins with a line in the clear, and TLS only behind it. Either what the agent reached
answers its offer in TLS, or what connects to the agent port begins with TLS.
Usual causes:
- a load balancer in front of the agent port terminates TLS
- the agent port is mapped to the HTTPS port
- an `https://` URL with the agent's port, a browser, or a health check over TLS connects to the agent port
What to do:
- lead the agent port through as plain TCP: JNLP4-connect encrypts by itself
- give the web address in `-url`, never the agent port
- let health checks open and close a TCP connection only, or send `GET / HTTP/1.0`
What is printed:
- agent: `Incorrect acknowledgement sequence, expected 0x000341434b got 0x1503030002`
- agent: `Failed to connect to https://HOST:50000/tcpSlaveAgentListener/: Read timed out`
- controller: `Connection #N from /ADDRESS failed: null`
Where it was seen:
- jenkinsci/amazon-ecs-plugin#102
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.events import ConnectionClosed, Event, HandshakeRefused, OpaqueBytes, TlsStarted
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.tap import Side

ALERT_SIZE = 7
"""Bytes of a TLS alert: where a controller sent no more, it acknowledged nothing before."""

RECORD_TYPES = ("\x15", "\x16")
"""How a TLS alert and a TLS handshake begin."""

OPENS_WITH_TLS = "TLS where a protocol offer was expected"


class TlsInsteadOfAgentProtocol(Rule):
    """Watches for TLS on either side before the protocol is agreed on."""

    watches = (HandshakeRefused, OpaqueBytes, ConnectionClosed)
    explains = ("tls-refused", "refused-without-reason", "handshake-stalled", "abrupt-close")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if TLS came before its time."""
        fact = event.fact
        where = str(self.story.controller or "the agent port")
        match fact:
            case OpaqueBytes(reason=reason) if reason == OPENS_WITH_TLS:
                yield self.finding(
                    f"{self.story.agent_host} speaks TLS to {where}, where the agent protocol begins in the clear",
                    evidence=(event,),
                    causes=(self.help.causes[2], *self.help.causes[:2]),
                    advice=(*self.help.advice[1:], self.help.advice[0]),
                    severity=Severity.WARNING,
                    subject=str(self.story.agent_host),
                )
            case HandshakeRefused(by=Side.CONTROLLER, reason=reason) if reason[:1] in RECORD_TYPES:
                yield self._answered(event, where)
            case ConnectionClosed() if self._is_bare_alert(fact):
                yield self._answered(event, where)
            case _:
                pass

    def _answered(self, event: Event, where: str) -> Finding:
        return self.finding(
            f"{where} answers in TLS, before the agent protocol has come to it",
            evidence=(self.story.first(HandshakeRefused), event),
            causes=self.help.causes[:2],
            advice=self.help.advice[:2],
            subject=where,
        )

    def _is_bare_alert(self, closed: ConnectionClosed) -> bool:
        """Return whether the answer to the offer was an alert and nothing before it."""
        refused = self.story.first(HandshakeRefused, Side.CONTROLLER)
        is_alert = refused is not None and refused.fact.reason.startswith("TLS alert")
        bare = closed.bytes.get(Side.CONTROLLER, 0) <= ALERT_SIZE
        return is_alert and bare and not self.story.has(TlsStarted)
