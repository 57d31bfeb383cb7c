"""Sessions: all in a table, and one by one what was said."""

from pages import Node, parse
from tales import a_call, a_session, book_of

from jnlpspy.export.html.markup import join
from jnlpspy.export.html.sessions import chooser, session_parts, session_table, state_of
from jnlpspy.model.events import (
    ConnectionOpened,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
    Fact,
    HandshakeRefused,
    ProtocolOffered,
)
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import Address, Side

OPENED = ConnectionOpened(Address("10.0.0.7", 1), Address("10.0.0.1", 50000))


def table_of(events: list[Event], dropped: int = 0) -> Node:
    return parse(join(session_table(book_of(events).sessions(), dropped)))


def parts_of(events: list[Event]) -> Node:
    return parse(join(session_parts(book_of(events).sessions())))


def test_a_row_says_who_how_far_and_how_much() -> None:
    row = table_of(a_session(1, a_call(1, 1.0, 1.0), a_call(2, 2.0, 1.0, Outcome.THREW))).one("tbody").one("tr")
    cells = [each.text for each in row.all("td")]
    assert cells[:4] == ["#1", "agent-1", "JNLP4-connect", "channel established after 400 ms"]
    assert cells[5:] == ["10.0 s", "2", "1", "1,000", "2,000", ""]


def test_connections_on_which_nothing_was_said_are_counted() -> None:
    page = table_of([*a_session(1), Event(1, 2, 0.0, OPENED)], dropped=5)
    assert len(page.one("tbody").all("tr")) == 1
    assert page.one("p", class_="note").text == (
        "1 more connection on which nothing was said. 5 more connections left out."
        " One of them: jnlpspy export CAPTURE --connection N"
    )


def test_a_discovery_without_a_session_says_how_it_was_answered() -> None:
    asked = DiscoveryAsked("GET", "/tcpSlaveAgentListener/", {})
    answered = DiscoveryAnswered(503, {}, "/tcpSlaveAgentListener/")
    told: list[tuple[Fact, Side | None]] = [(OPENED, None), (asked, Side.AGENT), (answered, Side.CONTROLLER)]
    events = [Event(seq, 1, float(seq), fact, side) for seq, (fact, side) in enumerate(told, start=1)]
    (session,) = book_of(events).sessions()
    assert state_of(session) == ("answered 503", "bad")
    assert state_of(book_of(events[:2]).sessions()[0]) == ("asked, not answered", "bad")
    assert parts_of(events).one("article", id="s1").one("h3").text == "#1 HTTP /tcpSlaveAgentListener/ answered 503"


def test_a_session_has_its_facts_its_timeline_and_what_was_said() -> None:
    card = parts_of(a_session(3, a_call(1, 1.0, 1.0))).one("article", id="s3")
    facts = {each.one("dt").text: each.one("dd").text for each in card.one("dl").all("div")}
    assert facts["agent"] == "10.0.0.5:51020"
    assert facts["calls"] == "1 returned"
    assert facts["controller sent"] == "1 command, 2,048 bytes"
    assert card.one("svg", class_="timeline").all("rect")
    assert len(card.one("ol").all("li")) == 7


def test_a_session_that_got_no_channel_has_no_timeline() -> None:
    refused = [
        Event(1, 1, 0.0, ProtocolOffered("JNLP4-connect"), Side.AGENT),
        Event(2, 1, 0.1, HandshakeRefused(Side.CONTROLLER, "no"), Side.CONTROLLER),
    ]
    page = parts_of(refused)
    assert page.all("svg", class_="timeline") == []
    assert page.one("h3").one("span", class_="bad").text == "refused: no"


def test_sessions_without_details_are_counted() -> None:
    book = book_of([*a_session(1), *a_session(2)])
    sessions = book.sessions()
    sessions[0].detail = None
    page = parse(join(session_parts(sessions)))
    assert [each.attributes["id"] for each in page.all("article")] == ["s2"]
    assert page.one("p", class_="note").text.startswith("1 more session without a timeline.")


def test_one_of_several_sessions_can_be_chosen() -> None:
    assert chooser(book_of(a_session(1)).sessions()) == ""
    page = parse(chooser(book_of([*a_session(1), *a_session(2, name="<b>")]).sessions()))
    assert [(each.attributes["value"], each.text) for each in page.all("option")] == [
        ("", "all"),
        ("1", "#1 agent-1"),
        ("2", "#2 <b>"),
    ]
