"""What a terminal is sent, read back from one."""

import io
import re
from typing import Literal

import pyte
import pytest
from live_screens import Stage, busy
from rich.console import Console

from jnlpspy.view.live.draw import draw
from jnlpspy.view.live.frames import Frames
from jnlpspy.view.theme import THEME

Colors = Literal["256"] | None


def console(color: Colors = "256", *, no_color: bool = False) -> Console:
    return Console(file=io.StringIO(), theme=THEME, force_terminal=True, color_system=color, no_color=no_color)


def test_a_terminal_shows_the_lines_drawn_and_only_what_changed_is_sent() -> None:
    stage = Stage().tell(busy(9))
    frames = Frames(console())
    screen = pyte.Screen(80, 24)
    terminal = pyte.Stream(screen)
    screen.reset_mode(pyte.modes.DECAWM)
    whole = frames.render(draw(stage.state, stage.layout, stage.now))
    terminal.feed(whole)
    assert [line.rstrip() for line in screen.display] == stage.lines
    assert frames.render(draw(stage.state, stage.layout, stage.now)) == ""
    stage.type("j")
    part = frames.render(draw(stage.state, stage.layout, stage.now))
    terminal.feed(part)
    assert [line.rstrip() for line in screen.display] == stage.lines
    assert 0 < len(part) < len(whole) / 2
    frames.forget()
    assert len(frames.render(draw(stage.state, stage.layout, stage.now))) > len(whole) / 2


def test_another_size_is_drawn_whole() -> None:
    frames = Frames(console())
    for size in ((80, 24), (100, 30)):
        stage = Stage(*size)
        assert "\x1b[2J" in frames.render(draw(stage.state, stage.layout, stage.now))


@pytest.mark.parametrize(("color", "no_color"), [(None, False), ("256", True)])
def test_without_colour_the_selection_and_headings_still_stand_out(color: Colors, no_color: bool) -> None:  # noqa: FBT001 - a parameter of the test
    stage = Stage().tell(busy(9))
    sent = Frames(console(color, no_color=no_color)).render(draw(stage.state, stage.layout, stage.now))
    assert re.findall(r"\x1b\[(?:\d+;)*[349]\d[m;]", sent) == []
    if color:
        assert "\x1b[7m" in sent
        assert "\x1b[1m" in sent


def test_colours_tell_what_they_mean() -> None:
    stage = Stage(160, 50).tell(busy(7))
    screen = pyte.Screen(160, 50)
    pyte.Stream(screen).feed(Frames(console()).render(draw(stage.state, stage.layout, stage.now)))
    rows = {line.split()[0]: number for number, line in enumerate(screen.display) if line.strip()[:1].isdigit()}
    at = screen.display[rows["2"]].index("channel")
    assert screen.buffer[rows["2"]][at].fg == "green"
    assert screen.buffer[rows["7"]][screen.display[rows["7"]].index("refused")].fg == "red"
