"""Which facts are trouble."""

import pytest
from facts import EVENTS

from jnlpspy.model.events import CallFinished, ConnectionClosed, Fact, PipeClosed, SecretChecked
from jnlpspy.model.session import Outcome, PipeEnd, PipeKind
from jnlpspy.model.tap import CloseReason, Side
from jnlpspy.model.trouble import is_trouble

JUDGED = (CallFinished, ConnectionClosed, PipeClosed, SecretChecked)
"""Facts that are trouble or not by what they say."""


def test_some_facts_are_trouble_whatever_they_say() -> None:
    told = {type(event.fact).__name__ for event in EVENTS if is_trouble(event.fact)}
    assert told - {kind.__name__ for kind in JUDGED} == {
        "ConnectFailed",
        "HandshakeRefused",
        "SecretFlawed",
        "CallsWaiting",
        "PipeStalled",
        "Undecodable",
        "BytesMissing",
    }


def closed(how: CloseReason) -> Fact:
    return ConnectionClosed(Side.AGENT, how, False, {}, {}, 1.0)


def piped(how: PipeEnd) -> Fact:
    return PipeClosed("c5", PipeKind.STREAM, Side.AGENT, None, 1, 1, how, 1.0)


@pytest.mark.parametrize(
    ("facts", "bad"),
    [
        ({each: CallFinished("c1", "x", 1.0, each) for each in Outcome}, {Outcome.THREW, Outcome.UNANSWERED}),
        ({each: closed(each) for each in CloseReason}, {CloseReason.RESET, CloseReason.TIMEOUT}),
        ({each: piped(each) for each in PipeEnd}, {PipeEnd.DEAD}),
        ({each: SecretChecked(Side.AGENT, each) for each in (True, False)}, {False}),
    ],
    ids=["calls", "connections", "pipes", "secrets"],
)
def test_others_are_trouble_by_how_they_ended(facts: dict[object, Fact], bad: set[object]) -> None:
    assert {how for how, fact in facts.items() if is_trouble(fact)} == bad
