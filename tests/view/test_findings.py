"""A finding in words: how bad, how sure, where, on what evidence."""

import pytest
from diagnosing import Tale, a_finding
from tables import open_console

from jnlpspy.diagnosis.runs import Runs
from jnlpspy.diagnosis.verdict import Conclusion
from jnlpspy.model.events import Event, ProtocolOffered, Remark
from jnlpspy.model.findings import Severity
from jnlpspy.view.findings import confidence_in_words, name_connections, print_conclusions, print_finding


def printed(*conclusions: Conclusion, runs: Runs | None = None, width: int | None = None) -> str:
    console, out = open_console(width)
    print_conclusions(console, conclusions, runs or Runs())
    return out.getvalue()


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(1.0, "certain"), (0.95, "certain"), (0.8, "likely (80%)"), (0.65, "likely (65%)"), (0.5, "possible (50%)")],
)
def test_how_sure_it_is_is_said_in_words(confidence: float, words: str) -> None:
    assert confidence_in_words(confidence) == words


@pytest.mark.parametrize(
    ("connections", "words"),
    [
        ([3], "connection 3"),
        ([3, 5], "connections 3 and 5"),
        ([3, 5, 7], "connections 3, 5 and 7"),
        ([*range(1, 12)], "connections 1, 2, 3, 4, 5, 6, 7, 8 and 3 more"),
        ([0], ""),
        ([], ""),
    ],
)
def test_connections_are_enumerated(connections: list[int], words: str) -> None:
    assert name_connections(connections, Runs()) == words


def test_connections_of_several_captures_are_told_apart() -> None:
    runs = Runs()
    runs.begin("a.pcapng", 0, 0)
    runs.begin("b.pcapng", 3, 9)
    assert name_connections([2, 3, 4], runs) == "connections 2 and 3 of a.pcapng; connection 1 of b.pcapng"


def test_evidence_is_events_by_number_side_and_what_they_say() -> None:
    opened, offered = Tale().opened().agent(ProtocolOffered("JNLP4-connect")).events
    text = printed(Conclusion(a_finding("root"), [1], 0.0, evidence=(opened, offered, "the inventory")))
    assert "    event 1 00:16:40.000 opened: 10.0.0.5:50001 to 10.0.0.2:50000\n" in text
    assert "    event 2 00:16:40.000 agent offers: JNLP4-connect\n    · the inventory\n" in text


def test_evidence_of_another_capture_says_so() -> None:
    runs = Runs()
    runs.begin("a.pcapng", 0, 0)
    runs.begin("b.pcapng", 1, 1)
    first, second = Tale().opened(1).opened(2).events
    text = printed(Conclusion(a_finding("root"), [2], 0.0, evidence=(first, second)), runs=runs)
    assert "opened: 10.0.0.5:50001 to 10.0.0.2:50000 of a.pcapng\n" in text
    assert "opened: 10.0.0.5:50002 to 10.0.0.2:50000\n" in text


def test_consequences_say_where_else_they_are() -> None:
    below = Conclusion(a_finding("effect"), [2], 0.0, consequences=[Conclusion(a_finding("far"), [1], 0.0)])
    text = printed(Conclusion(a_finding("root"), [1], 0.0, consequences=[below]))
    assert text.endswith(
        "  what follows from it\n    └ effect it is (effect, on connection 2)\n    └ far it is (far, on connection 1)\n"
    )


def test_what_was_known_before_any_connection_is_said_so() -> None:
    assert "  root, certain, in what was given\n" in printed(Conclusion(a_finding("root"), [0], 0.0))


def test_findings_are_parted_by_an_empty_line() -> None:
    text = printed(Conclusion(a_finding("a"), [1], 0.0), Conclusion(a_finding("b", Severity.WARNING), [1], 0.0))
    assert "\n\nWARNING b it is\n" in text


def test_on_a_terminal_lines_are_wrapped_and_hang_behind_their_marks() -> None:
    finding = a_finding("root")
    long = Conclusion(finding, [1], 0.0, evidence=("word " * 40,))
    lines = printed(long, width=80).splitlines()
    assert max(map(len, lines)) <= 80
    assert [line[:10] for line in lines if "word word" in line] == ["    · word", "      word", "      word"]
    assert max(map(len, printed(long, width=300).splitlines())) <= 120


def test_below_a_findings_line_stand_the_likeliest_cause_and_what_to_do() -> None:
    console, out = open_console(None)
    print_finding(console, Event(1, 1, 0.0, a_finding("root", confidence=0.5)))
    assert out.getvalue() == "    sure: possible (50%)\n    why: a cause\n    do: a cure\n"


@pytest.mark.parametrize("fact", [a_finding("note", Severity.INFO), a_finding("effect", under="root"), Remark("x")])
def test_nothing_stands_below_what_follows_from_something_or_harms_nobody(fact: object) -> None:
    console, out = open_console(None)
    print_finding(console, Event(1, 1, 0.0, fact))  # type: ignore[arg-type] # facts all
    assert out.getvalue() == ""
