"""A story tells of its connection what rules ask, also when it is over, and knows the others of the run."""

from diagnosing import Tale

from jnlpspy.diagnosis.story import Chronicle, Story, header_of
from jnlpspy.model.commands import CloseCommand
from jnlpspy.model.events import (
    CallFinished,
    CommandSent,
    ConnectionClosed,
    DiscoveryAnswered,
    Event,
    HeadersSent,
    ProtocolOffered,
    Remark,
)
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import Address, Side

SECRET = Secret("ab" * 32)
OFFER = ProtocolOffered("JNLP4-connect")
HEADERS = HeadersSent({"Node-Name": "a1", "Secret-Key": SECRET}, "a1", SECRET)
ANSWER = DiscoveryAnswered(200, {"X-Jenkins-JNLP-Port": "50000"}, "/tcpSlaveAgentListener/")


def chronicle_of(tale: Tale) -> Chronicle:
    chronicle = Chronicle()
    for event in tale.events:
        chronicle.story_of(event.connection).add(event)
        if isinstance(event.fact, ConnectionClosed):
            chronicle.close(event.connection)
    return chronicle


def story_of(tale: Tale, connection: int = 1) -> Story:
    return chronicle_of(tale).story_of(connection)


def test_a_story_knows_who_speaks_from_where_to_where() -> None:
    story = story_of(Tale().opened().agent(OFFER, HEADERS))
    assert (story.agent_host, story.controller) == ("10.0.0.5", Address("10.0.0.2", 50000))
    assert (story.protocol, story.agent_name, story.secret) == ("JNLP4-connect", "a1", SECRET)
    assert story.closed is None


def test_nothing_is_known_of_a_connection_whose_beginning_was_missed() -> None:
    story = story_of(Tale().on(1).fact(Remark("x")))
    assert (story.agent_host, story.controller, story.protocol) == (None, None, None)
    assert (story.agent_name, story.secret) == (None, None)


def test_the_name_is_the_agents_and_the_protocol_the_last_one() -> None:
    tale = Tale().opened().agent(OFFER, ProtocolOffered("JNLP2-connect"))
    story = story_of(tale.controller(HeadersSent({"Cookie": SECRET}, None, None)).agent(HEADERS))
    assert (story.protocol, story.agent_name) == ("JNLP2-connect", "a1")


def test_events_of_a_kind_are_found_by_side_and_in_order() -> None:
    story = story_of(Tale().opened().agent(OFFER).controller(Remark("c")).agent(Remark("a")))
    assert [told.fact.text for told in story.all(Remark)] == ["c", "a"]
    first, last = story.first(Remark), story.last(Remark, Side.CONTROLLER)
    assert first is not None
    assert last is not None
    assert (first.fact.text, last.fact.text) == ("c", "c")
    assert (story.first(CallFinished), story.last(CallFinished)) == (None, None)


def test_when_each_side_was_last_heard_is_known() -> None:
    story = story_of(Tale().opened().agent(OFFER).wait(5).controller(Remark("x")).wait(5).fact(Remark("y")))
    assert story.spoke == {Side.AGENT: 1000.0, Side.CONTROLLER: 1005.0}
    assert story.last_event is not None
    assert (story.began, story.last_event.when) == (1000.0, 1010.0)


def test_commands_are_counted_and_not_kept() -> None:
    story = story_of(Tale().opened().agent(CommandSent(CloseCommand(), 7), CommandSent(CloseCommand(), 7)))
    assert story.has(Remark, CommandSent)
    assert (story.count(CommandSent), list(story.all(CommandSent))) == (2, [])
    assert story.count(Remark) == 0


def test_of_a_connection_that_is_over_handshake_and_end_are_still_known() -> None:
    tale = Tale().opened().agent(OFFER, HEADERS).fact(CallFinished("c1", "x", 1.0, Outcome.RETURNED)).closed()
    story = story_of(tale)
    assert story.closed is not None
    assert (story.agent_name, story.has(CallFinished)) == ("a1", False)


def test_discovery_is_found_for_agents_of_a_host() -> None:
    tale = Tale().opened(1).controller(ANSWER).opened(2, agent="10.0.0.6").controller(ANSWER).on(0).fact(ANSWER)
    chronicle = chronicle_of(tale)
    assert [story.connection for story, _ in chronicle.discoveries()] == [1, 2, 0]
    assert [story.connection for story, _ in chronicle.discoveries("10.0.0.5")] == [1, 0]


def test_what_came_before_is_told_of_the_same_host_the_latest_first() -> None:
    tale = Tale().opened(1).wait(1).opened(2).opened(3, agent="10.0.0.6").wait(1).opened(4).wait(1).opened(5)
    chronicle = chronicle_of(tale)
    assert [story.connection for story in chronicle.before(chronicle.story_of(4))] == [2, 1]


def test_connections_from_nowhere_are_neighbours() -> None:
    chronicle = chronicle_of(Tale().on(1).fact(Remark("x")).on(2).fact(Remark("x")).opened(3))
    assert [story.connection for story in chronicle.before(chronicle.story_of(2))] == [1]
    assert chronicle.before(chronicle.story_of(3)) == []


def test_connections_are_found_by_the_agents_name() -> None:
    chronicle = chronicle_of(Tale().opened(1).agent(HEADERS).closed().opened(2).opened(3).agent(HEADERS))
    assert [story.connection for story in chronicle.of_agent("a1")] == [1, 3]


def test_a_header_is_found_whatever_its_case() -> None:
    assert header_of(ANSWER, "x-jenkins-jnlp-PORT") == "50000"
    assert header_of(ANSWER, "X-Instance-Identity") is None
    assert header_of(DiscoveryAnswered(200, {"A": SECRET}, "/"), "a") == SECRET.fingerprint


def test_a_story_is_begun_once() -> None:
    chronicle = Chronicle()
    story = chronicle.story_of(7)
    story.add(Event(1, 7, 5.0, Remark("x")))
    assert chronicle.story_of(7) is story
