"""Observations reach every sink as events, and a sink that fails harms no other."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from diagnosing import a_finding

from jnlpspy.model.events import Event, NameResolved
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import Address, Opened
from jnlpspy.pipeline import Pipeline, Sink


class Kept:
    """A sink that keeps what it gets."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.finished = False

    def observe(self, event: Event) -> None:
        self.events.append(event)

    def finish(self) -> None:
        self.finished = True


class Broken(Kept):
    """A sink that fails at the second event, or at the end."""

    def __init__(self, *, at_end: bool = False) -> None:
        super().__init__()
        self._at_end = at_end

    def observe(self, event: Event) -> None:
        if not self._at_end and self.events:
            raise ZeroDivisionError
        super().observe(event)

    def finish(self) -> None:
        if self._at_end:
            raise ZeroDivisionError


def opened(connection: int) -> Opened:
    return Opened(connection, 1.0, Address("127.0.0.1", 1), Address("127.0.0.1", 2))


def test_events_are_numbered_across_connections() -> None:
    sink = Kept()
    pipeline = Pipeline([sink], lambda _sink, _error: None)
    for connection in (1, 2, 3):
        pipeline.observe(opened(connection))
    pipeline.finish()
    assert [(event.seq, event.connection) for event in sink.events] == [(1, 1), (2, 2), (3, 3)]
    assert sink.finished


def test_what_was_known_before_the_first_connection_reaches_the_sinks() -> None:
    sink = Kept()
    pipeline = Pipeline([sink], lambda _sink, _error: None)
    pipeline.tell(0.5, NameResolved("jenkins.example", ()))
    pipeline.observe(opened(1))
    assert [(event.seq, event.connection) for event in sink.events] == [(1, 0), (2, 1)]


def test_a_failing_sink_is_reported_once_and_the_others_go_on() -> None:
    failures: list[tuple[Sink, Exception]] = []
    broken, kept = Broken(), Kept()
    pipeline = Pipeline([broken, kept], lambda sink, error: failures.append((sink, error)))
    for connection in (1, 2, 3):
        pipeline.observe(opened(connection))
    pipeline.finish()
    assert len(kept.events) == 3
    assert [(sink, type(error)) for sink, error in failures] == [(broken, ZeroDivisionError)]


def test_a_sink_that_fails_at_the_end_does_not_keep_the_others_from_finishing() -> None:
    failures: list[Sink] = []
    broken, kept = Broken(at_end=True), Kept()
    pipeline = Pipeline([broken, kept], lambda sink, _error: failures.append(sink))
    pipeline.finish()
    assert failures == [broken]
    assert kept.finished


class Judging(Kept):
    """A judge that concludes a finding from each event and one at the end."""

    def __init__(self, hand_on: Callable[[Event], None], *, broken: bool = False) -> None:
        super().__init__()
        self._hand_on = hand_on
        self._broken = broken

    def observe(self, event: Event) -> None:
        if self._broken:
            raise ZeroDivisionError
        self._hand_on(replace(event, fact=a_finding("seen")))

    def finish(self) -> None:
        self._hand_on(Event(0, 0, 1.0, a_finding("ended")))


def rules(sink: Kept) -> list[str]:
    return [event.fact.rule if isinstance(event.fact, Finding) else "" for event in sink.events]


def test_what_a_judge_concludes_comes_behind_its_event_and_before_the_end() -> None:
    sink = Kept()
    pipeline = Pipeline([sink], lambda _sink, _error: None, judge=Judging)
    pipeline.observe(opened(1))
    pipeline.observe(opened(2))
    assert rules(sink) == ["", "seen", "", "seen"]
    pipeline.finish()
    assert rules(sink)[4:] == ["ended"]
    assert sink.finished


def test_a_judge_that_fails_is_reported_and_events_go_on() -> None:
    failures: list[Exception] = []
    sink = Kept()
    judge = partial(Judging, broken=True)
    pipeline = Pipeline([sink], lambda _sink, error: failures.append(error), judge=judge)
    pipeline.observe(opened(1))
    pipeline.observe(opened(2))
    pipeline.finish()
    assert rules(sink) == ["", ""]
    assert len(failures) == 1


def test_a_sink_that_fails_at_a_finding_harms_no_other() -> None:
    failures: list[Sink] = []
    broken, sink = Broken(), Kept()
    pipeline = Pipeline([broken, sink], lambda failed, _error: failures.append(failed), judge=Judging)
    pipeline.observe(opened(1))
    assert rules(sink) == ["", "seen"]
    assert failures == [broken]
