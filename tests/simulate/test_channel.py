import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio
import trio.testing
from trio.testing import MockClock, memory_stream_pair

from jnlpspy.javaser.building import java_class
from jnlpspy.model.commands import (
    CloseCommand,
    Command,
    GCCommand,
    OutputStreamChunk,
    Response,
    UnexportCommand,
    UserRequest,
)
from jnlpspy.model.describe import describe_cause
from jnlpspy.model.tap import Address, Side
from jnlpspy.net.leg import Leg
from jnlpspy.remoting.build import build_command
from jnlpspy.remoting.commands import read_command
from jnlpspy.simulate.channel import CLOSE_PATIENCE, ChannelGone, SimulatedChannel
from jnlpspy.simulate.line import Line, Witness
from jnlpspy.simulate.requests import request_of
from jnlpspy.simulate.script import (
    Blurt,
    CloseChannel,
    NeverAnswers,
    Part,
    Pause,
    Ping,
    ReadPipe,
    Returns,
    RunCallable,
    Silence,
    Vanish,
)
from jnlpspy.simulate.session import PING
from jnlpspy.wire.chunks import ChunkReader, write_chunks

HERE = Address("127.0.0.1", 1)
ASK = RunCallable(java_class("org.example.Ask"))
PART = Part(answers={"org.example.Ask": Returns("told", first=(PING,))})


class OtherEnd:
    """The far end of a channel, played by the test."""

    def __init__(self, stream: trio.abc.HalfCloseableStream) -> None:
        self.stream = stream
        self._chunks = ChunkReader(0)
        self._commands: list[Command] = []

    async def send(self, command: Command) -> None:
        await self.stream.send_all(b"".join(write_chunks(build_command(command))))

    async def receive(self) -> Command:
        while not self._commands:
            for block in self._chunks.feed(bytes(await self.stream.receive_some())):
                command = read_command(block.data)[0]
                assert command is not None
                self._commands.append(command)
        return self._commands.pop(0)


@asynccontextmanager
async def channel_with(part: Part, side: Side = Side.AGENT) -> AsyncIterator[tuple[SimulatedChannel, OtherEnd]]:
    """Run a channel beside the test, and wait for its end."""
    near, far = memory_stream_pair()
    channel = SimulatedChannel(Line(Leg(near), side, Witness().open(HERE, HERE)), part)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(channel.run)
        yield channel, OtherEnd(far)


async def test_an_answer_waits_for_the_calls_back_before_it() -> None:
    async with channel_with(PART) as (channel, other):
        await other.send(request_of(ASK, 41, Side.CONTROLLER))
        ping = await other.receive()
        assert isinstance(ping, UserRequest)
        await other.send(Response(id=ping.id))
        answer = await other.receive()
        assert isinstance(answer, Response)
        assert answer.id == 41
        await other.send(CloseCommand())
        assert isinstance(await other.receive(), CloseCommand)
        await other.stream.send_eof()
    assert (channel.told_closing, channel.heard_closing) == (True, True)
    assert [outcome.exception for outcome in channel.outcomes] == [None]


async def test_calls_in_flight_end_with_the_channel() -> None:
    async with channel_with(Part(answers=PART.answers)) as (channel, other):
        await other.send(request_of(ASK, 1, Side.CONTROLLER))
        await other.receive()
        gone: list[ChannelGone] = []

        async def call() -> None:
            with pytest.raises(ChannelGone) as caught:
                await channel.call(ASK)
            gone.append(caught.value)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(call)
            await other.receive()
            await other.send(CloseCommand())
        assert isinstance(await other.receive(), CloseCommand)
        with pytest.raises(ChannelGone, match="the channel is closed on this side"):
            await channel.call(ASK)
        await channel.close()
        await other.stream.send_eof()
    assert str(gone[0]) == "expected an answer to request 1, got the end of the channel"
    assert channel.outcomes == []


async def test_what_asks_for_nothing_gets_no_answer_and_a_stray_answer_is_nobodys() -> None:
    async with channel_with(Part(steps=(PING, CloseChannel()))) as (channel, other):
        ping = await other.receive()
        assert isinstance(ping, UserRequest)
        for command in (GCCommand(), UnexportCommand(oid=2), Response(id=99), UserRequest(id=5)):
            await other.send(command)
        await other.stream.send_all(b"\0\4junk")
        answer = await other.receive()
        assert isinstance(answer, Response)
        assert answer.id == 5
        await other.send(Response(id=ping.id))
        assert isinstance(await other.receive(), CloseCommand)
        await other.stream.send_eof()
    assert len(channel.outcomes) == 1


