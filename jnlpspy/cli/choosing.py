"""Options that take a filter: what it says, what it matched, and what a shell may complete in it."""

from typing import TYPE_CHECKING

import typer
from typer.models import OptionInfo

from jnlpspy.model.choice import Choice, every

if TYPE_CHECKING:
    from jnlpspy.filters.filter import Filter
    from jnlpspy.model.events import Event, Fact


def complete(incomplete: str) -> list[tuple[str, str]]:
    """Return how a filter may go on that somebody is writing in a shell, each with what the last word is."""
    from jnlpspy.filters.completion import complete_filter

    offered = complete_filter(incomplete, len(incomplete))
    return [(incomplete[: each.start] + each.text, each.help) for each in offered]


def filter_option(command: str, option: str = "--filter", what: str = "Only events that match") -> OptionInfo:
    """Return an option that takes a filter; its variable is named after the command and the option."""
    declared: OptionInfo = typer.Option(
        option,
        metavar="EXPR",
        envvar=f"JNLPSPY_{command}_{option.removeprefix('--')}".upper(),
        autocompletion=complete,
        help=f"{what}, such as 'call and duration > 1s' (docs/filters.md).",
    )
    return declared


class Chooser:
    """What a filter chooses, asked once of each event however many want to know; without one, what else is told."""

    def __init__(self, text: str | None, otherwise: Choice = every) -> None:
        """Read a filter.

        Raises:
            FilterError: it means nothing.
        """
        self._filter = None if text is None else _parse(text)
        self.choice = otherwise if self._filter is None else self._choose
        self.matched = self._filter is None
        """True once an event matched."""
        self._last: Event | None = None
        self._answer = False

    @property
    def is_filter(self) -> bool:
        """True if there is a filter."""
        return self._filter is not None

    def asks_for(self, fact: "type[Fact]") -> bool:
        """Return whether the filter names events with such a fact."""
        return self._filter is not None and self._filter.asks_for(fact)

    def _choose(self, event: "Event") -> bool:
        if self._filter is not None and event is not self._last:
            self._last, self._answer = event, self._filter.matches(event)
            self.matched = self.matched or self._answer
        return self._answer


def _parse(text: str) -> "Filter":
    """Read a filter with what it takes to: a run without one does not pay for that."""
    from jnlpspy.filters.filter import parse_filter

    return parse_filter(text)
