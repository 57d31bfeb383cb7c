"""docs/rules.md is what the rules' docstrings say."""

from dataclasses import replace

import pytest
from write_rules import PAGE

from jnlpspy.diagnosis.rule import RuleEntry
from jnlpspy.diagnosis.rules import RULES
from jnlpspy.diagnosis.rules_page import format_page


def test_the_page_is_what_would_be_written() -> None:
    assert PAGE.read_text("utf-8") == format_page(RULES), "run `make docs`"


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_in_the_index_and_has_a_section(name: str) -> None:
    lines = format_page(RULES).splitlines()
    assert sum(line.startswith(f"| [`{name}`](#{name}) | ") for line in lines) == 1
    assert lines.count(f"## {name}") == 1


def test_a_title_cannot_break_the_index() -> None:
    entry = RULES["secret-rejected"]
    broken = RuleEntry(replace(entry.text, title="one | two"), entry.rule)
    assert "| one \\| two |" in format_page({"secret-rejected": broken})
