"""The agent fell silent in the handshake, and near misses."""

from diagnosing import Tale, diagnose, found
from handshakes import accepted, offered, presented

from jnlpspy.model.events import HeadersSent
from jnlpspy.model.tap import Side

RULE = "startup-deadlock"


def greeted(tale: Tale | None = None) -> Tale:
    return offered(tale or Tale(), 1).controller(HeadersSent({"Cookie": "c"}))


def test_a_long_silence_of_the_agent_is_the_root() -> None:
    findings = diagnose(greeted().wait(40).closed(Side.CONTROLLER, agent_bytes=29, controller_bytes=84))
    assert [each.rule for each in findings if each.consequence_of is None] == [RULE]
    assert findings[0].title == "The agent said nothing for 40 s after the controller's headers"


def test_a_silence_that_lasts_is_judged_by_the_run() -> None:
    tale = greeted().wait(40)
    assert found(RULE, accepted(tale, 2, host="10.0.0.6"))


def test_a_short_silence_is_another_matter() -> None:
    assert not found(RULE, greeted().wait(1).closed(Side.CONTROLLER))


def test_an_agent_that_answered_is_healthy() -> None:
    tale = presented(Tale()).controller(HeadersSent({"Cookie": "c"})).wait(40)
    assert not found(RULE, tale.closed())
