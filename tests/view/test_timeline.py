"""Sessions drawn over their time."""

import pytest
from facts import AGENT, CONTROLLER, WHEN
from hypothesis import given
from hypothesis import strategies as st
from tables import WORKLOAD, open_console, pass_through, printed

from jnlpspy.model.choice import every, no_event
from jnlpspy.model.commands import CloseCommand
from jnlpspy.model.events import CallFinished, CallStarted, CommandSent, Event, Fact, ProtocolOffered, Remark
from jnlpspy.model.session import CallKind, Outcome
from jnlpspy.model.tap import Side
from jnlpspy.view.reports import Record, RecordedReport
from jnlpspy.view.timeline import MARKS, SLICES, Lane, TimelineReport

Said = tuple[float, Fact, Side | None]


def drawn(said: list[Said]) -> list[str]:
    report = TimelineReport()
    for seq, (when, fact, side) in enumerate(said, start=1):
        report.observe(Event(seq, 3, WHEN + when, fact, side))
    console, out = open_console(80)
    report.print_to(console)
    return out.getvalue().splitlines()


OFFERED: Said = (0.0, ProtocolOffered("JNLP4-connect"), AGENT)


def test_bars_stand_where_bytes_and_calls_were() -> None:
    lines = drawn(
        [
            OFFERED,
            (1.0, CommandSent(CloseCommand(), 100), CONTROLLER),
            (1.0, CallStarted("c1", CallKind.USER, "a.B"), CONTROLLER),
            (3.0, CallFinished("c1", "a.B", 2.0, Outcome.RETURNED), AGENT),
            (4.0, CommandSent(CloseCommand(), 50), AGENT),
        ]
    )
    agent, controller, calls = (line.partition("│")[2].rstrip("│") for line in lines[3:6])
    assert agent.strip() == "█"
    assert agent.index("█") == 67
    assert controller.index("█") == 17
    assert (calls.index("█"), calls.rindex("█")) == (17, 51)


def test_of_many_turning_points_the_first_and_the_last_are_shown() -> None:
    lines = drawn([OFFERED, *((float(number), Remark(f"number {number}"), None) for number in range(100))])
    assert any("number 5" in line for line in lines)
    assert any("number 99" in line for line in lines)
    assert f"           … {101 - MARKS} left out" in lines


def test_what_comes_before_an_offer_is_no_session() -> None:
    assert drawn([(0.0, Remark("early"), None)]) == ["no sessions"]


def test_a_command_without_an_offer_is_of_a_session_begun_before_the_capture() -> None:
    assert drawn([(1.0, CommandSent(CloseCommand(), 100), CONTROLLER)])[-1].endswith(
        "100 bytes of commands, 0 calls at once"
    )


def test_every_turning_point_is_a_record() -> None:
    records: list[Record] = []
    pass_through(WORKLOAD, RecordedReport(TimelineReport(), records.append))
    assert [record["what"] for record in records] == [
        "offers",
        "headers",
        "headers",
        "accepted",
        "channel",
        "ended",
        "closed",
    ]
    assert records[0]["offset"] == 0


@given(st.lists(st.tuples(st.floats(0, 100_000), st.integers(1, 1000)), max_size=30), st.integers(20, 200))
def test_however_long_a_session_is_no_byte_is_lost(sent: list[tuple[float, int]], columns: int) -> None:
    lane = Lane(add=True)
    for when, size in sent:
        lane.put(when, when, size)
    duration = max([when for when, _ in sent], default=1.0) or 1.0
    assert sum(lane.resampled(duration, columns)) == sum(size for _, size in sent)
    assert len(lane.values) == SLICES


def test_a_session_is_drawn_whole_if_an_event_of_it_is_asked_for() -> None:
    for choice, number in ((every, 2), (no_event, 0), (lambda event: event.seq == 9 and event.connection == 2, 1)):
        report = TimelineReport(choice=choice)
        for connection in (1, 2):
            report.observe(Event(1, connection, WHEN, OFFERED[1], AGENT))
            report.observe(Event(9, connection, WHEN + 1, Remark("late"), None))
        assert len(list(report.records())) == 2 * number


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("head-WebSocket-wrong-secret", "refused    403 for /wsagents/"),
        ("3.33-JNLP3-connect-wrong-secret", "secret     the secret given does not fit the agent's proof"),
    ],
)
def test_what_ends_a_session_before_its_channel_is_marked_as_bad(name: str, told: str) -> None:
    shown = printed(TimelineReport(), name, None)
    assert told in shown
    assert "!" in next(line for line in shown.splitlines() if line.startswith("     marks"))
    assert "; no commands\n" in shown
