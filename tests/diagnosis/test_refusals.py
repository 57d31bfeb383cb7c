"""What an agent was refused for: said, or decided by what is known."""

import pytest
from diagnosing import Tale
from handshakes import COMPLETE, KNOWN, OTHER_SECRET, SECRET, accepted, pseudonymous, refused, upgrade

from jnlpspy.diagnosis.refusals import Ground, Refusal, candidates, read_refusal
from jnlpspy.diagnosis.story import Chronicle
from jnlpspy.model.events import HeadersSent, ProtocolOffered, SecretChecked
from jnlpspy.model.known import NOTHING_KNOWN, Known
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Side


def first_refusal(tale: Tale, known: Known = NOTHING_KNOWN) -> Refusal | None:
    chronicle = Chronicle()
    for event in tale.events:
        story = chronicle.story_of(event.connection)
        story.add(event)
        refusal = read_refusal(story, event, known)
        if refusal is not None:
            return refusal
    return None


def ground_of(tale: Tale, known: Known = NOTHING_KNOWN) -> Ground | None:
    refusal = first_refusal(tale, known)
    return None if refusal is None else refusal.ground


@pytest.mark.parametrize(
    ("reason", "ground"),
    [
        ("Unknown client name: agent-1", Ground.NAME),
        ("No such slave: agent-1", Ground.NAME),
        ("Authorization failure", Ground.SECRET),
        ("agent-1 is already connected to this master. Rejecting this connection.", Ground.CONNECTED),
        ("agent-1 is not an inbound agent", Ground.LAUNCHER),
        ("Disabled protocol:Protocol:JNLP4-connect", Ground.PROTOCOL),
        ("Malformed connection header", Ground.OTHER),
    ],
)
def test_words_tell(reason: str, ground: Ground) -> None:
    assert ground_of(refused(reason)) is ground


@pytest.mark.parametrize(
    ("name", "secret", "known", "ground"),
    [
        ("agent-1", SECRET, NOTHING_KNOWN, Ground.UNSAID),
        ("agent-1", SECRET, KNOWN, Ground.UNSAID),
        ("agent-1", OTHER_SECRET, KNOWN, Ground.SECRET),
        ("agent-1", pseudonymous(OTHER_SECRET.value), KNOWN, Ground.SECRET),
        ("agent-1", pseudonymous(SECRET.value), KNOWN, Ground.UNSAID),
        ("agent-3", SECRET, KNOWN, Ground.NAME),
        ("agent-3", SECRET, Known(secret=OTHER_SECRET), Ground.SECRET),
        ("agent-3", SECRET, Known(name="agent-4", secret=OTHER_SECRET), Ground.UNSAID),
    ],
)
def test_silence_is_decided_by_the_inventory(name: str, secret: Secret, known: Known, ground: Ground) -> None:
    assert ground_of(refused("", name, secret, protocol="JNLP2-connect"), known) is ground


def test_a_complete_inventory_is_surer() -> None:
    tale = refused("", "agent-3", protocol="JNLP2-connect")
    some, all_ = first_refusal(tale, KNOWN), first_refusal(tale, COMPLETE)
    assert some is not None
    assert all_ is not None
    assert some.confidence < all_.confidence == 1.0


def test_silence_means_connected_while_another_connection_of_the_name_is_open() -> None:
    assert ground_of(refused("", tale=accepted(Tale(), 1), connection=2)) is Ground.CONNECTED
    assert ground_of(refused("", tale=accepted(Tale(), 1).closed(), connection=2)) is Ground.UNSAID


def test_silence_means_the_secret_if_another_was_accepted() -> None:
    assert ground_of(refused("", secret=OTHER_SECRET, tale=accepted(Tale(), 1), connection=2)) is Ground.SECRET


@pytest.mark.parametrize(
    ("status", "name", "secret", "known", "ground"),
    [
        (403, "agent-1", OTHER_SECRET, NOTHING_KNOWN, Ground.SECRET),
        (403, "agent-1", SECRET, KNOWN, Ground.UNSAID),
        (400, "agent-3", SECRET, KNOWN, Ground.NAME),
        (400, "agent-1", SECRET, KNOWN, Ground.UNSAID),
        (404, "agent-1", OTHER_SECRET, KNOWN, Ground.UNSAID),
    ],
)
def test_a_status_is_read_for_websocket(status: int, name: str, secret: Secret, known: Known, ground: Ground) -> None:
    assert ground_of(upgrade(status, name, secret), known) is ground


def test_an_upgrade_is_no_refusal() -> None:
    assert ground_of(upgrade(101)) is None


def test_jnlp3_agents_leave_when_the_controllers_proof_is_wrong() -> None:
    begun = Tale().opened().agent(ProtocolOffered("JNLP3-connect"), HeadersSent({}, "agent-1"))
    assert ground_of(begun.closed(controller_bytes=92)) is Ground.SECRET


def test_a_proof_that_fits_is_no_refusal() -> None:
    begun = Tale().opened().agent(ProtocolOffered("JNLP3-connect"), HeadersSent({}, "agent-1"))
    assert ground_of(begun.agent(SecretChecked(Side.AGENT, matches=True)).closed(controller_bytes=92)) is None


def test_candidates_leave_out_what_is_known_not_to_be() -> None:
    tale = refused("", protocol="JNLP2-connect")
    chronicle = Chronicle()
    for event in tale.events:
        chronicle.story_of(1).add(event)
    story = chronicle.story_of(1)
    assert len(candidates(story, NOTHING_KNOWN)) == 4
    assert [each for each in candidates(story, KNOWN) if "secret" in each or "has no agent" in each] == []
