"""What keys do, without a terminal."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_screens import Stage, busy

from jnlpspy.view.live.draw import draw
from jnlpspy.view.live.keys import Key, Paste, Stroke
from jnlpspy.view.live.prompt import Prompt
from jnlpspy.view.live.state import Place, Wish


def selected(stage: Stage) -> int | None:
    stage.state.sessions()
    return stage.state.connection


def place(stage: Stage) -> Place:
    return stage.state.place


def follows(stage: Stage) -> bool:
    return stage.state.follow


def prompt_of(stage: Stage) -> Prompt | None:
    return stage.state.prompt


def moved(stage: Stage, *strokes: Stroke) -> int | None:
    stage.press(*strokes)
    return selected(stage)


def test_arrows_and_letters_move_the_selection_and_stop_at_the_ends() -> None:
    stage = Stage().tell(busy(5))
    assert selected(stage) == 1
    assert moved(stage, "j", Key.DOWN) == 3
    assert moved(stage, "k") == 2
    assert moved(stage, "G") == 5
    assert moved(stage, "j") == 5
    assert moved(stage, "g", Key.UP) == 1
    assert moved(stage, Key.PAGE_DOWN) == 5


def test_the_selected_session_is_always_in_sight() -> None:
    stage = Stage().tell(busy(200))
    for strokes in ("jjjjjjjjj", "G", "k", "g", "jj"):
        stage.type(strokes)
        assert sum(line.startswith("▸") for line in stage.lines) == 1


def test_the_selection_stays_with_its_session_when_others_come_and_go() -> None:
    stage = Stage().tell(busy(5))
    assert moved(stage, "j", "j") == 3
    stage.tell(busy(200))
    assert selected(stage) == 3


def test_another_session_is_selected_when_its_own_is_filtered_away() -> None:
    stage = Stage().tell(busy(9))
    assert moved(stage, "j") == 2
    assert moved(stage, "e") == 7, "the only one with an error"
    assert moved(stage, "e") is not None


def test_enter_leads_to_events_and_to_one_of_them_and_escape_back() -> None:
    stage = Stage().tell(busy(3))
    stage.press(Key.ENTER)
    assert place(stage) is Place.EVENTS
    stage.press(Key.UP, Key.ENTER)
    assert place(stage) is Place.DETAIL
    assert "c1 returned after 250 ms" in stage.text
    stage.press(Key.ESCAPE, Key.ESCAPE)
    assert place(stage) is Place.SESSIONS


def test_enter_leads_nowhere_without_a_session() -> None:
    stage = Stage()
    stage.press(Key.ENTER, Key.RIGHT, Key.DOWN, "G", "f", Key.LEFT)
    assert place(stage) is Place.SESSIONS


def test_newest_events_are_followed_until_one_moves_away_and_again_from_the_last() -> None:
    stage = Stage().play("3.33-JNLP4-connect-workload")
    stage.press(Key.ENTER)
    assert follows(stage)
    stage.press(Key.UP)
    assert not follows(stage)
    at = stage.state.event
    stage.press(Key.DOWN)
    assert follows(stage)
    stage.type("f")
    assert not follows(stage)
    assert stage.state.event is not at
    stage.type("f")
    assert follows(stage)


def test_the_events_stay_where_they_are_when_they_are_not_followed() -> None:
    stage = Stage().tell(busy(1))
    stage.type("f")
    before = stage.lines[12:17]
    stage.tell(busy(1))
    assert stage.lines[12:17] == before


def test_pausing_keeps_the_screen_and_not_what_is_counted() -> None:
    stage = Stage().tell(busy(3)).type("p")
    stage.tell(busy(9))
    assert "3 open" in stage.text
    assert stage.model.open_sessions > 3
    assert "8 open, 1 closed" not in stage.text
    stage.type("p")
    assert "3 open" not in stage.text


def test_a_paused_screen_can_be_looked_around_in_and_filtered() -> None:
    stage = Stage().tell(busy(9)).type("p/HandshakeRefused")
    stage.press(Key.ENTER)
    assert "1 shown" in stage.text
    assert selected(stage) == 7


def test_a_filter_chooses_sessions_and_events_until_escape() -> None:
    stage = Stage().tell(busy(9)).type("/HandshakeRefused")
    assert "1 shown" not in stage.text, "not before Enter"
    stage.press(Key.ENTER)
    assert "1 shown" in stage.text
    assert selected(stage) == 7
    stage.tell(busy(14))
    assert "2 shown" in stage.text, "of new sessions too"
    stage.press(Key.ESCAPE)
    assert stage.state.filter_text == ""
    assert "2 shown" not in stage.text


def test_a_filter_that_cannot_be_read_stays_with_the_cursor_at_the_fault() -> None:
    stage = Stage().tell(busy(2)).type("/a b")
    stage.press(Key.ENTER)
    prompt = prompt_of(stage)
    assert prompt is not None
    assert prompt.fault is not None
    assert prompt.cursor == 2
    stage.press(Key.ESCAPE)
    assert prompt_of(stage) is None
    assert stage.state.filter_text == ""


def test_letters_typed_into_a_filter_command_nothing() -> None:
    stage = Stage().tell(busy(2)).type("/q?rpe")
    assert stage.state.prompt is not None
    assert stage.state.prompt.text == "q?rpe"
    assert not stage.state.paused


def test_what_is_pasted_commands_nothing() -> None:
    stage = Stage().tell(busy(2))
    assert stage.press(Paste("qqqrrr")) == []
    assert not stage.state.asking


def test_quitting_asks_if_sessions_are_open() -> None:
    stage = Stage().tell(busy(2))
    assert stage.press("q") == []
    assert "2 sessions open" in stage.text
    assert stage.press(Key.ESCAPE) == []
    assert "2 sessions open" not in stage.text
    assert stage.press("q", "y") == [Wish.STOP]
    assert stage.press("q", "q") == [Wish.END]


def test_quitting_ends_in_order_without_sessions_and_at_once_while_it_ends() -> None:
    stage = Stage()
    assert stage.press("q") == [Wish.STOP]
    stage.tell(busy(2))
    stage.model.tell(replace(stage.model.status, stopping=True))
    assert stage.press("q") == [Wish.END]


@pytest.mark.parametrize(
    ("stroke", "wish"), [("r", Wish.RECORD), (Key.SUSPEND, Wish.SUSPEND), (Key.REDRAW, Wish.REDRAW)]
)
def test_what_the_screen_cannot_do_is_wished_of_others(stroke: Stroke, wish: Wish) -> None:
    assert Stage().press(stroke) == [wish]


def test_help_opens_scrolls_and_closes() -> None:
    stage = Stage(80, 14)
    stage.type("?")
    first = stage.lines[3]
    stage.press(*[Key.DOWN] * 50)
    last = stage.lines
    assert last[3] != first
    stage.press(Key.DOWN)
    assert stage.lines == last, "not beyond its end"
    stage.press(Key.ESCAPE)
    assert not stage.state.helping


@given(
    st.lists(st.sampled_from([*Key, *"jkgGefpr/?qy x", Paste("call")]), max_size=30),
    st.sampled_from([(80, 24), (30, 6), (160, 50)]),
)
def test_any_keys_leave_a_screen_that_can_be_drawn(strokes: list[Stroke], size: tuple[int, int]) -> None:
    stage = Stage(*size).tell(busy(8))
    for stroke in strokes:
        stage.press(stroke)
        assert len(draw(stage.state, stage.layout, stage.now)) == size[1]
