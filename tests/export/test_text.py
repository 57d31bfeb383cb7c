"""Plain text as it is attached to a ticket."""

import io
from collections.abc import Iterable

import pytest
from diagnosing import a_finding
from facts import EVENTS, SECRET

from jnlpspy.diagnosis.verdict import Verdict
from jnlpspy.export.format import Export
from jnlpspy.export.text import TextSink
from jnlpspy.model.events import CallStarted, Event, HandshakeRefused
from jnlpspy.model.tap import Side
from jnlpspy.view.rows import format_row

pytestmark = pytest.mark.usefixtures("in_utc")


@pytest.fixture(autouse=True)
def _color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")


def written(events: Iterable[Event], export: Export) -> list[str]:
    sink = TextSink(export)
    for event in events:
        sink.observe(event)
    sink.finish()
    assert isinstance(export.file, io.StringIO)
    return export.file.getvalue().splitlines()


def test_it_begins_with_the_capture_and_the_day() -> None:
    lines = written(EVENTS, Export(io.StringIO(), "s.pcapng", Verdict()))
    assert lines[:2] == ["s.pcapng, from 2023-11-14 22:13:20 +0000", ""]


def test_each_event_is_a_whole_line_without_colour() -> None:
    lines = written(EVENTS, Export(io.StringIO(), "s.pcapng", Verdict()))
    assert {format_row(event).plain.rstrip() for event in EVENTS} <= {line.rstrip() for line in lines}
    assert not [line for line in lines if "\x1b" in line or SECRET in line]


def test_a_filter_chooses_lines_and_leaves_the_diagnosis_whole() -> None:
    finding = Event(99, 3, EVENTS[-1].when, a_finding("x"))
    export = Export(
        io.StringIO(), "s", Verdict(), matches=lambda event: isinstance(event.fact, CallStarted), filter="call"
    )
    lines = written([*EVENTS, finding], export)
    assert lines[0].endswith(", only what matches: call")
    assert [line for line in lines if " call       c7 " in line]
    assert not [line for line in lines if "offers  " in line]
    assert [line for line in lines if line.startswith("Session #3  a1, JNLP4-connect")]
    assert [line for line in lines if line.startswith("ERROR x it is")]


def test_another_connection_is_left_out_of_everything() -> None:
    finding = Event(99, 3, EVENTS[-1].when, a_finding("x"))
    lines = written([*EVENTS, finding], Export(io.StringIO(), "s", Verdict(), connection=9))
    assert not [line for line in lines if "#3" in line]
    assert lines[-1] == "Nothing found: there is no connection in it."


def test_what_is_to_be_known_of_the_capture_stands_at_the_end() -> None:
    export = Export(io.StringIO(), "s", Verdict(), notes=["the last block is cut off"])
    assert written(EVENTS, export)[-1] == "note: the last block is cut off"


def test_what_could_command_a_terminal_is_marked() -> None:
    refused = Event(1, 1, 0.0, HandshakeRefused(Side.AGENT, "\x1b[2J\u202e"))
    lines = written([refused], Export(io.StringIO(), "s", Verdict()))
    assert not [line for line in lines if "\x1b" in line or "\u202e" in line]
