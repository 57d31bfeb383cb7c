"""Nobody, errors, and a controller that only needs time."""

import pytest
from asking import AGENT, JENKINS, OTHER, asked
from diagnosing import Tale, found

from jnlpspy.model.events import ConnectFailed, DiscoveryAnswered, DiscoveryAsked, HandshakeAccepted, Remark
from jnlpspy.model.findings import Severity
from jnlpspy.model.tap import DialFailure

NEW = AGENT | {"Node-Name": "a1"}
"""An agent that tries again."""


def test_an_old_agent_gives_up_at_a_503() -> None:
    (finding,) = found("discovery-unavailable", asked(503, OTHER))
    assert finding.severity is Severity.ERROR
    assert finding.causes[0] == "Jenkins is starting or restarting"


def test_an_agent_of_today_tries_again_and_only_in_vain_is_it_an_error() -> None:
    tale = asked(503, JENKINS, agent=NEW)
    for connection in range(2, 9):
        asked(503, JENKINS, agent=NEW, tale=tale.wait(10), connection=connection)
    severities = [finding.severity for finding in found("discovery-unavailable", tale)]
    assert severities == [Severity.WARNING] * 6 + [Severity.ERROR] * 2


def test_earlier_connections_that_went_well_do_not_count() -> None:
    tale = asked(200, JENKINS, agent=NEW)
    (finding,) = found("discovery-unavailable", asked(503, JENKINS, agent=NEW, tale=tale.wait(100), connection=2))
    assert finding.severity is Severity.WARNING


def test_what_was_overcome_does_not_count() -> None:
    tale = asked(200, JENKINS, agent=NEW, tale=asked(503, JENKINS, agent=NEW).wait(10), connection=2)
    asked(503, JENKINS, agent=NEW, tale=tale.wait(1000), connection=3)
    assert [each.severity for each in found("discovery-unavailable", tale)] == [Severity.WARNING, Severity.WARNING]


def test_an_agent_that_waits_for_a_restart_is_well() -> None:
    tale = Tale().opened(1).controller(HandshakeAccepted("JNLP4-connect", "a1")).closed()
    (finding,) = found("discovery-unavailable", asked(503, JENKINS, tale=tale.wait(10), connection=2))
    assert finding.severity is Severity.INFO
    (_, finding) = found("discovery-unavailable", asked(503, JENKINS, tale=tale.wait(400), connection=3))
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize("failure", [DialFailure.REFUSED, DialFailure.TIMEOUT, DialFailure.UNREACHABLE])
def test_nobody_at_the_web_page(failure: DialFailure) -> None:
    (finding,) = found("discovery-unavailable", Tale().opened().fact(ConnectFailed("http://j:8080/", failure, "why")))
    assert finding.title == "Nobody is reached at http://j:8080/: why"


def test_a_controller_that_is_only_late_is_a_warning_to_agents_that_try_again() -> None:
    failed = ConnectFailed("http://j:8080/", DialFailure.REFUSED, "refused")
    tale = Tale().opened().agent(DiscoveryAsked("GET", "/tcpSlaveAgentListener/", NEW)).fact(failed)
    assert [finding.severity for finding in found("discovery-unavailable", tale)] == [Severity.WARNING]


def test_localhost_in_a_container_is_thought_of() -> None:
    failed = ConnectFailed("http://localhost:8080/", DialFailure.REFUSED, "refused")
    (finding,) = found("discovery-unavailable", Tale().opened().fact(failed))
    assert finding.causes[0].startswith("inside a container localhost")


def test_the_proxy_s_own_502_is_not_said_besides() -> None:
    tale = Tale().opened().agent(DiscoveryAsked("GET", "/login", AGENT))
    tale.fact(Remark("answered 502 ourselves: cannot reach http://j:8080/: Connection refused"))
    (finding,) = found("discovery-unavailable", tale.controller(DiscoveryAnswered(502, {}, "/login")))
    assert finding.subject == "http://j:8080/"


def test_what_is_available_is_not_named() -> None:
    assert not found("discovery-unavailable", asked(200, JENKINS))
    assert not found("discovery-unavailable", asked(503, OTHER, "/wsagents/"))
    failed = ConnectFailed("j:50000", DialFailure.REFUSED, "x")
    assert not found("discovery-unavailable", Tale().opened().fact(failed))
    failed = ConnectFailed("https://j/", DialFailure.UNTRUSTED, "x")
    assert not found("discovery-unavailable", Tale().opened().fact(failed))
