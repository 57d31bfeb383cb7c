"""What Jenkins announces, and what is there."""

import pytest
from asking import JENKINS, asked
from diagnosing import Tale, diagnose, found

from jnlpspy.model.events import ConnectFailed
from jnlpspy.model.findings import Severity
from jnlpspy.model.tap import DialFailure


def announced(**headers: str) -> Tale:
    return asked(200, JENKINS | {key.replace("_", "-"): value for key, value in headers.items()})


@pytest.mark.parametrize("port", ["", "x", "0", "70000", "-1"])
def test_a_port_that_is_none_is_found(port: str) -> None:
    findings = found("advertised-host-wrong", announced(X_Jenkins_JNLP_Port=port))
    assert [each.title for each in findings] == (
        [f"Jenkins announces the agent port {port!r}, which is no port"] if port else []
    )


@pytest.mark.parametrize("host", ["http://jenkins", "jenkins:50000", "jenkins/", "[::1]:50000"])
def test_a_host_that_is_none_is_found(host: str) -> None:
    (finding,) = found("advertised-host-wrong", announced(X_Jenkins_JNLP_Host=host))
    assert finding.title == f"Jenkins announces the host {host!r} for agents, which is no host name"


def test_localhost_is_the_agent_s_own_machine() -> None:
    (finding,) = found("advertised-host-wrong", announced(X_Jenkins_JNLP_Host="localhost"))
    assert finding.severity is Severity.WARNING
    tale = asked(200, JENKINS | {"X-Jenkins-JNLP-Host": "127.0.0.1"}, agent={"Host": "127.0.0.1:8080"})
    assert not found("advertised-host-wrong", tale)


def test_nobody_at_the_announced_host_is_the_announcement_s_matter() -> None:
    failed = ConnectFailed("inner:50000", DialFailure.TIMEOUT, "timed out")
    findings = diagnose(announced(X_Jenkins_JNLP_Host="inner").opened(2).fact(failed).closed())
    assert {(each.rule, each.consequence_of) for each in findings} == {
        ("advertised-host-wrong", None),
        ("agent-port-unreachable", "advertised-host-wrong"),
    }


@pytest.mark.parametrize("target", ["jenkins:50000", "other:50000", "http://inner/"])
def test_nobody_elsewhere_is_not(target: str) -> None:
    failed = ConnectFailed(target, DialFailure.TIMEOUT, "timed out")
    assert not found("advertised-host-wrong", announced(X_Jenkins_JNLP_Host="inner").opened(2).fact(failed))


def test_where_the_web_page_is_must_be_known() -> None:
    tale = asked(200, JENKINS | {"X-Jenkins-JNLP-Host": "inner"}, agent={"User-Agent": "Java/17"})
    failed = ConnectFailed("inner:50000", DialFailure.TIMEOUT, "timed out")
    assert not found("advertised-host-wrong", tale.opened(2).fact(failed))


def test_a_host_of_its_own_that_is_reached_is_well() -> None:
    assert not found("advertised-host-wrong", announced(X_Jenkins_JNLP_Host="jenkins.example.invalid"))
    assert not found("advertised-host-wrong", announced(X_Jenkins_JNLP_Host="fe80::1"))
