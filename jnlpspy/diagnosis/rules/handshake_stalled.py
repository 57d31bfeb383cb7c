r"""The handshake stopped halfway.

What it means: one side waits for a message that does not come, until its patience ends: ten seconds for JNLP4's
acknowledgement.
Usual causes:
- the port is open and nobody answers: a load balancer in HTTP mode that waits for a request, or none behind it
- the controller hangs, or is so busy that it does not come to answer
- a firewall lets the connection come about and drops what is sent on it
What to do:
- ask the port by hand: `printf '\0\15Protocol:Ping' | nc HOST PORT` gives `Ping` within a second if it is Jenkins
- lead the agent port through as plain TCP
- take a thread dump of the controller if the port is the right one
What is printed:
- agent: `Timeout waiting for ACK`
- agent: `Connection closed before acknowledgement sent`
- agent: `Connecting to HOST:PORT` and nothing behind it
Where it was seen:
- recordings of remoting 3.33 whose port takes the connection and stays silent
"""

from collections.abc import Iterable, Iterator

from jnlpspy.diagnosis.refusals import is_websocket
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.silence import HANDSHAKE_LIMIT, silent_for, successor_of
from jnlpspy.diagnosis.story import Story
from jnlpspy.model.events import (
    ChannelEstablished,
    ConnectionClosed,
    DiscoveryAnswered,
    Event,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    OpaqueBytes,
    ProtocolOffered,
    Remark,
    TlsStarted,
    Undecodable,
)
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.tap import CloseReason, Side

OVER = (ChannelEstablished, HandshakeAccepted, HandshakeRefused, Undecodable)
REMARKED = "no handshake within"
DIALLING = "the controller to take the connection"
"""How the proxy says that its own patience ended, and what for: nobody was reached, which is another matter."""

ENOUGH = HANDSHAKE_LIMIT * 0.8
"""Seconds of silence that count: timers and captures are not exact."""

MOMENT = 3.0
"""Seconds of silence after which another connection is that of the same agent, and not of one beside it."""

GIVEN_UP = 0.7
PING = "Ping"


class HandshakeStalled(Rule):
    """Watches for handshakes that neither end well nor are refused."""

    watches = (Remark, ConnectionClosed)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if the proxy or a side gave up waiting."""
        fact = event.fact
        if isinstance(fact, Remark) and fact.text.startswith(REMARKED) and not fact.text.endswith(DIALLING):
            silent = self.story.protocol is None
            yield self._finding(f"The handshake stopped: {fact.text}", event, 1.0, Severity.WARNING if silent else None)
        elif isinstance(fact, ConnectionClosed) and self._is_open() and fact.how is not CloseReason.SHUTDOWN:
            silence = silent_for(self.story)
            if silence >= ENOUGH:
                yield self._finding(self._title(silence, fact), event, 1.0)

    def finish(self) -> Iterable[Finding]:
        """Return the finding for a handshake that the run's end leaves open."""
        if self.story.closed is not None or not self._is_open():
            return
        silence, successor = silent_for(self.story), successor_of(self.story)
        if silence >= ENOUGH:
            yield self._finding(self._title(silence, None), self.story.last_event, 1.0)
        elif successor is not None and (silence >= MOMENT or _is_silent(successor)):
            yield self._finding(
                f"The handshake of {self.story.protocol} was left unfinished: "
                f"the agent went on to connection {successor.connection}",
                self.story.last_event,
                GIVEN_UP,
            )

    def _finding(self, title: str, event: Event | None, confidence: float, severity: Severity | None = None) -> Finding:
        return self.finding(
            title,
            evidence=(self.story.last(ProtocolOffered), event),
            confidence=confidence,
            severity=severity,
            subject=str(self.story.controller or ""),
        )

    def _is_open(self) -> bool:
        """Return whether an agent offered a protocol, and nothing came of it that can be seen."""
        sealed = self.story.has(OpaqueBytes) and not self.story.has(TlsStarted)
        begun = self.story.protocol not in (None, PING)
        answered = any(is_websocket(told.fact.url) for told in self.story.all(DiscoveryAnswered))
        return begun and not answered and not sealed and not self.story.has(*OVER, TlsStarted)

    def _title(self, silence: float, closed: ConnectionClosed | None) -> str:
        awaited = "an answer to the offer"
        if self.story.first(HeadersSent, Side.CONTROLLER):
            awaited = "the agent's headers"
        elif self.story.first(HeadersSent, Side.AGENT):
            awaited = "the controller's answer to the agent's headers"
        elif closed is not None and closed.bytes.get(Side.CONTROLLER, 0):
            awaited = "TLS"
        end = "nobody gave up" if closed is None or closed.by is None else f"the {closed.by.value} gave up"
        return f"The handshake of {self.story.protocol} stopped: {silence:.0f} s without {awaited}, then {end}"


def _is_silent(story: Story) -> bool:
    """Return whether a connection came to nothing, as those that an agent leaves behind a failure."""
    return story.closed is not None and not any(story.closed.fact.bytes.values())
