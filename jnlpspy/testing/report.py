"""Events as the text that a failing test shows: a line each, as `jnlpspy show` prints them, and not too many."""

import re
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

from jnlpspy.model.describe_events import count
from jnlpspy.model.events import Event, HeadersSent
from jnlpspy.model.secret import Secret

FIRST_LINES: Final = 60
LAST_LINES: Final = 60
"""A failing test shows how it began and how it ended; a capture is for the whole of it."""

SHORTEST_SECRET: Final = 16
"""Characters of a secret that is looked for in other texts: shorter ones would be found everywhere."""

_TELLING: Final = 8
"""Characters by which a secret is recognised."""


class Excerpt:
    """The first and the last events of any number."""

    def __init__(self) -> None:
        self._first: list[Event] = []
        self._last: deque[Event] = deque(maxlen=LAST_LINES)
        self._count = 0
        self._secrets: set[Secret] = set()

    def observe(self, event: Event) -> None:
        """Take an event."""
        self._count += 1
        if isinstance(event.fact, HeadersSent) and event.fact.secret is not None:
            self._secrets.add(event.fact.secret)
        if len(self._first) < FIRST_LINES:
            self._first.append(event)
        else:
            self._last.append(event)

    def text(self) -> str:
        """Return a line for each event that is kept, and one for what is left out between; no secret is in them."""
        from jnlpspy.view.rows import format_row  # noqa: PLC0415 - rich, which only a failure needs

        left_out = self._count - len(self._first) - len(self._last)
        lines = [format_row(event).plain for event in self._first]
        if left_out:
            lines.append(f"... {count(left_out, 'event')} left out ...")
        lines += [format_row(event).plain for event in self._last]
        return mask("\n".join(lines), self._secrets)


def format_events(events: Sequence[Event]) -> str:
    """Return the lines of events, those in the middle left out if they are many."""
    excerpt = Excerpt()
    for event in events:
        excerpt.observe(event)
    return excerpt.text()


def mask(text: str, secrets: Iterable[Secret]) -> str:
    """Return a text in which fingerprints stand for secrets, also for those that the end of a line cuts off."""
    for secret in secrets:
        if len(secret.value) >= SHORTEST_SECRET:
            sizes = range(len(secret.value), _TELLING - 1, -1)
            text = re.sub("|".join(re.escape(secret.value[:size]) for size in sizes), secret.fingerprint, text)
    return text


def printable(text: str) -> str:
    """Return a text that commands no terminal: its lines stay, a mark stands for what cannot be seen."""
    return "".join(each if each.isprintable() or each == "\n" else "\ufffd" for each in text)
