import pytest

from jnlpspy.errors import UsageError
from jnlpspy.model.tap import Address
from jnlpspy.net.target import RootUrl, Tunnel, parse_address, parse_target, parse_tunnel


@pytest.mark.parametrize(
    ("text", "root", "written"),
    [
        ("http://jenkins", RootUrl("http", "jenkins", 80, "/"), "http://jenkins/"),
        ("http://jenkins/", RootUrl("http", "jenkins", 80, "/"), "http://jenkins/"),
        ("HTTPS://jenkins/", RootUrl("https", "jenkins", 443, "/"), "https://jenkins/"),
        ("http://jenkins:80", RootUrl("http", "jenkins", 80, "/"), "http://jenkins/"),
        ("https://jenkins:80", RootUrl("https", "jenkins", 80, "/"), "https://jenkins:80/"),
        ("http://10.0.0.2:8080/ci", RootUrl("http", "10.0.0.2", 8080, "/ci/"), "http://10.0.0.2:8080/ci/"),
        ("http://j/a/b%20c/", RootUrl("http", "j", 80, "/a/b%20c/"), "http://j/a/b%20c/"),
        ("http://[::1]", RootUrl("http", "::1", 80, "/"), "http://[::1]/"),
        ("http://[0:0::1]:8080/x", RootUrl("http", "::1", 8080, "/x/"), "http://[::1]:8080/x/"),
        (
            "http://my_host.example.:8080",
            RootUrl("http", "my_host.example.", 8080, "/"),
            "http://my_host.example.:8080/",
        ),
    ],
)
def test_a_url_is_the_root_of_jenkins(text: str, root: RootUrl, written: str) -> None:
    assert parse_target(text) == root
    assert str(root) == written
    assert parse_target(written) == root


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("jenkins:50000", Address("jenkins", 50000)),
        ("127.0.0.1:1", Address("127.0.0.1", 1)),
        ("[::1]:65535", Address("::1", 65535)),
    ],
)
def test_host_and_port_are_the_agent_port(text: str, address: Address) -> None:
    assert parse_target(text) == address


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "HOST:PORT of the agent port"),
        ("jenkins", "http://HOST:PORT/ for discovery"),
        ("jenkins:8080/ci", "did you mean 'http://jenkins:8080/ci'"),
        ("ws://jenkins/", "starts with http:// or https://"),
        ("://jenkins/", "starts with http:// or https://"),
        ("http:///ci", "a host after ://"),
        ("http://:8080/", "a host after ://"),
        ("http://jenkins:/", "got ''"),
        ("http://jenkins:0/", "from 1 to 65535, got 0"),
        ("http://jenkins:65536/", "got 65536"),
        ("http://jenkins:8080x/", "got '8080x'"),
        ("http://jenkins:+80/", "got '+80'"),
        ("http://jenkins:\u0661/", "from 1 to 65535"),
        ("http://jenkins:80800000000000000000000/", "from 1 to 65535"),
        ("http://[::1/", "got '[:'"),
        ("http://[jenkins]/", "an IPv6 address in brackets, got '[jenkins]'"),
        ("http://::1:8080/", "an IPv6 address in brackets, got '::1'"),
        ("http://b\u00fccher/", "xn-- form"),
        ("http://jen kins/", "got 'jen kins'"),
        ("http://jenkins\n/", "a host name or an IP address"),
        ("http://jenkins/a b", "others percent-encoded"),
        ("http://jenkins/a;b", "others percent-encoded"),
        ("http://jenkins/%zz", "others percent-encoded"),
        ("http://jenkins/a/../b/", "'.' and '..'"),
        ("http://jenkins/%2e%2E/b/", "'.' and '..'"),
        ("http://jenkins//b/", "empty"),
        ("http://jenkins/?a=b", "the query '?a=b'"),
        ("http://jenkins/#a", "the fragment '#a'"),
        ("http://jenkins/tcpSlaveAgentListener/", "below it"),
        ("http://jenkins/computer/a/slave-agent.jnlp", "below it"),
        (":50000", "without a host"),
        ("jenkins:", "got ''"),
        ("jenkins:0", "from 1 to 65535, got 0"),
        ("::1:50000", "in brackets"),
    ],
)
def test_a_malformed_target_is_refused_with_what_was_expected(text: str, told: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_target(text)
    assert told in str(refused.value)
    assert "TARGET: expected" in str(refused.value)


def test_a_password_in_the_target_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as refused:
        parse_target("http://admin:hunter2@jenkins/")
    assert "without credentials" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_port_zero_is_any_free_port_where_we_listen() -> None:
    assert parse_address("127.0.0.1:0", "--listen", lowest_port=0) == Address("127.0.0.1", 0)


def test_a_malformed_option_is_named_in_the_message() -> None:
    with pytest.raises(UsageError, match="--listen: expected HOST:PORT, got '8090'"):
        parse_address("8090", "--listen")


@pytest.mark.parametrize(
    ("text", "tunnel", "dialled"),
    [
        ("gate:", Tunnel("gate", None), Address("gate", 50000)),
        (":8443", Tunnel(None, 8443), Address("jenkins", 8443)),
        ("gate:8443", Tunnel("gate", 8443), Address("gate", 8443)),
        ("[::1]:50000", Tunnel("::1", 50000), Address("::1", 50000)),
    ],
)
def test_a_tunnel_replaces_what_it_names(text: str, tunnel: Tunnel, dialled: Address) -> None:
    assert parse_tunnel(text) == tunnel
    assert tunnel.applied_to(Address("jenkins", 50000)) == dialled


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "without a colon"),
        ("gate", "without a colon"),
        (":", "with neither"),
        ("[::1]:", "agents demand a port"),
        ("[::1]", "in brackets"),
        ("::1:50000", "in brackets"),
        ("gate:0", "from 1 to 65535"),
        ("gate:http", "got 'http'"),
        ("http://gate:1", "got 'http://gate'"),
    ],
)
def test_a_malformed_tunnel_is_refused(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=r"^--tunnel: expected") as refused:
        parse_tunnel(text)
    assert told in str(refused.value)
