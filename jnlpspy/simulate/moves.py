"""What a simulated peer does with pipes on its channel: calls that move bytes, and answers to such calls."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

import trio

from jnlpspy.errors import NetworkError
from jnlpspy.model.commands import Command, PipeConnect, Request
from jnlpspy.model.java import JavaObject
from jnlpspy.model.session import Payload, PipeKind
from jnlpspy.remoting.throwables import ILLEGAL_STATE, IO_EXCEPTION, java_throwable
from jnlpspy.remoting.values import pipe_object
from jnlpspy.session.handed import handed_over
from jnlpspy.simulate.pipe_calls import READS_PIPE, WRITES_PIPE
from jnlpspy.simulate.pipes import PipeDead, Pipes, Sink
from jnlpspy.simulate.script import CallOutcome, Drains, Fills, Returns, RunCallable, Throws
from jnlpspy.simulate.traces import RUNNING


@dataclass(frozen=True, slots=True)
class Streams:
    """The pipes that a call brought."""

    sinks: list[Sink] = field(default_factory=list)
    """Those to read."""
    connects: list[PipeConnect] = field(default_factory=list)
    """What their writers must be told."""
    targets: list[int] = field(default_factory=list)
    """Numbers of those to write."""


class Mover:
    """Moves bytes through the pipes of one channel."""

    def __init__(
        self, send: Callable[[Command], Awaitable[None]], call: Callable[[RunCallable], Awaitable[CallOutcome]]
    ) -> None:
        self.pipes = Pipes(send)
        self._call = call

    def receive(self, request: Request, payload: Payload | None) -> Streams:
        """Take what a call brought as remoting does when it reads it: a pipe's reader says where to write to."""
        brought = Streams()
        for stream in handed_over(request, payload).streams:
            if stream.kind is not PipeKind.STREAM:
                continue
            if stream.written_by_sender:
                sink = self.pipes.open_sink()
                brought.sinks.append(sink)
                brought.connects.append(PipeConnect(oid_ros=stream.oid, oid_pos=sink.oid))
            else:
                brought.targets.append(stream.oid)
        return brought

    async def write(self, size: int) -> CallOutcome:
        """Have the peer read a pipe, and write to it. Raises NetworkError if no answer will come."""
        near = self.pipes.open_near_end()
        written: list[int] = []

        async def write() -> None:
            with suppress(NetworkError):
                crc, _ = await self.pipes.write(await self.pipes.wait_connected(near), size)
                written.append(crc)

        step = RunCallable(READS_PIPE, {"pipe": pipe_object(near, written_by_sender=True), "length": size})
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(write)
                outcome = await self._call(step)
                nursery.cancel_scope.cancel()  # the peer may have failed before it read all
        except* NetworkError as gone:
            raise _first(gone) from None
        return _compared(outcome, size if written else 0, written[0] if written else None)

    async def read(self, size: int) -> CallOutcome:
        """Have the peer write to a pipe, and read it. Raises NetworkError if no answer will come."""
        sink = self.pipes.open_sink()
        step = RunCallable(WRITES_PIPE, {"pipe": pipe_object(sink.oid, written_by_sender=False), "length": size})
        outcome = await self._call(step)  # the answer comes behind all that was written
        return _compared(outcome, sink.size, sink.crc if sink.size == size else None)

    async def answer(
        self, answer: Drains | Fills, request: Request, payload: Payload | None, brought: Streams
    ) -> tuple[Returns | Throws, int]:
        """Read or write the pipe that a call brought; return what to answer, and the number of the last write."""
        try:
            if isinstance(answer, Drains) and brought.sinks:
                await brought.sinks[0].ended.wait()
                return Returns(brought.sinks[0].crc), 0
            if isinstance(answer, Fills) and brought.targets:
                size = answer.size if answer.size is not None else _length_of(payload)
                crc, last = await self.pipes.write(brought.targets[0], size, request.id)
                return Returns(crc), last
        except PipeDead as dead:
            return Throws(java_throwable(IO_EXCEPTION, str(dead), trace=RUNNING)), 0
        return Throws(java_throwable(ILLEGAL_STATE, "the call brought no pipe for this", trace=RUNNING)), 0


def _first(group: BaseExceptionGroup[NetworkError]) -> BaseException:
    return group.exceptions[0]


def _compared(outcome: CallOutcome, moved: int, crc: int | None) -> CallOutcome:
    """Add to a call's outcome whether the other end of its pipe tells the same as this one."""
    told = outcome.returned.value_of("value") if isinstance(outcome.returned, JavaObject) else None
    return replace(outcome, moved=moved, intact=crc is not None and told == crc)


def _length_of(payload: Payload | None) -> int:
    length = payload.value.value_of("length") if payload and isinstance(payload.value, JavaObject) else None
    return length if isinstance(length, int) else 0
