"""The agent asked for WebSocket and did not get it.

What it means: the answer to the agent's request at `/wsagents/` is not 101. Jenkins refuses so for the name, the secret
or the state of the agent; a reverse proxy that does not pass on the request's headers makes it fail too.
Usual causes:
- a reverse proxy does not pass on `Upgrade` and `Connection` (nginx and Apache do so only if told)
- the controller refuses the agent: 400 for its name or because it is connected, 403 for its secret
- a login or single sign-on page stands before everything
- the path is wrong, or Jenkins is older than 2.217
What to do:
- nginx: `proxy_http_version 1.1`, `proxy_set_header Upgrade $http_upgrade`, `proxy_set_header Connection upgrade`
- look for `no such agent` or `incorrect secret` in the controller's log at that second
- exempt `/wsagents/` from authentication in the proxy: agents prove themselves by their secret
What is printed:
- agent: `Handshake error.` with `Response code was not 101: 400.`
- agent: `Failed to connect: Handshake error.` and `Waiting 10 seconds before retry`
- agent: `Did not receive X-Remoting-Capability header`
Where it was seen:
- bitnami/vms#1048, jenkins-infra/jenkins.io#3599, jenkins-infra/jenkins.io#3616, jenkins-infra/jenkins.io#7577
"""

from collections.abc import Iterator, Mapping

from jnlpspy.diagnosis.refusals import (
    BAD_REQUEST,
    FORBIDDEN,
    SWITCHING,
    Ground,
    candidates,
    is_websocket,
    read_refusal,
)
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import header_of
from jnlpspy.model.events import DiscoveryAnswered, DiscoveryAsked, Event
from jnlpspy.model.findings import Finding

NO_UPGRADE = "the request has no `Upgrade: websocket`: what stands before jnlpspy took it away"
EATEN = "a reverse proxy does not pass on Upgrade, Connection or the agent's own headers"

MEANINGS: Mapping[int, tuple[str, ...]] = {
    200: ("a page answers there, and no WebSocket: a proxy took the Upgrade away, or it is not Jenkins",),
    301: ("the address moved: give the final one in -url",),
    302: ("a login page stands before /wsagents/",),
    401: ("a reverse proxy or single sign-on wants a login for /wsagents/",),
    404: (
        "the path is wrong (a missing prefix such as /jenkins), or Jenkins is older than 2.217 and has no WebSocket",
    ),
    500: ("the controller failed: a malformed cookie header, or no WebSocket in its servlet container",),
    502: ("a reverse proxy does not reach the controller",),
    503: ("the controller is starting, or a reverse proxy has none behind it",),
    504: ("a reverse proxy waited in vain for the controller",),
}


class WebsocketUpgradeRefused(Rule):
    """Watches for answers other than 101."""

    watches = (DiscoveryAnswered,)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if WebSocket was refused, and no other rule knows what for."""
        fact = event.fact
        if not isinstance(fact, DiscoveryAnswered) or not is_websocket(fact.url) or fact.status == SWITCHING:
            return
        refusal = read_refusal(self.story, event, self.known)
        if refusal is not None and refusal.ground is not Ground.UNSAID:
            return
        yield self.finding(
            f"WebSocket was refused with status {fact.status}",
            evidence=(self.story.last(DiscoveryAsked), event),
            causes=self._causes(fact.status) or self.help.causes,
            subject=fact.url,
        )

    def _causes(self, status: int) -> tuple[str, ...]:
        asked = self.story.last(DiscoveryAsked)
        upgrade = None if asked is None else header_of(asked.fact, "Upgrade")
        causes = MEANINGS.get(status, ())
        if status == BAD_REQUEST:
            causes = (*candidates(self.story, self.known), EATEN)
        elif status == FORBIDDEN:
            causes = ("a web proxy or firewall forbids it", "the secret is wrong")
        return causes if upgrade and upgrade.lower() == "websocket" else (NO_UPGRADE, *causes)
