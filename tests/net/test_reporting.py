from jnlpspy.model.tap import Address, Observation, Opened
from jnlpspy.net.reporting import REMEMBERED, Reporter


def test_a_line_is_not_repeated_within_ten_seconds() -> None:
    now = [100.0]
    said: list[str] = []
    reporter = Reporter(lambda _: None, lambda: 1, lambda: now[0], said.append)
    for when in (100.0, 109.9, 110.0, 119.9, 120.0):
        now[0] = when
        reporter.tell("a")
        reporter.tell("b" if when == 119.9 else "a")
    assert said == ["a", "a", "b", "a"]


def test_a_clock_that_was_set_back_silences_nothing() -> None:
    now = [100.0]
    said: list[str] = []
    reporter = Reporter(lambda _: None, lambda: 1, lambda: now[0], said.append)
    reporter.tell("a")
    now[0] = 50.0
    reporter.tell("a")
    assert said == ["a", "a"]


def test_a_flood_of_different_lines_is_told_and_not_remembered() -> None:
    said: list[str] = []
    reporter = Reporter(lambda _: None, lambda: 1, lambda: 100.0, said.append)
    lines = [f"line {number}" for number in range(REMEMBERED + 5)]
    for line in lines * 2:
        reporter.tell(line)
    assert said == [*lines, *lines[REMEMBERED:]]


def test_a_journal_has_the_next_number_and_the_time_of_its_opening() -> None:
    observed: list[Observation] = []
    reporter = Reporter(observed.append, iter([7]).__next__, lambda: 5.0, lambda _: None)
    ends = (Address("10.0.0.1", 1), Address("10.0.0.2", 2))
    reporter.open_journal().open(*ends)
    assert observed == [Opened(7, 5.0, *ends)]
