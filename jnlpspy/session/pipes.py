"""Pipes: streams exported by one side that the other writes to or reads from (hudson.remoting.ProxyOutputStream).

A pipe's name is the exporting side and the object's number. The writer may have a window of bytes in flight
(hudson.remoting.PipeWindow); what the exporter has taken it acknowledges.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jnlpspy.model.commands import (
    Command,
    InputStreamChunk,
    InputStreamEOF,
    OutputStreamAck,
    OutputStreamChunk,
    OutputStreamDead,
    OutputStreamEOF,
    OutputStreamUnexport,
    PipeConnect,
    Response,
    WriterAck,
    WriterChunk,
    WriterDead,
    WriterEOF,
    WriterUnexport,
)
from jnlpspy.model.describe import describe_cause, describe_throwable
from jnlpspy.model.events import PipeClosed, PipeOpened, PipeStalled
from jnlpspy.model.java import JavaObject
from jnlpspy.model.session import PipeEnd, PipeKind
from jnlpspy.model.streams import RemoteStream
from jnlpspy.model.tap import Side

WINDOW = 1 << 20
"""Bytes in flight at most, in remoting's default setting."""

PATCHED_UP = WINDOW // 10
"""A writer never waits for more free window than this, however much it has to write (ProxyOutputStream.write)."""

STALLED = 1.0
"""Seconds of a used-up window that are worth an event; shorter ones are every fast transfer's way."""

OPEN_PIPES = 10_000
"""Pipes kept open; beyond it the oldest is given up. A build has a handful."""

USES = 10_000
"""Pipes that are over, of which is remembered how often their number was used."""

PipeFact = PipeOpened | PipeStalled | PipeClosed

_Key = tuple[Side, int]
"""Exporting side and object number."""


_ABOUT_PIPES = frozenset(
    (
        OutputStreamChunk,
        OutputStreamAck,
        OutputStreamEOF,
        OutputStreamUnexport,
        OutputStreamDead,
        WriterChunk,
        WriterAck,
        WriterEOF,
        WriterUnexport,
        WriterDead,
        InputStreamEOF,
        PipeConnect,
    )
)
"""Commands that tell something of a pipe."""


@dataclass(slots=True)
class _Pipe:
    name: str
    kind: PipeKind
    writer: Side
    call: str | None
    when: float
    bytes: int = 0
    chunks: int = 0
    in_flight: int = 0
    largest: int = 0
    throttled: bool = True
    """False once more was in flight than a window: this writer does not wait."""
    full_since: float | None = None
    told: bool = False
    stalls: int = 0
    stalled: float = 0.0


