"""Agent and controller have no protocol in common.

What it means: the controller lists its protocols in discovery, and the agent speaks none of them, so that it does not
even try.
Usual causes:
- JNLP4-connect is switched off on the controller, and the agent (3.40 or newer) speaks nothing else
- the agent is older than 3.0 and speaks none but protocols that the controller has no more
- `-Dorg.jenkinsci.remoting.engine.JnlpProtocol4.disabled=true` or a sibling of it stands on the agent's command line
- only JNLP3-connect is listed, and the agent runs on Java 9 or newer, where it cannot work
What to do:
- enable JNLP4-connect under Manage Jenkins, Security, Agent protocols
- take the `agent.jar` that the controller serves: `URL/jnlpJars/agent.jar`
- remove the properties from the agent's command line
What is printed:
- agent: `Server reports protocol JNLP4-connect not supported, skipping`
- agent: `The server rejected the connection: None of the protocols are enabled`
Where it was seen:
- jenkinsci/docker-plugin#490, jenkinsci/remoting#146 (JENKINS-41730), easy-jenkins/easy-jenkins#252
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.announced import announcements, is_announcement, is_new_agent, protocols_of
from jnlpspy.diagnosis.offers import AGENTS
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import Story
from jnlpspy.model.events import (
    ConnectionClosed,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
    ProtocolOffered,
)
from jnlpspy.model.findings import Finding

CURRENT = "JNLP4-connect"

SILENT_VISITS = 2
"""Connections without a byte after discovery: the agent's probe of the port, and one in which it offered nothing."""

INFERRED = 0.8


class NoCommonProtocol(Rule):
    """Watches for lists without a protocol of agents, and for agents that offer nothing after one."""

    watches = (DiscoveryAnswered, ConnectionClosed)
    explains = ("port-probe", "handshake-stalled")
    explains_later = ("port-probe", "handshake-stalled", "unknown-protocol")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a list has nothing for the agent, or the agent took nothing from it."""
        fact = event.fact
        if isinstance(fact, DiscoveryAnswered) and is_announcement(fact):
            names = protocols_of(fact)
            asked = self.story.last(DiscoveryAsked)
            new = is_new_agent(None if asked is None else asked.fact)
            if names and not AGENTS & set(names):
                yield self._finding(event, names, "the controller lists no protocol of agents", 1.0)
            elif names and new and CURRENT not in names:
                yield self._finding(event, names, f"the agent is new and speaks {CURRENT} only", 1.0)
        elif isinstance(fact, ConnectionClosed) and not any(fact.bytes.values()):
            newest = next(announcements(self.story), None)
            if newest is None:
                return
            names = protocols_of(newest[1].fact)
            if names and CURRENT not in names and self._said_nothing_since(newest[1].event.when):
                why = "the agent connected to the agent port and offered nothing"
                yield self._finding(newest[1].event, names, why, INFERRED)

    def _finding(self, event: Event, names: tuple[str, ...], why: str, confidence: float) -> Finding:
        return self.finding(
            f"Agent and controller have no protocol in common: the controller lists {', '.join(names)}",
            evidence=(event, why),
            confidence=confidence,
            subject=", ".join(names),
        )

    def _said_nothing_since(self, announced: float) -> bool:
        since = [self.story, *(each for each in self.story.chronicle.before(self.story) if each.began >= announced)]
        return sum(map(_is_silent, since)) >= SILENT_VISITS and not any(each.has(ProtocolOffered) for each in since)


def _is_silent(story: Story) -> bool:
    return story.closed is not None and not any(story.closed.fact.bytes.values())
