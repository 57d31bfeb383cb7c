"""The steps of a connection: all of a handshake, of a long channel its beginning, its end, and what went wrong."""

from itertools import chain

from diagnosing import a_finding
from facts import EVENTS, WHEN

from jnlpspy.export.sequence import BAD, FIRST, HANDSHAKE, LAST, Fold, Sequence, Step, Tone, step_of, tone_of
from jnlpspy.model.commands import CloseCommand, UserRequest
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    ChannelEstablished,
    ClassLoaded,
    CommandSent,
    Event,
    Fact,
    HandshakeRefused,
    ProtocolOffered,
    Remark,
)
from jnlpspy.model.findings import Severity
from jnlpspy.model.session import CallKind, Outcome
from jnlpspy.model.tap import Side


def steps_of(*facts: Fact) -> list[Step | Fold]:
    sequence = Sequence()
    for seq, fact in enumerate(facts, start=1):
        sequence.observe(Event(seq, 1, WHEN + seq, fact, Side.AGENT))
    return sequence.steps()


def call(number: int, outcome: Outcome = Outcome.RETURNED) -> list[Fact]:
    return [
        CallStarted(f"c{number}", CallKind.USER, "x.Y"),
        CallFinished(f"c{number}", "x.Y", 0.1, outcome),
    ]


def channel(*calls: list[Fact]) -> list[Fact]:
    return [ProtocolOffered("JNLP4-connect"), ChannelEstablished("JNLP4-connect", "a"), *chain(*calls)]


def test_a_short_session_is_told_whole() -> None:
    steps = steps_of(*channel(call(1), call(2)))
    assert [each.word for each in steps if isinstance(each, Step)] == [
        *("offers", "channel", "call", "answer", "call", "answer")
    ]


def test_a_long_channel_is_folded_between_its_beginning_and_its_end() -> None:
    steps = steps_of(*channel(*(call(number) for number in range(1000))))
    folds = [each for each in steps if isinstance(each, Fold)]
    assert [each.describe() for each in folds] == ["… 992 more calls, 992 more answers"]
    assert len(steps) == 2 + FIRST + 1 + LAST
    assert isinstance(steps[-1], Step)
    assert steps[-1].text.startswith("c999 ")


def test_what_went_wrong_in_between_is_kept_up_to_a_number() -> None:
    calls = [call(number, Outcome.THREW if number % 50 == 0 else Outcome.RETURNED) for number in range(2000)]
    steps = steps_of(*channel(*calls))
    assert len([each for each in steps if isinstance(each, Step) and each.tone is Tone.BAD]) == BAD + 1
    assert len(steps) <= 2 + FIRST + 2 * BAD + 1 + LAST


def test_a_handshake_that_never_ends_is_folded_too() -> None:
    steps = steps_of(*([Remark("again")] * 500))
    assert len(steps) == HANDSHAKE + 1 + LAST
    assert [each.describe() for each in steps if isinstance(each, Fold)] == [f"… {500 - HANDSHAKE - LAST} more events"]


def test_commands_and_loads_are_told_by_their_calls_but_a_close_is_told() -> None:
    loads = [event.fact for event in EVENTS if isinstance(event.fact, ClassLoaded)]
    steps = steps_of(CommandSent(UserRequest(id=7), 10), *loads, CommandSent(CloseCommand(), 132))
    assert [each.text for each in steps if isinstance(each, Step)] == ["Channel$CloseCommand, 132 bytes"]


def test_findings_are_notes_as_bad_as_they_are() -> None:
    said = step_of(Event(1, 1, WHEN, a_finding("x"), Side.AGENT))
    assert (said.side, said.tone) == (None, Tone.BAD)
    assert tone_of(a_finding("x", Severity.INFO)) is Tone.QUIET
    assert tone_of(a_finding("x", under="y")) is Tone.QUIET


def test_a_refusal_is_bad_and_an_answer_answers() -> None:
    refused = step_of(Event(1, 1, WHEN, HandshakeRefused(Side.CONTROLLER, "no"), Side.CONTROLLER))
    assert (refused.tone, refused.side, refused.answer) == (Tone.BAD, Side.CONTROLLER, False)
    finished = step_of(Event(1, 1, WHEN, CallFinished("c1", "x.Y", 0.5, Outcome.RETURNED), Side.AGENT))
    assert (finished.tone, finished.answer) == (Tone.PLAIN, True)
