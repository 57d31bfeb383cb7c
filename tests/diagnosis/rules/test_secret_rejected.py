"""The secret was refused, and near misses."""

import pytest
from conversation import decode
from diagnosing import Tale, found
from handshakes import COMPLETE, KNOWN, OTHER_SECRET, SECRET, presented, refused, upgrade
from specimens import observations_of

from jnlpspy.model.events import HandshakeRefused
from jnlpspy.model.known import Known
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Side

NOBODYS = Secret("0" * 64)


def test_a_refusal_for_the_secret_is_found_and_names_the_agent() -> None:
    (finding,) = found("secret-rejected", refused("Authorization failure"))
    assert (finding.subject, finding.evidence) == ("agent-1", (3, 4))


def test_old_controllers_say_it_in_other_words() -> None:
    assert found("secret-rejected", refused("Unauthorized access"))


def test_a_refusal_for_the_name_or_by_the_agent_is_another_matter() -> None:
    assert not found("secret-rejected", refused("Unknown client name: agent-1"))
    by_agent = presented(Tale()).agent(HandshakeRefused(Side.AGENT, "Authorization failure")).closed()
    assert not found("secret-rejected", by_agent)


def test_silence_is_decided_by_the_inventory() -> None:
    silent = refused("", secret=OTHER_SECRET, protocol="JNLP-connect")
    assert found("secret-rejected", silent, KNOWN)
    assert not found("secret-rejected", silent)
    assert not found("secret-rejected", refused("", protocol="JNLP-connect"), KNOWN)


def test_a_secret_of_nobody_is_of_another_controller_if_all_are_known() -> None:
    (finding,) = found("secret-rejected", refused("Authorization failure", secret=NOBODYS), COMPLETE)
    assert "another controller" in finding.causes[0]
    (finding,) = found("secret-rejected", refused("Authorization failure", secret=NOBODYS), KNOWN)
    assert "none of the agents that are known" in finding.causes[0]


def test_websocket_agents_get_403_which_a_firewall_may_send_too() -> None:
    (finding,) = found("secret-rejected", upgrade(403))
    assert "firewall" in finding.causes[-1]
    assert not found("secret-rejected", upgrade(403, secret=SECRET), KNOWN)


@pytest.mark.parametrize("name", ["3.33-JNLP3-connect-wrong-secret", "3.33-JNLP2-connect-wrong-secret"])
def test_real_agents_that_got_no_reason_are_decided(name: str) -> None:
    secrets = {"agent-1": Secret("e2b8b6d96050672320a0e0c97ca9bddd5f40250c67d6f30940b6e9adc81dd727")}
    assert found("secret-rejected", decode(observations_of(name), secrets), Known(secrets=secrets))
