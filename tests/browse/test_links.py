import pytest
from specimens import observations_of

from jnlpspy.browse import links
from jnlpspy.browse.links import Link, Links
from jnlpspy.decoder import Decoder
from jnlpspy.model.events import CallFinished, CallStarted, ClassLoaded, CommandSent, Event, PipeClosed, PipeOpened


def linked(name: str) -> tuple[list[Event], dict[tuple[int, Link], int]]:
    """Return a specimen's events, and where each leads."""
    decoder = Decoder()
    events = [event for observation in observations_of(name) for event in decoder.feed(observation)]
    events += decoder.finish()
    book, found = Links(), dict[tuple[int, Link], int]()
    for row, event in enumerate(events):
        for source, link, target in book.observe(row, event):
            found[source, link] = target
    return events, found


@pytest.fixture(scope="module")
def workload() -> tuple[list[Event], dict[tuple[int, Link], int]]:
    return linked("2.53.5-JNLP2-connect-workload")


def test_every_call_and_its_answer_lead_to_each_other(
    workload: tuple[list[Event], dict[tuple[int, Link], int]],
) -> None:
    events, found = workload
    answers = [row for row, event in enumerate(events) if isinstance(event.fact, CallFinished)]
    assert len(answers) == 50
    for row in answers:
        start = found[row, Link.PAIR]
        begun, ended = events[start].fact, events[row].fact
        assert isinstance(begun, CallStarted)
        assert isinstance(ended, CallFinished)
        assert begun.call == ended.call
        assert found[start, Link.PAIR] == row


def test_the_commands_that_carry_them_do_so_too(workload: tuple[list[Event], dict[tuple[int, Link], int]]) -> None:
    events, found = workload
    commands = [row for row, event in enumerate(events) if isinstance(event.fact, CommandSent)]
    paired = [row for row in commands if (row, Link.PAIR) in found]
    assert len(paired) == 100
    for row in paired:
        other = found[row, Link.PAIR]
        assert found[other, Link.PAIR] == row
        assert events[row].side is not events[other].side


def test_a_call_leads_to_the_one_it_serves(workload: tuple[list[Event], dict[tuple[int, Link], int]]) -> None:
    events, found = workload
    nested = [event for event in events if isinstance(event.fact, CallStarted) and event.fact.parent]
    assert nested
    for row, event in enumerate(events):
        if isinstance(event.fact, CallStarted) and event.fact.parent:
            above = events[found[row, Link.SERVES]].fact
            assert isinstance(above, CallStarted)
            assert above.call == event.fact.parent


def test_a_class_leads_to_its_call_and_the_call_to_its_first_class(
    workload: tuple[list[Event], dict[tuple[int, Link], int]],
) -> None:
    events, found = workload
    for row, event in enumerate(events):
        if isinstance(event.fact, ClassLoaded):
            call = found[row, Link.SERVES]
            fact = events[call].fact
            assert isinstance(fact, CallStarted)
            assert fact.call == event.fact.call
            assert found[call, Link.LOADED] <= row


def test_a_pipes_ends_lead_to_each_other(workload: tuple[list[Event], dict[tuple[int, Link], int]]) -> None:
    events, found = workload
    closed = [row for row, event in enumerate(events) if isinstance(event.fact, PipeClosed)]
    assert closed
    for row in closed:
        assert isinstance(events[found[row, Link.PAIR]].fact, PipeOpened)


def test_only_so_many_calls_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "REMEMBERED", 1)
    events, found = linked("2.53.5-JNLP2-connect-workload")
    assert all(
        (row, Link.SERVES) not in found for row, event in enumerate(events) if isinstance(event.fact, CallStarted)
    )
