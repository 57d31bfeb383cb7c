"""Rows that are complete: a call with its outcome, a pipe with its end."""

from collections.abc import Callable

from facts import EVENTS, WHEN

from jnlpspy.export.html.rows import OPEN, CallRow, EventRow, Ledger, LoadRow, PipeRow, rank_of
from jnlpspy.model.events import CallFinished, CallStarted, CommandSent, Event, Fact, Remark
from jnlpspy.model.session import CallKind, Outcome
from jnlpspy.model.tap import Side

Row = CallRow | PipeRow | LoadRow | EventRow


def rows_of(facts: list[Fact], wanted: Callable[[Fact], bool] = lambda _: True) -> list[Row]:
    ledger = Ledger()
    made = [
        ledger.observe(Event(seq, 1, WHEN + seq, fact, Side.AGENT), wanted=wanted(fact))
        for seq, fact in enumerate(facts, start=1)
    ]
    return [row for row in [*made, *ledger.finish()] if row is not None]


STARTED = CallStarted("c1", CallKind.USER, "x.Y", "a=1", "does it", "a7", certain=False)


def test_a_call_is_told_when_it_ends() -> None:
    finished = CallFinished("c1", "x.Y", 0.5, Outcome.THREW, "a.E: no", ("b.F: why",))
    (row,) = rows_of([STARTED, finished])
    assert isinstance(row, CallRow)
    assert (row.seq, row.call, row.duration, row.outcome) == (1, "c1", 0.5, Outcome.THREW)
    assert row.exception == "a.E: no, caused by b.F: why"


def test_a_call_without_an_end_is_told_at_the_end() -> None:
    (row,) = rows_of([STARTED])
    assert isinstance(row, CallRow)
    assert (row.duration, row.outcome) == (None, None)


def test_a_call_is_wanted_if_its_start_or_its_end_is() -> None:
    slow = CallFinished("c1", "x.Y", 9.0, Outcome.RETURNED)
    assert len(rows_of([STARTED, slow], lambda fact: fact is slow)) == 1
    assert len(rows_of([STARTED, slow], lambda fact: fact is STARTED)) == 1
    assert rows_of([STARTED, slow], lambda _: False) == []


def test_every_fact_but_commands_and_findings_has_its_row() -> None:
    ledger = Ledger()
    rows = [ledger.observe(event, wanted=True) for event in EVENTS]
    made = {type(row) for row in rows if row is not None}
    assert made == {CallRow, PipeRow, LoadRow, EventRow}
    commands = [row for event, row in zip(EVENTS, rows, strict=True) if isinstance(event.fact, CommandSent)]
    assert [row.text for row in commands if isinstance(row, EventRow)] == ["Channel$CloseCommand, 132 bytes"]


def test_what_never_ends_is_forgotten_before_there_is_too_much_of_it() -> None:
    ledger = Ledger()
    for number in range(OPEN + 10):
        ledger.observe(Event(number, 1, WHEN, CallStarted(f"c{number}", CallKind.RPC, "x")), wanted=True)
    assert len(ledger.calls) == OPEN
    assert ledger.observe(Event(1, 1, WHEN, CallFinished("c0", "x", 0.1, Outcome.RETURNED)), wanted=True) is None


def test_what_went_wrong_ranks_before_what_took_long() -> None:
    failed, slow = (
        rows_of([STARTED, CallFinished("c1", "x", duration, outcome)])[0]
        for duration, outcome in ((0.1, Outcome.THREW), (900.0, Outcome.RETURNED))
    )
    assert rank_of(failed) > rank_of(slow) > rank_of(rows_of([Remark("x")])[0])
