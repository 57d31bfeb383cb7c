"""Pipes as rows."""

from facts import AGENT, CONTROLLER, EVENTS, WHEN
from tables import open_console

from jnlpspy.model.events import Event, PipeClosed, PipeOpened
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
reader gone, 1 not acknowledged: java.io.IOException: gone
"""
    )


def test_records_tell_the_same() -> None:
    opened, gone = table().records()
    assert (opened["writer"], opened["call"], opened["bytes"], opened["how"]) == ("agent", "c7", None, None)
    assert (gone["bytes"], gone["stalls"], gone["stalled"], gone["how"]) == (1, 2, 31.5, "dead")
    assert gone["error"] == "java.io.IOException: gone"
