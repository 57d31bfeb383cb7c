"""Pipes as rows."""

from facts import AGENT, CONTROLLER, EVENTS, WHEN
from tables import open_console

from jnlpspy.model.events import Event, PipeClosed, PipeOpened, PipeStalled
from jnlpspy.model.session import PipeEnd, PipeKind
from jnlpspy.view.pipes import PipeTable

GONE = PipeClosed(
    "a5.2", PipeKind.WRITER, CONTROLLER, None, 1, 1, PipeEnd.DEAD, 0.2, "java.io.IOException: gone", 1, 2, 31.5
)


def table() -> PipeTable:
    found = PipeTable()
    found.observe(Event(1, 3, WHEN, PipeOpened("c5", PipeKind.STREAM, AGENT, "c7"), CONTROLLER))
    found.observe(Event(2, 3, WHEN, PipeOpened("a5.2", PipeKind.WRITER, CONTROLLER), AGENT))
    found.observe(Event(3, 3, WHEN, GONE, AGENT))
    for event in EVENTS:
        if not isinstance(event.fact, PipeOpened | PipeClosed):
            found.observe(event)
    return found


def test_a_pipe_tells_how_much_how_long_and_how_it_ended() -> None:
    console, out = open_console(160)
    table().print_to(console)
    assert (
        out.getvalue()
        == """\
event  #  pipe  kind    from   call  bytes  chunks  duration  stood still  end
    1  3    c5  stream  agent    c7                                        open
    2  3  a5.2  text    contr            1       1    200 ms       31.5 s  \
reader gone with 1 in flight: java.io.IOException: gone
"""
    )


def test_records_tell_the_same() -> None:
    opened, gone = table().records()
    assert (opened["writer"], opened["call"], opened["bytes"], opened["how"]) == ("agent", "c7", None, None)
    assert (gone["bytes"], gone["stalls"], gone["stalled"], gone["how"]) == (1, 2, 31.5, "dead")
    assert gone["error"] == "java.io.IOException: gone"


def test_a_pipe_is_chosen_by_any_of_its_events() -> None:
    events = [
        Event(1, 3, WHEN, PipeOpened("c5", PipeKind.STREAM, AGENT, "c7"), CONTROLLER),
        Event(2, 3, WHEN, PipeOpened("a5.2", PipeKind.WRITER, CONTROLLER), AGENT),
        Event(3, 3, WHEN, PipeStalled("c5", 99, 2.0), CONTROLLER),
        Event(4, 3, WHEN, GONE, AGENT),
        Event(5, 4, WHEN, GONE, AGENT),
    ]

    def chosen(*seqs: int) -> list[object]:
        found = PipeTable(choice=lambda event: event.seq in seqs)
        for event in events:
            found.observe(event)
        return [record["pipe"] for record in found.records()]

    assert [chosen(seq) for seq in range(1, 6)] == [["c5"], ["a5.2"], ["c5"], ["a5.2"], []]
    assert chosen(3, 4) == ["c5", "a5.2"]
