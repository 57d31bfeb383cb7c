import pytest
from diagnosing import Tale
from facts import FACTS, SECRET
from rich.cells import cell_len

from jnlpspy.model.events import Event, Fact
from jnlpspy.model.tap import Side
from jnlpspy.view.live.panels import detail_lines, event_lines, finding_lines, help_lines
from jnlpspy.view.live.state import _LETTERS


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize(("fact", "side"), FACTS, ids=lambda each: type(each).__name__)
def test_every_kind_of_event_has_its_details(fact: Fact, side: Side | None, width: int) -> None:
    [event] = Tale().opened()._all([fact], side).events[1:]  # noqa: SLF001 - a side is given with each
    lines = detail_lines(event, width)
    assert {cell_len(line.plain) for line in lines} == {width}
    told = "\n".join(line.plain for line in lines)
    assert SECRET not in told
    assert " object at 0x" not in told
    assert "Side." not in told


def test_a_finding_is_told_with_its_cure_as_far_as_there_is_room() -> None:
    findings = [Event(1, 3, 1000.0, fact) for fact, _ in FACTS if type(fact).__name__ == "Finding"]
    for height in range(1, 12):
        lines = finding_lines(findings, 60, height, whose={3: "a1"})
        assert [cell_len(line.plain) for line in lines] == [60] * height
    told = "\n".join(line.plain for line in lines)
    assert " ERROR  The controller refused the secret of agent 'a1'" in told
    assert "do   1. copy the command again" in told
    assert "#3 a1" in told


def test_the_selected_event_is_marked() -> None:
    events = [Event(number, 1, 1000.0, FACTS[0][0]) for number in range(3)]
    marked = [line.plain.startswith("▸") for line in event_lines(events, events[1], 80, 5)]
    assert marked == [False, True, False, False, False]


def test_help_tells_every_key() -> None:
    told = "\n".join(line.plain for line in help_lines(80))
    assert [key for key in _LETTERS if key != "?" and f" {key} " not in told] == []
