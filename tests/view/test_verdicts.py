"""What a run comes to is printed at its end; a healthy one is said to be so where that was asked."""

import pytest
from diagnosing import Tale, a_finding
from tables import open_console

from jnlpspy.diagnosis import limits
from jnlpspy.diagnosis.runs import Runs
from jnlpspy.diagnosis.verdict import Verdict
from jnlpspy.model.events import Event, OpaqueBytes, ProtocolOffered
from jnlpspy.view.verdicts import FindingSink, VerdictSink


def printed(*events: Event, always: bool = True) -> str:
    console, out = open_console(None)
    sink = VerdictSink(Verdict(), console, Runs(), always=always)
    for event in events:
        sink.observe(event)
    sink.finish()
    return out.getvalue()


HEALTHY = Tale().opened(1).closed().opened(2).agent(ProtocolOffered("x")).closed().events


def test_nothing_found_is_said_in_words() -> None:
    assert printed(*HEALTHY) == "Nothing found: 2 connections, 1 agent session, all in order.\n"
    assert printed(*HEALTHY, always=False) == ""


def test_a_capture_of_nothing_is_not_called_healthy() -> None:
    assert printed() == "Nothing found: there is no connection in it.\n"


def test_what_could_not_be_seen_is_not_called_healthy() -> None:
    hidden = Tale().opened().fact(OpaqueBytes("TLS that was not opened", 9)).events
    assert printed(*hidden) == (
        "Nothing found: 1 connection, 0 agent sessions.\n"
        "1 connection could not be seen into: what was said there is not judged.\n"
    )


def test_findings_are_printed_at_the_end() -> None:
    text = printed(*HEALTHY, Event(9, 1, 0.0, a_finding("root")))
    assert text.startswith("ERROR root it is\n  root, certain, on connection 1, at ")
    assert "Nothing found" not in text
    assert printed(Event(9, 1, 0.0, a_finding("root")), always=False).startswith("\nERROR root it is\n")


def test_findings_beyond_the_cap_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FINDINGS", 1)
    text = printed(Event(9, 1, 0.0, a_finding("a")), Event(9, 1, 0.0, a_finding("b")))
    assert text.endswith("1 more finding left out\n")


def test_a_finding_on_its_way_says_what_to_do() -> None:
    console, out = open_console(None)
    sink = FindingSink(console)
    sink.observe(Event(9, 1, 0.0, a_finding("root")))
    sink.finish()
    assert out.getvalue() == "    why: a cause\n    do: a cure\n"
