"""Which rows belong together: a request and its response, the call that either serves, what a call loaded."""

from collections import OrderedDict
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from jnlpspy.browse.limits import REMEMBERED
from jnlpspy.model.events import CallFinished, CallStarted, ClassLoaded, CommandSent, Event, PipeClosed, PipeOpened

_Value = TypeVar("_Value")
_Name = tuple[int, str]
"""A connection's number, and what the call or pipe is called there."""


class Link(IntEnum):
    """Where a row leads."""

    PAIR = 0
    """From a request to its response and back; from a pipe's beginning to its end and back."""
    SERVES = 1
    """To the call that it serves, or that brought it."""
    LOADED = 2
    """To the first class that came by it."""


@dataclass(slots=True)
class _Call:
    row: int
    command: int
    """Row of the command that carried it; -1 if none."""
    parent: _Name | None
    loaded: bool = False


class Links:
    """Follows rows as they come; what it finds out of rows is told in triples: row, `Link`, row."""

    def __init__(self) -> None:
        self._calls: OrderedDict[_Name, _Call] = OrderedDict()
        self._pipes: OrderedDict[_Name, int] = OrderedDict()
        self._command: tuple[int, Event] | None = None

    def observe(self, row: int, event: Event) -> list[tuple[int, Link, int]]:
        """Take a row; return the links that it makes known."""
        match event.fact:
            case CommandSent():
                self._command = row, event
                return []
            case CallStarted():
                return self._start(row, event, event.fact)
            case CallFinished():
                return self._finish(row, event, event.fact)
            case ClassLoaded():
                return self._load(row, event.connection, event.fact.call)
            case PipeOpened():
                _remember(self._pipes, (event.connection, event.fact.pipe), row)
                return self._serve(row, event.connection, event.fact.call)
            case PipeClosed():
                opened = self._pipes.pop((event.connection, event.fact.pipe), None)
                pair = [] if opened is None else [(row, Link.PAIR, opened), (opened, Link.PAIR, row)]
                return pair + self._serve(row, event.connection, event.fact.call)
            case _:
                return []

    def _start(self, row: int, event: Event, fact: CallStarted) -> list[tuple[int, Link, int]]:
        parent = None if fact.parent is None else (event.connection, fact.parent)
        call = _Call(row, self._carrier(event), parent)
        _remember(self._calls, (event.connection, fact.call), call)
        return self._under(parent, row, call.command)

    def _finish(self, row: int, event: Event, fact: CallFinished) -> list[tuple[int, Link, int]]:
        call = self._calls.get((event.connection, fact.call))
        if call is None:
            return []
        links = [(row, Link.PAIR, call.row), (call.row, Link.PAIR, row)]
        answer = self._carrier(event)
        if answer >= 0 and call.command >= 0:
            links += [(answer, Link.PAIR, call.command), (call.command, Link.PAIR, answer)]
        return links + self._under(call.parent, row, answer)

    def _under(self, parent: _Name | None, *rows: int) -> list[tuple[int, Link, int]]:
        """Return the links of rows to the call that they serve."""
        served = None if parent is None else self._calls.get(parent)
        return [] if served is None else [(row, Link.SERVES, served.row) for row in rows if row >= 0]

    def _load(self, row: int, connection: int, name: str) -> list[tuple[int, Link, int]]:
        links = self._serve(row, connection, name)
        call = self._calls.get((connection, name))
        while call is not None and not call.loaded:  # what a call made its peer fetch, it loaded too
            call.loaded = True
            links += [(each, Link.LOADED, row) for each in (call.row, call.command) if each >= 0]
            call = None if call.parent is None else self._calls.get(call.parent)
        return links

    def _serve(self, row: int, connection: int, name: str | None) -> list[tuple[int, Link, int]]:
        call = None if name is None else self._calls.get((connection, name))
        return [] if call is None else [(row, Link.SERVES, call.row)]

    def _carrier(self, event: Event) -> int:
        """Return the row of the command that an event came from, if that was the last command."""
        if self._command is not None and event.span is not None:
            row, command = self._command
            same = command.connection == event.connection and command.side is event.side and command.span == event.span
            return row if same else -1
        return -1


def _remember(known: OrderedDict[_Name, _Value], name: _Name, value: _Value) -> None:
    known[name] = value
    known.move_to_end(name)
    if len(known) > REMEMBERED:
        known.popitem(last=False)
