"""Writes docs/rules.md anew from the rules' docstrings: write_rules.py."""

import sys
from pathlib import Path

from jnlpspy.diagnosis.rules import RULES
from jnlpspy.diagnosis.rules_page import format_page

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"


def main() -> int:
    PAGE.write_text(format_page(RULES), "utf-8")
    sys.stdout.write(f"{PAGE}: {len(RULES)} rules\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
