"""Two machines run an agent of one name, and near misses."""

from diagnosing import Tale, diagnose, found
from handshakes import accepted, refused

RULE = "duplicate-agents"
WORDS = "agent-1 is already connected to this controller. Rejecting this connection."


def test_a_refusal_because_of_another_address_is_the_root() -> None:
    findings = diagnose(refused(WORDS, tale=accepted(Tale(), 1), connection=2, host="10.0.0.6"))
    assert [(each.rule, each.consequence_of) for each in findings] == [(RULE, None), ("already-connected", RULE)]
    assert "10.0.0.5, which is connected, and on 10.0.0.6, which is refused" in findings[0].title


def test_a_refusal_because_of_the_same_address_may_be_half_open() -> None:
    assert not found(RULE, refused(WORDS, tale=accepted(Tale(), 1), connection=2))


def test_addresses_that_take_turns_are_two_agents() -> None:
    tale = accepted(Tale(), 1).closed()
    accepted(tale, 2, host="10.0.0.6").closed()
    assert not found(RULE, tale)
    (finding,) = found(RULE, accepted(tale, 3))
    assert finding.title == "10.0.0.6 and 10.0.0.5 take turns as agent 'agent-1'"


def test_an_agent_that_moved_once_is_one() -> None:
    tale = accepted(Tale(), 1).closed()
    accepted(tale, 2, host="10.0.0.6").closed()
    assert not found(RULE, accepted(tale, 3, host="10.0.0.6"))
