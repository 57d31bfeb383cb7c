"""The agent's remoting is older than the controller takes.

What it means: the controller announces the oldest version that it works with, and the agent's is older. Agents from
3.32 on stop by themselves; of others the controller closes the channel (Jenkins 2.343 and newer).
Usual causes:
- an `agent.jar` or an image of old is used with an upgraded controller
- the jar is baked into an image, and nobody rebuilds that
What to do:
- take the `agent.jar` that the controller serves: `URL/jnlpJars/agent.jar`, anew at each start of the agent
- until then: `-Dhudson.slaves.SlaveComputer.allowUnsupportedRemotingVersions=true` on the controller
What is printed:
- agent: `Agent version 4.13 or newer is required.`
- controller: `Rejecting the connection because the Remoting version is older than the minimum required version (4.13)`
Where it was seen:
- jenkinsci/jenkins#7340, jenkinsci/jenkins#8484, jenkinsci/mesos-plugin#269
"""

import re
from collections.abc import Iterator

from jnlpspy.diagnosis.announced import MINIMUM_VERSION, version_key
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import header_of
from jnlpspy.model.events import ChannelEnded, DiscoveryAnswered, Event, HandshakeRefused, InputsRead
from jnlpspy.model.findings import Finding

TOLD = re.compile(r"Remoting version is older than the minimum required version|Agent version \S+ or newer is required")
JAR = re.compile(r"(?:remoting|agent|slave)-(\d[\w.]*?)\.jar")
"""A jar whose name has its version."""


class RemotingTooOld(Rule):
    """Watches for the controller's words, and compares versions where both are known."""

    watches = (ChannelEnded, HandshakeRefused, DiscoveryAnswered)
    explains = ("abrupt-close", "agent-vanished", "websocket-upgrade-refused")
    explains_later = ("agent-port-unreachable",)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if the controller says so, or if the versions do."""
        match event.fact:
            case ChannelEnded(reason=reason) | HandshakeRefused(reason=reason) if TOLD.search(reason):
                yield self.finding(
                    f"The agent's remoting is too old for the controller: {reason}",
                    evidence=(event,),
                    subject=str(self.story.agent_name or self.story.agent_host or ""),
                )
            case DiscoveryAnswered() as answered:
                yield from self._compare(event, header_of(answered, MINIMUM_VERSION))
            case _:
                pass

    def _compare(self, event: Event, minimum: str | None) -> Iterator[Finding]:
        least = version_key(minimum) if minimum else None
        if least is None:
            return
        for story in self.story.chronicle:
            for read in story.all(InputsRead):
                found = JAR.search(read.fact.inputs.jar or "")
                version = version_key(found[1]) if found else None
                if found and version and version < least:
                    yield self.finding(
                        f"The agent's {found[0]} is older than {minimum}, which the controller demands at least",
                        evidence=(read.event, event),
                        subject=found[0],
                    )
