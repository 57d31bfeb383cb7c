"""Redirects that agents follow, and those that they do not."""

import pytest
from asking import PAGE, asked
from diagnosing import diagnose, found

from jnlpspy.model.findings import Severity


@pytest.mark.parametrize(
    ("location", "words", "severity"),
    [
        ("https://jenkins/tcpSlaveAgentListener/", "Java does not follow from one scheme to the other", Severity.ERROR),
        ("http://sso.example/login?token=geheim", "to a login page, http://sso.example/login", Severity.ERROR),
        ("/securityRealm/commenceLogin", "to a login page", Severity.ERROR),
        ("http://jenkins:8080/start", "to http://jenkins:8080/start", Severity.ERROR),
        ("http://new:8080/tcpSlaveAgentListener/", "to http://new:8080/", Severity.INFO),
        ("", "to nowhere", Severity.ERROR),
    ],
)
def test_where_it_leads_decides(location: str, words: str, severity: Severity) -> None:
    (finding,) = found("discovery-redirected", asked(302, {"Location": location}))
    assert words in finding.title
    assert finding.severity is severity
    assert "geheim" not in finding.title


def test_the_page_behind_a_redirect_is_its_consequence() -> None:
    tale = asked(302, {"Location": "/login"})
    findings = diagnose(asked(200, PAGE, tale=tale, connection=2))
    assert [(each.rule, each.consequence_of) for each in findings] == [
        ("discovery-redirected", None),
        ("discovery-not-found", "discovery-redirected"),
    ]


def test_other_answers_are_no_redirects() -> None:
    assert not found("discovery-redirected", asked(304, {}))
    assert not found("discovery-redirected", asked(302, {"Location": "/x"}, "/wsagents/"))
