"""Whether an agent has another protocol to try is told by what was announced."""

import pytest
from diagnosing import Tale
from handshakes import ANNOUNCED, accepted, announced, offered

from jnlpspy.diagnosis.offers import has_alternative
from jnlpspy.diagnosis.story import Chronicle, Story

UNLISTED = {key: value for key, value in ANNOUNCED.items() if key != "X-Jenkins-Agent-Protocols"}


def story_of(tale: Tale, connection: int) -> Story:
    chronicle = Chronicle()
    for event in tale.events:
        chronicle.story_of(event.connection).add(event)
    return chronicle.story_of(connection)


@pytest.mark.parametrize(
    ("protocol", "goes_on"),
    [("JNLP4-connect-proxy", True), ("JNLP4-connect", False), ("JNLP-connect", False), ("CLI-connect", False)],
)
def test_without_discovery_only_the_router_protocol_is_followed_by_another(protocol: str, *, goes_on: bool) -> None:
    assert has_alternative(story_of(offered(Tale(), 1, protocol), 1), protocol) is goes_on


def test_an_agent_tries_all_where_none_are_listed() -> None:
    assert has_alternative(story_of(offered(announced(UNLISTED), 2), 2), "JNLP4-connect")
    assert not has_alternative(story_of(offered(announced(UNLISTED), 2), 2), "JNLP-connect")


def test_it_tries_nothing_else_where_they_are_listed_or_it_is_new() -> None:
    assert not has_alternative(story_of(offered(announced(), 2), 2), "JNLP4-connect")
    assert not has_alternative(story_of(offered(announced(UNLISTED, new=True), 2), 2), "JNLP4-connect")


def test_an_agent_that_comes_back_with_the_same_had_nothing_else() -> None:
    tale = offered(offered(announced(UNLISTED), 2).closed(), 3)
    assert not has_alternative(story_of(tale, 3), "JNLP4-connect")
    tale = offered(accepted(announced(UNLISTED), 2).closed(), 3)
    assert has_alternative(story_of(tale, 3), "JNLP4-connect")
