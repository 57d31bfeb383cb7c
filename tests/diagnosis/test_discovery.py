"""Which requests are agents', and who answered them."""

import pytest
from diagnosing import Tale

from jnlpspy.diagnosis.discovery import (
    is_agent_path,
    is_from_agent_port,
    is_from_jenkins,
    is_listener,
    is_waiting_for_restart,
    prefix_of,
    tries_again,
    url_of,
)
from jnlpspy.diagnosis.story import Chronicle, Story
from jnlpspy.model.events import DiscoveryAnswered, DiscoveryAsked, HandshakeAccepted


def story_of(tale: Tale) -> Story:
    chronicle = Chronicle()
    for event in tale.events:
        chronicle.story_of(event.connection).add(event)
    return chronicle.story_of(tale.events[-1].connection)


@pytest.mark.parametrize(
    ("url", "prefix"),
    [
        ("/tcpSlaveAgentListener/", "/"),
        ("/ci/tcpSlaveAgentListener/", "/ci/"),
        ("http://j/ci/tcpSlaveAgentListener/", "/ci/"),
        ("/login", "/"),
        ("/ci/computer/a1/jenkins-agent.jnlp?encrypt=true", "/ci/"),
    ],
)
def test_paths_of_agents(url: str, prefix: str) -> None:
    assert is_agent_path(url)
    assert prefix_of(url) == prefix
    assert is_listener(url) is ("Listener" in url)


@pytest.mark.parametrize("url", ["/", "/wsagents/", "/foo", "/job/login/x", "/jnlpJars/agent.jar"])
def test_other_paths(url: str) -> None:
    assert not is_agent_path(url)


def test_the_url_has_the_host_that_was_asked() -> None:
    answer = DiscoveryAnswered(200, {}, "/login")
    story = story_of(Tale().opened().agent(DiscoveryAsked("GET", "/login", {"host": "j:8080"})))
    assert url_of(story, answer) == "http://j:8080/login"
    assert url_of(story_of(Tale().opened()), answer) == "/login"


def test_who_answered() -> None:
    assert is_from_jenkins(DiscoveryAnswered(404, {"x-jenkins": "2.1"}, ""))
    assert not is_from_jenkins(DiscoveryAnswered(404, {"Server": "nginx"}, ""))
    assert is_from_agent_port(DiscoveryAnswered(404, {"Content-Type": "text/plain"}, ""))
    assert not is_from_agent_port(DiscoveryAnswered(404, {"Content-Type": "text/plain", "Server": "nginx"}, ""))
    assert not is_from_agent_port(DiscoveryAnswered(404, {}, ""))


def test_agents_of_today_try_again() -> None:
    old, new = {"User-Agent": "Java/17"}, {"User-Agent": "Java/17", "Node-Name": "a1"}
    assert not tries_again(story_of(Tale().opened().agent(DiscoveryAsked("GET", "/", old))))
    assert tries_again(story_of(Tale().opened().agent(DiscoveryAsked("GET", "/", new))))
    assert not tries_again(story_of(Tale().opened()))


def test_an_agent_that_had_a_session_waits() -> None:
    tale = Tale().opened(1).controller(HandshakeAccepted("JNLP4-connect", "a1")).closed().wait(1).opened(2)
    assert is_waiting_for_restart(story_of(tale))
    assert not is_waiting_for_restart(story_of(tale.opened(3, agent="10.0.0.9")))
