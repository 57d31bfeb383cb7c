"""What is wrong with a URL, and what is not."""

import pytest

from jnlpspy.diagnosis.urls import Place, flaws_of_url, is_loopback, read_place, read_port


@pytest.mark.parametrize(
    "url",
    [
        "http://jenkins:8080/",
        "https://jenkins.example/jenkins/",
        "http://127.0.0.1:6060/",
        "http://[::1]:8080",
        "HTTP://my_host",
        "http://job-runner/",
    ],
)
def test_good_urls_have_no_flaws(url: str) -> None:
    assert list(flaws_of_url(url)) == []


@pytest.mark.parametrize(
    ("url", "text", "advice"),
    [
        ("jenkins:8080", "has no scheme", "http://jenkins:8080 or https://"),
        ("http:/jenkins/", "no :// behind", "http://jenkins/"),
        ("http//jenkins/", "no :// behind", "http://jenkins/"),
        ("http://http://jenkins:80/", "scheme twice", "write it as http://jenkins:80/"),
        ("http://https//jenkins/", "scheme twice", "https://jenkins/"),
        ("ftp://jenkins/", "ftp://", "web page"),
        ("'http://jenkins/'", "quotes", "write it as http://jenkins/"),
        ("http://jenkins/ ", "blanks", "write it as http://jenkins/"),
        ("http://my jenkins/", "a blank in it", "quote"),
        ("http://me:***@jenkins/", "a user in it", "-credentials"),
        ("http:///x", "names no host", "host"),
        ("http://[::1]x/", "port 'x', which is none", "65535"),
        ("http://jenkins:/", "port '', which is none", "65535"),
        ("http://jenkins:abc/", "port 'abc', which is none", "65535"),
        ("http://jenkins:99999/", "port '99999', which is none", "65535"),
        ("http://jen$kins/", "no host name", "letters"),
        ("http://jenkins:50000/", "leads to port 50000", "browser"),
        ("https://10.0.3.51:50000/", "no TLS is spoken there", "browser"),
        ("http://jenkins/tcpSlaveAgentListener/", "leads to tcpSlaveAgentListener", "give http://jenkins/"),
        ("http://jenkins/ci/computer/a1/", "leads to computer", "give http://jenkins/ci/"),
        ("http://jenkins/?x=1", "'?x=1'", "root"),
    ],
)
def test_flaws_are_named_with_their_cure(url: str, text: str, advice: str) -> None:
    flaw = next(flaws_of_url(url))
    assert text in flaw.text
    assert advice in flaw.advice


def test_without_a_scheme_nothing_else_is_said() -> None:
    assert [flaw.text for flaw in flaws_of_url("jenkins:50000/computer/")] == ["has no scheme"]


def test_a_page_below_the_root_is_no_flaw_of_a_jnlp_url() -> None:
    assert list(flaws_of_url("http://jenkins/computer/a1/jenkins-agent.jnlp", root=False)) == []


@pytest.mark.parametrize(
    ("url", "place", "text"),
    [
        ("http://Jenkins/ci/", Place("http", "jenkins", 80, "/ci/"), "http://jenkins/ci/"),
        ("https://[::1]:8443", Place("https", "[::1]", 8443, "/"), "https://[::1]:8443/"),
        ("http://me@jenkins:8080", Place("http", "jenkins", 8080, "/"), "http://jenkins:8080/"),
        ("jenkins", None, ""),
        ("http://", None, ""),
        ("http://[::1]x/", None, ""),
        ("http://jenkins:x", None, ""),
    ],
)
def test_places(url: str, place: Place | None, text: str) -> None:
    assert read_place(url) == place
    assert place is None or str(place) == text


def test_ports_and_loopback() -> None:
    assert [read_port(text) for text in ("1", "65535", "0", "65536", "²", "", "-1")] == [1, 65535, *[None] * 5]
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "[::1]", "LOCALHOST")))
    assert not any(map(is_loopback, ("jenkins", "10.0.0.1")))
