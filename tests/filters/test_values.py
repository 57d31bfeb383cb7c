"""How values are written in a filter."""

from datetime import UTC, datetime

import pytest

from jnlpspy.filters.values import Kind, Operator, WrongValue, read_choice, read_number, read_truth


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.DURATION, "1s", 1),
        (Kind.DURATION, "250ms", 0.25),
        (Kind.DURATION, "1.5min", 90),
        (Kind.DURATION, "2H", 7200),
        (Kind.DURATION, "1d", 86400),
        (Kind.DURATION, "20us", 0.00002),
        (Kind.DURATION, ".5", 0.5),
        (Kind.DURATION, "3", 3),
        (Kind.SIZE, "64KiB", 65536),
        (Kind.SIZE, "64kb", 64000),
        (Kind.SIZE, "1GiB", 1 << 30),
        (Kind.SIZE, "512", 512),
        (Kind.SIZE, "7B", 7),
        (Kind.NUMBER, "-3", -3),
        (Kind.NUMBER, "0x1fe", 0x1FE),
        (Kind.NUMBER, "0.9", 0.9),
        (Kind.NUMBER, "1e3", 1000),
        (Kind.TIME, "1700000000.5", 1700000000.5),
        (Kind.TIME, "2023-11-14T22:13:20+00:00", 1700000000),
    ],
)
def test_a_number_may_have_the_units_of_its_kind(kind: Kind, text: str, value: float) -> None:
    assert read_number(kind, text) == value


def test_a_time_without_zone_is_local_as_it_is_shown() -> None:
    local = datetime.fromtimestamp(1700000000, UTC).astimezone().replace(tzinfo=None)
    assert read_number(Kind.TIME, local.isoformat()) == 1700000000


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        (Kind.DURATION, "64KiB", "expected a duration such as 1s, 250ms or 2min, got a size: `64KiB`"),
        (Kind.SIZE, "1s", "expected a size such as 64KiB or 512, got a duration: `1s`"),
        (Kind.DURATION, "1sec", "expected a unit out of us, ms, s, min, h, d, got `sec`"),
        (Kind.SIZE, "1KaB", "expected a unit out of B, kB, MB, GB, KiB, MiB, GiB, got `KaB`; did you mean"),
        (Kind.NUMBER, "1s", "expected a number, got `1s`"),
        (Kind.NUMBER, "many", "expected a number, got `many`"),
        (Kind.NUMBER, "", "expected a number, got ``"),
        (Kind.NUMBER, "٣", "expected a number, got `٣`"),
        (Kind.DURATION, "s", "expected a duration such as"),
        (Kind.TIME, "yesterday", "expected a time such as 2026-11-22T10:15:24"),
        (Kind.TIME, "0001-01-01", "expected a time such as"),
        (Kind.TIME, "9999-99-99", "expected a time such as"),
    ],
)
def test_what_is_no_value_of_its_kind_is_told_from_one(kind: Kind, text: str, told: str) -> None:
    with pytest.raises(WrongValue) as raised:
        read_number(kind, text)
    assert str(raised.value).startswith(told)


def test_numbers_without_end_are_no_trouble() -> None:
    assert read_number(Kind.DURATION, "1e999h") == float("inf")
    assert read_number(Kind.NUMBER, "9" * 3000) == int("9" * 3000)
    assert read_number(Kind.SIZE, "9" * 3000 + "KiB") == float("inf")


def test_truth_is_true_or_false() -> None:
    assert (read_truth("true"), read_truth("FALSE")) == (True, False)
    with pytest.raises(WrongValue, match="expected true or false, got `yes`"):
        read_truth("yes")


def test_a_word_is_one_of_its_field_whatever_its_case() -> None:
    assert read_choice("Agent", ["agent", "controller"]) == "agent"
    with pytest.raises(WrongValue, match="expected one of `agent`, `controller`, got `agnet`; did you mean `agent`"):
        read_choice("agnet", ["agent", "controller"])


def test_of_many_words_only_the_near_ones_are_named() -> None:
    words = [f"word{number}" for number in range(30)]
    with pytest.raises(WrongValue, match=r"expected one of 30 words, got `wort7`; did you mean `word7`"):
        read_choice("wort7", words)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_can_be_compared(kind: Kind) -> None:
    assert {Operator.EQUAL, Operator.UNEQUAL} <= set(kind.operators)
    assert any(each.orders for each in kind.operators) or kind in {Kind.TRUTH, Kind.CHOICE, Kind.ADDRESS}
