"""The sequence diagram, which is a list that can be read aloud."""

from collections import Counter

from facts import WHEN
from pages import Node, parse

from jnlpspy.export.html.steps import draw_steps, merged
from jnlpspy.export.sequence import Fold, Step, Tone
from jnlpspy.model.tap import Side


def items(*steps: Step | Fold) -> list[Node]:
    return parse(draw_steps(steps, WHEN)).one("ol").all("li")


def a_step(seq: int, side: Side | None, tone: Tone = Tone.PLAIN, *, answer: bool = False) -> Step:
    return Step(seq, WHEN + seq / 10, side, "call", f"c{seq} <b>", tone, answer)


def test_a_message_says_from_whom_to_whom_in_words_too() -> None:
    (item,) = items(a_step(1, Side.AGENT))
    assert item.text == "+100 msagent to controller: call c1 <b>"
    assert item.one("div").attributes["class"] == "message to-controller"


def test_an_answer_and_what_went_wrong_look_so() -> None:
    answered, refused = items(a_step(1, Side.CONTROLLER, answer=True), a_step(2, Side.CONTROLLER, Tone.BAD))
    assert answered.one("div").attributes["class"] == "message to-agent answer"
    assert refused.attributes["class"] == "bad"


def test_notes_and_folds_belong_to_both() -> None:
    note, fold = items(a_step(1, None), Fold(Counter(call=3)))
    assert note.one("div").attributes["class"] == "note"
    assert fold.text == "… 3 more calls"


def test_what_came_before_the_session_has_a_time_before_it() -> None:
    (item,) = items(Step(1, WHEN - 2.0, Side.AGENT, "asks", "GET /"))
    assert item.one("span", class_="time").text == "-2.0 s"


def test_two_connections_are_told_in_the_order_of_what_happened() -> None:
    fold = Fold(Counter(call=1))
    told = merged(
        [a_step(1, None), a_step(4, None)],
        [a_step(2, None), a_step(3, None), fold, a_step(5, None)],
    )
    assert [each.seq if isinstance(each, Step) else "…" for each in told] == [1, 2, 3, "…", 4, 5]
