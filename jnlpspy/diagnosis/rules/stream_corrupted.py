"""Bytes on the channel are not remoting's: something else wrote into the stream, or it was damaged.

What it means: every message of a channel begins with `AC ED 00 05`. What came instead cannot be read by the other side
either, which closes the channel with `invalid stream header` and these bytes in hex.
Usual causes:
- text of native code leaked into the stream: a C library's `corrupted ...` when a process dies, a JVM's warnings
- what starts the agent prints to its output before or while the channel uses it (ssh and stdio launchers)
- a proxy put an answer of its own into the connection
- the two sides run versions of Java or remoting that do not fit, or memory or network damage the bytes
What to do:
- read the text (the evidence gives it): it usually names the program
- look for a crash of the agent's Java at that time (`hs_err_pid*.log`, core files)
- run the same, current Java and agent.jar on both sides
What is printed:
- both: `java.io.StreamCorruptedException: invalid stream header: 636F7272` (the hex is the text `corr`)
Where it was seen:
- jenkinsci/google-compute-engine-plugin#521, scylladb/scylla-cluster-tests#9444, ansible-role-jenkins#29
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.endings import unanswered_calls
from jnlpspy.diagnosis.readable import leaked_text, name_bytes
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.describe_events import count
from jnlpspy.model.events import BytesMissing, ChannelEstablished, CommandSent, Event, Undecodable
from jnlpspy.model.findings import Finding, Severity

HEADER = "stream header"
OURS = ("at most", "less nesting", "a stream of at most", "Externalizable data", "an object of at most")
"""What the decoder expects where a limit of its own is met."""


class StreamCorrupted(Rule):
    """Watches for bytes behind the handshake that are no command."""

    watches = (Undecodable,)
    explains = ("abrupt-close", "agent-vanished", "controller-vanished", "unanswered-call")
    explains_later = ("already-connected",)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a message begins with something else."""
        fact = event.fact
        if isinstance(fact, Undecodable) and HEADER in fact.expected and event.side is not None and self._complete():
            text = leaked_text(fact.data)
            what = f"the text {text[:60]!r}" if text else f"bytes that are no message ({name_bytes(fact.data)})"
            yield self.finding(
                f"In the {event.side.value}'s stream stands {what}", evidence=(name_bytes(fact.data), event)
            )

    def finish(self) -> Iterator[Finding]:
        """Yield the finding if a message was damaged inside."""
        damaged = [told for told in self.story.all(Undecodable) if not told.fact.expected.startswith(OURS)]
        if damaged and self._complete():
            first = damaged[0]
            orderly = self.story.closed is not None and self.story.closed.fact.orderly
            side = first.event.side
            lost = [call for call in unanswered_calls(self.story) if orderly]
            harm = f", and {count(len(lost), 'call')} got no answer" if lost else ""
            yield self.finding(
                f"A message of the {side.value if side else 'stream'} cannot be read{harm}",
                evidence=(name_bytes(first.fact.data), first, *lost[:1]),
                confidence=0.8 if not orderly else 0.7 if lost else 0.5,
                severity=Severity.ERROR if not orderly else Severity.WARNING if lost else Severity.INFO,
            )

    def _complete(self) -> bool:
        """Return whether there is a channel of which the capture has every byte."""
        return self.story.has(ChannelEstablished, CommandSent) and not self.story.has(BytesMissing)
