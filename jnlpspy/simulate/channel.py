"""A simulated peer's end of a channel: sends requests and waits for answers, answers the other side's.

Mirrors hudson.remoting.Channel.
"""

from collections.abc import Callable
from itertools import count
from typing import Final

import trio

from jnlpspy.errors import NetworkError
from jnlpspy.model.commands import CloseCommand, Command, Request, Response, UserRequest
from jnlpspy.model.describe import describe_callable, describe_throwable
from jnlpspy.model.java import JavaObject, JavaValue
from jnlpspy.model.session import Payload, PayloadRole
from jnlpspy.model.tap import Side
from jnlpspy.net.leg import LegBroken
from jnlpspy.net.tls_leg import TlsFailed
from jnlpspy.remoting.build import build_command
from jnlpspy.remoting.commands import read_command
from jnlpspy.simulate.answering import answer_of, class_lost, missing_class, response_of
from jnlpspy.simulate.line import Line
from jnlpspy.simulate.requests import class_request, loader_of, request_of
from jnlpspy.simulate.script import CallOutcome, CloseChannel, InvokeMethod, Part, Pause, RunCallable, Step, Throws
from jnlpspy.simulate.traces import close_source
from jnlpspy.wire.chunks import ChunkReader, write_chunks

CLOSE_PATIENCE: Final = 5.0
"""Seconds the other side has to end the connection after it was told of the end of the channel."""

Answered = tuple[Response, Payload | None]


class ChannelGone(NetworkError):
    """The channel ended before a call was answered."""


class SimulatedChannel:
    """One end of a channel; `run` reads it until it is over."""

    def __init__(self, line: Line, part: Part, *, answered: Callable[[str], None] = lambda _: None) -> None:
        self._line = line
        self._part = part
        self._tell_answered = answered
        self._chunks = ChunkReader(0)
        self._numbers = count()
        self._pending: dict[int, trio.MemorySendChannel[Answered]] = {}
        self._sending = trio.Lock()
        self._closing = trio.Event()
        self._named: set[int] = set()
        self._loaded: set[str] = set()
        self.outcomes: list[CallOutcome] = []
        """How the calls this side made ended."""
        self.told_closing = False
        """True once this side has sent its CloseCommand."""
        self.heard_closing = False
        """True once the other side has sent its own."""

    @property
    def orderly(self) -> bool:
        """True if a CloseCommand came before the end."""
        return self.told_closing or self.heard_closing

    async def run(self) -> None:
        """Take this side's steps and answer the other's, until the channel is over.

        Raises NetworkError if it ended because bytes could not be understood.
        """
        failure: TlsFailed | None = None
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._take_steps)
                try:
                    await self._read(nursery)
                except TlsFailed as error:
                    failure = error  # raised outside of the nursery, which would put it into a group
                nursery.cancel_scope.cancel()
        finally:
            self._forget_pending()
        if failure is not None:
            raise failure

    async def call(self, step: RunCallable | InvokeMethod) -> CallOutcome:
        """Make a call and return how it ended. Raises ChannelGone if no answer will come."""
        request = request_of(step, next(self._numbers), self._line.side)
        response, payload = await self._ask(request)
        name = step.of.name if isinstance(step, RunCallable) else f"{step.interface}.{step.method}"
        thrown = _thrown(response, payload)
        if thrown is not None:
            return CallOutcome(name, exception=describe_throwable(thrown))
        value = payload.value if payload is not None else response.return_value
        return CallOutcome(name, returned=value)  # type: ignore[arg-type] # a payload is one object, never block data

    async def close(self) -> None:
        """Send this side's CloseCommand and send no more; LegBroken if the other side is gone."""
        async with self._sending:
            if self.told_closing:
                return
            self.told_closing = True
            await self._send_unlocked(CloseCommand(created_at=close_source()))
            await self._line.end()
        self._closing.set()

    async def _read(self, nursery: trio.Nursery) -> None:
        with trio.CancelScope() as patience:
            nursery.start_soon(self._limit_patience, patience)
            while data := await self._line.receive():
                for block in self._chunks.feed(data):
                    command, payload, _ = read_command(block.data)
                    if command is not None:
                        await self._take(command, payload, nursery)

    async def _limit_patience(self, reading: trio.CancelScope) -> None:
        """Stop reading some time after this side has closed."""
        await self._closing.wait()
        reading.deadline = min(reading.deadline, trio.current_time() + CLOSE_PATIENCE)

    async def _take(self, command: Command, payload: Payload | None, nursery: trio.Nursery) -> None:
        match command:
            case Request():
                nursery.start_soon(self._answer, command, payload)
            case Response():
                waiting = self._pending.pop(command.id, None)
                if waiting is not None:
                    waiting.send_nowait((command, payload))
            case CloseCommand():
                self.heard_closing = True
                self._forget_pending()
                try:
                    await self.close()
                except LegBroken:
                    self._closing.set()  # who closed need not wait for an answer
            case _:
                pass  # what only bookkeeping is for, such as an UnexportCommand

    async def _take_steps(self) -> None:
        for step in self._part.steps:
            try:
                await self._take_step(step)
            except (ChannelGone, LegBroken):
                return

    async def _take_step(self, step: Step) -> None:
        match step:
            case RunCallable() | InvokeMethod():
                self.outcomes.append(await self.call(step))
            case Pause(seconds):
                await trio.sleep(seconds)
            case CloseChannel():
                await self.close()

    async def _answer(self, request: Request, payload: Payload | None) -> None:
        try:
            answer = await self._load_class(request, payload) or answer_of(request, payload, self._part)
            for step in answer.first:
                await self._take_step(step)
            await self._send(response_of(request, answer, from_agent=self._line.side is Side.AGENT))
        except (ChannelGone, LegBroken):
            return
        self._tell_answered(describe_callable(request, payload))

    async def _load_class(self, request: Request, payload: Payload | None) -> Throws | None:
        """Ask for the class of a Callable as an agent does; return the answer if it is not to be had."""
        if not self._part.loads_classes or not isinstance(request, UserRequest):
            return None
        loader = loader_of(request)
        if loader is None:
            return None
        if loader not in self._named:
            self._named.add(loader)
            await self._invoke(class_request("getName", None, loader))
        name = missing_class(request, payload, self._loaded)
        if name is None:
            return None
        response = await self._invoke(class_request("fetch3", name, loader))
        if isinstance(response.exception, JavaObject):
            return class_lost(response.exception)
        self._loaded.add(name)
        return None

    async def _invoke(self, step: InvokeMethod) -> Response:
        response, _ = await self._ask(request_of(step, next(self._numbers), self._line.side))
        return response

    async def _ask(self, request: Request) -> Answered:
        send, receive = trio.open_memory_channel[Answered](1)
        self._pending[request.id] = send
        await self._send(request)
        try:
            return await receive.receive()
        except trio.EndOfChannel:
            raise ChannelGone(f"expected an answer to request {request.id}, got the end of the channel") from None

    async def _send(self, command: Command) -> None:
        async with self._sending:
            if self.told_closing:
                raise ChannelGone("the channel is closed on this side")
            await self._send_unlocked(command)

    async def _send_unlocked(self, command: Command) -> None:
        await self._line.send(b"".join(write_chunks(build_command(command))))

    def _forget_pending(self) -> None:
        for waiting in self._pending.values():
            waiting.close()
        self._pending.clear()


def _thrown(response: Response, payload: Payload | None) -> JavaValue:
    if payload is not None and payload.role is PayloadRole.THREW:
        return payload.value  # type: ignore[return-value] # as in `call`
    return response.exception
