"""A diagram that Mermaid takes, whatever is in it, and that is never too long for it."""

import io
import re

import pytest
from diagnosing import a_finding
from exported import written_of
from facts import EVENTS, SECRET, WHEN

from jnlpspy.diagnosis.verdict import Verdict
from jnlpspy.export.format import Export
from jnlpspy.export.mermaid import MOST_CONNECTIONS, MOST_TEXT, escape
from jnlpspy.model.events import CallFinished, ConnectionOpened, Event, HandshakeRefused, ProtocolOffered, Remark
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import Address, Side

LINE = re.compile(r"    (Note over A,C|[AC](-|--)(>>|x)[AC]): ([\w .,:\-/()'?=+*]|#\d+;)*")
"""What a line may be made of: nothing in it that Mermaid, Markdown or HTML takes for its own."""

OPENED = ConnectionOpened(Address("10.0.0.5", 51020), Address("10.0.0.1", 50000))


def lines_of(events: list[Event], **options: object) -> list[str]:
    export = Export(io.StringIO(), "s.pcapng", Verdict(), **options)  # type: ignore[arg-type] # what a test wants changed
    text = written_of(events, "mermaid", export)
    head, *lines = text.splitlines()[0:1] + text.splitlines()[3:]
    assert head == "sequenceDiagram"
    assert not [line for line in lines if not LINE.fullmatch(line)]
    return lines


def test_every_kind_of_fact_is_a_line_that_mermaid_takes() -> None:
    lines = lines_of(EVENTS)
    assert "    A->>C: offers JNLP4-connect" in lines
    assert not [line for line in lines if SECRET in line]


def test_who_speaks_is_where_the_arrow_begins_and_answers_are_dashed() -> None:
    told = [
        Event(1, 1, WHEN, HandshakeRefused(Side.CONTROLLER, "no"), Side.CONTROLLER),
        Event(2, 1, WHEN, CallFinished("c1", "x.Y", 0.5, Outcome.RETURNED), Side.AGENT),
        Event(3, 1, WHEN, Remark("seen")),
    ]
    assert lines_of(told) == [
        "    Note over A,C: connection 1",
        "    C-xA: refused no",
        "    A-->>C: answer c1 returned after 500 ms (x.Y)",
        "    Note over A,C: proxy seen",
    ]


@pytest.mark.parametrize(
    "text",
    ["</script><b>", "end", "a;b#c:d", "x\ny", "\u202eabc\x1b[31m", "%%{init: {}}%%", "A->>B: x", "\ud800", "😀 אב"],
)
def test_hostile_text_stays_text(text: str) -> None:
    (_, line) = lines_of([Event(1, 1, WHEN, Remark(text))])
    assert line == f"    Note over A,C: proxy {escape(text)}"
    assert "\n" not in escape(text)


def test_what_mermaid_would_read_is_written_as_numbers() -> None:
    assert escape("a;b <i>") == "a#59;b #60;i#62;"


def test_a_text_is_cut_to_what_a_diagram_has_room_for() -> None:
    (_, line) = lines_of([Event(1, 1, WHEN, HandshakeRefused(Side.AGENT, "x" * 10_000), Side.AGENT)])
    assert len(line) < 200


def test_a_diagram_is_never_longer_than_mermaid_draws() -> None:
    many = [
        Event(seq, 1 + seq // 30, WHEN, HandshakeRefused(Side.AGENT, "<" * 140), Side.AGENT) for seq in range(1, 3000)
    ]
    lines = lines_of(many)
    assert sum(len(line) + 1 for line in lines) < MOST_TEXT + 1000
    assert re.fullmatch(r"    Note over A,C: \d+ more connections left out#59; --connection N draws one", lines[-1])


def test_of_many_connections_those_are_kept_on_which_agents_spoke() -> None:
    spoken = Event(1, 1, WHEN, ProtocolOffered("Ping"), Side.AGENT)
    probes = [Event(seq, seq, WHEN, OPENED) for seq in range(2, MOST_CONNECTIONS + 50)]
    lines = lines_of([spoken, *probes])
    assert "    A->>C: offers Ping" in lines
    assert "    Note over A,C: connection 2" not in lines
    assert [line for line in lines if "more connections left out" in line]


def test_only_what_was_chosen_is_drawn() -> None:
    lines = lines_of(EVENTS, matches=lambda event: isinstance(event.fact, ProtocolOffered))
    assert lines == ["    Note over A,C: connection 3", "    A->>C: offers JNLP4-connect"]
    assert lines_of(EVENTS, connection=4) == []


def test_findings_and_notes_are_in_it() -> None:
    lines = lines_of([Event(1, 1, WHEN, a_finding("x"))], notes=["the end is missing"])
    assert lines[1:] == ["    Note over A,C: finding x: x it is", "    Note over A,C: the end is missing"]
