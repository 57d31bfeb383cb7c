"""Calls as rows, each below the one it serves."""

from facts import AGENT, CONTROLLER, WHEN
from specimens import observations_of, secrets_of, specimen_names
from tables import open_console, pass_through

from jnlpspy.decoder import Decoder
from jnlpspy.model.choice import Choice, every, no_event
from jnlpspy.model.events import CallFinished, CallStarted, CallsWaiting, Event
from jnlpspy.model.session import CallKind, Outcome, WaitingCall
from jnlpspy.view.calls import CallTable

STARTED = [
    (CallStarted("c1", CallKind.USER, "a.Build", "x=1", purpose="builds"), CONTROLLER),
    (CallStarted("c2", CallKind.USER, "a.Other"), CONTROLLER),
    (CallStarted("a1", CallKind.RPC, "a.I.ask", "2", parent="c1"), AGENT),
    (CallStarted("c3", CallKind.USER, "a.Inner", parent="a1", certain=False), CONTROLLER),
]


def table_of(limit: int | None = None) -> CallTable:
    table = CallTable(limit)
    for seq, (fact, side) in enumerate(STARTED, start=1):
        table.observe(Event(seq, 3, WHEN + seq, fact, side))
    finished = CallFinished(
        "c2", "a.Other", 0.25, Outcome.THREW, "java.io.IOException: gone", ("java.lang.X: y", "a.Z"), ("b.S",)
    )
    table.observe(Event(9, 3, WHEN + 9, finished, AGENT))
    return table


def test_a_call_hangs_on_the_one_it_serves() -> None:
    console, out = open_console(None)
    table_of().print_to(console)
    assert (
        out.getvalue()
        == """\
event  #  call  from   callable      arguments     duration  outcome
    1  3    c1  contr  a.Build       x=1 · builds            open
    3  3    a1  agent  └ a.I.ask     2                       open
    4  3    c3  contr    └? a.Inner                          open
    2  3    c2  contr  a.Other                       250 ms  threw IOException: gone, caused by X: y, caused by Z
"""
    )


def test_records_tell_the_same() -> None:
    records = {record["call"]: record for record in table_of().records()}
    assert [records[call]["depth"] for call in ("c1", "a1", "c3", "c2")] == [0, 1, 2, 0]
    assert (records["c3"]["parent"], records["c3"]["certain"]) == ("a1", False)
    assert (records["c2"]["outcome"], records["c2"]["duration"]) == ("threw", 0.25)
    assert (records["c2"]["causes"], records["c2"]["suppressed"]) == (["java.lang.X: y", "a.Z"], ["b.S"])
    assert (records["c1"]["causes"], records["c1"]["suppressed"]) == ([], [])
    assert records["c1"]["outcome"] is None


def test_rows_beyond_the_limit_are_counted() -> None:
    console, out = open_console(None)
    table_of(1).print_to(console)
    assert out.getvalue().splitlines()[1:] == [
        "    1  3    c1  contr  a.Build   x=1 · builds            open",
        "3 more calls beyond --limit",
    ]


def test_every_call_of_every_specimen_is_a_row_with_its_outcome() -> None:
    for name in specimen_names():
        decoder = Decoder(secrets_of(name))
        events = [event for each in observations_of(name) for event in decoder.feed(each)] + decoder.finish()
        table = CallTable()
        pass_through(name, table_sink := _Observed(table))
        rows = list(table_sink.table.records())
        assert len(rows) == sum(isinstance(event.fact, CallStarted) for event in events)
        assert sum(row["outcome"] is not None for row in rows) == sum(
            isinstance(event.fact, CallFinished) for event in events
        )


class _Observed:
    def __init__(self, table: CallTable) -> None:
        self.table = table

    def observe(self, event: Event) -> None:
        self.table.observe(event)

    def finish(self) -> None:
        """All rows are asked for later."""


def chosen_calls(choice: Choice) -> list[tuple[str, int]]:
    table = CallTable(choice=choice)
    for seq, (fact, side) in enumerate(STARTED, start=1):
        table.observe(Event(seq, 3, WHEN + seq, fact, side))
    waiting = CallsWaiting((WaitingCall("c1", "a.Build", CONTROLLER, 9.0), WaitingCall("a1", "a.I.ask", AGENT, 8.0)))
    table.observe(Event(8, 3, WHEN + 8, waiting, None))
    for seq, call in enumerate(("c2", "c3", "a1", "c1", "c99"), start=9):
        table.observe(Event(seq, 3, WHEN + seq, CallFinished(call, "a.X", 0.25, Outcome.THREW), AGENT))
    return [(str(record["call"]), int(str(record["depth"]))) for record in table.records()]


def test_a_call_is_chosen_by_its_start_its_end_or_those_who_wait() -> None:
    assert chosen_calls(lambda event: event.seq == 2) == [("c2", 0)]
    assert chosen_calls(lambda event: event.seq == 9) == [("c2", 0)]
    assert chosen_calls(lambda event: isinstance(event.fact, CallsWaiting)) == [("c1", 0), ("a1", 1)]
    assert chosen_calls(no_event) == []
    assert len(chosen_calls(every)) == len(STARTED)


def test_a_call_hangs_on_another_only_where_that_is_shown() -> None:
    assert chosen_calls(lambda event: event.seq in (3, 4)) == [("a1", 0), ("c3", 1)]
    assert chosen_calls(lambda event: event.seq in (1, 4)) == [("c1", 0), ("c3", 0)]


def test_calls_stand_as_they_began_also_where_they_are_chosen_at_their_end() -> None:
    assert chosen_calls(lambda event: event.seq >= 9) == [("c1", 0), ("a1", 1), ("c3", 2), ("c2", 0)]
