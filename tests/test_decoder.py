import pytest
import samples
from conversation import AGENT_ADDRESS, CONTROLLER_ADDRESS
from said import AGENT, CONTROLLER

from jnlpspy.decoder import Decoder
from jnlpspy.model.events import (
    ConnectFailed,
    ConnectionClosed,
    ConnectionOpened,
    NameResolved,
    OpaqueBytes,
    ProtocolOffered,
)
from jnlpspy.model.tap import Closed, CloseReason, DialFailed, DialFailure, Ended, Gap, Opened, Segment, Tick
from jnlpspy.wire import limits


def opened(connection: int, when: float = 1.0) -> Opened:
    return Opened(connection, when, AGENT_ADDRESS, CONTROLLER_ADDRESS)


def test_events_of_all_connections_are_numbered_in_one_row() -> None:
    decoder = Decoder()
    events = [
        *decoder.feed(opened(1)),
        *decoder.feed(opened(2)),
        *decoder.feed(Segment(2, 2.0, AGENT, samples.offer("Ping"))),
        *decoder.feed(Segment(1, 2.0, AGENT, samples.offer("JNLP4-connect"))),
    ]
    assert [(event.seq, event.connection) for event in events] == [(1, 1), (2, 2), (3, 2), (4, 1)]
    assert [event.fact for event in events[2:]] == [ProtocolOffered("Ping"), ProtocolOffered("JNLP4-connect")]


def test_nothing_is_known_of_a_connection_before_it_opens_and_after_it_closes() -> None:
    decoder = Decoder()
    offer = Segment(1, 1.0, AGENT, samples.offer("Ping"))
    assert decoder.feed(offer) == decoder.feed(Tick(1.0)) == decoder.feed(Gap(1, 1.0, AGENT, 5)) == []
    assert [type(event.fact) for event in decoder.feed(opened(1))] == [ConnectionOpened]
    assert [type(event.fact) for event in decoder.feed(Closed(1, 2.0, AGENT, CloseReason.EOF))] == [ConnectionClosed]
    assert decoder.feed(offer) == decoder.feed(Ended(1, 3.0, CONTROLLER)) == decoder.finish() == []


def test_what_is_left_open_tells_its_rest_once() -> None:
    decoder = Decoder()
    decoder.feed(opened(1))
    decoder.feed(Segment(1, 1.0, AGENT, b"SSH-2.0-x\r\n"))
    decoder.feed(Tick(9.0))
    (left,) = decoder.finish()
    assert left.fact == OpaqueBytes("SSH where a protocol offer was expected", 11)
    assert decoder.finish() == []


def test_a_fact_that_no_connection_told_takes_its_number_in_the_row() -> None:
    decoder = Decoder()
    told = decoder.tell(0.5, NameResolved("jenkins.example", ("10.0.0.2",)))
    (event,) = decoder.feed(opened(1))
    assert (told.seq, told.connection, told.when, told.side) == (1, 0, 0.5, None)
    assert event.seq == 2


def test_a_dial_that_failed_is_told_of_its_connection() -> None:
    decoder = Decoder()
    decoder.feed(opened(1))
    (event,) = decoder.feed(DialFailed(1, 2.0, "jenkins:50000", DialFailure.REFUSED, "Connection refused"))
    assert (event.connection, event.side, event.span) == (1, None, None)
    assert event.fact == ConnectFailed("jenkins:50000", DialFailure.REFUSED, "Connection refused")


def test_of_too_many_connections_the_oldest_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CONNECTIONS", 2)
    decoder = Decoder()
    decoder.feed(opened(1))
    decoder.feed(Segment(1, 1.0, AGENT, b"SSH-2.0-x\r\n"))
    decoder.feed(opened(2))
    given_up, begun = decoder.feed(opened(3, 5.0))
    assert given_up.fact == OpaqueBytes("SSH where a protocol offer was expected", 11)
    assert (given_up.connection, begun.connection) == (1, 3)
    assert decoder.feed(Closed(1, 6.0, AGENT, CloseReason.EOF)) == []
    assert len(decoder.feed(Closed(2, 6.0, AGENT, CloseReason.EOF))) == 1
