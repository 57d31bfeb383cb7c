"""The caps hold: stories and verdicts of any length take so much memory and no more."""

import pytest
from diagnosing import Tale, a_finding

from jnlpspy.diagnosis import limits
from jnlpspy.diagnosis.engine import DiagnosisSink
from jnlpspy.diagnosis.story import Chronicle, Story
from jnlpspy.diagnosis.verdict import Verdict
from jnlpspy.model.events import CallFinished, Event, Remark
from jnlpspy.model.session import Outcome

HANGING = CallFinished("a1", "hudson.remoting.RemoteClassLoader$IClassLoader.fetch3", 60.0, Outcome.UNANSWERED)


def test_of_many_events_of_a_kind_the_first_and_the_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EVENTS_OF_A_KIND", 2)
    story = Story(1, Chronicle())
    for event in Tale().opened().fact(*(Remark(str(number)) for number in range(9))).events:
        story.add(event)
    assert [told.fact.text for told in story.all(Remark)] == ["0", "1", "7", "8"]
    assert story.count(Remark) == 9


def test_the_oldest_connection_that_is_over_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STORIES", 2)
    chronicle = Chronicle()
    for connection in (1, 2, 3, 4):
        chronicle.story_of(connection)
    for connection in (2, 3, 4):
        chronicle.close(connection)
    assert [story.connection for story in chronicle] == [1, 3, 4]


def test_a_verdict_counts_what_it_has_no_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FINDINGS", 1)
    verdict = Verdict()
    for connection in (1, 2):
        verdict.observe(Event(1, connection, 1.0, a_finding("a")))
        verdict.observe(Event(1, connection, 1.0, a_finding("b")))
    assert [each.connections for each in verdict.conclusions()] == [[1, 2]]
    assert verdict.left_out == 2


def test_of_too_many_open_connections_the_oldest_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OPEN", 1)
    told: list[Event] = []
    sink = DiagnosisSink(told.append)
    for event in Tale().channel(1).agent(HANGING).opened(2).events:
        sink.observe(event)
    assert [event.connection for event in told] == [1]


def test_a_verdict_names_so_many_connections_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CONNECTIONS_NAMED", 2)
    verdict = Verdict()
    for connection in (1, 2, 3):
        verdict.observe(Event(1, connection, 1.0, a_finding("a")))
    assert [each.connections for each in verdict.conclusions()] == [[1, 2]]


def test_what_is_forgotten_is_no_neighbour_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STORIES", 1)
    chronicle = Chronicle()
    for event in Tale().opened(1).opened(2, agent="10.0.0.9").opened(3).opened(4).events:
        chronicle.story_of(event.connection).add(event)
    for connection in (1, 2, 3):
        chronicle.close(connection)
    assert [story.connection for story in chronicle.before(chronicle.story_of(4))] == [3]
