"""The page: whole, closed to the network, and without secrets."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from itertools import chain

from diagnosing import a_finding
from exported import exported
from facts import EVENTS, SECRET, WHEN
from pages import check, parse
from specimens import expected_of
from tales import HOSTILE, Said, a_call, a_hostile_session, a_session, report_of

from jnlpspy.export.html.markup import visible
from jnlpspy.export.html.page import PARTS
from jnlpspy.model.events import CallFinished, CallStarted, ClassLoaded, Event, HandshakeRefused
from jnlpspy.model.session import CallKind, LoadKind, Outcome
from jnlpspy.model.tap import Side


def test_a_page_has_every_part() -> None:
    page = parse(report_of(EVENTS))
    check(page)
    links = [each.attributes["href"].removeprefix("#") for each in page.one("nav").all("a")]
    assert links == [key for key, _ in PARTS]
    assert set(links) < {each.attributes.get("id") for each in page.walk()}
    assert page.one("head").one("title").text == "s.pcapng · jnlpspy report"
    assert page.one("html").attributes == {"lang": "en", "dir": "ltr"}


def test_only_our_own_script_and_style_may_act_and_nothing_may_reach_out() -> None:
    text = report_of(a_session(1))
    policy = parse(text).one("meta", http_equiv="Content-Security-Policy").attributes["content"]
    rules = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    assert rules.pop("default-src") == "'none'"
    for name, rule in (("script", rules.pop("script-src")), ("style", rules.pop("style-src"))):
        (inline,) = re.findall(f"<{name}>(.*?)</{name}>", text, re.DOTALL)
        assert rule == f"'sha256-{b64encode(sha256(inline.encode()).digest()).decode()}'"
    assert set(rules.values()) == {"'none'"}
    assert "http-equiv" in text.partition("<style>")[0], "a policy counts for what comes after it"
    assert not re.findall(r"https?://|url\(|@import", text)


def test_hostile_text_stays_text_everywhere() -> None:
    text = report_of(a_hostile_session(1), HOSTILE, notes=[HOSTILE], filter=HOSTILE)
    check(parse(text))
    assert not {"\u202e", "\u2066", "\x1b", "\x00", "\ud800"} & set(text)
    assert text.count("<script>") == text.count("</script>") == 1
    page = parse(text)
    cell = next(each for each in page.all("td") if each.text.startswith("threw "))
    assert visible(HOSTILE)[:20] in cell.text


def test_no_secret_is_in_it() -> None:
    assert SECRET not in report_of(EVENTS)
    for name in ("3.33-JNLP4-connect-wrong-secret", "3.33-JNLP2-connect-wrong-secret"):
        text = exported(name, "html")
        assert not [secret for secret in expected_of(name)["secrets"].values() if secret in text]


def test_the_worst_finding_stands_on_top() -> None:
    page = parse(report_of([*a_session(1), Event(9, 1, WHEN, a_finding("x"))]))
    assert page.one("p", class_="verdict").text == "x it is (1 error)"
    assert len(page.all("article", class_="finding")) == 1
    assert parse(report_of(a_session(1))).one("p", class_="verdict").text.startswith("Nothing found")


def test_what_was_chosen_and_what_is_to_be_known_is_said() -> None:
    page = parse(
        report_of(
            chain(a_session(1, a_call(1, 1.0, 0.1), a_call(2, 2.0, 5.0)), a_session(2)),
            connection=1,
            matches=lambda event: isinstance(event.fact, CallFinished) and event.fact.duration > 1,
            filter="duration > 1s",
            notes=["the last block is cut off"],
        )
    )
    summary = page.one("section", id="summary").text
    assert "Only connection 1." in summary
    assert "are only those that match duration > 1s." in summary
    assert "The last block is cut off." in summary
    assert len(page.one("section", id="calls").one("tbody").all("tr")) == 1
    assert [each.attributes["id"] for each in page.all("article", class_="session")] == ["s1"]


def test_nothing_at_all_is_a_page_too() -> None:
    page = parse(report_of([]))
    check(page)
    assert page.one("p", id="calls").text == "No calls."


def test_figures_are_told_in_short() -> None:
    tiles = [each.text for each in parse(report_of(a_session(1, a_call(1, 1.0, 1.0)))).all("div", class_="tile")]
    assert tiles == [
        "1sessionon 1 connection",
        "1channel0 refused",
        "1call1 returned",
        "1.0 KiBfrom the agent1 command",
        "2.0 KiBfrom the controller1 command",
        "0pipes0 loads",
        "9events",
    ]


def test_a_report_of_very_much_is_bounded() -> None:
    calls = [a_call(number, number / 1000, 0.0005) for number in range(5_000)]
    text = report_of(a_session(1, *calls, duration=30.0))
    assert len(text) < 2_500_000
    assert "2,000 of 5,000 calls" in text


def test_a_text_as_long_as_the_wire_allows_does_not_fill_the_page() -> None:
    long = "x" * 65_535
    refused = HandshakeRefused(Side.CONTROLLER, long)
    loaded = ClassLoaded(long, LoadKind.CLASS, 1, 0.1, "a1")
    started = CallStarted("c1", CallKind.USER, long, long)
    finished = CallFinished("c1", long, 0.1, Outcome.THREW, long, (long, long))
    told: list[Said] = [
        (1.0, started, Side.CONTROLLER),
        (1.1, finished, Side.AGENT),
        (1.2, loaded, Side.AGENT),
        (1.3, refused, Side.CONTROLLER),
        (1.4, replace(a_finding("x"), title=long, evidence=(long,)), None),
    ]
    text = report_of(a_session(1, told, name=long))
    assert len(text) - len(report_of(a_session(1))) < 20_000
