"""What a person could ask next of a capture, by what was in it."""

from collections.abc import Collection

from jnlpspy.cli.options import Table
from jnlpspy.model.events import CommandSent, Event, OpaqueBytes, TlsStarted

_WITH_EVENT_NUMBERS = frozenset({Table.COMMANDS, Table.CALLS, Table.PIPES, Table.CLASSES})


class NextSteps:
    """Takes note of what a capture holds."""

    def __init__(self) -> None:
        self._commands = False
        self._in_tls: set[int] = set()
        self._tls_closed = False

    def observe(self, event: Event) -> None:
        """Take note of an event."""
        match event.fact:
            case CommandSent():
                self._commands = True
            case TlsStarted():
                self._in_tls = {event.connection}  # the last is enough: what is closed follows soon
            case OpaqueBytes() if event.connection in self._in_tls:
                self._tls_closed = True
            case _:
                pass

    def finish(self) -> None:
        """Nothing is left to say."""

    def after_show(self, capture: str, tables: Collection[Table]) -> str:
        """Return what to ask after `show`."""
        if self._tls_closed and not self._commands:
            return "TLS stayed closed: open it with its keys (--keylog FILE), or stand between with jnlpspy proxy URL"
        if not self._commands:
            return f"what went wrong, if anything: jnlpspy diagnose {capture}"
        if not tables:
            return f"who called what: jnlpspy show {capture} --calls; what went wrong: jnlpspy diagnose {capture}"
        if _WITH_EVENT_NUMBERS.intersection(tables):
            return f"an event in full: jnlpspy show {capture} --tree EVENT"
        return f"who called what: jnlpspy show {capture} --calls"
