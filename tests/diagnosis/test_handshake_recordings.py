"""Real agents that failed to connect get their cause on top, with secrets and without; healthy ones get none."""

import pytest
from conversation import decode
from diagnosing import diagnose
from specimens import expected_of, observations_of, specimen_names

from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.known import Known
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Observation
from jnlpspy.redaction import Redactor

HANDSHAKE = {
    "agent-name-unknown",
    "already-connected",
    "controller-identity-mismatch",
    "handshake-stalled",
    "http-instead-of-agent-protocol",
    "identity-missing",
    "no-common-protocol",
    "protocol-disabled",
    "secret-rejected",
    "tls-refused",
    "unknown-protocol",
}
"""Rules whose recordings are asked for here."""

BEHIND_THE_HANDSHAKE = {"3.33-JNLP4-connect-not-jenkins", "3.33-JNLP4-connect-tls-garbled-appdata"}
"""Recordings that name one of these rules among others, and where no handshake failed."""


def failed() -> list[str]:
    named = [name for name in specimen_names() if HANDSHAKE & set(expected_of(name).get("rules", ()))]
    return [name for name in named if name not in BEHIND_THE_HANDSHAKE]


def healthy() -> list[str]:
    return [name for name in specimen_names() if expected_of(name).get("rules") == []]


def redacted(observations: tuple[Observation, ...]) -> list[Observation]:
    passed: list[Observation] = []
    redactor = Redactor(passed.append)
    for observation in observations:
        redactor.observe(observation)
    redactor.finish()
    return passed


def top(name: str, *, pseudonyms: bool) -> Finding:
    expected = expected_of(name)
    secrets = {agent: Secret(value) for agent, value in expected["secrets"].items() if expected.get("inventory")}
    seen = observations_of(name)
    events = decode(redacted(seen) if pseudonyms else seen, secrets)
    roots = [each for each in diagnose(events, Known(secrets=secrets)) if each.consequence_of is None]
    return min(roots, key=lambda each: list(Severity).index(each.severity))


@pytest.mark.parametrize("pseudonyms", [False, True], ids=["secrets", "pseudonyms"])
@pytest.mark.parametrize("name", failed())
def test_the_cause_is_on_top(name: str, *, pseudonyms: bool) -> None:
    assert top(name, pseudonyms=pseudonyms).rule in expected_of(name)["rules"]


@pytest.mark.parametrize("name", healthy())
def test_a_healthy_session_gives_no_error_and_no_warning(name: str) -> None:
    findings = diagnose(decode(observations_of(name)))
    assert [each.title for each in findings if each.severity is not Severity.INFO] == []
