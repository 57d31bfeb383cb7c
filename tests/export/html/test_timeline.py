"""A session over its time, with nothing outside of it."""

import re
from itertools import pairwise

from pages import Node, parse
from tales import HOSTILE, a_call, a_hostile_session, a_session, book_of

from jnlpspy.export.html.markup import visible
from jnlpspy.export.html.timeline import LEFT, MOST_ROWS, RIGHT, draw_timeline, legend
from jnlpspy.model.events import Event
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import Side


def drawn(events: list[Event], most: int = 1000) -> Node:
    (session,) = book_of(events).sessions()
    assert session.detail is not None
    page = parse(draw_timeline(session, session.detail, most))
    for bar in page.all("rect"):
        left, width = float(bar.attributes["x"]), float(bar.attributes["width"])
        assert left >= LEFT
        assert width > 0
        assert left + width <= RIGHT + 2
    return page.one("svg")


def test_a_call_is_a_bar_from_its_start_to_its_end_that_says_what_it_is() -> None:
    svg = drawn(a_session(1, a_call(1, 2.0, 4.0)))
    bar = svg.one("rect", class_="returned")
    share = (RIGHT - LEFT) / 10
    assert abs(float(bar.attributes["x"]) - (LEFT + 2 * share)) < 1
    assert abs(float(bar.attributes["width"]) - 4 * share) < 1
    assert bar.one("title").text == "c1 org.example.Job1.run(n=1): returned after 4.0 s"
    assert [each.text for each in svg.all("text", class_="label")] == ["Job1.run"]


def test_each_side_has_its_lane_and_each_outcome_its_look() -> None:
    calls = [
        a_call(1, 1.0, 1.0, Outcome.THREW),
        a_call(2, 2.0, 1.0, Outcome.CANCELLED, Side.AGENT),
        a_call(3, 3.0, 1.0, Outcome.UNANSWERED),
        a_call(4, 4.0, None),
    ]
    svg = drawn(a_session(1, *calls))
    assert [each.text for each in svg.all("text", class_="lane")] == [
        *("agent sends", "controller sends", "agent calls", "controller calls")
    ]
    looks = {each.attributes["class"].removeprefix("bar ") for each in svg.all("rect")}
    assert looks == {"threw", "cancelled", "unanswered", "open"}
    still_open = svg.one("rect", class_="open")
    assert float(still_open.attributes["x"]) + float(still_open.attributes["width"]) > RIGHT - 1


def test_calls_at_the_same_time_stand_below_each_other_in_so_many_rows() -> None:
    svg = drawn(a_session(1, *(a_call(number, 1.0, 5.0) for number in range(50))))
    assert len({each.attributes["y"] for each in svg.all("rect")}) == MOST_ROWS
    one_by_one = drawn(a_session(1, *(a_call(number, number / 10, 0.09) for number in range(50))))
    assert len({each.attributes["y"] for each in one_by_one.all("rect")}) == 1


def test_of_too_many_calls_the_longest_are_drawn() -> None:
    calls = [a_call(number, 1.0, 0.01) for number in range(30)]
    svg = drawn(a_session(1, *calls, a_call(99, 2.0, 5.0)), most=5)
    assert len(svg.all("rect")) == 5
    assert [each for each in svg.all("title") if "Job99" in each.text]


def test_a_session_without_any_length_is_drawn_too() -> None:
    assert drawn(a_session(1, duration=0.0)).all("path", class_="mark")


def test_turning_points_are_lines_with_their_names() -> None:
    svg = drawn(a_session(1))
    assert len(svg.all("path", class_="mark")) == 4
    named = {each.text for each in svg.all("text", class_="flag")}
    assert named == {"channel", "closed"}, "what matters more is named where there is no room for both"
    assert svg.one("path", class_="good").one("title").text == "channel agent-1 by JNLP4-connect, after 500 ms"


def test_bytes_are_an_area_that_begins_and_ends_at_its_base() -> None:
    svg = drawn(a_session(1))
    path = svg.one("path", class_="agent").attributes["d"]
    base = re.match(rf"M{LEFT} ([\d.]+)", path)
    assert base is not None
    assert path.endswith(f"L{RIGHT} {base[1]}Z")
    runs = re.findall(r"L([\d.]+) ([\d.]+)", path)
    assert not [(one, other) for one, other in pairwise(runs) if one[0] != other[0] and one[1] != other[1]], "a slope"


def test_hostile_text_stays_text() -> None:
    svg = drawn(a_hostile_session(1))
    assert [each for each in svg.all("title") if visible(HOSTILE)[:20] in each.text]
    assert {each.name for each in svg.walk()} == {"svg", "title", "text", "rect", "path", "line"}


def test_the_legend_names_every_look() -> None:
    looks = {each.attributes["class"] for each in parse(legend()).all("rect")}
    assert looks == {f"bar {each}" for each in ("returned", "threw", "cancelled", "unanswered", "open", "piped")}
