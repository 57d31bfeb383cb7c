"""What discovery announced is read as an agent reads it."""

import pytest
from diagnosing import Tale
from handshakes import ANNOUNCED, FINGERPRINT, KEY, OTHER_FINGERPRINT, OTHER_KEY, announced, offered

from jnlpspy.diagnosis.announced import (
    announcements,
    expected_identity,
    fingerprint_of,
    is_announcement,
    protocols_of,
    version_key,
)
from jnlpspy.diagnosis.story import Chronicle, Story
from jnlpspy.model.events import DiscoveryAnswered, InputsRead
from jnlpspy.model.inputs import AgentInputs, LauncherForm


def story_of(tale: Tale, connection: int) -> Story:
    chronicle = Chronicle()
    for event in tale.events:
        chronicle.story_of(event.connection).add(event)
    return chronicle.story_of(connection)


@pytest.mark.parametrize("value", ["", "no base64!", "bm90IGEga2V5"])
def test_what_is_no_key_has_no_fingerprint(value: str) -> None:
    assert fingerprint_of(value) is None


def test_a_fingerprint_is_md5_in_pairs() -> None:
    assert len(FINGERPRINT.split(":")) == 16
    assert fingerprint_of(f"{KEY[:20]}\n{KEY[20:]}") == FINGERPRINT


def test_a_list_without_names_is_no_list() -> None:
    assert protocols_of(DiscoveryAnswered(200, {"X-Jenkins-Agent-Protocols": " , "}, "/")) is None
    assert protocols_of(DiscoveryAnswered(200, ANNOUNCED, "/")) == ("JNLP4-connect", "Ping")


def test_a_page_without_a_port_announces_nothing() -> None:
    assert not is_announcement(DiscoveryAnswered(200, {}, "/tcpSlaveAgentListener/"))
    assert not is_announcement(DiscoveryAnswered(404, ANNOUNCED, "/tcpSlaveAgentListener/"))


def test_the_newest_announcement_of_the_port_goes_first() -> None:
    tale = announced()
    announced({**ANNOUNCED, "X-Jenkins-JNLP-Port": "50001"}, tale, 2)
    story = story_of(offered(tale, 3), 3)
    assert [each.connection for each, _ in announcements(story)] == [1, 2]


def test_the_command_lines_identity_goes_before_discoverys() -> None:
    tale = announced()
    story = story_of(offered(tale, 2), 2)
    found = expected_identity(story)
    assert found is not None
    assert found[0] == FINGERPRINT
    inputs = AgentInputs(form=LauncherForm.NAMED, instance_identity=OTHER_KEY)
    story = story_of(offered(tale.on(0).fact(InputsRead("command line", inputs)), 3), 3)
    found = expected_identity(story)
    assert found is not None
    assert found[0] == OTHER_FINGERPRINT


def test_versions_compare() -> None:
    assert version_key("3.33") < version_key("4.13") < version_key("3107.v665000b_51092")  # type: ignore[operator]
    assert version_key("unknown") is None
