"""Calls: requests paired with their responses, in both directions (hudson.remoting.Channel's pending calls)."""

from collections.abc import Iterator
from dataclasses import dataclass

from jnlpspy.model.commands import Cancel, Command, Request, Response, UserRequest
from jnlpspy.model.describe import describe_arguments, describe_callable, describe_throwable, shorten
from jnlpspy.model.events import CallFinished, CallStarted
from jnlpspy.model.session import CallKind, Outcome, Payload, PayloadRole
from jnlpspy.model.tap import Side

OPEN_CALLS = 100_000
"""Calls kept while unanswered; beyond it the oldest is given up. A controller has some hundreds in flight."""


CALLABLE = 1000
"""Characters of a callable's name that are kept; the longest real ones have some 200."""


@dataclass(slots=True)
class _OpenCall:
    call: str
    callable: str
    when: float
    cancelled: bool = False


class CallBook:
    """The calls of one channel that wait for an answer."""

    def __init__(self) -> None:
        self._open: dict[tuple[Side, int], _OpenCall] = {}

    def observe(
        self, sender: Side, when: float, command: Command, payload: Payload | None
    ) -> Iterator[CallStarted | CallFinished]:
        """Take note of a command; yield the call it starts or finishes."""
        match command:
            case Request():
                yield from self._start(sender, when, command, payload)
            case Response():
                opened = self._open.pop((sender.peer, command.id), None)
                if opened is not None:
                    yield _finish(opened, when, command, payload)
            case Cancel():
                opened = self._open.get((sender, command.id))
                if opened is not None:
                    opened.cancelled = True
            case _:
                pass

    def end(self, when: float) -> Iterator[CallFinished]:
        """Yield the calls that were never answered, oldest first."""
        for opened in self._open.values():
            yield CallFinished(opened.call, opened.callable, when - opened.when, Outcome.UNANSWERED)
        self._open.clear()

    def _start(
        self, sender: Side, when: float, request: Request, payload: Payload | None
    ) -> Iterator[CallStarted | CallFinished]:
        key = (sender, request.id)
        stale = self._open.pop(key, None)
        if stale is None and len(self._open) >= OPEN_CALLS:
            stale = self._open.pop(next(iter(self._open)))
        if stale is not None:
            yield CallFinished(stale.call, stale.callable, when - stale.when, Outcome.UNANSWERED)
        name = shorten(describe_callable(request, payload), CALLABLE)
        kind = CallKind.USER if isinstance(request, UserRequest) else CallKind.RPC
        opened = self._open[key] = _OpenCall(f"{sender.value[0]}{request.id}", name, when)
        yield CallStarted(opened.call, kind, name, describe_arguments(request, payload))


def _finish(opened: _OpenCall, when: float, response: Response, payload: Payload | None) -> CallFinished:
    thrown = payload.value if payload is not None and payload.role is PayloadRole.THREW else response.exception
    outcome = Outcome.CANCELLED if opened.cancelled else Outcome.RETURNED if thrown is None else Outcome.THREW
    exception = None if thrown is None else describe_throwable(thrown)
    return CallFinished(opened.call, opened.callable, when - opened.when, outcome, exception)
