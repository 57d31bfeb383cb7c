"""A 404 from Jenkins itself, and from others."""

from asking import JENKINS, OTHER, asked
from diagnosing import diagnose, found


def test_a_404_from_jenkins_means_that_the_port_is_disabled() -> None:
    findings = diagnose(asked(404, {"X-Jenkins": "2.479.1"}))
    assert [(each.rule, each.consequence_of) for each in findings] == [
        ("agent-port-disabled", None),
        ("discovery-not-found", "agent-port-disabled"),
    ]
    assert findings[0].title == "http://jenkins:8080/tcpSlaveAgentListener/ is Jenkins, and its agent port is disabled"


def test_another_page_shows_that_it_is_jenkins() -> None:
    tale = asked(404, OTHER, tale=asked(200, JENKINS, "/login"), connection=2)
    assert found("agent-port-disabled", tale)


def test_a_404_from_somebody_else_means_no_such_thing() -> None:
    assert not found("agent-port-disabled", asked(404, OTHER))
    assert not found("agent-port-disabled", asked(404, OTHER, tale=asked(200, JENKINS, "/ci/login"), connection=2))


def test_a_404_of_another_page_does_not_either() -> None:
    assert not found("agent-port-disabled", asked(404, JENKINS, "/computer/a1/jenkins-agent.jnlp"))
    assert not found("agent-port-disabled", asked(200, JENKINS))
