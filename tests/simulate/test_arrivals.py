import pytest
import trio
import trio.testing

from jnlpspy.model.events import DiscoveryAsked, Event, Fact, ProtocolOffered
from jnlpspy.simulate.arrivals import JOIN_PATIENCE, Arrivals

DISCOVERY = DiscoveryAsked("GET", "/jenkins/tcpSlaveAgentListener/", {})
UPGRADE = DiscoveryAsked("GET", "/wsagents/?a=b", {})


def outcome(protocol: str, *facts: Fact) -> tuple[bool, float, list[str]]:
    """Return whether the offer came, how long was waited, and what was told."""
    told: list[str] = []

    async def run() -> tuple[bool, float]:
        arrivals = Arrivals(protocol, told.append)
        for number, fact in enumerate(facts):
            arrivals.observe(Event(number, 1, 1.0, fact))
        arrivals.finish()
        came = await arrivals.wait_offered()
        return came, trio.current_time()

    async def timed() -> tuple[bool, float]:
        start = trio.current_time()
        came, end = await run()
        return came, end - start

    came, waited = trio.run(timed, clock=trio.testing.MockClock(autojump_threshold=0))
    return came, round(waited), told


def test_the_expected_offer_is_not_waited_for_whatever_came_before() -> None:
    facts = (DISCOVERY, ProtocolOffered("JNLP4-connect-proxy"), ProtocolOffered("JNLP4-connect"))
    assert outcome("JNLP4-connect", *facts) == (True, 0, [])


@pytest.mark.parametrize("protocol", ["JNLP4-connect", "WebSocket"])
def test_who_asks_for_discovery_and_offers_nothing_is_given_some_time(protocol: str) -> None:
    end = f"expected an agent to offer {protocol}, as recorded; got a request for discovery and no more"
    end += ": start the agent with -webSocket" if protocol == "WebSocket" else ""
    assert outcome(protocol, DISCOVERY, DISCOVERY) == (False, JOIN_PATIENCE, [end])


def test_another_offer_is_told_at_once_and_once() -> None:
    other = ProtocolOffered("JNLP3-connect")
    offered, _, told = outcome("JNLP2-connect", other, other, UPGRADE, ProtocolOffered(""))
    assert not offered
    came = "an offer of JNLP3-connect, an offer of WebSocket, an offer of no protocol anybody knows"
    assert told == [
        "got an offer of JNLP3-connect, expected one of JNLP2-connect, as recorded",
        "got an offer of WebSocket, expected one of JNLP2-connect, as recorded",
        "got an offer of no protocol anybody knows, expected one of JNLP2-connect, as recorded",
        f"expected an agent to offer JNLP2-connect, as recorded; got {came} and no more",
    ]


def test_an_agent_on_the_port_is_told_how_to_come_over_websocket() -> None:
    _, _, told = outcome("WebSocket", ProtocolOffered("JNLP4-connect"))
    expected = "got an offer of JNLP4-connect, expected one of WebSocket, as recorded: start the agent with -webSocket"
    assert told[0] == expected


async def test_where_no_agent_comes_it_waits_as_long_as_it_takes() -> None:
    arrivals = Arrivals("JNLP4-connect", lambda _: None)
    for fact in (ProtocolOffered("Ping"), DiscoveryAsked("GET", "/login", {})):
        arrivals.observe(Event(1, 1, 1.0, fact))
    with trio.move_on_after(0.02) as waiting:
        await arrivals.wait_offered(0.0)
    assert waiting.cancelled_caught
