"""One event of a capture, found again with its bytes."""

import pytest
from facts import AGENT, SECRET, WHEN
from specimens import observations_of, specimen_names

from jnlpspy.decoder import Decoder
from jnlpspy.exhibit import find_exhibit
from jnlpspy.model.events import CommandSent, Event
from jnlpspy.model.tap import Address, Gap, Observation, Opened, Segment
from jnlpspy.remoting.anatomy import dissect

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
OPENED = Opened(1, WHEN, Address("10.0.0.5", 51020), Address("10.0.0.2", 8080))


def test_every_command_of_every_specimen_is_taken_apart_where_it_stands() -> None:
    for name in specimen_names():
        streams: dict[tuple[int, object], bytearray] = {}
        decoder = Decoder()
        events: list[Event] = []
        for each in observations_of(name):
            events += decoder.feed(each)
            if isinstance(each, Segment):
                streams.setdefault((each.connection, each.sender), bytearray()).extend(each.data)
        for event in events:
            if isinstance(event.fact, CommandSent) and event.span is not None and event.side is not None:
                data = bytes(streams[event.connection, event.side][event.span.start : event.span.end])
                root = dissect(data, event.span.start).root
                at = event.span.start
                for leaf in root.leaves():
                    assert (leaf.start, leaf.bad) == (at, False)
                    at = leaf.end
                assert at == event.span.end


@pytest.mark.parametrize("seq", [1, 2, 3, 8, 9, 12, 15, 40])
def test_an_event_comes_with_the_bytes_of_its_span(seq: int) -> None:
    name = "3.33-JNLP4-connect-workload"
    exhibit = find_exhibit(lambda: observations_of(name), seq)
    assert exhibit is not None
    assert exhibit.event.seq == seq
    assert len(exhibit.data) == (0 if exhibit.event.span is None else len(exhibit.event.span))
    assert (exhibit.root is None) == (exhibit.event.span is None)


def test_a_number_beyond_the_last_event_is_none() -> None:
    assert find_exhibit(lambda: [OPENED], 2) is None


def test_an_event_told_only_at_the_end_is_found() -> None:
    name = "3.33-JNLP4-connect-kill-controller-midcall"
    decoder = Decoder()
    number = sum(len(decoder.feed(each)) for each in observations_of(name)) + len(decoder.finish())
    found = find_exhibit(lambda: observations_of(name), number)
    assert found is not None
    assert found.event.seq == number


def test_bytes_that_were_not_seen_are_counted_on_the_way() -> None:
    observations: list[Observation] = [
        OPENED,
        Segment(1, WHEN, AGENT, b"POST / HTTP/1.1\r\nContent-Length: 8\r\n\r\n1234"),
        Gap(1, WHEN, AGENT, 4),
        Segment(1, WHEN, AGENT, REQUEST),
    ]
    exhibit = find_exhibit(lambda: observations, 4)
    assert exhibit is not None
    assert exhibit.data == REQUEST
    assert exhibit.root is not None
    assert exhibit.root.start == 46


@pytest.mark.parametrize(
    ("before", "piece"), [(b"GET / HTTP/1.1\r\nHo", b"st: a\r\n\r\n"), (REQUEST, b"")], ids=["in two", "whole"]
)
def test_the_bytes_of_an_event_may_come_in_pieces(before: bytes, piece: bytes) -> None:
    segments = [Segment(1, WHEN, AGENT, each) for each in (before, piece) if each]
    exhibit = find_exhibit(lambda: [OPENED, *segments], 2)
    assert exhibit is not None
    assert exhibit.data == before + piece


def test_a_command_that_was_encoded_on_the_way_is_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jnlpspy.exhibit.dissect", lambda _data, start: dissect(b"rO0ABXNy", start))
    exhibit = find_exhibit(lambda: observations_of("3.33-JNLP4-connect-workload"), 15)
    assert exhibit is not None
    assert exhibit.root is not None
    assert [(each.start, each.end, each.bad) for each in exhibit.root.leaves()] == [(174, 2205, True)]
    assert exhibit.made_at is None


def test_no_secret_is_in_an_exhibit() -> None:
    head = f"GET / HTTP/1.1\r\nAuthorization: {SECRET}\r\n\r\n".encode()
    exhibit = find_exhibit(lambda: [OPENED, Segment(1, WHEN, AGENT, head)], 2)
    assert exhibit is not None
    assert len(exhibit.data) == len(head)
    assert SECRET.encode() not in exhibit.data
