"""A simulated peer's end of a channel: sends requests and waits for answers, answers the other side's.

Mirrors hudson.remoting.Channel.
"""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import Final, Protocol

import trio

from jnlpspy.errors import NetworkError
from jnlpspy.model.commands import CloseCommand, Command, Request, Response, UserRequest
from jnlpspy.model.describe import describe_callable
from jnlpspy.model.java import JavaObject
from jnlpspy.model.session import Payload
from jnlpspy.model.tap import Side
from jnlpspy.net.leg import LegBroken
from jnlpspy.net.tls_leg import TlsFailed
from jnlpspy.remoting.build import build_command
from jnlpspy.remoting.commands import read_command
from jnlpspy.remoting.throwables import TIMEOUT_EXCEPTION, java_throwable
from jnlpspy.simulate.answering import answer_of, class_lost, missing_class, response_of
from jnlpspy.simulate.line import Carrier
from jnlpspy.simulate.moves import Mover, Streams
from jnlpspy.simulate.outcomes import loaded_bytes, outcome_of
from jnlpspy.simulate.requests import LOADER_OID, class_request, load_request, loader_of, request_of
from jnlpspy.simulate.script import (
    Blurt,
    CallOutcome,
    CloseChannel,
    CloseFrame,
    Drains,
    Fills,
    InvokeMethod,
    LoadClass,
    NeverAnswers,
    Part,
    Pause,
    Ping,
    ReadPipe,
    RunCallable,
    Silence,
    Step,
    Throws,
    Vanish,
    WritePipe,
)
from jnlpspy.simulate.session import PING
from jnlpspy.simulate.traces import close_source
from jnlpspy.wire.chunks import ChunkReader

CLOSE_PATIENCE: Final = 5.0
"""Seconds the other side has to end the connection after it was told of the end of the channel."""

Answered = tuple[Response, Payload | None]


class ChannelGone(NetworkError):
    """The channel ended before a call was answered."""


class PlayedChannel(Protocol):
    """One end of a channel, as a peer plays it."""

    @property
    def outcomes(self) -> Sequence[CallOutcome]:
        """How the calls this side made ended."""

    @property
    def orderly(self) -> bool:
        """True if a CloseCommand came before the end."""

    async def run(self) -> None:
        """Play until the channel is over. Raises NetworkError if its bytes could not be understood."""

    async def close(self) -> None:
        """Close the channel in an orderly way; LegBroken if the other side is gone."""


OpenChannel = Callable[[Carrier], PlayedChannel]


