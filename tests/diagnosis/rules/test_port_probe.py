"""Empty connections again and again, and near misses."""

from diagnosing import Tale, diagnose, found
from handshakes import accepted, announced

from jnlpspy.model.findings import Severity
from jnlpspy.model.tap import CloseReason, Side

RULE = "port-probe"


def empty(tale: Tale, connection: int, host: str = "10.0.0.9", by: Side = Side.AGENT) -> Tale:
    return tale.opened(connection, agent=host).closed(by, agent_bytes=0, controller_bytes=0)


def probes(count: int, period: float = 10, by: Side = Side.AGENT) -> Tale:
    tale = Tale()
    for connection in range(1, count + 1):
        empty(tale, connection, by=by).wait(period)
    return tale


def test_period_and_source_are_told() -> None:
    (finding,) = diagnose(probes(3))
    assert (finding.rule, finding.severity) == (RULE, Severity.INFO)
    assert finding.title == "10.0.0.9 opens an empty connection to 10.0.0.2:50000 every 10 s"


def test_fewer_are_no_habit() -> None:
    assert not found(RULE, probes(2))


def test_connections_that_the_port_ends_are_no_probes() -> None:
    assert not found(RULE, probes(3, by=Side.CONTROLLER))


def test_an_agents_own_probes_are_healthy() -> None:
    tale = Tale()
    for connection in range(1, 40, 4):
        announced(tale=tale, connection=connection)
        empty(tale, connection + 1, "10.0.0.5")
        empty(tale, connection + 2, "10.0.0.5")
        tale.opened(connection + 3).closed(how=CloseReason.EOF, agent_bytes=0, controller_bytes=0).wait(10)
    assert not found(RULE, tale)


def test_a_probe_beside_an_agent_from_the_same_host_counts_from_some_time_after_it() -> None:
    tale = accepted(Tale(), 1).closed().wait(20)
    for connection in (2, 3):
        empty(tale, connection, "10.0.0.5").wait(10)
    assert not found(RULE, tale)
    assert found(RULE, empty(tale, 4, "10.0.0.5"))
