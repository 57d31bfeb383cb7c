"""Nothing in common, and near misses."""

from diagnosing import Tale, diagnose, found
from handshakes import ANNOUNCED, accepted, announced, offered

RULE = "no-common-protocol"
OLD = {**ANNOUNCED, "X-Jenkins-Agent-Protocols": "JNLP2-connect, Ping"}


def empty(tale: Tale, connection: int) -> Tale:
    return tale.opened(connection).wait(0.1).closed(agent_bytes=0, controller_bytes=0)


def test_a_list_without_a_protocol_of_agents_is_enough() -> None:
    (finding,) = found(RULE, announced({**ANNOUNCED, "X-Jenkins-Agent-Protocols": "CLI2-connect, Ping"}))
    assert (finding.title.endswith("lists CLI2-connect, Ping"), finding.confidence) == (True, 1.0)


def test_a_new_agent_speaks_the_current_one_only() -> None:
    assert found(RULE, announced(OLD, new=True))
    assert not found(RULE, announced(OLD))


def test_an_agent_that_came_and_offered_nothing_is_found() -> None:
    tale = empty(announced(OLD), 2)
    assert not found(RULE, tale)
    (finding,) = diagnose(empty(tale, 3))
    assert finding.rule == RULE


def test_an_old_agent_that_offers_something_is_healthy() -> None:
    tale = offered(empty(announced(OLD), 2), 3, "JNLP2-connect").closed()
    assert not found(RULE, empty(tale, 4))


def test_agents_of_today_are_healthy() -> None:
    assert diagnose(empty(accepted(empty(announced(), 2), 3), 4)) == []
