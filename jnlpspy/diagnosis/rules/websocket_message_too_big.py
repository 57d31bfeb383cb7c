"""A WebSocket message was bigger than the receiver takes.

What it means: the receiver closed the connection because of a message's size (close code 1009). Remoting from 4.3 on
cuts commands into messages of 8 KiB; before that a whole command was one message.
Usual causes:
- agent or controller has remoting older than 4.3, and a command has more than 64 KiB
- a reverse proxy has a limit on messages below 8 KiB
What to do:
- take remoting 4.3 or newer on both sides: Jenkins 2.222.4 or newer, and the `agent.jar` that it serves
- raise the limit of the reverse proxy
What is printed:
- agent: `Binary message size [N] exceeds maximum size [65536]`
- controller: `Binary message size [N] exceeds maximum size [65536]`
Where it was seen:
- jenkinsci/jenkins#4596 (JENKINS-61409), jenkinsci/jenkins-artifactory-plugin#278
"""

import re
from collections.abc import Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.events import ChannelEnded, Event, HandshakeRefused, Remark
from jnlpspy.model.findings import Finding
from jnlpspy.model.session import FrameKind, FrameSent

TOLD = re.compile(r"[Mm]essage size \[?(\d+)\]? exceeds|\b1009\b|[Mm]essage too (big|large)")


class WebsocketMessageTooBig(Rule):
    """Watches for the words and the close code."""

    _is_told = False
    watches = (ChannelEnded, FrameSent, HandshakeRefused, Remark)
    explains = ("abrupt-close", "agent-vanished", "controller-vanished", "unanswered-call")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a side says that a message was too big."""
        text = event.fact.text if isinstance(event.fact, Remark) else getattr(event.fact, "reason", "")
        told = TOLD.search(text)
        if isinstance(event.fact, FrameSent):
            told = TOLD.search(f"{text} {event.fact.code}") if event.fact.kind is FrameKind.CLOSE else None
        if told and not self._is_told:
            self._is_told = True  # the other side's close frame repeats the code, not always the words
            size = f" of {int(told[1]):,} bytes" if told[1] else ""
            yield self.finding(
                f"A WebSocket message{size} was bigger than the receiver takes",
                evidence=(event,),
                subject=str(self.story.agent_name or self.story.agent_host or ""),
            )
