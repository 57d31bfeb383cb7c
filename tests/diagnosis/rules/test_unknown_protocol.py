"""The protocol is not known, and near misses."""

import pytest
from conversation import decode
from diagnosing import Tale, diagnose, found
from handshakes import accepted, offered, refused
from specimens import observations_of

from jnlpspy.model.events import HandshakeRefused
from jnlpspy.model.tap import Side

RULE = "unknown-protocol"


@pytest.mark.parametrize("name", ["3.33-JNLP2-connect-unknown-protocol", "raw-unknown-protocol", "raw-not-a-protocol"])
def test_real_refusals_are_found(name: str) -> None:
    (finding,) = diagnose(decode(observations_of(name)))
    assert finding.rule == RULE


def test_the_protocol_that_no_controller_knows_is_healthy() -> None:
    tale = offered(Tale(), 1, "JNLP4-connect-proxy").controller(HandshakeRefused(Side.CONTROLLER, "Unknown protocol:"))
    assert diagnose(accepted(tale.closed(), 2)) == []
    assert diagnose(decode(observations_of("head-JNLP4-connect-direct"))) == []


def test_a_disabled_protocol_is_another_matter() -> None:
    assert not found(RULE, refused("Disabled protocol:Protocol:JNLP4-connect"))
