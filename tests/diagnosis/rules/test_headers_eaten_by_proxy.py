"""Answers without the headers that agents need."""

import pytest
from asking import JENKINS, LISTENER, OTHER, PAGE, asked
from diagnosing import found


def without(*names: str) -> dict[str, str]:
    return {key: value for key, value in JENKINS.items() if key not in names}


def test_a_missing_port_is_found_with_what_came_through() -> None:
    (finding,) = found("headers-eaten-by-proxy", asked(200, without("X-Jenkins-JNLP-Port", "X-Instance-Identity")))
    assert finding.title == (
        "http://jenkins:8080/tcpSlaveAgentListener/ tells no agent port: X-Jenkins, X-Jenkins-Agent-Protocols came "
        "through, X-Jenkins-JNLP-Port did not"
    )
    assert finding.confidence == 0.9


def test_no_header_at_all_is_less_sure() -> None:
    (finding,) = found("headers-eaten-by-proxy", asked(200, OTHER))
    assert finding.title.endswith("answered without any of Jenkins' headers")
    assert finding.confidence == 0.6


@pytest.mark.parametrize(
    ("status", "headers", "url"),
    [
        (200, JENKINS, LISTENER),
        (200, {"X-Hudson-JNLP-Port": "50000"}, LISTENER),
        (200, without("X-Jenkins-Agent-Protocols", "X-Instance-Identity"), LISTENER),
        (200, PAGE, LISTENER),
        (200, OTHER, "/login"),
        (404, OTHER, LISTENER),
    ],
)
def test_other_answers_are_not(status: int, headers: dict[str, str], url: str) -> None:
    assert not found("headers-eaten-by-proxy", asked(status, headers, url))
