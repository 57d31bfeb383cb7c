"""TLS between agent and controller did not come about.

What it means: both sides agreed on JNLP4-connect, and the connection ended where TLS begins or in the middle of its
handshake. Agents and controllers that refuse a key say nothing: they just close.
Usual causes:
- the agent does not trust the key on the agent port: it is not the one that discovery or `-instanceIdentity` named
- the two Java runtimes have no TLS version or cipher in common (`jdk.tls.disabledAlgorithms`, FIPS, a Java of old)
- something between inspects or changes TLS, or demands a certificate of the agent
- the other side's process ended in that moment
What to do:
- compare `Remote identity confirmed` or the certificate on the port with the identity that discovery announces
- read the agent's log for `SSLHandshakeException`: it names the reason
- take a Java of today on both sides, and exempt the agent port from TLS inspection
What is printed:
- agent: `Public key of the first certificate in chain (subject: ...) is not in the list of trusted keys`
- agent: `SSLHandshakeException: Received fatal alert: protocol_version`
- agent: `Connection closed before acknowledgement sent`
- controller: `SSLHandshakeException: no cipher suites in common`
Where it was seen:
- recordings of remoting 3.33 with another key, with a damaged ClientHello and ServerHello, and cut at that point
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.events import (
    ConnectionClosed,
    Event,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    Remark,
    TlsStarted,
    Undecodable,
)
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import CloseReason, Side

PROTOCOL = "JNLP4-connect"
ACKNOWLEDGED = 5
"""Bytes of the controller's acknowledgement."""

ALERT = "TLS alert: "
ALERT_SIZE = 7
"""Bytes of an alert: one that comes before the acknowledgement is not of this TLS."""

FINISHED = 700
"""Bytes that an agent has sent at least, TLS and all, when it has said who it is."""

OURS = "it does not trust our identity"
FAILED = "TLS on the "
"""How the proxy's remarks about it begin."""

SURE, SEEN_FROM_OUTSIDE = 0.9, 0.7


class TlsRefused(Rule):
    """Watches for JNLP4 connections that end where TLS begins."""

    watches = (HandshakeRefused, Remark, ConnectionClosed)
    explains = ("handshake-stalled", "abrupt-close", "refused-without-reason")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding for an alert, for the proxy's own remark, or for an end in that place."""
        fact = event.fact
        match fact:
            case HandshakeRefused() if self.story.has(TlsStarted):
                yield from self._alert()
            case Remark(text=text) if text.startswith(FAILED) and OURS in text:
                yield self.finding(
                    "The agent does not trust jnlpspy's own key: it learnt the controller's elsewhere",
                    evidence=(event,),
                    causes=("the agent's -url leads past jnlpspy, or its -instanceIdentity is the controller's",),
                    advice=(
                        "start the agent with -url of jnlpspy, or with -direct and -instanceIdentity of jnlpspy",
                        "or give jnlpspy the controller's own key (--identity), or only watch (--passthrough)",
                    ),
                    subject=str(self.story.agent_host),
                )
            case Remark(text=text) if text.startswith(FAILED):
                yield self._finding(f"{text[:1].upper()}{text[1:]}", event, None, 1.0)
            case ConnectionClosed(by=by) if by is not None and self._ends_in_tls(fact):
                yield from self._alert()
                how = "reset" if fact.how is CloseReason.RESET else "closed"
                outside = self.story.has(TlsStarted)
                yield self._finding(
                    f"The {by.value} {how} the connection at the beginning of TLS, before the agent said who it is",
                    event,
                    by,
                    SEEN_FROM_OUTSIDE if outside else SURE,
                )
            case _:
                pass

    def _finding(self, title: str, event: Event, by: Side | None, confidence: float) -> Finding:
        trust, *others = self.help.causes
        return self.finding(
            title,
            evidence=(self.story.first(TlsStarted), event),
            causes=(*others, trust) if by is Side.CONTROLLER else self.help.causes,
            confidence=confidence,
            subject=str(self.story.controller or ""),
        )

    def _alert(self) -> Iterator[Finding]:
        for told in self.story.all(HandshakeRefused):
            if told.fact.reason.startswith(ALERT):
                alert = told.fact.reason.removeprefix(ALERT)
                yield self._finding(f"The {told.fact.by.value} refused TLS: {alert}", told.event, told.fact.by, 1.0)

    def _ends_in_tls(self, closed: ConnectionClosed) -> bool:
        story = self.story
        if story.protocol != PROTOCOL or story.has(HandshakeAccepted, Undecodable):
            return False
        if any(told.fact.identity is not None for told in story.all(TlsStarted)):
            return False  # the tap was an end of it itself, and remarks what it meets there
        refusals = [told.fact for told in story.all(HandshakeRefused)]
        if story.first(HeadersSent, Side.AGENT) or any(not each.reason.startswith(ALERT) for each in refusals):
            return False
        from_agent, from_controller = (closed.bytes.get(side, 0) for side in (Side.AGENT, Side.CONTROLLER))
        least = ACKNOWLEDGED + (ALERT_SIZE if any(each.by is Side.CONTROLLER for each in refusals) else 0)
        return from_controller >= least and from_agent < FINISHED and not self._is_remarked()

    def _is_remarked(self) -> bool:
        remarks = [told.fact.text for told in self.story.all(Remark)]
        return any(text.startswith((FAILED, "identity mismatch")) for text in remarks)
