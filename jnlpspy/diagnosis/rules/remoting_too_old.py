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

from jnlpspy.diagnosis.announced import MINIMUM_VERSION, announcements, version_key
from jnlpspy.diagnosis.help import RuleHelp
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import Story, header_of
from jnlpspy.model.commands import Response
from jnlpspy.model.events import (
    CallFinished,
    ChannelEnded,
    CommandSent,
    DiscoveryAnswered,
    Event,
    HandshakeRefused,
    InputsRead,
)
from jnlpspy.model.findings import Finding
from jnlpspy.model.known import Known
from jnlpspy.model.tap import Side

TOLD = re.compile(r"Remoting version is older than the minimum required version|Agent version \S+ or newer is required")
JAR = re.compile(r"(?:remoting|agent|slave)-(\d[\w.]*?)\.jar")
"""A jar whose name has its version."""

ASK_VERSION = "hudson.slaves.SlaveComputer$SlaveVersion"
"""The callable by which a controller asks an agent for its version, first of all."""

AT_ONCE = 10.0
"""Seconds within which it closes the channel if it does not like the answer: later it has other reasons."""


class RemotingTooOld(Rule):
    """Watches for the controller's words, and compares versions where both are known."""

    watches = (ChannelEnded, HandshakeRefused, DiscoveryAnswered, CommandSent, CallFinished)
    explains = ("abrupt-close", "agent-vanished", "websocket-upgrade-refused")
    explains_later = ("agent-port-unreachable",)

    def __init__(self, text: RuleHelp, story: Story, known: Known) -> None:
        super().__init__(text, story, known)
        self._answered = ""
        self._told: tuple[str, Event] | None = None

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
            case ChannelEnded(closed_by=Side.CONTROLLER) if self._told and event.when - self._told[1].when < AT_ONCE:
                yield from self._compare_told(event, *self._told)
            case CommandSent(command=Response(), payload=payload) if self._told is None and payload is not None:
                self._answered = str(payload.value)
            case CallFinished(callable=callable_) if callable_ == ASK_VERSION:
                self._told = self._answered, event
            case _:
                pass

    def _compare_told(self, event: Event, version: str, told: Event) -> Iterator[Finding]:
        """Yield the finding if the controller closed the channel of an agent that told too old a version."""
        newest = next(announcements(self.story), None)
        minimum = None if newest is None else header_of(newest[1].fact, MINIMUM_VERSION)
        least, has = version_key(minimum) if minimum else None, version_key(version)
        if newest is not None and least and has and has < least:
            yield self.finding(
                f"The agent's remoting {version} is older than {minimum}, which the controller demands:"
                " the controller closed the channel",
                evidence=(newest[1], told, event),
                confidence=0.9,
                subject=str(self.story.agent_name or self.story.agent_host or ""),
            )

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