async def test_a_request_without_a_loader_is_answered_without_asking_for_one() -> None:
    async with channel_with(Part(loads_classes=True)) as (_, other):
        await other.send(UserRequest(id=1))
        assert isinstance(await other.receive(), Response)
        await other.stream.send_eof()


async def test_who_closes_and_is_gone_needs_no_answer() -> None:
    async with channel_with(Part()) as (channel, other):
        await other.send(CloseCommand())
        await other.stream.aclose()
    assert channel.heard_closing


def test_after_its_close_a_channel_waits_only_so_long_for_the_other_side() -> None:
    async def wait() -> float:
        async with channel_with(Part(steps=(Pause(1.0), CloseChannel()))) as (_, other):
            assert isinstance(await other.receive(), CloseCommand)
        return trio.current_time()

    async def timed() -> float:
        started = trio.current_time()
        return await wait() - started

    assert trio.run(timed, clock=MockClock(autojump_threshold=0)) == 1.0 + CLOSE_PATIENCE


async def test_who_vanishes_sends_no_close_command() -> None:
    async with channel_with(Part(steps=(PING, Vanish()))) as (channel, other):
        ping = await other.receive()
        assert isinstance(ping, UserRequest)
        await other.send(Response(id=ping.id))
        assert await other.stream.receive_some() == b""
    assert (channel.told_closing, channel.orderly) == (False, False)


async def test_a_silent_side_reads_on_and_answers_nothing() -> None:
    received: list[Command] = []
    async with channel_with(Part(steps=(Silence(),), answers={"org.example.Ask": Returns("told")})) as (channel, other):
        await trio.testing.wait_all_tasks_blocked()
        await other.send(request_of(ASK, 41, Side.CONTROLLER))
        await other.send(CloseCommand())

        async def receive() -> None:
            received.append(await other.receive())

        async with trio.open_nursery() as nursery:
            nursery.start_soon(receive)
            await trio.testing.wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
        await other.stream.send_eof()
    assert received == []
    assert (channel.told_closing, channel.heard_closing) == (False, True)


def test_after_a_while_of_silence_what_was_asked_is_answered() -> None:
    async def play() -> float:
        part = Part(steps=(Silence(3.0),), answers={"org.example.Ask": Returns("told")})
        async with channel_with(part) as (_, other):
            await trio.testing.wait_all_tasks_blocked()
            began = trio.current_time()
            await other.send(request_of(ASK, 41, Side.CONTROLLER))
            assert isinstance(await other.receive(), Response)
            await other.stream.send_eof()
            return trio.current_time() - began

    assert trio.run(play, clock=MockClock(autojump_threshold=0)) == 3.0


def test_a_ping_without_an_answer_closes_the_channel_because_of_it() -> None:
    async def play() -> str | None:
        async with channel_with(Part(steps=(Ping(2.0),))) as (channel, other):
            assert isinstance(await other.receive(), UserRequest)
            close = await other.receive()
            assert isinstance(close, CloseCommand)
            await other.stream.send_eof()
        assert channel.outcomes == []
        return describe_cause(close)

    cause = trio.run(play, clock=MockClock(autojump_threshold=0))
    assert cause is not None
    assert re.fullmatch(r"java\.util\.concurrent\.TimeoutException: Ping started at \d+ hasn't completed by \d+", cause)


async def test_a_call_that_is_never_answered_and_bytes_that_are_no_command() -> None:
    part = Part(steps=(Blurt(b"oops"), PING), answers={"org.example.Ask": NeverAnswers(first=(CloseChannel(),))})
    async with channel_with(part) as (channel, other):
        assert bytes(await other.stream.receive_some(6)) == b"\0\4oops"
        assert isinstance(await other.receive(), UserRequest)
        await other.send(request_of(ASK, 41, Side.CONTROLLER))
        assert isinstance(await other.receive(), CloseCommand)
        await other.stream.send_eof()
    assert channel.outcomes == []


async def test_a_reader_that_takes_nothing_acknowledges_nothing() -> None:
    async with channel_with(Part(steps=(ReadPipe(3),), takes_pipes=False)) as (channel, other):
        request = await other.receive()
        assert isinstance(request, UserRequest)
        await other.send(OutputStreamChunk(oid=16, buf=b"abc"))
        await other.send(Response(id=request.id))
        await other.send(CloseCommand())
        assert isinstance(await other.receive(), CloseCommand)
        await other.stream.send_eof()
    assert [(outcome.moved, outcome.intact) for outcome in channel.outcomes] == [(3, False)]
