import pytest

from jnlpspy.model.tap import Address
from jnlpspy.net.jnlp_file import MOST_ROOTS, RewrittenFile, rewrite_jnlp
from jnlpspy.net.target import RootUrl

CONTROLLER = RootUrl("http", "10.0.0.2", 8080, "/ci/")
FRONT = RootUrl("http", "proxy", 8090, "/")
AGENT_PORT = Address("proxy", 50001)


def rewritten(body: bytes) -> RewrittenFile:
    return rewrite_jnlp(body, CONTROLLER, FRONT, AGENT_PORT)


def arguments(*values: str) -> bytes:
    inner = "".join(f"<argument>{value}</argument>" for value in values)
    return f"<jnlp><application-desc>{inner}</application-desc></jnlp>".encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("0a", "n", "-url", "https://jenkins/ci/"), ("0a", "n", "-url", "http://proxy:8090/")),
        (("0a", "n", "-url", "https://jenkins/ci"), ("0a", "n", "-url", "http://proxy:8090/")),
        (
            ("0a", "n", "-webSocket", "-workDir", "/w", "-url", "http://a/", "-url", "http://b/"),
            ("0a", "n", "-webSocket", "-workDir", "/w", "-url", "http://proxy:8090/", "-url", "http://proxy:8090/"),
        ),
        (
            ("0a", "n", "-tunnel", "gate:", "-url", "http://a/"),
            ("0a", "n", "-tunnel", "proxy:50001", "-url", "http://proxy:8090/"),
        ),
        (("0a", "-url", "x", "-tunnel"), ("0a", "-url", "x", "-tunnel")),
        (("0a", "-tunnel", "-url", "http://a/"), ("0a", "-tunnel", "-url", "http://proxy:8090/")),
        (("0a", "n"), ("0a", "n")),
    ],
)
def test_arguments_lead_here(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    assert rewritten(arguments(*before)).body == arguments(*after)


OLD = b"""\xef\xbb\xbf<?xml version='1.0'?>
<jnlp codebase="https://jenkins/computer/b\xc3\xbc/" spec = '1.0+'>
  <information><homepage href='https://jenkins-ci.org/'/></information>
  <resources><jar href = "https://jenkins/jnlpJars/remoting.jar"/><jar href='http://10.0.0.2:8080/ci/x.jar'/></resources>
  <application-desc main-class="hudson.remoting.jnlp.Main">
    <argument>0a</argument><argument>b\xc3\xbc</argument>
    <argument>-url</argument>
    <argument>https://jenkins/</argument>
  </application-desc>
</jnlp>
"""


def test_of_an_old_complete_file_only_the_controller_s_urls_change() -> None:
    turned = OLD.replace(b"https://jenkins/", b"http://proxy:8090/").replace(
        b"http://10.0.0.2:8080/ci/", b"http://proxy:8090/"
    )
    result = rewritten(OLD)
    assert result.body == turned
    assert result.changes == (
        "https://jenkins/ -> http://proxy:8090/",
        "http://10.0.0.2:8080/ci/ -> http://proxy:8090/",
        "-url https://jenkins/ -> http://proxy:8090/",
    )


def test_a_moved_tunnel_is_told() -> None:
    assert rewritten(arguments("0a", "n", "-tunnel", "gate:1")).changes == ("-tunnel gate:1 -> proxy:50001",)


@pytest.mark.parametrize("body", [b"", b"\x00\xff<argument>", b"<html>login</html>", OLD.decode().encode("utf-16")])
def test_what_is_no_such_file_stays_as_it_is(body: bytes) -> None:
    assert rewritten(body) == RewrittenFile(body, ())


def test_a_file_that_leads_here_already_is_not_called_changed() -> None:
    body = arguments("0a", "n", "-url", "http://proxy:8090/")
    assert rewritten(body) == RewrittenFile(body, ())


def test_a_file_of_thousands_of_root_urls_costs_no_look_for_each_at_every_place() -> None:
    roots = [f"http://jenkins-{number}/" for number in range(MOST_ROOTS + 1)]
    body = arguments("0a", "n", *(word for root in roots for word in ("-url", root)))
    places = b"".join(f'<jar href="{root}x.jar"/>'.encode() for root in roots)
    assert rewritten(body + places).body.count(b'"http://proxy:8090/x.jar"') == MOST_ROOTS - 1
