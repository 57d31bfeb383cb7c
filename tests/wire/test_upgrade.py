"""What the heads of an upgrade say of an agent."""

import pytest
import samples
from over_websocket import ANSWER, CAPABILITY, REQUEST

from jnlpspy.model.negotiation import Headers
from jnlpspy.model.secret import Secret
from jnlpspy.wire.http import HttpRequest, HttpResponse, Switch
from jnlpspy.wire.upgrade import asks_as_agent, capability_of, own_headers, why_closed


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"upgrade": "WebSocket", "NODE-NAME": "a"}, True),
        ({"Upgrade": "websocket"}, False),
        ({"Upgrade": "h2c", "Node-Name": "a"}, False),
        ({"Node-Name": "a"}, False),
    ],
)
def test_an_agent_asks_with_its_name(headers: dict[str, str], *, expected: bool) -> None:
    assert asks_as_agent(HttpRequest("GET", "/wsagents/", headers)) is expected


def test_its_headers_are_those_that_remoting_reads() -> None:
    secret = Secret(samples.SECRET)
    expected = Headers({"Node-Name": samples.NAME, "Secret-Key": secret}, samples.NAME, secret)
    assert own_headers({**REQUEST, "Secret-Key": secret}) == expected
    assert own_headers(ANSWER).fields == {
        "X-Remoting-Minimum-Version": "4.7",
        "Connection-Cookie": samples.COOKIE,
    }


def test_the_capability_is_read_in_any_case_of_its_name() -> None:
    assert capability_of({"x-remoting-capability": f" {CAPABILITY} "}) == samples.CAPABILITY
    assert capability_of({"X-Remoting-Capability": "rO0A"}) is None
    assert capability_of({}) is None


def test_only_an_agents_websocket_can_be_read() -> None:
    asked, answer = HttpRequest("GET", "/", REQUEST), HttpResponse(101, "/", ANSWER)
    assert why_closed(Switch(asked, answer)) == ""
    assert why_closed(Switch(HttpRequest("CONNECT", "a:1", {}), answer)) == "a tunnel through an HTTP proxy"
    assert why_closed(Switch(HttpRequest("GET", "/", {}), answer)) == (
        "a switch to another protocol that no agent asked for"
    )
