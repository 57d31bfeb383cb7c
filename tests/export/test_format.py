"""What formats are given, and how they are found."""

import io
from pathlib import Path

from facts import EVENTS

from jnlpspy import export
from jnlpspy.diagnosis.verdict import Verdict
from jnlpspy.export import find_formats
from jnlpspy.export.format import Chosen, Export
from jnlpspy.model.events import CallStarted, Event


class Kept:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.finished = False

    def observe(self, event: Event) -> None:
        self.events.append(event)

    def finish(self) -> None:
        self.finished = True


def test_every_format_is_found_by_its_name() -> None:
    formats = find_formats()
    assert {"jsonl", "text"} <= set(formats)
    folder = Path(export.__file__).parent
    for name, found in formats.items():
        assert found.name == name
        assert (folder / f"{name}.py").exists() or (folder / name / "__init__.py").exists()
    assert len({found.suffix for found in formats.values()}) == len(formats)


def test_a_choice_is_of_a_connection_and_of_what_matches() -> None:
    wanted = Export(
        io.StringIO(), "s.pcapng", Verdict(), connection=3, matches=lambda event: isinstance(event.fact, CallStarted)
    )
    assert [event.fact for event in EVENTS if wanted.chosen(event)] == [
        event.fact for event in EVENTS if isinstance(event.fact, CallStarted)
    ]
    assert all(wanted.within(event) for event in EVENTS)
    wanted.connection = 4
    assert not any(wanted.within(event) or wanted.chosen(event) for event in EVENTS)


def test_what_is_chosen_is_handed_on() -> None:
    kept = Kept()
    sink = Chosen(kept, lambda event: event.seq == 2)
    for event in EVENTS:
        sink.observe(event)
    sink.finish()
    assert (kept.events, kept.finished) == ([EVENTS[1]], True)
