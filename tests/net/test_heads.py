"""How open connections began, for a record that is begun later."""

import io

import pytest
from conversation import decode
from specimens import observations_of

from jnlpspy.capture.open import open_capture
from jnlpspy.model.events import BytesMissing, CallStarted, HandshakeAccepted, HeadersSent
from jnlpspy.model.tap import (
    Address,
    Closed,
    CloseReason,
    Ended,
    Gap,
    Observation,
    Opened,
    Remarked,
    Segment,
    Side,
    TlsOpened,
)
from jnlpspy.net import heads
from jnlpspy.net.stenographer import Stenographer
from jnlpspy.protocols import SPECS

AGENT = Address("10.0.0.5", 51020)
CONTROLLER = Address("10.0.0.2", 50000)
WORKLOAD = "3.33-JNLP4-connect-workload"


def joined(observations: list[Observation], after: int, *, keep_secrets: bool = True) -> bytes:
    """Return the record of a reader that joins after so many observations."""
    late = bytearray()
    notes = Stenographer([bytearray().extend], print, keep_secrets=keep_secrets, may_wait=lambda: False)
    for number, observation in enumerate(observations):
        if number == after:
            notes.join(late.extend)
        notes.observe(observation)
    notes.finish()
    return bytes(late)


def session(name: str = WORKLOAD) -> list[Observation]:
    """Return the observations of a specimen's session."""
    every = observations_of(name)
    number = next(each.connection for each in every if isinstance(each, Segment) and b"Protocol:" in each.data)
    return [each for each in every if getattr(each, "connection", 0) == number]


@pytest.mark.parametrize("after", [2, 12, 40, 150])
def test_a_record_begun_in_the_middle_tells_whose_session_it_is_and_what_is_missing(after: int) -> None:
    capture = joined(session(), after)
    seen = list(open_capture(io.BytesIO(capture)))
    events = decode(seen)
    facts = [event.fact for event in events]
    assert any(isinstance(fact, HandshakeAccepted) and fact.agent_name == "agent-1" for fact in facts)
    missing = [event.side for event in events if isinstance(event.fact, BytesMissing)]
    assert len(missing) == len(set(missing)) <= 2, "once for each side"
    sent = sum(len(each.data) for each in session() if isinstance(each, Segment))
    told = sum(len(each.data) for each in seen if isinstance(each, Segment))
    gaps = sum(each.length for each in seen if isinstance(each, Gap))
    assert told + gaps == sent, "every byte is there, or counted"


def test_what_was_called_before_the_record_does_not_seem_to_hang() -> None:
    begun = decode(list(open_capture(io.BytesIO(joined(session(), 150)))))
    calls = {event.fact.call for event in begun if isinstance(event.fact, CallStarted)}
    whole = {event.fact.call for event in decode(session()) if isinstance(event.fact, CallStarted)}
    assert calls < whole
    assert "c0" not in calls


@pytest.mark.parametrize("protocol", sorted(each for each in SPECS if each))
def test_any_protocol_can_be_joined_and_nothing_is_lost(protocol: str) -> None:
    offer = f"Protocol:{protocol}".encode()
    said: list[Observation] = [
        Opened(1, 1.0, AGENT, CONTROLLER),
        Segment(1, 2.0, Side.AGENT, len(offer).to_bytes(2, "big") + offer),
        *[Segment(1, 3.0, side, b"\x00\x07garbage" * 9000) for side in (*Side, *Side)],
        Segment(1, 4.0, Side.AGENT, b"late"),
    ]
    seen = list(open_capture(io.BytesIO(joined(said, 6))))
    for side in Side:
        sent = sum(len(each.data) for each in said if isinstance(each, Segment) and each.sender is side)
        told = sum(len(each.data) for each in seen if isinstance(each, Segment) and each.sender is side)
        gaps = sum(each.length for each in seen if isinstance(each, Gap) and each.sender is side)
        assert told + gaps == sent
        assert told < heads.HEAD + 100
    assert any(isinstance(each, Segment) and each.data.endswith(b"late") for each in seen)


def test_connections_that_ended_or_are_closed_are_told_as_they_stand() -> None:
    said: list[Observation] = [
        Opened(1, 1.0, AGENT, CONTROLLER),
        Closed(1, 1.5, Side.AGENT, CloseReason.EOF),
        Opened(2, 2.0, AGENT, CONTROLLER),
        TlsOpened(2, 2.1, Side.AGENT, "TLSv1.3", "x", "aa:bb"),
        *[Remarked(2, 2.2, f"remark {number}") for number in range(2 * heads.REMARKS)],
        Segment(2, 3.0, Side.AGENT, bytes(2 * heads.HEAD)),
        Gap(2, 3.1, Side.CONTROLLER, 50),
        Ended(2, 3.5, Side.AGENT),
        Segment(2, 4.0, Side.CONTROLLER, b"still there"),
        Closed(2, 5.0, Side.AGENT, CloseReason.EOF),
    ]
    seen = list(open_capture(io.BytesIO(joined(said, len(said) - 2))))
    assert [type(each).__name__ for each in seen if isinstance(each, Opened | Ended | Closed)] == [
        "Opened",
        "Ended",
        "Ended",
        "Closed",
    ]
    assert sum(isinstance(each, Remarked) for each in seen) == heads.REMARKS - 1
    assert [each.length for each in seen if isinstance(each, Gap)] == [2 * heads.HEAD, 50]
    assert b"".join(each.data for each in seen if isinstance(each, Segment)) == b"still there"


def test_no_secret_is_in_a_record_begun_later() -> None:
    facts = [event.fact for event in decode(session()) if isinstance(event.fact, HeadersSent)]
    secrets = [fact.secret for fact in facts if fact.secret]
    assert secrets
    late = joined(session(), 100, keep_secrets=False)
    assert all(secret.value.encode() not in late for secret in secrets if not secret.pseudonym)


def test_a_reader_that_left_is_given_nothing_more() -> None:
    late = bytearray()
    notes = Stenographer([bytearray().extend], print, keep_secrets=True, may_wait=lambda: False)
    notes.join(late.extend)
    read = late.extend
    notes.leave(read)
    length = len(late)
    notes.observe(Opened(1, 1.0, AGENT, CONTROLLER))
    assert len(late) == length


def test_two_records_of_the_same_moment_hold_the_same() -> None:
    first, second = bytearray(), bytearray()
    notes = Stenographer([bytearray().extend], print, keep_secrets=True, may_wait=lambda: False)
    for observation in session()[:60]:
        notes.observe(observation)
    notes.join(first.extend)
    notes.join(second.extend)
    assert first == second
