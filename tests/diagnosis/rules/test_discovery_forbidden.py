"""Logins in the agent's way."""

import pytest
from asking import JENKINS, OTHER, asked
from diagnosing import found


@pytest.mark.parametrize(
    ("status", "headers", "url", "cause"),
    [
        (403, OTHER, "/tcpSlaveAgentListener/", "a reverse proxy"),
        (401, OTHER, "/login", "a reverse proxy"),
        (407, OTHER, "/tcpSlaveAgentListener/", "the agent goes through a forward proxy"),
        (403, JENKINS, "/computer/a1/slave-agent.jnlp", "a jnlp file was asked for without credentials"),
    ],
)
def test_a_login_in_the_way_is_found(status: int, headers: dict[str, str], url: str, cause: str) -> None:
    (finding,) = found("discovery-forbidden", asked(status, headers, url))
    assert finding.title.endswith(f"answered {status}")
    assert finding.causes[0].startswith(cause)


@pytest.mark.parametrize(("status", "url"), [(200, "/tcpSlaveAgentListener/"), (404, "/login"), (403, "/wsagents/")])
def test_what_is_no_login_is_not(status: int, url: str) -> None:
    assert not found("discovery-forbidden", asked(status, OTHER, url))
