"""An agent of the name is connected, and near misses."""

import pytest
from conversation import decode
from diagnosing import Tale, found
from handshakes import KNOWN, accepted, refused, upgrade
from specimens import observations_of

RULE = "already-connected"
WORDS = "agent-1 is already connected to this controller. Rejecting this connection."


def test_the_words_are_enough() -> None:
    (finding,) = found(RULE, refused(WORDS))
    assert finding.causes[0].startswith("the path between")


def test_the_other_connection_is_named_and_one_that_speaks_is_a_second_process() -> None:
    (finding,) = found(RULE, refused(WORDS, tale=accepted(Tale(), 1).wait(5), connection=2))
    assert finding.evidence[-1] == (
        "connection 1 from 10.0.0.5 is open for this name; its agent was last heard 5 s before"
    )
    assert finding.causes[0].startswith("a second process")


def test_one_that_is_silent_may_be_half_open() -> None:
    (finding,) = found(RULE, refused(WORDS, tale=accepted(Tale(), 1).wait(300), connection=2))
    assert finding.causes[0].startswith("the path between")


def test_silence_is_decided_by_an_open_connection() -> None:
    assert found(RULE, refused("", tale=accepted(Tale(), 1), connection=2))
    assert not found(RULE, refused("", tale=accepted(Tale(), 1).closed(), connection=2))
    assert not found(RULE, refused("", "agent-2", tale=accepted(Tale(), 1), connection=2))


def test_websocket_without_a_rival_is_not_decided() -> None:
    assert not found(RULE, upgrade(400), KNOWN)


@pytest.mark.parametrize("protocol", ["JNLP-connect", "JNLP2-connect", "JNLP4-connect", "JNLP4-plaintext"])
def test_real_agents_are_told_from_their_recordings(protocol: str) -> None:
    assert found(RULE, decode(observations_of(f"3.33-{protocol}-already-connected")))
