"""Pages that are missing, and pages of others."""

from asking import AGENT, JENKINS, OTHER, PAGE, asked
from diagnosing import Tale, found

from jnlpspy.model.events import DiscoveryAsked, Remark
from jnlpspy.model.findings import Finding


def test_a_404_is_found_and_says_who_answered() -> None:
    (finding,) = found("discovery-not-found", asked(404, OTHER))
    assert finding.title == (
        "http://jenkins:8080/tcpSlaveAgentListener/ is not there: a web server (nginx) answered 404"
    )
    assert finding.causes[0].startswith("Jenkins stands under a path")


def test_where_jenkins_was_met_is_said() -> None:
    tale = asked(404, OTHER, tale=asked(200, JENKINS, "/ci/login"), connection=2)
    (finding,) = found("discovery-not-found", tale)
    assert finding.advice[0] == "Jenkins answers under the path /ci/: put it into the URL"


def test_with_a_path_the_port_is_rather_disabled() -> None:
    (finding,) = found("discovery-not-found", asked(404, {}, "/ci/tcpSlaveAgentListener/"))
    assert finding.causes[0].startswith("the TCP port")
    assert "a web server answered 404" in finding.title


def test_a_jnlp_file_that_is_missing_is_an_agent_that_is() -> None:
    (finding,) = found("discovery-not-found", asked(404, JENKINS, "/computer/a1/slave-agent.jnlp"))
    assert finding.causes[0] == "there is no agent of that name"
    assert "Jenkins answered 404" in finding.title


def test_a_second_page_that_is_missing_is_no_news() -> None:
    tale = asked(404, OTHER, "/login", tale=asked(404, OTHER), connection=2)
    assert [finding.subject for finding in found("discovery-not-found", tale)] == [
        "http://jenkins:8080/tcpSlaveAgentListener/"
    ]
    assert found("discovery-not-found", asked(404, OTHER, "/login"))


def test_a_page_for_people_is_not_jenkins() -> None:
    (finding,) = found("discovery-not-found", asked(200, PAGE))
    assert finding.title.endswith("is not Jenkins: a web server (nginx) answered with an HTML page")


def test_what_is_there_is_not_missing() -> None:
    assert not found("discovery-not-found", asked(200, JENKINS))
    assert not found("discovery-not-found", asked(200, PAGE, "/login"))
    assert not found("discovery-not-found", asked(404, OTHER, "/wsagents/"))
    assert not found("discovery-not-found", asked(503, OTHER))


def remarked(path: str) -> list[Finding]:
    tale = Tale().opened(port=8080).agent(DiscoveryAsked("GET", path, AGENT))
    passed = "only tcpSlaveAgentListener, login"
    text = f"answered 404 ourselves: {path} is not passed on to http://jenkins:80/ci/, {passed}"
    return found("discovery-not-found", tale.fact(Remark(text)))


def test_a_path_that_the_proxy_does_not_pass_on_is_found() -> None:
    (finding,) = remarked("/tcpSlaveAgentListener/")
    assert finding.title == (
        "http://jenkins:8080/tcpSlaveAgentListener/ is not there:"
        " the controller that the proxy was given is at http://jenkins:80/ci/"
    )


def test_whoever_asks_the_proxy_for_another_page_is_no_agent() -> None:
    assert remarked("/favicon.ico") == []
