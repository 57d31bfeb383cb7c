from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.capture import ordering
from jnlpspy.capture.ordering import Budget, SentBytes
from jnlpspy.model.tap import Ended, Gap, Observation, Segment, Side, Tap

NEAR_THE_WRAP = 0xFFFFFFFF - 20


class Sent:
    """A `SentBytes` with what it reported."""

    def __init__(self, first: int | None = 0) -> None:
        self.budget = Budget()
        self.bytes = SentBytes(1, Side.AGENT, Tap.WIRE, self.budget)
        self.out: list[Observation] = []
        self.when = 0.0
        if first is not None:
            self.bytes.begin(first, 0.0, self.out)

    def add(self, sequence: int, data: bytes, length: int | None = None) -> None:
        self.bytes.add(sequence, data, len(data) if length is None else length, self.when, self.out)

    def wait(self, packets: int = ordering.PATIENCE_PACKETS + 1) -> None:
        for _ in range(packets):
            if self.bytes.waiting:
                self.bytes.wait(self.when, self.out)

    def shown(self) -> list[bytes | int | str]:
        """Bytes as they are, a gap as its length, the end as a word; what was shown is forgotten."""
        shown, self.out = self.out, []
        return [short(observation) for observation in shown]


def short(observation: Observation) -> bytes | int | str:
    match observation:
        case Segment(data=data):
            return data
        case Gap(length=length):
            return length
        case Ended():
            return "ended"
        case _:
            raise AssertionError(observation)


@given(st.data())
def test_any_order_overlap_and_repetition_gives_the_same_bytes(data: st.DataObject) -> None:
    first = data.draw(st.sampled_from([0, 7, 1 << 31, NEAR_THE_WRAP]))
    whole = data.draw(st.binary(min_size=1, max_size=60))
    cuts = sorted({0, *data.draw(st.lists(st.integers(0, len(whole)), max_size=8)), len(whole)})
    pieces = list(pairwise(cuts))
    starts = st.integers(0, len(whole) - 1)
    pieces += [(start, min(start + 9, len(whole))) for start in data.draw(st.lists(starts, max_size=6))]
    sent = Sent(first)
    end_at = data.draw(st.integers(0, len(pieces)))
    for index, (start, end) in enumerate(data.draw(st.permutations(pieces))):
        if index == end_at:
            sent.bytes.end((first + len(whole)) & 0xFFFFFFFF, 0.0, sent.out)
        sent.add((first + start) & 0xFFFFFFFF, whole[start:end])
    sent.bytes.end((first + len(whole)) & 0xFFFFFFFF, 0.0, sent.out)
    *parts, ended = sent.shown()
    assert b"".join(part for part in parts if isinstance(part, bytes)) == whole
    assert all(isinstance(part, bytes) for part in parts)
    assert ended == "ended"
    assert sent.budget.used == 0


def test_bytes_before_the_first_are_known_only_after_it() -> None:
    sent = Sent(None)
    sent.add(NEAR_THE_WRAP + 5, b"fghij")
    sent.add(NEAR_THE_WRAP, b"abcde")
    assert sent.shown() == []
    sent.bytes.begin(NEAR_THE_WRAP, 0.0, sent.out)
    assert sent.shown() == [b"abcde", b"fghij"]


def test_a_start_that_never_comes_is_given_up() -> None:
    sent = Sent(None)
    sent.add(5, b"fghij")
    sent.wait()
    sent.add(10, b"klmno")
    assert sent.shown() == [0, b"fghij", b"klmno"]


def test_a_fin_without_a_start_is_given_up_too() -> None:
    sent = Sent(None)
    sent.bytes.end(5, 0.0, sent.out)
    sent.wait()
    assert sent.shown() == [0, "ended"]


def test_a_hole_that_was_acknowledged_waits_for_some_packets_only() -> None:
    sent = Sent()
    sent.add(5, b"fghij")
    sent.bytes.acknowledge(10, 0.0)
    sent.wait(ordering.PATIENCE_PACKETS)
    assert sent.shown() == []
    sent.wait(1)
    assert sent.shown() == [5, b"fghij"]
    assert not sent.bytes.waiting


