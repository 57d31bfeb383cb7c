"""The agent is sent elsewhere.

What it means: the page that agents ask for has moved. Java follows redirects to the same scheme only: from http to
https it stops, and behind a redirect to a login page agents find HTML without Jenkins' headers.
Usual causes:
- the URL begins with http://, and a proxy sends everybody to https://
- single sign-on sends whoever has no session to its login page
- the host or the path of Jenkins is another now
What to do:
- give the URL that is left when a browser has been sent around, with https:// and the path
- exempt `/tcpSlaveAgentListener/`, `/wsagents/` and `/jnlpJars/` from the login
What is printed:
- agent: `http://jenkins/tcpSlaveAgentListener/ is invalid: 301 Moved Permanently`
- agent: `... appears to be publishing an invalid X-Instance-Identity.` (a login page, remoting 3.34 and newer)
- agent: `http://jenkins/ is not Jenkins` (a login page, to remoting 3.33)
Where it was seen:
- jenkinsci/jenkins-slave-osx#37, jenkinsci/remoting#771
"""

import re
from collections.abc import Iterator

from jnlpspy.diagnosis.discovery import AnswerRule, is_listener, url_of
from jnlpspy.diagnosis.story import header_of
from jnlpspy.diagnosis.urls import read_place
from jnlpspy.model.events import DiscoveryAnswered, Event
from jnlpspy.model.findings import Finding, Severity

MOVED = (301, 302, 303, 307, 308)
_LOGIN = re.compile(r"login|sign-?in|sso|oauth|openid|saml|/auth|securityRealm", re.IGNORECASE)


class DiscoveryRedirected(AnswerRule):
    """Watches for redirects."""

    explains = ("identity-missing", "headers-eaten-by-proxy", "discovery-not-found")
    explains_later = ("identity-missing", "headers-eaten-by-proxy", "discovery-not-found")

    def judge(self, event: Event, answer: DiscoveryAnswered) -> Iterator[Finding]:
        """Yield the finding; it is no error if the agent follows and arrives."""
        if answer.status not in MOVED:
            return
        url = url_of(self.story, answer)
        there = header_of(answer, "Location") or ""
        target = read_place(there)
        here = read_place(url)
        causes, severity, words = self.help.causes, Severity.ERROR, f"to {_without_query(there)}"
        if _LOGIN.search(there.partition("?")[0]):
            causes, words = (causes[1], causes[0], causes[2]), f"to a login page, {_without_query(there)}"
        elif target is not None and here is not None and target.scheme != here.scheme:
            words += ", and Java does not follow from one scheme to the other"
        elif is_listener(there) or not is_listener(answer.url):
            causes, severity = causes[2:], Severity.INFO
        yield self.finding(
            f"{url} sends the agent elsewhere: {words}",
            evidence=(event,),
            causes=causes,
            severity=severity,
            subject=url,
        )


def _without_query(url: str) -> str:
    """Return a URL without what may hold a token."""
    return re.split(r"[?#]", url)[0] or "nowhere"
