"""The controller closed the connection without a word.

What it means: the agent said who it is, or only which protocol it speaks, and the connection was closed with no answer.
With remoting 3 a controller refuses JNLP-connect, JNLP2-connect and JNLP3-connect so, whatever the reason; its log has
it. Before the protocol is acknowledged it is more often something on the way.
Usual causes:
- the controller has no agent of this name
- the secret is wrong
- an agent of this name is connected already
- the node is not launched by connecting to the controller
What to do:
- look into the controller's log at that second: it has the reason
- tell jnlpspy which agents there are (`--inventory FILE` or `--jenkins-home DIR`): it decides then
- use JNLP4-connect, which says why it refuses
What is printed:
- agent: `Server didn't accept the handshake: ` with nothing behind it
- agent: `JNLP3-connect: Master rejected connection: ` with nothing behind it
- agent: `Connection closed before acknowledgement sent` (JNLP4-connect)
- agent: `Remote closed connection without specifying reason` (JNLP4-connect)
Where it was seen:
- recordings of remoting 3.33 with JNLP-connect and JNLP2-connect
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.announced import announcements, port_of
from jnlpspy.diagnosis.refusals import Ground, Refusal, RefusalRule, candidates
from jnlpspy.model.events import (
    ConnectFailed,
    ConnectionClosed,
    Event,
    HandshakeAccepted,
    HandshakeRefused,
    ProtocolOffered,
    Remark,
    TlsStarted,
    Undecodable,
)
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import CloseReason, Side

ON_THE_WAY = (
    "a load balancer or proxy stands there and has no controller behind it",
    "the controller failed before it answered: its log says so at that second (JENKINS-41987: no instance identity)",
    "a filter of addresses before the controller takes the connection and drops it",
)

EXPLAINED = (HandshakeAccepted, HandshakeRefused, Undecodable, ConnectFailed, Remark)
"""Facts beside which an end needs no explanation: a proxy remarks why it ended a connection itself."""

LOOK = "look into the controller's log at that second; if it has no line about the connection, something stands between"


class RefusedWithoutReason(RefusalRule):
    """Watches for connections that the controller closes without saying why, where nothing decides it."""

    explains = ("handshake-stalled",)
    explains_later = ("handshake-stalled",)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding for a refusal without a word, or an end before any answer."""
        yield from super().observe(event)
        fact = event.fact
        if isinstance(fact, ConnectionClosed) and fact.by is Side.CONTROLLER and self._said_nothing(fact):
            how = "reset" if fact.how is CloseReason.RESET else "closed"
            offer = f"it answered the offer of {self.story.protocol}"
            where = str(self.story.controller or "The controller")
            yield self.finding(
                f"{where} {how} the connection before {offer if self.story.protocol else 'anybody said a word'}",
                evidence=(self.story.first(ProtocolOffered), event),
                causes=ON_THE_WAY,
                advice=(LOOK,),
                subject=where,
            )

    def judge(self, refusal: Refusal) -> Iterator[Finding]:
        """Yield the finding if nothing decides what the refusal is about."""
        fact = refusal.event.fact
        if not isinstance(fact, HandshakeRefused) or not refusal.asked:
            return
        if refusal.ground is Ground.OTHER:
            yield self.finding(
                f"The controller refused agent {refusal.shown_name}, for a reason of its own: {fact.reason}",
                evidence=refusal.evidence,
                causes=(f"the controller's own words: {fact.reason}",),
                advice=(self.help.advice[0],),
                subject=refusal.subject,
            )
        elif refusal.ground is Ground.UNSAID:
            yield self.finding(
                f"The controller closed the connection of agent {refusal.shown_name} without saying why",
                evidence=refusal.evidence,
                causes=candidates(self.story, self.known),
                subject=refusal.subject,
            )

    def _said_nothing(self, closed: ConnectionClosed) -> bool:
        """Return whether an agent spoke and got no answer, or came where discovery sent it and was not let speak.

        Of a controller's bytes there may be those up to TLS, if it is certain that TLS was opened.
        """
        if self.story.has(*EXPLAINED):
            return False
        if closed.bytes.get(Side.CONTROLLER, 0):
            return any(told.fact.identity is not None for told in self.story.all(TlsStarted))
        announced = next(announcements(self.story), None)
        port = None if self.story.controller is None else self.story.controller.port
        sent_here = announced is not None and port_of(announced[1].fact) == port
        return self.story.protocol is not None or (sent_here and not any(closed.bytes.values()))
