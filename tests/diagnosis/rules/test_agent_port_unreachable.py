"""Nobody at the agent port."""

import pytest
from diagnosing import Tale, found

from jnlpspy.model.events import ConnectFailed, Remark
from jnlpspy.model.tap import DialFailure


@pytest.mark.parametrize(
    ("failure", "first"),
    [
        (DialFailure.REFUSED, "the agent port is not published"),
        (DialFailure.TIMEOUT, "a firewall drops the packets"),
        (DialFailure.UNREACHABLE, "a firewall drops the packets"),
    ],
)
def test_the_likeliest_cause_depends_on_how_it_failed(failure: DialFailure, first: str) -> None:
    (finding,) = found("agent-port-unreachable", Tale().opened().fact(ConnectFailed("j:50000", failure, "x")))
    assert finding.title == f"Nobody is reached at the agent port j:50000: {failure.value}"
    assert finding.causes[0].startswith(first)


def test_the_proxy_s_own_words_will_do() -> None:
    tale = Tale().opened().fact(Remark("cannot reach 10.0.0.2:50000: Connection refused"))
    assert found("agent-port-unreachable", tale)


@pytest.mark.parametrize(
    "failed",
    [
        ConnectFailed("http://j:8080/", DialFailure.REFUSED, "x"),
        ConnectFailed("j:50000", DialFailure.NOT_RESOLVED, "x"),
        ConnectFailed("j", DialFailure.REFUSED, "x"),
    ],
)
def test_what_is_not_the_port_s_matter(failed: ConnectFailed) -> None:
    assert not found("agent-port-unreachable", Tale().opened().fact(failed))
