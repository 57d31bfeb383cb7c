from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.view.live import limits
from jnlpspy.view.live.keys import Key, Paste, Stroke
from jnlpspy.view.live.prompt import Offer, Prompt

OFFERS = (Offer("callable", 0), Offer("call", 0))


def typed(*strokes: Stroke) -> Prompt:
    prompt = Prompt(complete=lambda text, column: OFFERS if text[:column] == "ca" else ())
    for stroke in strokes:
        prompt.press(stroke)
    return prompt


def test_characters_go_where_the_cursor_is() -> None:
    assert typed(*"cll", Key.LEFT, Key.LEFT, "a").text == "call"
    assert typed(*"bc", Key.HOME, "a", Key.END, "d").text == "abcd"


def test_what_is_pasted_is_one_line_of_text() -> None:
    assert typed("a", Paste("b\x1b[A\nc")).text == "ab [A c"


def test_erasing_takes_a_character_a_word_or_all() -> None:
    assert typed(*"ab", Key.BACKSPACE).text == "a"
    assert typed(*"ab", Key.HOME, Key.DELETE).text == "b"
    assert typed(*"side == agent ", Key.ERASE_WORD).text == "side == "
    assert typed(*"agent", Key.ERASE_WORD, Key.BACKSPACE).text == ""
    assert typed(*"abc", Key.LEFT, Key.ERASE_LINE).text == "c"


def test_tab_completes_and_once_more_offers_the_next() -> None:
    assert typed(*"ca", Key.TAB).text == "callable"
    assert typed(*"ca", Key.TAB).offers == OFFERS
    assert typed(*"x", Key.TAB).text == "x"


def test_a_text_never_grows_beyond_its_limit() -> None:
    prompt = typed(Paste("x" * 10_000), "y")
    assert len(prompt.text) == prompt.cursor == limits.LONGEST_FILTER


@given(st.lists(st.sampled_from([*Key, "a", " ", Paste("two words")])))
def test_the_cursor_stays_in_the_text(strokes: list[Stroke]) -> None:
    prompt = typed(*strokes)
    assert 0 <= prompt.cursor <= len(prompt.text)
