"""WebSocket was refused, and near misses."""

import pytest
from conversation import decode
from diagnosing import diagnose, found
from handshakes import KNOWN, OTHER_SECRET, announced, upgrade
from specimens import observations_of

RULE = "websocket-upgrade-refused"


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (302, "login page"),
        (401, "wants a login"),
        (404, "older than 2.217"),
        (503, "controller is starting"),
        (200, "took the Upgrade away"),
    ],
)
def test_a_status_is_explained(status: int, cause: str) -> None:
    (finding,) = found(RULE, upgrade(status))
    assert cause in finding.causes[0]


def test_a_request_without_upgrade_met_a_proxy_before() -> None:
    (finding,) = found(RULE, upgrade(400, Upgrade=""))
    assert "no `Upgrade: websocket`" in finding.causes[0]


def test_a_400_is_told_with_its_candidates_in_order() -> None:
    (finding,) = found(RULE, upgrade(400))
    assert "has no agent 'agent-1'" in finding.causes[0]
    (finding,) = found(RULE, upgrade(400), KNOWN)
    assert "is connected already" in finding.causes[0]


def test_a_403_of_an_agent_whose_secret_is_right_is_somebody_elses() -> None:
    (finding,) = found(RULE, upgrade(403), KNOWN)
    assert "firewall" in finding.causes[0]


def test_what_is_decided_is_another_matter() -> None:
    assert not found(RULE, upgrade(403, secret=OTHER_SECRET), KNOWN)
    assert not found(RULE, upgrade(400, "agent-7"), KNOWN)


def test_an_upgrade_and_other_pages_are_fine() -> None:
    assert diagnose(upgrade(101)) == []
    assert not found(RULE, announced())


def test_a_real_agent_is_told_from_its_recording() -> None:
    findings = diagnose(decode(observations_of("head-WebSocket-wrong-secret")))
    assert {each.rule for each in findings} == {"secret-rejected"}
