"""The differences of two sessions: the first that matters on top, then the rest."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from jnlpspy.model.describe_events import count
from jnlpspy.model.differences import Difference
from jnlpspy.view.reports import Record

LONGEST = 200
"""Differences that are printed; JSON has them all."""


def print_differences(console: Console, differences: Sequence[Difference]) -> None:
    """Print differences, those that matter first."""
    mattering = sum(each.matters for each in differences)
    if not differences:
        console.print(Text("No difference.", "good"))
        return
    console.print(
        Text(f"{count(mattering, 'difference')} that matter{'s' if mattering == 1 else ''}", "summary.bad")
        if mattering
        else Text("No difference that matters.", "good")
    )
    for each in differences[:LONGEST]:
        console.print(format_difference(each), soft_wrap=not console.file.isatty())
    if len(differences) > LONGEST:
        console.print(Text(f"{len(differences) - LONGEST:,} more are not shown; --json has them all", "summary.quiet"))


def format_difference(difference: Difference) -> Text:
    """Return a difference in three lines: what it is about, as it was, as it is."""
    style = "kind.bad" if difference.matters else "summary.quiet"
    return Text.assemble(
        (f"{difference.kind.value}: {difference.what}", style),
        ("\n  - ", "from.controller"),
        f"{difference.expected}{_event(difference.first_event)}",
        ("\n  + ", "from.agent"),
        f"{difference.got}{_event(difference.second_event)}",
    )


def records(differences: Sequence[Difference]) -> Iterator[Record]:
    """Yield differences as JSON objects."""
    for each in differences:
        yield {
            "type": "difference",
            "kind": each.kind.value,
            "what": each.what,
            "expected": each.expected,
            "got": each.got,
            "matters": each.matters,
            "first_event": each.first_event,
            "second_event": each.second_event,
        }


def _event(number: int | None) -> str:
    return "" if number is None else f"  (event {number})"
