import re

import pytest

from jnlpspy.simulate.scenario import Scenario
from jnlpspy.simulate.scenarios import SCENARIOS


def test_names_are_unique_and_sorted_and_those_of_the_contract_are_there() -> None:
    assert list(SCENARIOS) == sorted(SCENARIOS)
    promised = {
        "wrong-secret",
        "unknown-agent",
        "already-connected",
        "identity-mismatch",
        "http-on-agent-port",
        "idle-cut",
    }
    assert promised <= SCENARIOS.keys()


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=lambda scenario: scenario.name)
def test_a_scenario_says_what_happens_the_rule_and_what_it_shortens(scenario: Scenario) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", scenario.name)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", scenario.rule)
    assert scenario.happens[-1:] not in ("", ".")
    assert bool(scenario.shortened) == (scenario.haste != 1.0)
    assert scenario.agents or scenario.visitors
