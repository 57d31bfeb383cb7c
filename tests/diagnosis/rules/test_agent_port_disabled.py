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


def test_that_it_is_jenkins_may_be_known_later() -> None:
    tale = asked(200, JENKINS, "/login", tale=asked(404, OTHER), connection=2)
    (finding,) = found("agent-port-disabled", tale)
    assert finding.evidence == (3, 7)
    assert len(found("agent-port-disabled", asked(200, JENKINS, "/login", tale=tale, connection=3))) == 1


def test_a_404_from_somebody_else_means_no_such_thing() -> None:
    assert not found("agent-port-disabled", asked(404, OTHER))
    assert not found("agent-port-disabled", asked(404, OTHER, tale=asked(200, JENKINS, "/ci/login"), connection=2))


def test_a_page_that_comes_later_was_only_late() -> None:
    assert not found("agent-port-disabled", asked(200, JENKINS, tale=asked(404, OTHER), connection=2))


def test_a_port_that_is_disabled_meanwhile_is_found() -> None:
    assert found("agent-port-disabled", asked(404, OTHER, tale=asked(200, JENKINS), connection=2))


def test_an_answer_that_is_not_the_last_says_nothing() -> None:
    tale = asked(103, JENKINS, "/login", tale=asked(404, OTHER), connection=2)
    assert not found("agent-port-disabled", tale.closed())


def test_a_404_of_another_page_does_not_either() -> None:
    assert not found("agent-port-disabled", asked(404, JENKINS, "/computer/a1/jenkins-agent.jnlp"))
    assert not found("agent-port-disabled", asked(200, JENKINS))
