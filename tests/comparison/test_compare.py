"""Differences that matter, those that do not, and what is none."""

from dataclasses import replace

import pytest
from diagnosing import Tale
from specimens import observations_of, specimen_names

from jnlpspy.comparison.account import Accountant
from jnlpspy.comparison.compare import compare
from jnlpspy.decoder import Decoder
from jnlpspy.model.commands import OutputStreamChunk
from jnlpspy.model.differences import Difference, DifferenceKind
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    ChannelEstablished,
    ClassLoaded,
    CommandSent,
    Event,
    HandshakeRefused,
    HeadersSent,
    PipeClosed,
    PipeOpened,
    ProtocolOffered,
)
from jnlpspy.model.session import CallKind, LoadKind, Outcome, PipeEnd, PipeKind
from jnlpspy.model.tap import Side


def session(name: str = "a1", protocol: str = "JNLP4-connect", connection: int = 1) -> Tale:
    tale = Tale().opened(connection).agent(ProtocolOffered(protocol), HeadersSent({}, name))
    return tale.fact(ChannelEstablished(protocol, name))


def call(tale: Tale, number: int, of: str, arguments: str = "", **finished: object) -> Tale:
    tale.controller(CallStarted(f"c{number}", CallKind.USER, of, arguments))
    ended = CallFinished(f"c{number}", of, 1.0, Outcome.RETURNED)
    return tale.agent(replace(ended, **finished))  # type: ignore[arg-type] # fields by name


def differences(first: Tale | list[Event], second: Tale | list[Event]) -> list[Difference]:
    accounts = []
    for events in (first, second):
        accountant = Accountant()
        for event in events.events if isinstance(events, Tale) else events:
            accountant.observe(event)
        accounts.append(accountant.accounts())
    return compare(*accounts)


def events_of(name: str) -> list[Event]:
    decoder = Decoder()
    events = [event for observation in observations_of(name) for event in decoder.feed(observation)]
    return [*events, *decoder.finish()]


@pytest.mark.parametrize("name", specimen_names())
def test_a_session_does_not_differ_from_itself(name: str) -> None:
    events = events_of(name)
    assert differences(events, events) == []


def test_two_protocols_of_one_remoting_differ_in_the_protocol_only() -> None:
    found = differences(events_of("3.33-JNLP4-connect-workload"), events_of("2.53.5-JNLP2-connect-workload"))
    assert [each.kind for each in found if each.matters] == [DifferenceKind.HANDSHAKE]


def test_names_ids_and_the_order_of_independent_calls_make_no_difference() -> None:
    first = call(call(session("a1"), 1, "x.A", "1 of a1"), 2, "x.A", "2")
    second = call(call(session("zz", connection=9), 70, "x.A", "2"), 71, "x.A", "1 of zz")
    assert differences(first, second) == []


def test_many_independent_calls_may_come_in_any_order() -> None:
    orders = [range(1, 301), range(300, 0, -1)]
    runs = [session(), session()]
    for run, order in zip(runs, orders, strict=True):
        for number in order:
            outcome = Outcome.THREW if number == 7 else Outcome.RETURNED
            call(run, number, "a.B", str(number), outcome=outcome)
    assert differences(*runs) == []


def test_another_outcome_is_a_difference_with_its_events() -> None:
    first = call(session(), 1, "x.A")
    second = call(session(), 1, "x.A", outcome=Outcome.THREW, exception="java.io.IOException: full")
    (found,) = differences(first, second)
    assert (found.kind, found.expected, found.got) == (
        DifferenceKind.OUTCOME,
        "returned",
        "threw java.io.IOException: full",
    )
    assert (found.first_event, found.second_event, found.matters) == (5, 5, True)


def test_another_exception_or_cause_is_a_difference() -> None:
    first = call(session(), 1, "x.A", outcome=Outcome.THREW, exception="E: one", causes=("C: two",))
    second = call(session(), 1, "x.A", outcome=Outcome.THREW, exception="E: one", causes=("C: three",))
    (found,) = differences(first, second)
    assert (found.kind, found.expected) == (DifferenceKind.EXCEPTION, "threw E: one; caused by C: two")


