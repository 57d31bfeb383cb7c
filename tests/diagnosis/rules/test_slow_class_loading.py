"""Class loading took long, and near misses."""

import pytest
from diagnosing import Tale, found

from jnlpspy.model.events import ClassLoaded
from jnlpspy.model.session import LoadKind

RULE = "slow-class-loading"


def loaded(calls: int, duration: float, *, each: int = 2, fastest: float | None = None) -> Tale:
    tale = Tale().channel()
    for call in range(calls):
        took = fastest if fastest is not None and call == 0 else duration
        tale.controller(*(ClassLoaded(f"a.C{n}", LoadKind.CLASS, 9, took, f"a{call}") for n in range(each)))
    return tale


def test_many_questions_over_a_long_way_are_added_up() -> None:
    (finding,) = found(RULE, loaded(100, 0.2).closed(orderly=True))
    assert finding.title == "Loading 200 classes took 20.0 s: 100 questions of 200 ms each"
    assert finding.evidence[0] == "the fastest took 200 ms: no round trip is longer than that"
    assert finding.causes[0].startswith("the way between agent and controller is long")


def test_where_single_answers_are_fast_the_controller_is_slow() -> None:
    (finding,) = found(RULE, loaded(100, 0.2, fastest=0.002))
    assert finding.causes[0].startswith("the controller answers slowly")


@pytest.mark.parametrize("tale", [loaded(20, 0.9), loaded(100, 0.02), loaded(60, 0.1)], ids=["few", "near", "short"])
def test_ordinary_loading_is_no_finding(tale: Tale) -> None:
    assert found(RULE, tale.closed(orderly=True)) == []
