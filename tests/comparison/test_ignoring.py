"""Which differences nobody wants to hear of."""

from dataclasses import replace

import pytest
from diagnosing import Tale

from jnlpspy.comparison.account import Accountant
from jnlpspy.comparison.compare import compare
from jnlpspy.comparison.ignoring import Ignored, without
from jnlpspy.filters.filter import parse_filter
from jnlpspy.model.choice import every, no_event
from jnlpspy.model.commands import UserRequest
from jnlpspy.model.differences import Difference, DifferenceKind
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    ChannelEstablished,
    ClassLoaded,
    CommandSent,
    HeadersSent,
    PipeClosed,
    PipeOpened,
    PipeStalled,
    ProtocolOffered,
)
from jnlpspy.model.session import CallKind, LoadKind, Outcome, PipeEnd, PipeKind
from jnlpspy.model.tap import Side

BUILT = CallFinished("c1", "a.Build", 1.0, Outcome.RETURNED)


def session(
    ended: CallFinished = BUILT, *, through: int = 10, protocol: str = "JNLP4-connect", loaded: bool = True
) -> Tale:
    tale = Tale().opened(1).agent(ProtocolOffered(protocol), HeadersSent({}, "a1"))
    tale.fact(ChannelEstablished(protocol, "a1"))
    tale.controller(CallStarted("c1", CallKind.USER, "a.Build"), CommandSent(UserRequest(id=1), 100))
    tale.controller(PipeOpened("c5", PipeKind.STREAM, Side.AGENT), PipeStalled("c5", 99, 2.0))
    tale.agent(PipeClosed("c5", PipeKind.STREAM, Side.AGENT, None, through, 1, PipeEnd.EOF, 1.0), ended)
    return tale.controller(ClassLoaded("a.Work", LoadKind.CLASS, 10, 0.1, "a1")) if loaded else tale


def differences(first: Tale, second: Tale, ignore: str | None) -> list[Difference]:
    choice = no_event if ignore is None else parse_filter(ignore).matches
    books = [(Accountant(), Ignored(choice)) for _ in range(2)]
    for tale, sinks in zip((first, second), books, strict=True):
        for event in tale.events:
            for sink in sinks:
                sink.observe(event)
    (one, here), (two, there) = books
    return without(compare(one.accounts(), two.accounts()), here.seqs, there.seqs)


THREW = replace(BUILT, outcome=Outcome.THREW, exception="java.io.IOException: disk full")


@pytest.mark.parametrize(
    ("second", "kind", "ignore"),
    [
        (session(THREW), DifferenceKind.OUTCOME, "callable == a.Build"),
        (session(THREW), DifferenceKind.OUTCOME, 'call and text contains "disk full"'),
        (session(THREW), DifferenceKind.OUTCOME, "outcome == returned"),
        (session(through=11), DifferenceKind.PIPE, "pipe"),
        (session(through=11), DifferenceKind.PIPE, "pipe.bytes == 11"),
        (session(through=11), DifferenceKind.PIPE, "stalled"),
        (session(protocol="JNLP2-connect"), DifferenceKind.HANDSHAKE, "offers"),
        (session(loaded=False), DifferenceKind.LOADED_MISSING, "class.name ~ a.*"),
    ],
)
def test_a_difference_is_left_out_for_an_event_that_it_is_about(
    second: Tale, kind: DifferenceKind, ignore: str
) -> None:
    assert [each.kind for each in differences(session(), second, None)] == [kind]
    assert differences(session(), second, ignore) == []
    assert differences(session(), second, f"connection == 7 or (command and {ignore})") != []


def test_commands_are_about_nothing_that_differs() -> None:
    ignored = Ignored(every)
    tale = session()
    for event in tale.events:
        ignored.observe(event)
    ignored.finish()
    told = [
        event.seq
        for event in tale.events
        if not isinstance(event.fact, CommandSent | PipeStalled | PipeClosed | CallFinished)
    ]
    assert sorted(ignored.seqs) == told


def test_the_end_of_what_nobody_saw_begin_is_about_nothing() -> None:
    ignored = Ignored(every)
    for event in Tale().opened(1).agent(BUILT).events:
        ignored.observe(event)
    assert len(ignored.seqs) == 1