def test_identity_hashes_in_exceptions_make_no_difference() -> None:
    first = call(session(), 1, "x.A", outcome=Outcome.THREW, exception="E: x.B@1f2e3d at 10.0.0.1:80")
    second = call(session(), 1, "x.A", outcome=Outcome.THREW, exception="E: x.B@abcdef0 at 10.9.9.9:81")
    assert differences(first, second) == []


def test_other_arguments_are_told_and_do_not_matter() -> None:
    (found,) = differences(call(session(), 1, "x.A", "1"), call(session(), 1, "x.A", "2"))
    assert (found.kind, found.matters) == (DifferenceKind.ARGUMENTS, False)


def test_calls_missing_and_calls_besides_are_differences() -> None:
    missing, extra = call(session(), 1, "x.A"), call(session(), 1, "x.B")
    found = differences(missing, extra)
    assert {(each.kind, each.what) for each in found} == {
        (DifferenceKind.CALL_MISSING, "controller calls x.A"),
        (DifferenceKind.CALL_EXTRA, "controller calls x.B"),
    }


def test_a_class_loaded_besides_matters_unless_it_was_only_foreseen() -> None:
    loaded = ClassLoaded("x.A", LoadKind.CLASS, 10, 0.1, "a1")
    (found,) = differences(session(), session().controller(loaded))
    assert (found.kind, found.matters) == (DifferenceKind.LOADED_EXTRA, True)
    (found,) = differences(session().controller(replace(loaded, prefetched=True)), session())
    assert (found.kind, found.matters) == (DifferenceKind.LOADED_MISSING, False)


def test_a_refusal_where_there_was_none_stands_on_top() -> None:
    refused = Tale().opened().agent(ProtocolOffered("JNLP4-connect"), HeadersSent({}, "a1"))
    refused.controller(HandshakeRefused(Side.CONTROLLER, "Authorization failure"))
    found = differences(call(session(), 1, "x.A"), refused)
    assert (found[0].what, found[0].got) == ("verdict", "refused by the controller: Authorization failure")


def test_one_other_byte_through_a_pipe_is_a_difference() -> None:
    events = events_of("3.33-JNLP4-connect-workload")
    place, sent, chunk = next(
        (place, event.fact, event.fact.command)
        for place, event in enumerate(events)
        if isinstance(event.fact, CommandSent) and isinstance(event.fact.command, OutputStreamChunk)
    )
    changed = replace(sent, command=replace(chunk, buf=b"!" + chunk.buf[1:]))
    (found,) = differences(events, [*events[:place], replace(events[place], fact=changed), *events[place + 1 :]])
    assert (found.kind, found.matters) == (DifferenceKind.PIPE, True)
    assert found.expected != found.got


@pytest.mark.parametrize(("how", "differs"), [(PipeEnd.EOF, True), (PipeEnd.CUT, False), (PipeEnd.RELEASED, False)])
def test_a_pipe_that_was_never_closed_differs_from_a_closed_one(how: PipeEnd, differs: bool) -> None:  # noqa: FBT001 - a column
    runs = []
    for ended in (how, PipeEnd.RELEASED):
        tale = session().controller(PipeOpened("c3", PipeKind.STREAM, Side.AGENT))
        runs.append(tale.controller(PipeClosed("c3", PipeKind.STREAM, Side.AGENT, None, 0, 0, ended, 1.0)))
    assert bool(differences(*runs)) is differs


def test_an_abrupt_end_differs_from_an_orderly_one() -> None:
    (found,) = differences(session().closed(orderly=True), session().closed())
    assert (found.kind, found.expected, found.got) == (DifferenceKind.ENDING, "in order", "abruptly (eof)")


def test_sessions_are_paired_by_the_agents_names_where_these_are_the_same() -> None:
    def both(order: str) -> list[Event]:
        return [event for number, name in enumerate(order, 1) for event in session(name, connection=number).events]

    assert differences(both("ab"), both("ba")) == []


def test_a_session_too_few_or_too_many_is_a_difference() -> None:
    two = [*session("a").events, *session("b", connection=2).events]
    (found,) = differences(two, session("a"))
    assert (found.kind, found.expected) == (DifferenceKind.SESSION_MISSING, "b by JNLP4-connect")
    (found,) = differences(session("a"), two)
    assert (found.kind, found.got) == (DifferenceKind.SESSION_EXTRA, "b by JNLP4-connect")
