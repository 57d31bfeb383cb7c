"""Findings for readers of a report."""

import io

from diagnosing import a_finding
from facts import EVENTS, WHEN
from pages import Node, parse
from tales import HOSTILE

from jnlpspy.diagnosis.verdict import Conclusion, Verdict
from jnlpspy.export.format import Export
from jnlpspy.export.html.findings import MOST, draw_findings
from jnlpspy.export.html.markup import join
from jnlpspy.model.findings import Finding, Severity

FINDING = Finding(
    "secret-rejected",
    Severity.ERROR,
    "The controller refused the secret",
    (5, "the inventory"),
    ("another secret",),
    ("run `jnlpspy secret NAME`",),
    0.8,
)


def drawn(*conclusions: Conclusion) -> Node:
    export = Export(io.StringIO(), "s.pcapng", Verdict())
    export.runs.begin("s.pcapng", 0, 0)
    return parse(join(draw_findings(export, conclusions)))


def test_a_finding_says_what_why_and_what_to_do() -> None:
    conclusion = Conclusion(FINDING, [3], WHEN, 5, (EVENTS[4], "the inventory"))
    page = drawn(conclusion)
    card = page.one("article", class_="error")
    assert card.one("h3").text == "error The controller refused the secret"
    assert card.one("p").text.startswith("secret-rejected · likely (80%) · session #3 · at 20")
    assert [each.text for each in card.one("ul").all("li")] == [
        f"event 5, {card.one('ul').all('li')[0].one('span').text.split()[2]} agent offers: JNLP4-connect",
        "the inventory",
    ]
    assert card.one("div", class_="cure").one("li").one("code").text == "jnlpspy secret NAME"


def test_what_follows_stands_below_and_many_sessions_are_counted() -> None:
    effect = Conclusion(a_finding("effect", under="root"), [3], WHEN)
    page = drawn(Conclusion(FINDING, list(range(1, 21)), WHEN, consequences=[effect]))
    assert page.all("ul")[-1].text == "effect it is effect"
    assert len(page.one("article").one("p").all("a")) == 8
    assert "and 12 more · first at " in page.one("article").one("p").text


def test_what_was_known_before_any_connection_says_so() -> None:
    assert drawn(Conclusion(FINDING, [0], WHEN)).one("article").one("p").text.endswith(" · in what was given")


def test_nothing_found_is_said() -> None:
    assert drawn().one("p", id="findings").text == "No findings."


def test_of_very_many_the_worst_are_shown_and_the_rest_is_counted() -> None:
    page = drawn(*(Conclusion(FINDING, [number], WHEN) for number in range(1, MOST + 6)))
    assert len(page.all("article")) == MOST
    assert page.one("p", class_="note").text.startswith("5 more findings left out.")


def test_hostile_text_stays_text() -> None:
    hostile = Finding(HOSTILE, Severity.INFO, HOSTILE, (HOSTILE,), (HOSTILE,), (f"`{HOSTILE}`",), 0.5)
    page = drawn(Conclusion(hostile, [1], WHEN, evidence=(HOSTILE,)))
    assert not page.all("img") + page.all("script")
    assert not {"\u202e", "\x1b", "\x00"} & set(page.text)
