"""The requests that an agent makes over HTTP before it connects, and what their answers say about who answers."""

import re
from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.story import Story, Told, header_of
from jnlpspy.model.events import DiscoveryAnswered, DiscoveryAsked, Event, Fact, HandshakeAccepted, InputsRead
from jnlpspy.model.findings import Finding

LISTENER = "/tcpSlaveAgentListener/"
FIRST_FINAL = 200
"""The lowest status of an answer that is the last to its request: of those before it there may be any number."""

_PATHS = re.compile(r"(?:^|/)(?:tcpSlaveAgentListener/?|login|computer/[^/]+/(?:slave|jenkins)-agent\.jnlp)(?:\?.*)?$")


class AnswerRule(Rule):
    """A rule about answers to what agents ask for over HTTP, apart from the WebSocket itself."""

    watches: ClassVar[tuple[type[Fact], ...]] = (DiscoveryAnswered,)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield what an answer makes certain."""
        fact = event.fact
        if isinstance(fact, DiscoveryAnswered) and fact.status >= FIRST_FINAL and is_agent_path(fact.url):
            yield from self.judge(event, fact)

    @abstractmethod
    def judge(self, event: Event, answer: DiscoveryAnswered) -> Iterator[Finding]:
        """Yield the finding if the answer is such."""


def is_agent_path(url: str) -> bool:
    """Return whether agents ask for a URL."""
    return _PATHS.search(url) is not None


def is_listener(url: str) -> bool:
    """Return whether a URL is the one of discovery."""
    return url.partition("?")[0].rstrip("/").endswith(LISTENER.rstrip("/"))


def prefix_of(url: str) -> str:
    """Return the path of Jenkins' root in a URL that agents ask for, with a slash at its end."""
    path = re.sub(r"^[a-z]+://[^/]*", "", url)
    return _PATHS.sub("", path.partition("?")[0]) + "/"


def url_of(story: Story, answer: DiscoveryAnswered) -> str:
    """Return the URL that was asked for, as far as the Host header tells."""
    asked = story.last(DiscoveryAsked)
    host = None if asked is None else header_of(asked.fact, "Host")
    return answer.url if host is None or "://" in answer.url else f"http://{host}{answer.url}"


def is_from_jenkins(answer: DiscoveryAnswered) -> bool:
    """Return whether headers of an answer are Jenkins' own."""
    return any(key.lower() in {"x-jenkins", "x-hudson", "x-jenkins-session"} for key in answer.headers)


def is_from_agent_port(answer: DiscoveryAnswered) -> bool:
    """Return whether the agent port itself answered: its pages have one header, and web servers more."""
    return {key.lower() for key in answer.headers} <= {"content-type", "x-content-type-options"} and bool(
        answer.headers
    )


def is_waiting_for_restart(story: Story) -> bool:
    """Return whether the agent had a session before: then it asks every ten seconds until the controller is back."""
    return any(each.has(HandshakeAccepted) for each in story.chronicle.before(story))


def tries_again(story: Story) -> bool:
    """Return whether the agent tries discovery again, as from remoting 3160 on; from 3180 on it tells its name."""
    asked = story.last(DiscoveryAsked)
    if asked is None or "Java/" not in (header_of(asked.fact, "User-Agent") or ""):
        return False
    return header_of(asked.fact, "Node-Name") is not None


def inputs_of(story: Story) -> Iterator[Told[InputsRead]]:
    """Yield what was read of the agent's inputs before any connection."""
    for each in story.chronicle:
        if each.connection == 0:
            yield from each.all(InputsRead)