class PipeBook:
    """The pipes of one channel."""

    def __init__(self) -> None:
        self._open: dict[_Key, _Pipe] = {}
        self._uses: dict[_Key, int] = {}
        self._dead: dict[_Key, None] = {}
        self._promised: dict[_Key, str] = {}
        """Near ends of pipes whose readers have not connected yet, and the calls that brought them."""
        self._full: dict[_Key, _Pipe] = {}

    def bytes_of(self, exporter: Side, oid: int) -> int:
        """Return how many bytes went through a pipe that is open."""
        pipe = self._open.get((exporter, oid))
        return pipe.bytes if pipe is not None else 0

    def hand_over(self, sender: Side, stream: RemoteStream, when: float, call: str) -> Iterator[PipeFact]:
        """Take note of a stream that a call's command brought."""
        key = (sender, stream.oid)
        if stream.written_by_sender:
            self._promised.pop(key, None)
            self._promised[key] = call
            _forget_first(self._promised, OPEN_PIPES)
        else:
            writer = sender if stream.kind is PipeKind.READ else sender.peer
            yield from self._open_pipe(key, stream.kind, writer, when, call)

    def read(self, exporter: Side, request: InputStreamChunk, when: float) -> Iterator[PipeFact]:
        """Take note of a request for bytes of an exported stream."""
        if (exporter, request.oid) not in self._open:
            yield from self._open_pipe((exporter, request.oid), PipeKind.READ, exporter, when, None)

    def answer_read(self, exporter: Side, oid: int, response: Response) -> None:
        """Count the bytes that a request for them got (ProxyInputStream.Buffer)."""
        pipe = self._open.get((exporter, oid))
        buffer = response.return_value
        length = buffer.value_of("len") if isinstance(buffer, JavaObject) else None
        if pipe is not None and isinstance(length, int) and length > 0:
            pipe.bytes += length
            pipe.chunks += 1

    def observe(self, sender: Side, when: float, command: Command) -> Iterable[PipeFact]:
        """Take note of a command, which may be about a pipe; return what it tells."""
        if type(command) in _ABOUT_PIPES or self._full:
            return self._heed(sender, when, command)
        return ()

    def _heed(self, sender: Side, when: float, command: Command) -> Iterator[PipeFact]:
        if self._full:
            yield from self._tell_stalls(when)
        match command:
            case OutputStreamChunk() | WriterChunk():
                yield from self._write(sender, command, when)
            case OutputStreamAck() | WriterAck():
                self._acknowledge((sender, command.oid), command.size, when)
            case PipeConnect():
                call = self._promised.pop((sender.peer, command.oid_ros), None)
                yield from self._open_pipe((sender, command.oid_pos), PipeKind.STREAM, sender.peer, when, call)
            case OutputStreamEOF():
                error = None if command.error is None else describe_throwable(command.error)
                yield from self._close((sender.peer, command.oid), PipeEnd.EOF, when, error)
            case WriterEOF() | InputStreamEOF():
                yield from self._close((sender.peer, command.oid), PipeEnd.EOF, when)
            case OutputStreamUnexport() | WriterUnexport():
                self._dead.pop((sender.peer, command.oid), None)
                yield from self._close((sender.peer, command.oid), PipeEnd.RELEASED, when)
            case OutputStreamDead() | WriterDead():
                yield from self._die((sender, command.oid), when, describe_cause(command))
            case _:
                pass

    def end(self, when: float) -> Iterator[PipeFact]:
        """Yield the pipes that nobody closed, oldest first."""
        yield from self._tell_stalls(when)
        for key in list(self._open):
            yield from self._close(key, PipeEnd.CUT, when)

    def _open_pipe(self, key: _Key, kind: PipeKind, writer: Side, when: float, call: str | None) -> Iterator[PipeFact]:
        """Open a pipe; a number that is exported anew while its pipe is open is the same object again."""
        if key in self._open:
            return
        if len(self._open) >= OPEN_PIPES:
            yield from self._close(next(iter(self._open)), PipeEnd.CUT, when)
        self._dead.pop(key, None)
        use = self._uses.pop(key, 0) + 1
        self._uses[key] = use
        _forget_first(self._uses, USES)
        name = f"{key[0].value[0]}{key[1]}" + (f".{use}" if use > 1 else "")
        self._open[key] = _Pipe(name, kind, writer, call, when)
        yield PipeOpened(name, kind, writer, call)

    def _write(self, sender: Side, chunk: OutputStreamChunk | WriterChunk, when: float) -> Iterator[PipeFact]:
        key = (sender.peer, chunk.oid)
        if key in self._dead:
            return  # written before the writer knew
        if key not in self._open:
            if isinstance(chunk, WriterChunk):
                yield from self._open_pipe(key, PipeKind.WRITER, sender, when, None)
            else:
                call = f"{sender.peer.value[0]}{chunk.request_id}" if chunk.request_id else None
                yield from self._open_pipe(key, PipeKind.STREAM, sender, when, call)
        length = len(chunk.buf)
        pipe = self._open[key]
        pipe.bytes += length
        pipe.chunks += 1
        pipe.in_flight += length
        pipe.largest = max(pipe.largest, length)
        if pipe.in_flight > WINDOW:
            pipe.throttled = False
            self._full.pop(key, None)
            pipe.full_since, pipe.stalls, pipe.stalled = None, 0, 0.0
        elif pipe.throttled and WINDOW - pipe.in_flight < min(pipe.largest, PATCHED_UP) and pipe.full_since is None:
            pipe.full_since, pipe.told = when, False
            pipe.stalls += 1
            self._full[key] = pipe

    def _acknowledge(self, key: _Key, size: int, when: float) -> None:
        pipe = self._open.get(key)
        if pipe is None:
            return
        pipe.in_flight = max(0, pipe.in_flight - max(0, size))
        if WINDOW - pipe.in_flight >= min(pipe.largest, PATCHED_UP):
            self._go_on(key, pipe, when)

    def _go_on(self, key: _Key, pipe: _Pipe, when: float) -> None:
        if pipe.full_since is not None:
            pipe.stalled += when - pipe.full_since
            pipe.full_since = None
            self._full.pop(key, None)

    def _tell_stalls(self, when: float) -> Iterator[PipeStalled]:
        for pipe in self._full.values():
            if not pipe.told and pipe.full_since is not None and when - pipe.full_since >= STALLED:
                pipe.told = True
                yield PipeStalled(pipe.name, pipe.in_flight, when - pipe.full_since)

    def _die(self, key: _Key, when: float, cause: str | None) -> Iterator[PipeFact]:
        if key in self._open:
            yield from self._close(key, PipeEnd.DEAD, when, cause)
            self._dead[key] = None
            _forget_first(self._dead, USES)

    def _close(self, key: _Key, how: PipeEnd, when: float, error: str | None = None) -> Iterator[PipeFact]:
        pipe = self._open.pop(key, None)
        if pipe is None:
            return
        self._go_on(key, pipe, when)
        yield PipeClosed(
            pipe.name,
            pipe.kind,
            pipe.writer,
            pipe.call,
            pipe.bytes,
            pipe.chunks,
            how,
            when - pipe.when,
            error,
            pipe.in_flight,
            pipe.stalls,
            pipe.stalled,
        )


def _forget_first(kept: dict[_Key, str] | dict[_Key, int] | dict[_Key, None], cap: int) -> None:
    if len(kept) > cap:
        kept.pop(next(iter(kept)))
