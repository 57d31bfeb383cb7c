"""Nobody at the agent port."""

import pytest
from asking import JENKINS, OTHER, asked
from diagnosing import Tale, diagnose, found
from handshakes import accepted

from jnlpspy.model.events import ConnectFailed, Remark
from jnlpspy.model.findings import Severity
from jnlpspy.model.tap import DialFailure


@pytest.mark.parametrize(
    ("failure", "first"),
    [
        (DialFailure.REFUSED, "the agent port is not published"),
        (DialFailure.TIMEOUT, "a firewall drops the packets"),
        (DialFailure.UNREACHABLE, "a firewall drops the packets"),
    ],
)
def test_the_likeliest_cause_depends_on_how_it_failed(failure: DialFailure, first: str) -> None:
    (finding,) = found("agent-port-unreachable", Tale().opened().fact(ConnectFailed("j:50000", failure, "x")))
    assert finding.title == f"Nobody is reached at the agent port j:50000: {failure.value}"
    assert finding.causes[0].startswith(first)


def test_the_proxy_s_own_words_will_do() -> None:
    tale = Tale().opened().fact(Remark("cannot reach 10.0.0.2:50000: Connection refused"))
    assert found("agent-port-unreachable", tale)


@pytest.mark.parametrize(
    "failed",
    [
        ConnectFailed("http://j:8080/", DialFailure.REFUSED, "x"),
        ConnectFailed("j:50000", DialFailure.NOT_RESOLVED, "x"),
        ConnectFailed("j", DialFailure.REFUSED, "x"),
    ],
)
def test_what_is_not_the_port_s_matter(failed: ConnectFailed) -> None:
    assert not found("agent-port-unreachable", Tale().opened().fact(failed))


def test_an_agent_that_was_told_of_the_port_and_never_came_is_worth_knowing() -> None:
    (finding,) = diagnose(asked(200, JENKINS))
    assert (finding.rule, finding.severity, finding.confidence) == ("agent-port-unreachable", Severity.INFO, 0.5)
    assert finding.title == "An agent was told of agent port 50000, and was not seen there"


def test_who_is_no_agent_need_not_come() -> None:
    assert diagnose(asked(200, JENKINS, agent={"User-Agent": "curl/8.0"})) == []


def test_an_agent_that_came_was_seen() -> None:
    assert diagnose(accepted(asked(200, JENKINS), 2)) == []
    assert diagnose(asked(200, JENKINS).opened(2).closed(agent_bytes=0, controller_bytes=0)) == []


def test_why_it_did_not_come_may_be_known() -> None:
    nobody = ConnectFailed("j:50000", DialFailure.REFUSED, "x")
    findings = found("agent-port-unreachable", asked(200, JENKINS).opened(2).fact(nobody))
    assert [finding.severity for finding in findings] == [Severity.ERROR]
    assert not found("agent-port-unreachable", asked(503, OTHER))
