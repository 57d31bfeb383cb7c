"""`jnlpspy diff`: what two captures' sessions mean differently."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from jnlpspy.cli.choosing import Chooser, filter_option
from jnlpspy.cli.exits import EXIT_PROBLEM, suggest
from jnlpspy.cli.options import AgentSecretOption, Color, ColorOption, JsonOption, read_agent_secrets
from jnlpspy.errors import UsageError
from jnlpspy.model.choice import Choice, no_event
from jnlpspy.model.secret import Secret

if TYPE_CHECKING:
    from jnlpspy.comparison.account import SessionAccount


def diff(
    first: Annotated[str, typer.Argument(metavar="CAPTURE", help="What is expected, as a good session was.")],
    second: Annotated[str, typer.Argument(metavar="CAPTURE", help="What came.")],
    ignore: Annotated[str | None, filter_option("diff", "--ignore", "No differences about events that match")] = None,
    agent_secret: AgentSecretOption = None,
    json: JsonOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Say what two captures' sessions mean differently, the first difference that matters on top; exit 0 if none does.

    What always differs is left out: times, ids, cookies, addresses, agents' names, the order of independent calls.

    Example: jnlpspy diff good.pcapng bad.pcapng
    """
    from jnlpspy.cli.wiring import open_console, write_record
    from jnlpspy.comparison.compare import compare
    from jnlpspy.comparison.ignoring import without
    from jnlpspy.view.differences import print_differences, records

    if first == second == "-":
        raise UsageError("expected two captures, got - for both: stdin can be read once")
    secrets = read_agent_secrets(agent_secret)
    chooser = Chooser(ignore, otherwise=no_event)
    expected, here = _accounts_of(first, secrets, chooser.choice)
    got, there = _accounts_of(second, secrets, chooser.choice)
    differences = without(compare(expected, got), here, there)
    if json:
        for record in records(differences):
            write_record(record)
    else:
        print_differences(open_console(color), differences)
        if differences and second != "-":
            suggest(f"what went wrong in the second, if anything: jnlpspy diagnose {second}")
    if any(each.matters for each in differences):
        raise typer.Exit(EXIT_PROBLEM)


def _accounts_of(
    capture: str, secrets: Mapping[str, Secret], ignore: Choice
) -> "tuple[list[SessionAccount], Collection[int]]":
    """Return the accounts of a capture's sessions, and the numbers of the events that are ignored."""
    import sys

    from jnlpspy.capture.open import open_capture
    from jnlpspy.cli.wiring import open_pipeline
    from jnlpspy.comparison.account import Accountant
    from jnlpspy.comparison.ignoring import Ignored

    accountant, ignored = Accountant(), Ignored(ignore)
    pipeline = open_pipeline([accountant, ignored], secrets)
    with open_capture(sys.stdin.buffer if capture == "-" else capture) as observations:
        for observation in observations:
            pipeline.observe(observation)
    pipeline.finish()
    return accountant.accounts(), ignored.seqs
