"""Observations reach every sink as events, and a sink that fails harms no other."""

from jnlpspy.model.events import Event, NameResolved
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
