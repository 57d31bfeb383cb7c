"""Every failure that the demo can play gets the rule that it names, as the one root cause."""

from pathlib import Path

import pytest
import trio
from patience import PatientClock
from simulate.playing import Played, play_all

from jnlpspy.diagnosis.engine import DiagnosisSink
from jnlpspy.diagnosis.verdict import Verdict
from jnlpspy.model.events import Event
from jnlpspy.model.known import NOTHING_KNOWN, Known
from jnlpspy.simulate.scenario import SECRETS
from jnlpspy.simulate.scenarios import SCENARIOS

PATIENCE = 60.0
"""Seconds that all of them may wait at once; they wait for six."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    async def play_in(folder: Path) -> dict[str, Played]:
        with trio.fail_after(PATIENCE):
            return await play_all(tuple(SCENARIOS.values()), folder)

    clock = PatientClock()
    return trio.run(play_in, tmp_path_factory.mktemp("played"), clock=clock, instruments=[clock])


def roots_of(events: list[Event], known: Known) -> list[str]:
    """Return the rules of the root causes, as the end of the demo tells them."""
    verdict = Verdict()
    sink = DiagnosisSink(verdict.observe, known)
    for event in events:
        sink.observe(event)
    sink.finish()
    return [conclusion.finding.rule for conclusion in verdict.conclusions()]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_failure_that_is_played_gets_its_rule_as_the_one_root(name: str, played: dict[str, Played]) -> None:
    scenario = SCENARIOS[name]
    known = Known(secrets=SECRETS) if scenario.inventory else NOTHING_KNOWN
    assert roots_of(played[name].events, known) == [scenario.rule]
