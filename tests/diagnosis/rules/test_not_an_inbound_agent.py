"""The node is launched otherwise, and near misses."""

from diagnosing import found
from handshakes import refused

RULE = "not-an-inbound-agent"


def test_both_wordings_are_found() -> None:
    assert found(RULE, refused("agent-1 is not an inbound agent"))
    assert found(RULE, refused("agent-1 is not a JNLP agent"))


def test_other_refusals_are_other_matters() -> None:
    assert not found(RULE, refused("Authorization failure"))
