from jnlpspy.simulate.script import CloseChannel, Returns, RunCallable
from jnlpspy.simulate.session import AGENT_PART, CLOSING_CONTROLLER_PART, CONTROLLER_PART, PING


def test_the_agent_can_do_all_that_the_controller_asks_and_real_agents_are_given_the_classes() -> None:
    asked = {step.of.name for step in CONTROLLER_PART.steps if isinstance(step, RunCallable) and step != PING}
    assert asked == set(CONTROLLER_PART.classes)
    assert asked <= set(AGENT_PART.answers)


def test_the_session_has_a_call_that_returns_one_that_throws_one_that_calls_back_and_an_end() -> None:
    answers = [AGENT_PART.answers[name] for name in CONTROLLER_PART.classes]
    assert {type(answer) for answer in answers} - {Returns}
    assert [answer for answer in answers if isinstance(answer, Returns) and answer.value]
    assert [answer for answer in answers if answer.first]
    assert CLOSING_CONTROLLER_PART.steps == (*CONTROLLER_PART.steps, CloseChannel())
