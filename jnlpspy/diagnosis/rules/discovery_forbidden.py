"""The agent is not let in to what it asks for.

What it means: something demands a login for the page that tells agents where the agent port is. Jenkins itself never
does: `tcpSlaveAgentListener/`, `wsagents/` and `login` are open, only the jnlp file needs a permission.
Usual causes:
- a reverse proxy, single sign-on or firewall demands a login for every path
- the agent goes through a forward proxy that demands a login (407), or does not let it pass
- a jnlp file was asked for without credentials, and anonymous users may not read agents
What to do:
- exempt `/tcpSlaveAgentListener/`, `/wsagents/`, `/login` and `/jnlpJars/` from the login
- give `-credentials USER:TOKEN`, or `-proxyCredentials` for a forward proxy
- use `-url`, `-secret` and `-name` in place of `-jnlpUrl`
What is printed:
- agent: `http://jenkins/tcpSlaveAgentListener/ is invalid: 403 Forbidden`
- agent: `http://jenkins/login is not ready: 401` (WebSocket, over and over)
- agent: `Failed to load http://jenkins/computer/NAME/slave-agent.jnlp: 403 Forbidden`
Where it was seen:
- jenkinsci/remoting#771, jenkinsci/mesos-plugin#40, jenkinsci/docker-plugin#526
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.discovery import AnswerRule, is_from_jenkins, is_listener, url_of
from jnlpspy.diagnosis.story import header_of
from jnlpspy.model.events import DiscoveryAnswered, Event
from jnlpspy.model.findings import Finding

LOGIN, FORBIDDEN, PROXY_LOGIN = 401, 403, 407


class DiscoveryForbidden(AnswerRule):
    """Watches for answers that demand a login."""

    explains = ("identity-missing", "headers-eaten-by-proxy")

    def judge(self, event: Event, answer: DiscoveryAnswered) -> Iterator[Finding]:
        """Yield the finding if a login is demanded."""
        if answer.status not in (LOGIN, FORBIDDEN, PROXY_LOGIN):
            return
        url = url_of(self.story, answer)
        causes = self.help.causes
        if answer.status == PROXY_LOGIN:
            causes = (causes[1],)
        elif not is_listener(answer.url) and is_from_jenkins(answer):
            causes = causes[::-1]
        name = header_of(answer, "Server")
        by = "Jenkins" if is_from_jenkins(answer) else name or "whoever stands in front of Jenkins"
        yield self.finding(
            f"{url} is closed to the agent: {by} answered {answer.status}",
            evidence=(event,),
            causes=causes,
            subject=url,
        )
