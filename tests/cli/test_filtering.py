from live_screens import Stage, busy

from jnlpspy.cli.filtering import live_filters
from jnlpspy.view.live.keys import Key
from jnlpspy.view.live.state import ScreenState


def stage() -> Stage:
    made = Stage().tell(busy(9))
    made.state = ScreenState(made.model, live_filters())
    return made


def test_the_language_of_filters_chooses_what_is_shown() -> None:
    made = stage().type('/refused or call and callable ~ "ListGlob"')
    made.press(Key.ENTER)
    assert made.state.prompt is None
    assert "9 shown" in made.text
    made.type("/")
    made.press(Key.ERASE_LINE)
    made.type("refused")
    made.press(Key.ENTER)
    assert "1 shown" in made.text


def test_a_fault_is_shown_with_the_cursor_where_it_is() -> None:
    made = stage().type("/call and calable ~ x")
    made.press(Key.ENTER)
    prompt = made.state.prompt
    assert prompt is not None
    assert prompt.cursor == len("call and ")
    assert "did you mean `callable`" in made.text


def test_words_are_completed_and_explained() -> None:
    made = stage().type("/callab")
    made.press(Key.TAB)
    prompt = made.state.prompt
    assert prompt is not None
    assert prompt.text == "callable"
    assert "callable: " in made.lines[-2]
