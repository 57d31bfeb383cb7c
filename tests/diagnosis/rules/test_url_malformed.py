"""URLs that are wrong by how they look or by what answers."""

import pytest
from asking import JENKINS, LISTENER, asked, command
from diagnosing import Tale, diagnose, found

from jnlpspy.diagnosis.rules import RULES
from jnlpspy.model.events import ConnectFailed, NameResolved
from jnlpspy.model.tap import DialFailure

NOT_WEB = "which is the agent port and not the web port, and no TLS is spoken there"
START = f"java -jar agent.jar -secret {'5e' * 32} -name a1 -url "


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("http://http://jenkins:80/", "The URL 'http://http://jenkins:80/' of the command line has its scheme twice"),
        ("jenkins:8080", "The URL 'jenkins:8080' of the command line has no scheme"),
        (
            "https://10.0.3.51:50000/",
            f"The URL 'https://10.0.3.51:50000/' of the command line leads to port 50000, {NOT_WEB}",
        ),
    ],
)
def test_lint_alone_finds_it(url: str, title: str) -> None:
    (finding,) = found("url-malformed", command(START + url))
    assert (finding.title, finding.subject) == (title, url)


@pytest.mark.parametrize("url", ["http://jenkins:8080/", "https://jenkins.example/ci"])
def test_good_urls_are_not_named(url: str) -> None:
    assert not found("url-malformed", command(START + url))


def test_the_port_of_the_tunnel_is_not_the_web_page_s() -> None:
    (finding,) = found("url-malformed", command(START + "http://j:5001/ -tunnel k:5001"))
    assert "has the port of the agent port, 5001" in finding.title
    assert not found("url-malformed", command(START + "http://j:5001/ -tunnel k:5002"))


def test_an_answer_of_the_agent_port_itself_shows_it() -> None:
    tale = asked(404, {"Content-Type": "text/plain;charset=UTF-8"})
    assert {finding.rule for finding in diagnose(tale)} == {"url-malformed", "discovery-not-found"}
    assert "discovery-not-found" in RULES["url-malformed"].rule.explains
    assert not found("url-malformed", asked(404, {"Content-Type": "text/plain", "Server": "nginx"}))
    assert not found("url-malformed", asked(200, JENKINS, LISTENER))


def test_https_where_no_tls_is_spoken() -> None:
    failed = ConnectFailed("https://j:8080/", DialFailure.NOT_TLS, "no TLS there")
    (finding,) = found("url-malformed", Tale().opened().fact(failed))
    assert finding.title == "https://j:8080/ begins with https://, and no TLS is spoken on that port"
    assert not found("url-malformed", Tale().opened().fact(ConnectFailed("https://j/", DialFailure.REFUSED, "x")))


def test_a_doubled_scheme_explains_why_the_name_has_no_address() -> None:
    tale = command(START + "http://http://j/").fact(NameResolved("http", (), "unknown"))
    assert [(finding.rule, finding.consequence_of) for finding in diagnose(tale)] == [
        ("url-malformed", None),
        ("name-not-resolved", "url-malformed"),
    ]
