"""docs/filters.md says what is."""

import re

import pytest
from write_filters import PAGE, with_tables

from jnlpspy.filters import limits
from jnlpspy.filters.filter import parse_filter
from jnlpspy.filters.problem import FilterError
from jnlpspy.filters.values import UNITS

TEXT = PAGE.read_text("utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def test_the_tables_are_what_would_be_written() -> None:
    assert with_tables(TEXT) == TEXT, "run `make docs`"


@pytest.mark.parametrize("text", BLOCKS[0].splitlines())
def test_every_filter_on_the_page_means_something(text: str) -> None:
    parse_filter(text)


def test_the_error_on_the_page_is_the_one_that_is_printed() -> None:
    with pytest.raises(FilterError) as raised:
        parse_filter("side == agnet")
    assert BLOCKS[-1] == f"jnlpspy: {raised.value}\n"


def test_the_page_has_every_unit_and_the_limits() -> None:
    rows = TEXT.partition("| kind | written |")[2].partition("\n\n")[0]
    assert {unit for units in UNITS.values() for unit in units} <= set(re.findall(r"`(\w+)`", rows))
    assert f"at most {limits.LENGTH} characters and {limits.DEPTH} levels" in " ".join(TEXT.split())
