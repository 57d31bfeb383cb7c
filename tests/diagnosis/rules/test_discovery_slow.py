"""Answers that come late or never."""

from asking import AGENT, JENKINS, LISTENER, asked
from diagnosing import Tale, found

from jnlpspy.model.events import DiscoveryAsked
from jnlpspy.model.findings import Severity
from jnlpspy.model.tap import Side


def test_a_late_answer_is_found() -> None:
    (finding,) = found("discovery-slow", asked(200, JENKINS, wait=7))
    assert finding.title == "http://jenkins:8080/tcpSlaveAgentListener/ took 7 s to answer"
    assert (finding.severity, finding.evidence) == (Severity.WARNING, (2, 3))
    (finding,) = found("discovery-slow", asked(200, JENKINS, wait=61))
    assert finding.severity is Severity.ERROR


def waiting(seconds: float, by: Side = Side.AGENT) -> Tale:
    return Tale().opened().agent(DiscoveryAsked("GET", LISTENER, AGENT)).wait(seconds).closed(by)


def test_an_agent_that_gives_up_waiting_is_found() -> None:
    (finding,) = found("discovery-slow", waiting(60))
    assert finding.title == "/tcpSlaveAgentListener/ was not answered: the agent gave up after 60 s"


def test_an_answer_in_time_is_not() -> None:
    assert not found("discovery-slow", asked(200, JENKINS, wait=4))
    assert not found("discovery-slow", asked(200, JENKINS, "/wsagents/", wait=9))
    assert not found("discovery-slow", waiting(1))
    assert not found("discovery-slow", waiting(60, Side.CONTROLLER))
    assert not found("discovery-slow", Tale().opened().wait(60).closed())


def test_a_connection_kept_open_behind_its_answer_is_not() -> None:
    tale = Tale().opened().agent(DiscoveryAsked("GET", LISTENER, AGENT))
    tale.events += asked(200, JENKINS).events[2:3]
    assert not found("discovery-slow", tale.wait(60).closed())
