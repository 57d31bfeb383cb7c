"""Another identity than was announced, and near misses."""

from diagnosing import Tale, diagnose, found
from handshakes import (
    ANNOUNCED,
    FINGERPRINT,
    OTHER_FINGERPRINT,
    OTHER_KEY,
    announced,
    offered,
)

from jnlpspy.model.events import InputsRead, Remark, TlsStarted
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.tap import Side

RULE = "controller-identity-mismatch"


def proven(identity: str | None, tale: Tale | None = None, leg: Side = Side.CONTROLLER) -> Tale:
    return offered(tale or announced(), 2).fact(TlsStarted(leg, "TLSv1.3", "TLS_AES_256_GCM_SHA384", identity))


def test_both_fingerprints_are_shown() -> None:
    (finding,) = found(RULE, proven(OTHER_FINGERPRINT))
    assert finding.title == (
        f"10.0.0.2:50000 proves the identity {OTHER_FINGERPRINT}, discovery announced {FINGERPRINT}"
    )
    assert f"announced: {FINGERPRINT}" in finding.evidence
    assert f"on the agent port: {OTHER_FINGERPRINT}" in finding.evidence


def test_the_end_that_follows_needs_no_finding_of_its_own() -> None:
    findings = diagnose(proven(OTHER_FINGERPRINT).closed(agent_bytes=475, controller_bytes=1363))
    assert [each.rule for each in findings] == [RULE]


def test_the_identity_that_was_announced_or_cannot_be_seen_is_fine() -> None:
    assert not found(RULE, proven(FINGERPRINT))
    assert not found(RULE, proven(None))
    assert not found(RULE, proven(OTHER_FINGERPRINT, Tale()))


def test_the_proxys_own_key_on_the_agents_leg_is_fine() -> None:
    assert not found(RULE, proven(OTHER_FINGERPRINT, leg=Side.AGENT))


def test_the_announcement_of_another_port_is_not_compared() -> None:
    tale = announced({**ANNOUNCED, "X-Jenkins-JNLP-Port": "50001", "X-Instance-Identity": OTHER_KEY}, announced(), 3)
    assert not found(RULE, proven(FINGERPRINT, tale))


def test_the_command_lines_identity_counts() -> None:
    inputs = AgentInputs(form=LauncherForm.NAMED, direct="10.0.0.2:50000", instance_identity=OTHER_KEY)
    tale = Tale().fact(InputsRead("the command line", inputs))
    (finding,) = found(RULE, proven(FINGERPRINT, tale))
    assert f"the agent's command line expects {OTHER_FINGERPRINT}" in finding.title
    assert finding.causes[0].startswith("`-instanceIdentity`")


def test_the_proxys_remark_is_enough() -> None:
    text = f"identity mismatch: the controller proved the identity {OTHER_FINGERPRINT}, expected was {FINGERPRINT}"
    (finding,) = found(RULE, offered(Tale(), 1).fact(Remark(text)))
    assert f"expected was {FINGERPRINT}" in finding.title
    assert len(found(RULE, proven(OTHER_FINGERPRINT).fact(Remark(text)))) == 1
