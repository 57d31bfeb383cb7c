import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.view.live.amounts import clock, short_age, short_bytes, short_count


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0"), (999, "999"), (1000, "1.0K"), (12_600, "12.3K"), (1_000_000, "977K"), (5 * 1024**3, "5.0G")],
)
def test_bytes_are_short(number: float, told: str) -> None:
    assert short_bytes(number) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(-3, "0s"), (59.9, "59s"), (60, "1m"), (3599, "59m"), (3600, "1h"), (47 * 3600, "47h"), (48 * 3600, "2d")],
)
def test_ages_are_short(seconds: float, told: str) -> None:
    assert short_age(seconds) == told


def test_a_clock_shows_days_from_the_first_on() -> None:
    assert clock(3661) == "01:01:01"
    assert clock(2 * 86400 + 59) == "2d 00:00:59"


@given(st.floats(0, 1e30), st.integers(0, 9_999_999))
def test_no_amount_is_wider_than_its_column(number: float, count: int) -> None:
    assert len(short_bytes(number)) <= 5
    assert len(short_age(number)) <= 4
    assert len(short_count(count)) <= 5