class SimulatedChannel:
    """One end of a channel; `run` reads it until it is over."""

    def __init__(self, line: Carrier, part: Part, *, answered: Callable[[str], None] = lambda _: None) -> None:
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
        self._mover = Mover(self._send, self.call)
        self._their_loader = LOADER_OID
        self._speaking = trio.Event()
        self._speaking.set()
        self._reading = trio.CancelScope()
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

    async def call(self, step: RunCallable | InvokeMethod, *, serving: bool = False) -> CallOutcome:
        """Make a call and return how it ended. Raises ChannelGone if no answer will come.

        `serving` is True while another call is answered, which the request's stack then tells.
        """
        request = request_of(step, next(self._numbers), self._line.side, serving=serving)
        return outcome_of(step, *await self._ask(request))

    async def close(self, cause: JavaObject | None = None) -> None:
        """Send this side's CloseCommand and send no more; LegBroken if the other side is gone."""
        await self._speaking.wait()
        async with self._sending:
            if self.told_closing:
                return
            self.told_closing = True
            await self._send_unlocked(CloseCommand(created_at=close_source(cause)))
            await self._line.end()
        self._closing.set()

    async def _read(self, nursery: trio.Nursery) -> None:
        with self._reading, suppress(trio.ClosedResourceError):  # a step may have dropped the connection
            nursery.start_soon(self._limit_patience)
            while data := await self._line.receive():
                for block in self._chunks.feed(data):
                    command, payload, _ = read_command(block.data)
                    if command is not None:
                        await self._take(command, payload, nursery)

    async def _limit_patience(self) -> None:
        """Stop reading some time after this side has closed."""
        await self._closing.wait()
        self._reading.deadline = min(self._reading.deadline, trio.current_time() + CLOSE_PATIENCE)

    async def _take(self, command: Command, payload: Payload | None, nursery: trio.Nursery) -> None:
        match command:
            case Request():
                loader = loader_of(command) if isinstance(command, UserRequest) else None
                self._their_loader = loader or self._their_loader
                brought = self._mover.receive(command, payload)
                for connect in brought.connects:
                    nursery.start_soon(self._tell, connect)
                nursery.start_soon(self._answer, command, payload, brought)
            case Response():
                waiting = self._pending.pop(command.id, None)
                if waiting is not None:
                    waiting.send_nowait((command, payload))
            case CloseCommand():
                self.heard_closing = True
                self._forget_pending()
                try:
                    if self._speaking.is_set():
                        await self.close()
                except LegBroken:
                    pass  # who closed need not wait for an answer
                self._closing.set()
            case _:
                credit = self._mover.pipes.take(command)
                if credit is not None and self._part.takes_pipes:
                    nursery.start_soon(self._tell, credit)

    async def _tell(self, command: Command) -> None:
        """Send what needs no answer, unless the channel is over."""
        with suppress(ChannelGone, LegBroken):
            await self._send(command)

    async def _take_steps(self) -> None:
        for step in self._part.steps:
            try:
                await self._take_step(step)
            except (ChannelGone, LegBroken):
                return

    async def _take_step(self, step: Step, *, serving: bool = False) -> None:
        match step:
            case RunCallable() | InvokeMethod():
                self.outcomes.append(await self.call(step, serving=serving))
            case LoadClass():
                await self._load(step)
            case WritePipe(size):
                self.outcomes.append(await self._mover.write(size))
            case ReadPipe(size):
                self.outcomes.append(await self._mover.read(size))
            case Ping(timeout, told):
                await self._ping(timeout, timeout if told is None else told)
            case Pause(seconds):
                await trio.sleep(seconds)
            case Silence(seconds):
                await self._fall_silent(seconds)
            case Blurt(data):
                async with self._sending:
                    await self._line.send_block(data)
            case Vanish(reset):
                await self._vanish(reset=reset)
            case CloseFrame(code, reason):
                await self._line.end(code, reason)
                self._closing.set()
            case CloseChannel(cause):
                await self.close(cause)

    async def _load(self, step: LoadClass) -> None:
        invoked = load_request(step, self._their_loader, self._line.side)
        outcome = await self.call(invoked)
        self.outcomes.append(replace(outcome, moved=loaded_bytes(outcome.returned)))

    async def _ping(self, patience: float, told: float) -> None:
        started = time.time()
        with trio.move_on_after(patience) as waiting:
            self.outcomes.append(await self.call(PING))
        if waiting.cancelled_caught:
            started_at, ended_at = int(started * 1000), int((started + told) * 1000)
            late = f"Ping started at {started_at} hasn't completed by {ended_at}"
            await self.close(java_throwable(TIMEOUT_EXCEPTION, late))

    async def _fall_silent(self, seconds: float | None) -> None:
        self._speaking = trio.Event()
        await trio.sleep(math.inf if seconds is None else seconds)
        self._speaking.set()

    async def _vanish(self, *, reset: bool) -> None:
        with trio.CancelScope(shield=True):
            await self._line.vanish(reset=reset)
        self._reading.cancel()
        raise ChannelGone("this side dropped the connection")

    async def _answer(self, request: Request, payload: Payload | None, brought: Streams) -> None:
        try:
            answer = await self._load_class(request, payload) or answer_of(request, payload, self._part)
            for step in answer.first:
                await self._take_step(step, serving=True)
            last_write = 0
            if isinstance(answer, Drains | Fills):
                answer, last_write = await self._mover.answer(answer, request, payload, brought)
            if isinstance(answer, NeverAnswers):
                return
            response = response_of(request, answer, from_agent=self._line.side is Side.AGENT)
            await self._send(replace(response, last_io_id=last_write))
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
        await self._speaking.wait()
        async with self._sending:
            if self.told_closing:
                raise ChannelGone("the channel is closed on this side")
            await self._send_unlocked(command)

    async def _send_unlocked(self, command: Command) -> None:
        try:
            await self._line.send_block(build_command(command))
        except trio.ClosedResourceError:
            raise ChannelGone("this side dropped the connection") from None

    def _forget_pending(self) -> None:
        for waiting in self._pending.values():
            waiting.close()
        self._pending.clear()
