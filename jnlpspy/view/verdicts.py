"""Sinks for findings: what a run comes to at its end, and what is said below a finding's line while it goes on."""

from rich.console import Console
from rich.text import Text

from jnlpspy.diagnosis.runs import Runs
from jnlpspy.diagnosis.verdict import Verdict
from jnlpspy.model.describe_events import count
from jnlpspy.model.events import ConnectionOpened, Event, OpaqueBytes, ProtocolOffered
from jnlpspy.view.findings import describe_nothing, print_conclusions, print_finding
from jnlpspy.view.rows import print_line

COUNTED = 100_000
"""Connections that are told apart where sessions are counted."""


class FindingSink:
    """Prints below a finding's line what is likely behind it and what to do."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def observe(self, event: Event) -> None:
        """Print what a finding says; all else is passed over."""
        print_finding(self._console, event)

    def finish(self) -> None:
        """Nothing is left to say."""


class VerdictSink:
    """Prints at the end what all findings come to; nothing where nothing was found, unless `always`."""

    def __init__(self, verdict: Verdict, console: Console, runs: Runs, *, always: bool) -> None:
        self._verdict = verdict
        self._console = console
        self._runs = runs
        self._always = always
        self._connections = 0
        self._sessions: set[int] = set()
        self._hidden: set[int] = set()

    def observe(self, event: Event) -> None:
        """Take an event."""
        match event.fact:
            case ConnectionOpened():
                self._connections += 1
            case ProtocolOffered() if len(self._sessions) < COUNTED:
                self._sessions.add(event.connection)
            case OpaqueBytes() if len(self._hidden) < COUNTED:
                self._hidden.add(event.connection)
            case _:
                self._verdict.observe(event)

    def finish(self) -> None:
        """Print the verdict."""
        conclusions = self._verdict.conclusions()
        if not self._always and conclusions:
            self._console.print()
        print_conclusions(self._console, conclusions, self._runs)
        if self._verdict.left_out:
            left_out = f"{count(self._verdict.left_out, 'more finding')} left out"
            print_line(self._console, Text(left_out, "summary.quiet"))
        if self._always and not conclusions:
            lines = describe_nothing(self._connections, len(self._sessions), len(self._hidden))
            for line, style in zip(lines, ("good", "summary.quiet"), strict=False):
                print_line(self._console, Text(line, style))
