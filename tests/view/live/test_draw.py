"""Screens at 80x24 and 160x50, as kept in snapshots/, and at any other size."""

import pytest
from live_screens import SCREENS, SIZES, STATUS, Stage, busy, sending, shown, snapshot_of
from rich.cells import cell_len

from jnlpspy.model.tap import Side
from jnlpspy.view.live.draw import draw
from jnlpspy.view.live.keys import Key

pytestmark = pytest.mark.usefixtures("in_utc")


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x50"])
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_looks_as_it_was_accepted(name: str, size: tuple[int, int]) -> None:
    assert shown(name, size) == snapshot_of(name, size).read_text("utf-8")


@pytest.mark.parametrize(
    "size", [(1, 1), (20, 5), (49, 40), (50, 12), (79, 23), (80, 24), (119, 30), (120, 12), (300, 99)]
)
@pytest.mark.parametrize("name", ["empty", "many", "event", "help", "filter-wrong", "asking", "record-failed"])
def test_at_any_size_the_screen_is_filled_and_nothing_stands_out_of_it(name: str, size: tuple[int, int]) -> None:
    stage = SCREENS[name](Stage(*size))
    lines = draw(stage.state, stage.layout, stage.now)
    assert [cell_len(line.plain) for line in lines] == [size[0]] * size[1]
    assert "\n" not in "".join(line.plain for line in lines)


@pytest.mark.parametrize(("size", "said"), [((40, 24), "jnlpspy needs 80x24"), ((70, 20), "made for 80x24")])
def test_a_small_terminal_is_told_so(size: tuple[int, int], said: str) -> None:
    assert said in Stage(*size).tell(busy(3)).text


def test_an_ordinary_terminal_is_told_nothing_of_sizes() -> None:
    assert "80x24" not in Stage(80, 24).tell(busy(3)).text


def test_nothing_moves_when_only_the_clock_does() -> None:
    stage = Stage().tell(busy(9))
    before = stage.lines
    after = stage.at(stage.now + 1).lines
    changed = [number for number, (one, other) in enumerate(zip(before, after, strict=True)) if one != other]
    assert changed == [0, *range(4, 10)], "the head's uptime and the sessions' ages"


def test_columns_stand_where_they_stood_whatever_sessions_come() -> None:
    few, many = Stage(160, 50).tell(busy(1)), Stage(160, 50).tell(busy(200))
    assert few.lines[3] == many.lines[3]


def test_bytes_and_rates_of_both_sides_are_told() -> None:
    stage = Stage(160, 50).tell(busy(1))
    sending(stage, 1, Side.AGENT, 50_000)
    sending(stage, 1, Side.CONTROLLER, 2_000_000)
    stage.at(stage.now + 1)
    assert "48.8K 16.3K  1.9M  651K" in stage.lines[4]


def test_what_comes_from_the_wire_cannot_command_the_terminal() -> None:
    stage = Stage().tell(busy(1, name="evil\x1b]0;title\x07\u202ename\n"))
    stage.press(Key.ENTER, Key.ENTER)
    stage.model.notice("a\x1b[2Jmessage\r\n")
    for _ in range(3):
        assert "\x1b" not in stage.text
        assert "\x07" not in stage.text
        assert "\u202e" not in stage.text
        stage.press(Key.ESCAPE)


def test_no_secret_is_shown() -> None:
    stage = Stage(160, 50).tell(busy(7))
    stage.press(Key.END, Key.ENTER, "g", Key.DOWN, Key.DOWN, Key.ENTER)
    assert "secret:" in stage.text
    assert "5" * 16 not in stage.text


def test_without_a_root_url_the_first_screen_tells_how_to_connect_directly() -> None:
    stage = Stage(80, 24, STATUS)
    stage.model.tell(type(STATUS)(target="10.0.0.2:50000", listen="127.0.0.1:50001", started=1000.0))
    assert "-direct 127.0.0.1:50001 -instanceIdentity" in stage.text
