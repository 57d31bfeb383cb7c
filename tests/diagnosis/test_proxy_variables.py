"""`http_proxy` and `no_proxy` as agents take them."""

import pytest

from jnlpspy.diagnosis.proxy_variables import flaw_of_proxy, is_proxied


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("http://p:3128", None),
        ("http://me:***@p:3128/", None),
        ("p:3128", "no scheme"),
        ("http://p", "no port"),
        ("http://:x", "no URL"),
    ],
)
def test_http_proxy(text: str, flaw: str | None) -> None:
    found = flaw_of_proxy(text)
    assert (found is None) if flaw is None else (found is not None and flaw in found)


@pytest.mark.parametrize(
    ("host", "no_proxy", "proxied"),
    [
        ("jenkins.example", "", True),
        ("jenkins.example", "a, .example", False),
        ("jenkins.example", "*.example|b", False),
        ("myjenkins.io", "jenkins.io", False),
        ("jenkins", "jenkins.example", True),
        ("10.1.2.3", "10.0.0.0/8", False),
        ("10.1.2.3", "10.1.2.3", False),
        ("10.1.2.3", "10.1.2.4,x", True),
        ("localhost", "", False),
        ("[::1]", "", False),
    ],
)
def test_no_proxy(host: str, no_proxy: str, proxied: bool) -> None:  # noqa: FBT001 - a column
    assert is_proxied(host, no_proxy) is proxied
