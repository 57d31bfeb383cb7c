"""The language of filters for the live view, which knows none."""

from jnlpspy.filters.completion import complete_filter
from jnlpspy.filters.filter import parse_filter
from jnlpspy.filters.problem import FilterError
from jnlpspy.view.live.model import Matches
from jnlpspy.view.live.prompt import Fault, Offer
from jnlpspy.view.live.state import Filters


def live_filters() -> Filters:
    """Return how the live view reads and completes filters."""
    return Filters(_read, _complete)


def _read(text: str) -> Matches | Fault:
    try:
        return parse_filter(text).matches
    except FilterError as error:
        return Fault(error.reason, error.column)


def _complete(text: str, column: int) -> tuple[Offer, ...]:
    return tuple(Offer(each.text, each.start, each.help) for each in complete_filter(text, column))
