"""Jenkins' web page does not answer, or answers that it cannot now.

What it means: nobody takes the connection, or what stands in front of Jenkins, or Jenkins itself, answers with a status
from 500 on. Agents from remoting 3160 on try again every ten seconds, older ones give up at once.
Usual causes:
- Jenkins is starting or restarting
- Jenkins is down, or the proxy in front of it cannot reach it (502, 504)
- host or port of the URL is wrong, or a firewall stands between
- the mesh sidecar of the agent's pod was not ready yet
What to do:
- wait a minute: Jenkins answers 503 until it is up
- open the URL on the agent's machine, past the proxy if there is one
- look at Jenkins' own log, and at the proxy's
What is printed:
- agent: `http://jenkins/tcpSlaveAgentListener/ is invalid: 503 Service Unavailable`
- agent: `Failed to connect to http://jenkins/tcpSlaveAgentListener/: Connection refused`
- agent: `Could not locate server among [http://jenkins/]; waiting 10 seconds before retry`
Where it was seen:
- jenkinsci/docker-agents#669, jenkinsci/kubernetes-operator#542, keptn/keptn#226, jenkinsci/docker-agents#741
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.discovery import (
    is_agent_path,
    is_from_jenkins,
    is_waiting_for_restart,
    tries_again,
    url_of,
)
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import Story
from jnlpspy.diagnosis.unreached import Unreached, read_unreached
from jnlpspy.diagnosis.urls import is_loopback
from jnlpspy.model.events import ConnectFailed, DiscoveryAnswered, Event, HandshakeAccepted, Remark
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.tap import DialFailure

FAILURES = (DialFailure.REFUSED, DialFailure.TIMEOUT, DialFailure.UNREACHABLE, DialFailure.OTHER)
SERVER_ERROR = 500
PATIENCE = 60.0
"""Seconds after which trying again is no start any more."""

RESTART = 300.0
"""Seconds that a big controller may take to come back."""


class DiscoveryUnavailable(Rule):
    """Watches for nobody, and for errors of the web page."""

    watches = (DiscoveryAnswered, ConnectFailed, Remark)
    explains = ("discovery-slow", "identity-missing", "headers-eaten-by-proxy")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding; how bad it is depends on whether the agent tries again."""
        fact = event.fact
        if isinstance(fact, DiscoveryAnswered):
            if fact.status >= SERVER_ERROR and is_agent_path(fact.url) and not self._is_ours():
                yield self._answered(event, fact)
            return
        unreached = read_unreached(fact)
        if unreached is not None and unreached.is_web and unreached.failure in FAILURES:
            yield self._unreached(event, unreached)

    def _answered(self, event: Event, answer: DiscoveryAnswered) -> Finding:
        url = url_of(self.story, answer)
        severity, again = self._severity()
        by = "Jenkins is there, and" if is_from_jenkins(answer) else "whoever stands in front of Jenkins"
        return self.finding(
            f"{url} cannot be had now: {by} answered {answer.status}{again}",
            evidence=(event,),
            causes=self.help.causes if answer.status == 503 else (self.help.causes[1], self.help.causes[0]),
            severity=severity,
            subject=url + again,
        )

    def _unreached(self, event: Event, unreached: Unreached) -> Finding:
        causes = [self.help.causes[place] for place in (2, 1, 0, 3)]
        if is_loopback(unreached.host):
            causes = ["inside a container localhost is the container itself, and not its host", *causes]
        severity, again = self._severity()
        return self.finding(
            f"Nobody is reached at {unreached.target}: {unreached.text or unreached.failure.value}{again}",
            evidence=(event,),
            causes=causes,
            severity=severity,
            subject=unreached.target + again,
        )

    def _is_ours(self) -> bool:
        """Return whether the proxy answered by itself, because it reached nobody."""
        return any(read_unreached(told.fact) is not None for told in self.story.all(Remark))

    def _severity(self) -> tuple[Severity, str]:
        """Return how bad it is, and what the title adds when the agent has tried again for long."""
        waits = is_waiting_for_restart(self.story)
        if not (waits or tries_again(self.story)):
            return Severity.ERROR, ""
        waited = self.story.began - min((each.began for each in self._in_vain()), default=self.story.began)
        if waited >= (RESTART if waits else PATIENCE):
            return Severity.ERROR, ", over and over"
        return (Severity.INFO, ", while the agent waits for Jenkins to come back") if waits else (Severity.WARNING, "")

    def _in_vain(self) -> Iterator[Story]:
        """Yield the agent's connections on which it met with this, since one that went well."""
        for each in self.story.chronicle.before(self.story):
            if any(finding.rule == self.help.name for finding in each.findings):
                yield each
            elif each.has(DiscoveryAnswered, HandshakeAccepted):
                return
