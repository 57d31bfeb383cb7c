"""What a replayed side waits for: the recorded commands of its peer, matched with those that the live peer sends.

The same kind of command, callable and order within what it belongs to counts, not the same bytes.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from jnlpspy.model.commands import (
    Cancel,
    CloseCommand,
    Command,
    InputStreamEOF,
    OutputStreamChunk,
    OutputStreamEOF,
    PipeConnect,
    Request,
    Response,
    RPCRequest,
    WriterChunk,
    WriterEOF,
)
from jnlpspy.model.describe import describe_arguments, describe_callable
from jnlpspy.model.session import Payload
from jnlpspy.simulate.recording import RecordedCommand

PING = "hudson.remoting.PingThread$Ping"

_LOADING = ("fetch", "getResource")
"""Methods of IClassLoader whose argument says what is meant."""

_STREAMS = (OutputStreamChunk, WriterChunk, OutputStreamEOF, WriterEOF, InputStreamEOF)

Key = tuple[object, ...]


@dataclass(slots=True)
class _Expected:
    """A command of the recorded peer."""

    recorded: RecordedCommand
    key: Key
    awaited: bool
    """False for what may come at any time, or not at all: acknowledgements, releases, pings."""
    met: bool = False
    missed: bool = False
    """True once it is given up; it may still come."""


class Expectations:
    """The recorded peer's commands, in order."""

    def __init__(self, commands: list[RecordedCommand]) -> None:
        self._all = [_Expected(each, key_of(each.command, each.payload), _is_awaited(each)) for each in commands]
        self._by_key: dict[Key, list[_Expected]] = {}
        for each in reversed(self._all):
            self._by_key.setdefault(each.key, []).append(each)
        self._first = 0
        """Everything before it is met, given up or never waited for."""
        self._written: Counter[tuple[type[Command], int]] = Counter()
        self._recorded: Counter[tuple[type[Command], int]] = Counter()

    def meet(self, command: Command, payload: Payload | None) -> RecordedCommand | None:
        """Return the recorded command that a live one corresponds to; None if it was not to be expected."""
        if isinstance(command, OutputStreamChunk | WriterChunk):
            return self._meet_bytes(command)
        left = self._by_key.get(key_of(command, payload))
        if not left:
            return None
        each = left.pop()
        each.met = True
        if isinstance(command, Response):
            self._give_up_loading(each.recorded.place)
        return each.recorded

    def before(self, place: int) -> str | None:
        """Return the first command recorded before a place that is still to come; None if all of them came."""
        while self._first < len(self._all):
            each = self._all[self._first]
            if each.recorded.place >= place:
                return None
            if each.awaited and not each.met and not each.missed:
                return title_of(each.recorded.command, each.recorded.payload)
            self._first += 1
        return None

    def give_up_before(self, place: int) -> None:
        """Wait no longer for what was recorded before a place; it may still come."""
        for each in self._rest():
            if each.recorded.place >= place:
                return
            each.missed = True

    def missing(self) -> Iterator[str]:
        """Yield what was recorded and never came; of a CloseCommand the session's end tells, which it may miss."""
        for each in self._all:
            if each.awaited and not each.met and not isinstance(each.recorded.command, CloseCommand):
                yield title_of(each.recorded.command, each.recorded.payload)

    def _rest(self) -> Iterator[_Expected]:
        """Yield what may still come, in order; a slice would be as long as the recording each time."""
        return (self._all[place] for place in range(self._first, len(self._all)))

    def _meet_bytes(self, command: OutputStreamChunk | WriterChunk) -> RecordedCommand | None:
        """Bytes may come in other pieces: a recorded chunk is met once as many came as had come with it."""
        stream = (type(command), command.oid)
        left = self._by_key.get(key_of(command, None), [])
        if not left:
            return None
        self._written[stream] += len(command.buf)
        recorded = None
        while left:
            chunk = left[-1].recorded.command
            size = len(chunk.buf) if isinstance(chunk, OutputStreamChunk | WriterChunk) else 0
            if self._recorded[stream] + size > self._written[stream]:
                break
            self._recorded[stream] += size
            each = left.pop()
            each.met, recorded = True, each.recorded
        return recorded or (left[-1].recorded if left else None)

    def _give_up_loading(self, place: int) -> None:
        """A call is over: what the live peer did not load for calls up to it, it has already."""
        for each in self._rest():
            if each.recorded.place >= place:
                return
            if not each.met and _is_loading(each.recorded.command):
                each.missed = True


def key_of(command: Command, payload: Payload | None) -> Key:
    """Return what two corresponding commands have in common."""
    match command:
        case Request() if not isinstance(command, RPCRequest) or not _is_loading(command):
            return Request, describe_callable(command, payload)
        case Request():
            return Request, describe_callable(command, payload), describe_arguments(command, payload)
        case Response(id=number) | Cancel(id=number):
            return type(command), number
        case _ if isinstance(command, _STREAMS):
            return type(command), command.oid
        case _:
            return (type(command),)


def title_of(command: Command, payload: Payload | None) -> str:
    """Return a command in words, for messages."""
    match command:
        case Request():
            return f"a call of {describe_callable(command, payload)}"
        case Response(id=number):
            return f"the answer to call {number}"
        case OutputStreamChunk(oid=oid) | WriterChunk(oid=oid):
            return f"bytes through pipe {oid}"
        case _:
            return command.class_name


def is_ping(command: Command, payload: Payload | None) -> bool:
    """Return whether a command is an application ping, of which there are as many as time allows."""
    return isinstance(command, Request) and describe_callable(command, payload) == PING


def _is_loading(command: Command) -> bool:
    return isinstance(command, RPCRequest) and command.method_name.startswith(_LOADING)


def _is_awaited(recorded: RecordedCommand) -> bool:
    command = recorded.command
    if isinstance(command, Request):
        return not is_ping(command, recorded.payload)
    return isinstance(command, (Response, PipeConnect, Cancel, CloseCommand, *_STREAMS))
