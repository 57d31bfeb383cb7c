"""Jenkins has no agent port: it is disabled.

What it means: Jenkins answers, and has no `tcpSlaveAgentListener` page: it exists only while the TCP port for inbound
agents is set. Agents that do not use WebSocket cannot connect.
Usual causes:
- the TCP port for inbound agents is set to Disable, as after a new installation
- configuration as code or `-Djenkins.model.Jenkins.slaveAgentPort=-1` disables it at each start
What to do:
- Manage Jenkins, Security, Agents: set a fixed port, 50000 say, and publish it
- or start agents with `-webSocket`, which needs no port of its own
What is printed:
- agent: `http://jenkins/tcpSlaveAgentListener/ is invalid: 404 Not Found`
- controller: `slaveAgentPort.disabled Go to security configuration screen and change it.` (on the page)
Where it was seen:
- jenkinsci/docker#788 (JENKINS-28499), ros-infrastructure/buildfarm_deployment#177
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.discovery import AnswerRule, is_agent_path, is_from_jenkins, is_listener, prefix_of, url_of
from jnlpspy.model.events import DiscoveryAnswered, Event
from jnlpspy.model.findings import Finding


class AgentPortDisabled(AnswerRule):
    """Watches for a 404 from what is known to be Jenkins, or turns out to be."""

    explains = ("discovery-not-found", "identity-missing")

    def judge(self, event: Event, answer: DiscoveryAnswered) -> Iterator[Finding]:
        """Yield the finding once Jenkins is known to answer there, and has no such page."""
        if answer.status == 200 and is_listener(answer.url):
            return
        same = [
            (story, told)
            for story, told in self.story.chronicle.discoveries()
            if is_agent_path(told.fact.url) and prefix_of(told.fact.url) == prefix_of(answer.url)
        ]
        known = next((told for _, told in same if is_from_jenkins(told.fact)), None)
        latest = next(((story, told) for story, told in reversed(same) if is_listener(told.fact.url)), None)
        if known is None or latest is None or latest[1].fact.status != 404:
            return
        if event.seq in (known.event.seq, latest[1].event.seq):
            url = url_of(latest[0], latest[1].fact)
            yield self.finding(
                f"{url} is Jenkins, and its agent port is disabled",
                evidence={each.event.seq: each.event for each in (latest[1], known)}.values(),
                confidence=0.9,
                subject=url,
            )
