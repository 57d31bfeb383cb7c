"""Proxies are chosen as remoting and the JDK choose them."""

import pytest

from jnlpspy.model.tap import Address
from jnlpspy.net.probing.proxies import Proxies, is_excepted

PROXY = Address("proxy", 3128)
OF_ENVIRONMENT = Proxies(http_proxy="http://proxy:3128", no_proxy="internal.example,10.0.0.0/8")
OF_PROPERTIES = Proxies(properties={"http.proxyHost": "proxy", "http.proxyPort": "3128"})


@pytest.mark.parametrize(
    ("scheme", "host", "proxy"),
    [
        ("http", "jenkins.example", PROXY),
        ("https", "jenkins.example", None),  # http_proxy is for http only
        ("http", "ci.internal.example", None),
        ("http", "10.1.2.3", None),
        ("http", "11.1.2.3", PROXY),
        ("http", "localhost", None),
        ("http", "127.0.0.5", None),
    ],
)
def test_the_variable_counts_for_http(scheme: str, host: str, proxy: Address | None) -> None:
    assert OF_ENVIRONMENT.for_url(scheme, host) == proxy


def test_the_agent_port_goes_through_it_too() -> None:
    assert OF_ENVIRONMENT.for_port("jenkins.example") == PROXY
    assert OF_ENVIRONMENT.for_port("10.0.0.1") is None


@pytest.mark.parametrize(
    ("host", "proxy"), [("jenkins.example", PROXY), ("localhost", None), ("127.0.0.1", None), ("::1", None)]
)
def test_properties_of_the_jvm_count_first(host: str, proxy: Address | None) -> None:
    assert OF_PROPERTIES.for_port(host) == proxy
    assert OF_PROPERTIES.for_url("http", host) == proxy


def test_https_has_properties_of_its_own() -> None:
    given = {"https.proxyHost": "proxy", "http.nonProxyHosts": "*.internal|jenkins"}
    assert Proxies(properties=given).for_url("https", "ci.example") == Address("proxy", 443)
    assert Proxies(properties=given).for_url("https", "ci.internal") is None
    assert Proxies(properties=given).for_url("http", "ci.example") is None


@pytest.mark.parametrize("given", ["proxy:3128", "", "http://", "http://proxy:99999", "//proxy"])
def test_a_proxy_that_is_no_url_is_not_used(given: str) -> None:
    proxies = Proxies(http_proxy=given)
    assert proxies.malformed == given
    assert proxies.for_port("jenkins.example") is None


def test_a_proxy_that_is_a_url_is_fine() -> None:
    assert OF_ENVIRONMENT.malformed is None
    assert Proxies().malformed is None
    assert Proxies(http_proxy="http://proxy").for_port("a") == Address("proxy", 80)


@pytest.mark.parametrize(
    ("host", "no_proxy", "excepted"),
    [
        ("jenkins.io", "jenkins.io", True),
        ("myjenkins.io", "jenkins.io", True),  # a plain "ends with"
        ("ci.jenkins.io", "*.jenkins.io", True),
        ("ci.jenkins.io", "a.example|.jenkins.io", True),
        ("CI.Jenkins.IO", "jenkins.io", True),
        ("jenkins.io", "jenkins.io.example", False),
        ("192.168.1.1", "192.168.0.0/16", True),
        ("192.168.1.1", "192.168.1.1", True),
        ("192.168.1.1", "192.168.2.0/24", False),
        ("jenkins.io", "", False),
        ("jenkins.io", " , ", False),
    ],
)
def test_no_proxy_is_matched_as_remoting_does(host: str, no_proxy: str, excepted: bool) -> None:  # noqa: FBT001 - a column
    assert is_excepted(host, no_proxy) is excepted


def test_websocket_goes_by_the_properties_for_http_alone() -> None:
    given = {"http.proxyHost": "proxy", "http.proxyPort": "3128", "https.proxyHost": "other"}
    proxies = Proxies(http_proxy="http://third", properties=given).for_websocket()
    assert proxies.for_url("http", "jenkins.example") == PROXY
    assert proxies.for_url("https", "jenkins.example") is None
    assert Proxies(http_proxy="http://third").for_websocket().for_url("http", "jenkins.example") is None
