"""A filter: a text that says which events are meant, and the test of events that it means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jnlpspy.export.jsonl import TYPES
from jnlpspy.filters.meaning import Asked, Sure, understand
from jnlpspy.filters.syntax import parse
from jnlpspy.model.events import Event, Fact


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events are meant."""

    text: str
    _checks: Mapping[type[Fact], Callable[[Event], bool]] = field(repr=False, compare=False)
    """Of the facts that may be meant; all others are decided by what they are."""
    _named: frozenset[type[Fact]] = field(repr=False, compare=False)

    def matches(self, event: Event) -> bool:
        """Return whether an event is meant; never raises."""
        check = self._checks.get(type(event.fact))
        return check is not None and check(event)

    def asks_for(self, fact: type[Fact]) -> bool:
        """Return whether events with such a fact are asked for by name, or by a field that only they have."""
        return fact in self._named


def parse_filter(text: str) -> Filter:
    """Return the filter that a text says.

    Raises:
        FilterError: it says none; the error points at the place and names what is near.
    """
    meaning = understand(parse(text), text)
    verdicts = {fact: meaning.test(fact) for fact in TYPES}
    checks = {
        fact: verdict.check if isinstance(verdict, Asked) else _always
        for fact, verdict in verdicts.items()
        if verdict != Sure(holds=False)
    }
    return Filter(text, checks, meaning.named)


def _always(_: Event) -> bool:
    return True
