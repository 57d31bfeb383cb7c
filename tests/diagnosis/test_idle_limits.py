"""A silence is known by its length, as exactly as devices keep their limits."""

import pytest

from jnlpspy.diagnosis.idle_limits import IDLE_LIMITS, limits_at, limits_within, same_period


@pytest.mark.parametrize(
    ("seconds", "known"),
    [(60.0, 60), (59.2, 60), (61.9, 60), (350.4, 350), (240.0, 240), (248.0, 240), (1800.0, 1800)],
)
def test_a_silence_fits_the_limit_it_is_as_long_as(seconds: float, known: float) -> None:
    assert {each.seconds for each in limits_at(seconds)} == {known}


@pytest.mark.parametrize("seconds", [0.0, 20.0, 45.0, 58.0, 63.0, 120.0, 300.0, 7200.0])
def test_a_silence_of_another_length_fits_none(seconds: float) -> None:
    assert limits_at(seconds) == []


def test_what_was_passed_within_a_silence_comes_the_longest_first() -> None:
    assert [each.seconds for each in limits_within(300)] == [240, 100, 60, 60, 60, 30, 30]
    assert limits_within(10) == []


def test_silences_are_the_same_within_what_a_device_may_be_late() -> None:
    assert same_period(75.0, 76.5)
    assert same_period(900.0, 930.0)
    assert not same_period(75.0, 90.0)


def test_limits_are_listed_the_shortest_first() -> None:
    assert [each.seconds for each in IDLE_LIMITS] == sorted(each.seconds for each in IDLE_LIMITS)