def test_a_hole_that_was_acknowledged_waits_for_some_time_only() -> None:
    sent = Sent()
    sent.bytes.acknowledge(10, 0.0)
    sent.when = ordering.PATIENCE_SECONDS
    sent.wait(1)
    assert sent.shown() == []
    sent.when += 0.001
    sent.wait(1)
    assert sent.shown() == [10]


def test_a_hole_that_is_filled_in_time_is_none() -> None:
    sent = Sent()
    sent.bytes.acknowledge(10, 0.0)
    sent.add(5, b"fghij")
    sent.add(0, b"abcde")
    assert not sent.bytes.waiting
    assert sent.shown() == [b"abcde", b"fghij"]


def test_several_holes_are_given_up_one_after_the_other() -> None:
    sent = Sent()
    sent.add(2, b"c")
    sent.add(5, b"f")
    sent.bytes.acknowledge(6, 0.0)
    sent.add(8, b"i")
    sent.bytes.acknowledge(9, 0.0)
    sent.wait()
    assert sent.shown() == [2, b"c", 2, b"f"]
    sent.wait()
    assert sent.shown() == [2, b"i"]


def test_a_hole_that_nobody_acknowledged_waits_until_the_end() -> None:
    sent = Sent()
    sent.add(5, b"fghij")
    sent.bytes.end(12, 0.0, sent.out)
    sent.wait()
    assert sent.shown() == []
    sent.bytes.flush(0.0, sent.out)
    assert sent.shown() == [5, b"fghij", 2, "ended"]
    assert sent.budget.used == 0


@pytest.mark.parametrize("first", [0, None])
def test_what_waits_behind_a_hole_is_bounded(monkeypatch: pytest.MonkeyPatch, first: int | None) -> None:
    monkeypatch.setattr(ordering, "SIDE_LIMIT", 2000)
    sent = Sent(first)
    for start in range(10, 10_000, 20):
        sent.add(start, b"0123456789")
        assert sent.budget.used <= 2000
    assert sent.shown()[:4] == [10 if first == 0 else 0, b"0123456789", 10, b"0123456789"]


def test_what_waits_in_all_connections_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "TOTAL_LIMIT", 2000)
    sent = Sent()
    sent.budget.used = 2000
    sent.add(5, b"fghij")
    assert sent.shown() == [5, b"fghij"]


def test_a_packet_of_which_only_the_start_was_kept_leaves_a_gap() -> None:
    sent = Sent()
    sent.add(0, b"ab", 10)
    sent.add(10, b"klm")
    assert sent.shown() == [b"ab", 8, b"klm"]


def test_keep_alive_probes_say_nothing() -> None:
    sent = Sent()
    sent.add(0, b"abc")
    sent.add(2, b"\0")
    sent.bytes.acknowledge(3, 0.0)
    sent.add(3, b"d")
    assert sent.shown() == [b"abc", b"d"]


def test_nothing_comes_after_the_end() -> None:
    sent = Sent()
    sent.add(7, b"behind it")
    sent.bytes.end(3, 0.0, sent.out)
    sent.bytes.end(5, 0.0, sent.out)
    sent.add(0, b"abc")
    sent.add(3, b"d")
    sent.bytes.end(4, 0.0, sent.out)
    sent.bytes.flush(0.0, sent.out)
    assert sent.shown() == [b"abc", "ended"]
    assert sent.budget.used == 0


def test_streams_longer_than_the_circle_of_numbers_go_on() -> None:
    sent = Sent()
    part = bytes(1 << 20)
    for index in range(5000):
        sent.bytes.add(index * len(part) & 0xFFFFFFFF, part, len(part), 0.0, sent.out)
        sent.out.clear()
    sent.add(5000 * len(part) & 0xFFFFFFFF, b"still here")
    assert sent.shown() == [b"still here"]


def test_a_gap_of_up_to_three_gibibytes_is_found() -> None:
    sent = Sent()
    sent.add((3 << 30) - 1, b"here")
    sent.bytes.flush(0.0, sent.out)
    assert sent.shown() == [(3 << 30) - 1, b"here"]


def test_a_counted_gap_is_skipped_at_once() -> None:
    sent = Sent()
    sent.add(5, b"fghij")
    sent.bytes.skip(5, 0.0, sent.out)
    assert sent.shown() == [5, b"fghij"]
