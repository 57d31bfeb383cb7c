"""The agent fell silent in the middle of the handshake.

What it means: TLS stands, the controller has sent its headers, and the agent answers nothing. Agents before April 2021
can lock themselves up so, when data comes before their own stack is ready.
Usual causes:
- the agent's remoting is older than the correction of JENKINS-63520
- the agent's process hangs for another reason: no memory, a stopped virtual machine
What to do:
- take the `agent.jar` that the controller serves: `URL/jnlpJars/agent.jar`
- take a thread dump of the agent (`jstack PID`) before it is killed
What is printed:
- agent: `Remote identity confirmed: FINGERPRINT` and nothing behind it, never `Connected`
Where it was seen:
- jenkinsci/remoting#445 (JENKINS-63520), jenkinsci/docker-swarm-plugin#59
"""

from collections.abc import Iterable, Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.silence import HANDSHAKE_LIMIT, last_told
from jnlpspy.model.events import ConnectionClosed, Event, HandshakeAccepted, HandshakeRefused, HeadersSent
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import Side

PROTOCOL = "JNLP4-connect"
PROBABLE = 0.8


class StartupDeadlock(Rule):
    """Watches for agents that do not answer the controller's headers."""

    watches = (ConnectionClosed,)
    explains = ("handshake-stalled", "tls-refused", "abrupt-close", "refused-without-reason")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if the connection ended after a long silence of the agent."""
        yield from self._judge(event.when)

    def finish(self) -> Iterable[Finding]:
        """Return the finding if the agent is silent still."""
        return () if self.story.closed is not None else list(self._judge(last_told(self.story)))

    def _judge(self, now: float) -> Iterator[Finding]:
        sent = self.story.first(HeadersSent, Side.CONTROLLER)
        if sent is None or self.story.protocol != PROTOCOL:
            return
        answered = self.story.first(HeadersSent, Side.AGENT) or self.story.has(HandshakeAccepted, HandshakeRefused)
        if not answered and now - sent.event.when >= HANDSHAKE_LIMIT:
            yield self.finding(
                f"The agent said nothing for {now - sent.event.when:.0f} s after the controller's headers",
                evidence=(sent.event,),
                confidence=PROBABLE,
                subject=str(self.story.agent_host),
            )
