"""How differences are printed."""

import io

from rich.console import Console

from jnlpspy.model.differences import Difference, DifferenceKind
from jnlpspy.view.differences import LONGEST, print_differences
from jnlpspy.view.theme import THEME

OUTCOME = Difference(DifferenceKind.OUTCOME, "controller calls x.A", "returned", "cancelled", True, 5, 7)
MINOR = Difference(DifferenceKind.ARGUMENTS, "controller calls x.A", "1", "2", False, None, 9)


def printed(*differences: Difference) -> str:
    file = io.StringIO()
    print_differences(Console(file=file, width=80, theme=THEME), differences)
    return file.getvalue()


def test_none_is_said() -> None:
    assert printed() == "No difference.\n"
    assert printed(MINOR).startswith("No difference that matters.\n")


def test_a_difference_is_as_it_was_and_as_it_is() -> None:
    assert printed(OUTCOME, MINOR) == (
        "1 difference that matters\n"
        "outcome: controller calls x.A\n  - returned  (event 5)\n  + cancelled  (event 7)\n"
        "arguments: controller calls x.A\n  - 1\n  + 2  (event 9)\n"
    )


def test_what_is_too_much_to_read_is_counted() -> None:
    shown = printed(*[OUTCOME] * (LONGEST + 3))
    assert shown.endswith("3 more are not shown; --json has them all\n")
